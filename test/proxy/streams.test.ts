/** Bodies that flow through in both directions, and what becomes of them when somebody goes. Clauses 13, 16 and 23. */

import { once } from 'node:events'
import { app, remote, stream, text } from 'hagaki'
import { http } from 'hagaki/http'
import { describe, expect, test } from 'vitest'
import { SERVERS, start } from '../server/kinds.ts'
import { aborted, promised } from '../server/promised.ts'
import { WireClient } from '../server/wire-client.ts'
import { ask, gateway, get, OK, RawUpstream, until } from './raw-upstream.ts'

const CHUNKED = 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n'

describe.each(SERVERS)('%s', (kind) => {
  test('each piece of an answer goes on as it comes', async () => {
    let send: (octets: string) => void = () => {}
    const upstream = await RawUpstream.start(async (connection) => {
      await connection.until('\r\n\r\n')
      send = (octets) => void connection.send(octets)
      send(CHUNKED)
    })
    const { port } = await gateway(kind, upstream.url)
    const client = await WireClient.connect(port)
    client.send(get())
    expect((await client.head()).status).toBe(200)
    for (const piece of ['one', 'two', 'three']) {
      send(`${piece.length}\r\n${piece}\r\n`)
      await client.until(`${piece}\r\n`)
    }
    send('0\r\n\r\n')
    await client.until('0\r\n\r\n')
  })

  test('each piece of a request goes on as it comes, and its answer while it does', async () => {
    let send: (octets: string) => void = () => {}
    const upstream = await RawUpstream.start(async (connection) => {
      await connection.until('\r\n\r\n')
      send = (octets) => void connection.send(octets)
      send(CHUNKED)
      for (const piece of ['one', 'two', 'three']) {
        await connection.until(`${piece}\r\n`)
        send(`${piece.length}\r\n${piece}\r\n`)
      }
      await connection.until('0\r\n\r\n')
      send('0\r\n\r\n')
      await connection.until('\r\n\r\n')
      send(OK)
    })
    const { port } = await gateway(kind, upstream.url)
    const client = await WireClient.connect(port)
    client.send('POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n')
    expect((await client.head()).status).toBe(200)
    for (const piece of ['one', 'two', 'three']) {
      client.send(`${piece.length}\r\n${piece}\r\n`)
      await client.until(`${piece}\r\n`)
    }
    client.send('0\r\n\r\n')
    await client.until('0\r\n\r\n')
    // Both sides were through with it.
    expect((await ask(port, get())).body).toBe('ok')
    expect(upstream.count).toBe(1)
  })

  test('who does not read makes the server behind stop sending (event-driven)', async () => {
    let sent = 0
    const upstream = await RawUpstream.start(async (connection) => {
      await connection.until('\r\n\r\n')
      connection.send('HTTP/1.1 200 OK\r\ncontent-length: 200000000\r\n\r\n')
      const piece = Buffer.alloc(100_000)
      while (connection.socket.writable && sent < 200_000_000) {
        sent += piece.length
        if (!connection.socket.write(piece))
          await Promise.race([once(connection.socket, 'drain'), connection.ending()])
      }
    })
    const { port } = await gateway(kind, upstream.url)
    const client = await WireClient.connect(port)
    client.send(get())
    await client.until('\r\n\r\n')
    client.socket.pause()
    await settled(() => sent)
    expect(sent).toBeLessThan(40_000_000) // what kernels keep of four sockets
    client.reset()
    await until(() => upstream.open.size === 0)
  })

  test('a server behind that does not read makes the client stop sending', async () => {
    const upstream = await RawUpstream.start((connection) => connection.socket.pause())
    const { port } = await gateway(kind, upstream.url)
    const client = await WireClient.connect(port)
    client.send('POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 200000000\r\n\r\n')
    let sent = 0
    const piece = Buffer.alloc(100_000)
    void (async () => {
      while (client.socket.writable && sent < 200_000_000) {
        sent += piece.length
        if (!client.socket.write(piece)) await Promise.race([once(client.socket, 'drain'), client.ending()])
      }
    })().catch(() => {})
    await settled(() => sent)
    expect(sent).toBeLessThan(40_000_000)
    client.reset()
  })

  test('a client that goes takes its connection behind with it: before the answer, and within it', async () => {
    for (const answer of ['', `${CHUNKED}5\r\nhello\r\n`]) {
      const upstream = await RawUpstream.answering(answer)
      const { port } = await gateway(kind, upstream.url)
      const client = await WireClient.connect(port)
      client.send(get())
      await until(() => upstream.count === 1)
      if (answer !== '') await client.until('hello')
      client.reset()
      await until(() => upstream.open.size === 0)
    }
  })

  test('an upload may take longer than its answer, as long as it goes on', async () => {
    const upstream = await RawUpstream.start(async (connection) => {
      await connection.until('\r\n\r\n')
      await connection.until('0\r\n\r\n')
      connection.send(OK)
    })
    const { port } = await gateway(kind, upstream.url, { timeout: '500ms' })
    const client = await WireClient.connect(port)
    client.send('POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n')
    for (let piece = 0; piece < 20; piece++) {
      client.send('1\r\na\r\n')
      await new Promise((resolve) => setTimeout(resolve, 40))
    }
    expect((await client.send('0\r\n\r\n').response()).body).toBe('ok')
  })

  test('an upload that breaks off never becomes a whole one behind', async () => {
    const received: string[] = []
    const upstream = await RawUpstream.start(async (connection) => {
      received.push(await connection.rest())
    })
    const { port } = await gateway(kind, upstream.url)
    for (const framing of [
      'content-length: 50000\r\n\r\nhello',
      'transfer-encoding: chunked\r\n\r\n5\r\nhello\r\n',
    ]) {
      const client = await WireClient.connect(port)
      client.send(`POST / HTTP/1.1\r\nhost: a\r\n${framing}`)
      const count = received.length
      await until(() => upstream.open.size > 0)
      client.reset()
      await until(() => received.length > count)
      expect(received.at(-1)).not.toMatch(/0\r\n\r\n$/)
    }
  })

  test('chunks of a client that are none are 400, and not passed on', async () => {
    let received = ''
    const upstream = await RawUpstream.start(async (connection) => {
      received = await connection.rest()
    })
    const { port } = await gateway(kind, upstream.url)
    const { status } = await ask(
      port,
      'POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\nx\r\n',
    )
    expect(status).toBe(400)
    await until(() => upstream.open.size === 0)
    expect(received).not.toMatch(/0\r\n\r\n$/)
  })

  test('an app that has answered otherwise leaves nothing open behind', async () => {
    const upstream = await RawUpstream.answering(`${CHUNKED}5\r\nhello\r\n`)
    const far = remote(http(upstream.url))
    const { port } = await start(kind, async (...call) => {
      await far(...call)
      return text('mine')
    })
    expect((await ask(port, get())).body).toBe('mine')
    await until(() => upstream.open.size === 0)
  })

  test('a deadline is 504, and ends the call behind', async () => {
    const upstream = await RawUpstream.start(() => {})
    const far = remote(http(upstream.url))
    const { port } = await start(kind, (method, path, headers, options, server) =>
      far(method, path, headers, options.with({ deadline: server.now() + 100 }), server),
    )
    expect((await ask(port, get())).status).toBe(504)
    await until(() => upstream.open.size === 0)
  })

  test('1,000 transfers that break off in either direction leave no socket', async () => {
    const before = openSockets()
    const far = app(async (_method, path, _headers, { input }) => {
      if (path === '/up') for await (const _ of input.stream());
      return [200, null, {}, stream(endless())]
    })
    const behind = await start('http1', far, { limits: { bodyTimeoutMs: 60_000 } })
    const { port } = await gateway(kind, behind.url)
    const piece = 'x'.repeat(1_000)
    for (let batch = 0; batch < 20; batch++) {
      await Promise.all(
        Array.from({ length: 50 }, async (_, at) => {
          const client = await WireClient.connect(port)
          if (at % 2 === 0) {
            client.send(
              `POST /up HTTP/1.1\r\nhost: a\r\ncontent-length: 9000000\r\n\r\n${piece.repeat(1 + (at % 70))}`,
            )
            await new Promise((resolve) => setImmediate(resolve))
          } else {
            client.send(get())
            await client.octets(2_000)
          }
          client.reset()
        }),
      )
    }
    // Those of this process: the gateway's and those behind; each but the idle ones is gone.
    await until(() => openSockets() <= before + 66)
    expect((await ask(port, 'HEAD / HTTP/1.1\r\nhost: a\r\n\r\n')).status).toBe(200)
  })
})

test('a client that ends its side within an answer gets all of it (16)', async () => {
  let finish: () => void = () => {}
  const upstream = await RawUpstream.start(async (connection) => {
    await connection.until('\r\n\r\n')
    connection.send(`${CHUNKED}5\r\nhello\r\n`)
    finish = () => void connection.send('5\r\nworld\r\n0\r\n\r\n')
  })
  const left = promised<unknown>()
  const { port } = await gateway('http1', upstream.url, {}, (far) => (...call) => {
    void aborted(call[3].signal).then(left.resolve)
    return far(...call)
  })
  const client = await WireClient.connect(port)
  client.send(get())
  await client.until('hello')
  client.end()
  expect(await left.promise).toMatchObject({ code: 'half_closed' })
  finish()
  expect(await client.rest()).toContain('world\r\n0\r\n\r\n')
})

async function* endless(): AsyncGenerator<Uint8Array> {
  for (;;) yield new Uint8Array(10_000)
}

function openSockets(): number {
  return process.getActiveResourcesInfo().filter((name) => name === 'TCPSocketWrap').length
}

/** Resolves once a number has stood still for a while. */
async function settled(count: () => number): Promise<void> {
  for (let before = -1; before !== count() || before === 0; ) {
    before = count()
    await new Promise((resolve) => setTimeout(resolve, 150))
  }
}
