/** Several servers behind that do the same: who is asked, who is left alone, and what is between. */
import { once } from 'node:events'
import { rmSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { createServer as createSecure } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { selfSigned } from '../server/certificate.ts'
import { SERVERS } from '../server/kinds.ts'
import { promised } from '../server/promised.ts'
import { ask, gateway, get, OK, RawUpstream, until } from './raw-upstream.ts'

const head = (method: string): string => `${method} / HTTP/1.1\r\nhost: a\r\n\r\n`

/** Answers with a name, or with a status and it. */
function named(name: string, status = (): number => 200): Promise<RawUpstream> {
  return RawUpstream.answering(
    () => `HTTP/1.1 ${status()} x\r\ncontent-length: ${name.length}\r\n\r\n${name}`,
  )
}

describe.each(SERVERS)('%s', (kind) => {
  test('calls are spread, and whoever has the fewest under way is asked', async () => {
    const all = await Promise.all(['a', 'b', 'c'].map((name) => named(name)))
    const { port } = await gateway(
      kind,
      all.map(({ url }) => url),
    )
    const bodies: string[] = []
    for (let call = 0; call < 9; call++) bodies.push((await ask(port, get())).body)
    expect(bodies.sort().join('')).toBe('aaabbbccc')

    const gate = promised()
    const slow = await RawUpstream.start(async (connection) => {
      await connection.until('\r\n\r\n')
      await gate.promise
      connection.send(OK)
    })
    const quick = await named('q')
    const second = await gateway(kind, [slow.url, quick.url])
    const held = [ask(second.port, get()), ask(second.port, get())]
    await Promise.race(held) // by the quick one
    for (let call = 0; call < 5; call++) expect((await ask(second.port, get())).body).toBe('q')
    gate.resolve()
    await Promise.all(held)
  })

  test('where one is not there another one is asked, whatever the method, and no client sees it', async () => {
    const [there, gone] = await Promise.all([named('there'), named('gone')])
    await gone.close()
    const { port } = await gateway(kind, [there.url, gone.url], { retries: 0 })
    for (const method of ['GET', 'POST', 'GET', 'POST', 'DELETE', 'PUT'])
      expect((await ask(port, head(method))).body, method).toBe('there')
  })

  test('a safe call that one did not answer is made again on another', async () => {
    const resets = await RawUpstream.start(async (connection) => {
      await connection.until('\r\n\r\n')
      connection.reset()
    })
    const fine = await named('fine')
    const { port } = await gateway(kind, [resets.url, fine.url])
    for (let call = 0; call < 8; call++) expect((await ask(port, get())).body).toBe('fine')
  })

  test('who fails in a row is left alone, comes back, and for longer when it fails again', async () => {
    // Of its time, which is told to go on: a busy machine may take longer for a few calls.
    vi.useFakeTimers({ toFake: ['performance'] })
    onTestFinished(() => void vi.useRealTimers())
    let fails = true
    const [good, bad] = await Promise.all([named('good'), named('bad', () => (fails ? 500 : 200))])
    const { port } = await gateway(kind, [good.url, bad.url], {
      eject: { after: 2, for: '200ms', most: '10s' },
    })
    const bodies = async (calls: number): Promise<string[]> => {
      const found: string[] = []
      for (let call = 0; call < calls; call++) found.push((await ask(port, get())).body)
      return found
    }
    expect((await bodies(4)).filter((body) => body === 'bad')).toHaveLength(2)
    expect(await bodies(6)).toEqual(Array(6).fill('good'))
    fails = false
    vi.advanceTimersByTime(199)
    expect(await bodies(6)).toEqual(Array(6).fill('good'))
    vi.advanceTimersByTime(1)
    expect((await bodies(4)).sort()).toEqual(['bad', 'bad', 'good', 'good'])
  })

  test('at most half of them are left alone, and one alone never is', async () => {
    const all = await Promise.all(['a', 'b', 'c'].map((name) => named(name, () => 503)))
    const { port } = await gateway(
      kind,
      all.map(({ url }) => url),
      { eject: { after: 1, for: '1m' } },
    )
    const bodies = new Set<string>()
    for (let call = 0; call < 3; call++) await ask(port, get())
    for (let call = 0; call < 12; call++) bodies.add((await ask(port, get())).body)
    expect(bodies.size).toBe(2)

    const alone = await named('alone', () => 503)
    const second = await gateway(kind, alone.url, { eject: { after: 1, for: '1m' } })
    for (let call = 0; call < 3; call++) expect((await ask(second.port, get())).body).toBe('alone')
  })

  test('who is not well by its checks gets no calls, until it is well again', async () => {
    let well = false
    const checked = await RawUpstream.answering((text) =>
      text.startsWith('GET /readyz ') ? `HTTP/1.1 ${well ? 200 : 503} x\r\ncontent-length: 0\r\n\r\n` : OK,
    )
    const other = await named('other')
    const health = { path: '/readyz', interval: '30ms', timeout: '1s', fall: 1, rise: 2 }
    const { port, close } = await gateway(kind, [checked.url, other.url], { health })
    const someIs = async (body: string): Promise<boolean> =>
      (await Promise.all([1, 2, 3, 4].map(() => ask(port, get())))).some((answer) => answer.body === body)
    while (await someIs('ok'));
    expect(await someIs('ok')).toBe(false)
    well = true
    while (!(await someIs('ok')));
    await close()
    const { count } = checked
    // Another one's checks tell the time.
    const watch = await RawUpstream.answering(OK)
    await gateway(kind, watch.url, { health })
    await until(() => watch.count > 3)
    expect(checked.count).toBe(count)
  })

  test('where all are unwell all are asked, for a guess is no answer', async () => {
    const upstream = await RawUpstream.answering((text) =>
      text.startsWith('GET /readyz ') ? 'HTTP/1.1 503 x\r\ncontent-length: 0\r\n\r\n' : OK,
    )
    const health = { path: '/readyz', interval: '20ms', fall: 1 }
    const { port } = await gateway(kind, upstream.url, { health })
    await until(() => upstream.count > 3)
    expect((await ask(port, get())).body).toBe('ok')
  })

  test('a unix socket is an address too', async () => {
    const path = join(tmpdir(), `hagaki-proxy-${process.pid}-${kind}.sock`)
    const server = createServer((request, response) => response.end(`${request.headers.host} ${request.url}`))
    await listening(server, path)
    onTestFinished(() => rmSync(path, { force: true }))
    const { port } = await gateway(kind, `unix:${path}`)
    expect((await ask(port, get('/a?b'))).body).toBe('a.example /a?b')
  })

  test('over TLS certificates count, and ours is shown to who asks for it', async () => {
    const tls = selfSigned()
    const pair = { cert: Buffer.from(tls.cert), key: Buffer.from(tls.key) }
    const server = createSecure(
      {
        ...pair,
        requestCert: true,
        ca: pair.cert,
        rejectUnauthorized: true,
        ALPNProtocols: ['h2', 'http/1.1'],
      },
      (_request, response) => response.end('secret'),
    )
    await listening(server, 0)
    const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`
    const good = { ca: tls.cert, cert: tls.cert, key: tls.key, servername: 'localhost' }
    const { port } = await gateway(kind, url, { tls: good })
    for (let call = 0; call < 3; call++) expect((await ask(port, get())).body).toBe('secret')
    for (const [options, status] of [
      [{ ...good, servername: 'other.example' }, 503],
      [{ servername: 'localhost', cert: tls.cert, key: tls.key }, 503],
      [{ ca: tls.cert, servername: 'localhost' }, 502],
    ] as const) {
      const refused = await gateway(kind, url, { tls: options, retries: 0 })
      const found = await ask(refused.port, get())
      expect([status, 503]).toContain(found.status)
      expect(found.body).not.toContain('secret')
    }
  })
})

async function listening(server: Server, at: number | string): Promise<void> {
  if (typeof at === 'string') server.listen(at)
  else server.listen(at, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.close()
    server.closeAllConnections()
  })
}
