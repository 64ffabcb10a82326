/** Calls that are made again, on the same server behind or on another. RFC 9110 section 9.2. */
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, onTestFinished, test } from 'vitest'
import { SERVERS } from '../server/kinds.ts'
import { WireClient } from '../server/wire-client.ts'
import { ask, type Behaviour, gateway, get, OK, RawUpstream, until } from './raw-upstream.ts'

const head = (method: string): string => `${method} / HTTP/1.1\r\nhost: a\r\n\r\n`

/** Fails its first connections, and answers on the others. */
const failing =
  (times: number, fail: (connection: WireClient) => unknown): Behaviour =>
  async (connection, nth) => {
    for (;;) {
      await connection.until('\r\n\r\n')
      if (nth < times) return fail(connection)
      connection.send(OK)
    }
  }

const reset = (connection: WireClient): unknown => connection.reset()

describe.each(SERVERS)('%s', (kind) => {
  test('a safe call is made again when no answer came, as often as told; others are not (9.2.1)', async () => {
    for (const [method, fails, retries, status, count] of [
      ['GET', 1, 1, 200, 2],
      ['GET', 2, 1, 502, 2],
      ['GET', 2, 2, 200, 3],
      ['GET', 1, 0, 502, 1],
      ['OPTIONS', 1, 1, 200, 2],
      ['POST', 1, 1, 502, 1],
      ['PUT', 1, 1, 502, 1],
      ['DELETE', 1, 1, 502, 1],
    ] as const) {
      const upstream = await RawUpstream.start(failing(fails, reset))
      const { port } = await gateway(kind, upstream.url, { retries })
      const found = await ask(port, head(method))
      expect([method, fails, retries, found.status, upstream.count]).toEqual([
        method,
        fails,
        retries,
        status,
        count,
      ])
    }
  })

  test('nothing is made again once something of the answer was passed on', async () => {
    const upstream = await RawUpstream.start(
      failing(9, (connection) =>
        connection.send('HTTP/1.1 200 OK\r\ncontent-length: 90000\r\n\r\nhalf').end(),
      ),
    )
    const { port } = await gateway(kind, upstream.url, { retries: 3 })
    expect(await ask(port, get())).toMatchObject({ status: 200, body: 'half', whole: false })
    expect(upstream.count).toBe(1)
  })

  test('what is no answer is not asked for again', async () => {
    const upstream = await RawUpstream.start(failing(1, (connection) => connection.send('nonsense\r\n')))
    const { port } = await gateway(kind, upstream.url, { retries: 3 })
    expect((await ask(port, get())).status).toBe(502)
    expect(upstream.count).toBe(1)
  })

  test('a try has its own time, and the last one all of it', async () => {
    const upstream = await RawUpstream.start(failing(1, () => {}))
    const { port } = await gateway(kind, upstream.url, { tryTimeout: '100ms', timeout: '10s' })
    expect((await ask(port, get())).status).toBe(200)
    const slow = await RawUpstream.start(failing(9, () => {}))
    const second = await gateway(kind, slow.url, { tryTimeout: '100ms', timeout: '1s' })
    expect((await ask(second.port, get())).status).toBe(504)
    expect(slow.count).toBe(2)
  })

  test('a server behind that comes up again in a moment is waited for: nothing was sent (any method)', async () => {
    const server = createServer((_request, response) => response.end('up'))
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port: at } = server.address() as AddressInfo
    server.close()
    await once(server, 'close')
    onTestFinished(() => void server.close())
    const { port } = await gateway(kind, `http://127.0.0.1:${at}`, { retries: 10 })
    const calls = ['GET', 'POST'].map((method) => ask(port, head(method)))
    const timer = setTimeout(() => server.listen(at, '127.0.0.1'), 20)
    for (const { body } of await Promise.all(calls)) expect(body).toBe('up')
    clearTimeout(timer)
  })

  test('calls made again are few among many, so that what fails does not get twice of it', async () => {
    const upstream = await RawUpstream.start(failing(1_000, reset))
    const { port } = await gateway(kind, upstream.url, { retries: 1, eject: false })
    const calls = 100
    for (let call = 0; call < calls; call++) expect((await ask(port, get())).status).toBe(502)
    expect(upstream.count).toBeGreaterThan(calls + 10)
    expect(upstream.count).toBeLessThan(calls * 1.25)
  })

  test('who goes away between two tries is not asked for again', async () => {
    const upstream = await RawUpstream.start(failing(1_000, reset))
    const { port, close } = await gateway(kind, upstream.url, { retries: 10 })
    const client = await WireClient.connect(port)
    client.send(get())
    await until(() => upstream.count === 1)
    client.reset()
    await close() // which waits for calls under way
    expect(upstream.count).toBeLessThan(4)
  })
})
