/** Connections to a server behind: kept, used again, given up, waited for. RFC 9112 section 9. */
import { describe, expect, test } from 'vitest'
import { SERVERS } from '../server/kinds.ts'
import { promised } from '../server/promised.ts'
import { WireClient } from '../server/wire-client.ts'
import { ask, gateway, get, OK, RawUpstream, until } from './raw-upstream.ts'

const head = (method: string, path = '/'): string => `${method} ${path} HTTP/1.1\r\nhost: a\r\n\r\n`

describe.each(SERVERS)('%s', (kind) => {
  test('one connection serves call after call', async () => {
    const upstream = await RawUpstream.answering(OK)
    const { port } = await gateway(kind, upstream.url)
    for (let call = 0; call < 5; call++) expect((await ask(port, get())).body).toBe('ok')
    expect(upstream.count).toBe(1)
  })

  test('a connection is not used again unless both sides are through with it', async () => {
    for (const [answer, count] of [
      [OK, 1],
      [OK.replace('1.1', '1.0'), 2],
      [OK.replace('1.1 200 OK', '1.0 200 OK\r\nconnection: keep-alive'), 1],
      [OK.replace('200 OK', '200 OK\r\nconnection: close'), 2],
      [OK.replace('200 OK', '200 OK\r\nkeep-alive: timeout=1'), 2],
      [`${OK}!`, 2],
    ] as const) {
      const upstream = await RawUpstream.answering(answer)
      const { port } = await gateway(kind, upstream.url)
      for (let call = 0; call < 2; call++) expect((await ask(port, get())).body).toBe('ok')
      expect([answer, upstream.count]).toEqual([answer, count])
    }
  })

  test('an answer before the end of its request is passed on, and ends the connection (RFC 9112 9.3)', async () => {
    const upstream = await RawUpstream.start(async (connection) => {
      await connection.until('\r\n\r\n')
      connection.send('HTTP/1.1 413 Too Large\r\ncontent-length: 2\r\n\r\nno')
    })
    const { port } = await gateway(kind, upstream.url)
    const client = await WireClient.connect(port)
    const answer = await client.ask('POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 100000\r\n\r\nhalf')
    expect(answer).toMatchObject({ status: 413, body: 'no' })
    await until(() => upstream.open.size === 0)
  })

  test('an idle connection is given up in time, and no more are kept than told', async () => {
    const upstream = await RawUpstream.answering(OK)
    const { port } = await gateway(kind, upstream.url, { idleTimeout: '100ms' })
    await ask(port, get())
    expect(upstream.open.size).toBe(1)
    await until(() => upstream.open.size === 0)
    await ask(port, get())
    expect(upstream.count).toBe(2)

    const gates = Array.from({ length: 4 }, () => promised())
    const held = await RawUpstream.start(async (connection, nth) => {
      await connection.until('\r\n\r\n')
      await gates[nth]!.promise
      connection.send(OK)
    })
    const second = await gateway(kind, held.url, { idle: 2 })
    const calls = gates.map(() => ask(second.port, get()))
    await until(() => held.count === 4)
    for (const gate of gates) gate.resolve()
    await Promise.all(calls)
    await until(() => held.open.size === 2)
  })

  test('a connection that grows old is not used again', async () => {
    const upstream = await RawUpstream.answering(OK)
    const { port } = await gateway(kind, upstream.url, { connectionAge: '150ms', idleTimeout: '80ms' })
    while (upstream.count < 2) await ask(port, get())
  })

  test('calls beyond the connections wait for one in order, and those beyond the queue are 503', async () => {
    const gates = Array.from({ length: 3 }, () => promised())
    let asked = 0
    const upstream = await RawUpstream.start(async (connection) => {
      for (;;) {
        await connection.until('\r\n\r\n')
        await gates[asked++]!.promise
        connection.send(OK.replace('ok', `${asked} `))
      }
    })
    const { port } = await gateway(kind, upstream.url, { connections: 1, queue: 2 })
    const first = ask(port, get())
    await until(() => asked === 1)
    const rest = [ask(port, get()), ask(port, get()), ask(port, get())]
    const refused = await Promise.race(rest)
    expect(refused.status).toBe(503)
    expect(refused.body).toContain('2 calls wait for a connection')
    for (const gate of gates) gate.resolve()
    expect((await first).body).toBe('1 ')
    const statuses = (await Promise.all(rest)).map(({ status }) => status).sort()
    expect(statuses).toEqual([200, 200, 503])
    expect(upstream.count).toBe(1)
  })

  test('who waits for a connection for too long is 503, and who goes away leaves the queue', async () => {
    const upstream = await RawUpstream.start(() => {})
    const { port } = await gateway(kind, upstream.url, {
      connections: 1,
      queueTimeout: '80ms',
      connectTimeout: '40ms',
    })
    const first = await WireClient.connect(port)
    first.send(get())
    await until(() => upstream.count === 1)
    const gone = await WireClient.connect(port)
    gone.send(get())
    gone.reset()
    const late = await ask(port, get())
    expect(late.status).toBe(503)
    expect(late.body).toContain('no connection came free within 80 ms')
    first.reset()
    await until(() => upstream.open.size === 0)
  })

  test('a connection that had ended while it idled costs no call that may be made again (RFC 9110 9.2.2)', async () => {
    for (const method of ['GET', 'OPTIONS', 'PUT', 'DELETE']) {
      const methods: string[] = []
      const upstream = await RawUpstream.start(async (connection, nth) => {
        methods.push((await connection.until('\r\n\r\n')).split(' ')[0]!)
        connection.send(OK)
        methods.push((await connection.until('\r\n\r\n')).split(' ')[0]!)
        // It read the request, and ends without a word.
        if (nth === 0) connection.reset()
        else connection.send(OK)
      })
      const { port } = await gateway(kind, upstream.url, { retries: 0 })
      await ask(port, get())
      expect(await ask(port, head(method)), method).toMatchObject({ status: 200 })
      expect(methods).toEqual(['GET', method, method])
    }
  })

  test('a POST on such a connection is made once', async () => {
    const methods: string[] = []
    const upstream = await RawUpstream.start(async (connection) => {
      methods.push((await connection.until('\r\n\r\n')).split(' ')[0]!)
      connection.send(OK)
      methods.push((await connection.until('\r\n\r\n')).split(' ')[0]!)
      connection.reset()
    })
    const { port } = await gateway(kind, upstream.url)
    await ask(port, get())
    expect((await ask(port, head('POST'))).status).toBe(502)
    expect(methods).toEqual(['GET', 'POST'])
  })

  test('an end that came while nothing was asked is noticed before a POST is sent', async () => {
    const upstream = await RawUpstream.start(async (connection) => {
      await connection.until('\r\n\r\n')
      connection.send(OK).end()
    })
    const { port } = await gateway(kind, upstream.url)
    for (let call = 0; call < 20; call++) expect((await ask(port, head('POST'))).status).toBe(200)
    expect(upstream.count).toBe(20)
  })

  test('a close of the gateway closes what idles, and keeps nothing', async () => {
    const upstream = await RawUpstream.answering(OK)
    const { port, close } = await gateway(kind, upstream.url)
    await ask(port, get())
    expect(upstream.open.size).toBe(1)
    await close()
    await until(() => upstream.open.size === 0)
  })

  test('no connection is needed at boot', async () => {
    const upstream = await RawUpstream.answering(OK)
    await gateway(kind, upstream.url)
    expect(upstream.count).toBe(0)
  })
})
