/** Connections handed over, through the gateway: RFC 9110 sections 7.8 and 9.3.6, RFC 6455; contract clause 24. */
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { remote, text } from 'hagaki'
import { http } from 'hagaki/http'
import { describe, expect, onTestFinished, test } from 'vitest'
import { WebSocket, WebSocketServer } from 'ws'
import { SERVERS, start } from '../server/kinds.ts'
import { WireClient } from '../server/wire-client.ts'
import { ask, gateway, OK, RawUpstream, until } from './raw-upstream.ts'

const OFFER = 'GET /chat HTTP/1.1\r\nhost: a\r\nconnection: upgrade\r\nupgrade: talk/1, other\r\n\r\n'
const SWITCH = 'HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: talk/1\r\nx-a: b\r\n\r\n'

describe.each(SERVERS)('%s', (kind) => {
  test('an offer goes on, its answer comes back, and then octets flow both ways', async () => {
    let head = ''
    const upstream = await RawUpstream.start(async (connection) => {
      head = await connection.until('\r\n\r\n')
      connection.send(SWITCH)
      for (;;) connection.send(`you said ${await connection.until('!')}`)
    })
    const { port } = await gateway(kind, upstream.url)
    const client = await WireClient.connect(port)
    const answer = await client.ask(OFFER)
    expect([answer.status, answer.field('upgrade'), answer.field('x-a')]).toEqual([101, 'talk/1', 'b'])
    expect(head).toContain('\r\nconnection: upgrade\r\nupgrade: talk/1, other\r\n')
    for (const word of ['hello!', 'again!'])
      expect(await client.send(word).until('!')).toBe(`you said ${word}`)
    client.close()
    await until(() => upstream.open.size === 0)
  })

  test('what either side sends right behind its head arrives', async () => {
    const upstream = await RawUpstream.start(async (connection) => {
      await connection.until('\r\n\r\n')
      connection.send(`${SWITCH}early!`)
      connection.send(`got ${await connection.until('!')}`)
    })
    const { port } = await gateway(kind, upstream.url)
    const client = await WireClient.connect(port)
    client.send(`${OFFER}eager!`)
    expect((await client.head()).status).toBe(101)
    expect(await client.until('!')).toBe('early!')
    expect(await client.until('!')).toBe('got eager!')
    client.close()
  })

  test('an end goes on as an end, and the other direction stays open until it ends', async () => {
    const upstream = await RawUpstream.start(async (connection) => {
      await connection.until('\r\n\r\n')
      connection.send(SWITCH)
      const said = await connection.rest()
      connection.send(`all of ${said}`).end()
    })
    const { port } = await gateway(kind, upstream.url)
    const client = await WireClient.connect(port)
    await client.ask(OFFER)
    client.send('it').end()
    expect(await client.rest()).toBe('all of it')
    expect(await client.ending()).toBe('end')
    await until(() => upstream.open.size === 0)

    const ending = await RawUpstream.start(async (connection) => {
      await connection.until('\r\n\r\n')
      connection.send(`${SWITCH}bye`).end()
      connection.send(await connection.rest())
    })
    const second = await gateway(kind, ending.url)
    const other = await WireClient.connect(second.port)
    await other.ask(OFFER)
    expect(await other.rest()).toBe('bye')
    other.send('and more').end()
    await until(() => ending.open.size === 0)
  })

  test('a connection that breaks takes the other with it', async () => {
    const upstream = await RawUpstream.start(async (connection) => {
      await connection.until('\r\n\r\n')
      connection.send(SWITCH)
      await connection.until('break!')
      connection.reset()
    })
    const { port } = await gateway(kind, upstream.url)
    const client = await WireClient.connect(port)
    await client.ask(OFFER)
    client.send('break!')
    await client.ending()
    const second = await WireClient.connect(port)
    await second.ask(OFFER)
    second.reset()
    await until(() => upstream.open.size === 0)
  })

  test('who does not read on one side makes the other stop sending', async () => {
    let sent = 0
    const upstream = await RawUpstream.start(async (connection) => {
      await connection.until('\r\n\r\n')
      connection.send(SWITCH)
      const piece = Buffer.alloc(100_000)
      while (connection.socket.writable && sent < 200_000_000) {
        sent += piece.length
        if (!connection.socket.write(piece))
          await Promise.race([once(connection.socket, 'drain'), connection.ending()])
      }
    })
    const { port } = await gateway(kind, upstream.url)
    const client = await WireClient.connect(port)
    await client.ask(OFFER)
    client.socket.pause()
    for (let before = -1; before !== sent; ) {
      before = sent
      await new Promise((resolve) => setTimeout(resolve, 150))
    }
    expect(sent).toBeLessThan(40_000_000)
    client.reset()
    await until(() => upstream.open.size === 0)
  })

  test('an offer that is turned down is a request like others', async () => {
    const upstream = await RawUpstream.answering(OK)
    const { port } = await gateway(kind, upstream.url)
    expect(await ask(port, OFFER)).toMatchObject({ status: 200, body: 'ok' })
    const required = await RawUpstream.answering(
      'HTTP/1.1 426 Upgrade Required\r\nupgrade: talk/2\r\nconnection: upgrade\r\ncontent-length: 0\r\n\r\n',
    )
    const second = await gateway(kind, required.url)
    expect((await ask(second.port, OFFER)).field('upgrade')).toBe('talk/2')
  })

  test('a switch to what nobody named is 502, and with upgrade: false none is offered', async () => {
    const upstream = await RawUpstream.answering(SWITCH.replace('talk/1', 'secret'))
    const { port } = await gateway(kind, upstream.url)
    expect((await ask(port, OFFER)).status).toBe(502)
    await until(() => upstream.open.size === 0)
    const heads: string[] = []
    const plain = await RawUpstream.answering((head) => (heads.push(head), OK))
    const second = await gateway(kind, plain.url, { upgrade: false })
    expect((await ask(second.port, OFFER)).status).toBe(200)
    expect(heads[0]).not.toContain('upgrade')
  })

  test('a connection that nobody takes over is closed', async () => {
    const upstream = await RawUpstream.answering(SWITCH)
    const far = remote(http(upstream.url))
    const { port } = await start(kind, async (...call) => {
      await far(...call)
      return text('mine')
    })
    expect((await ask(port, OFFER)).body).toBe('mine')
    await until(() => upstream.open.size === 0)
  })

  test('connections handed over take no place from calls', async () => {
    const upstream = await RawUpstream.answering((head) => (head.includes('upgrade') ? SWITCH : OK))
    const { port } = await gateway(kind, upstream.url, { connections: 1 })
    const clients = await Promise.all([1, 2, 3].map(() => WireClient.connect(port)))
    for (const client of clients) expect((await client.ask(OFFER)).status).toBe(101)
    expect((await ask(port, 'GET / HTTP/1.1\r\nhost: a\r\n\r\n')).body).toBe('ok')
    for (const client of clients) client.close()
    await until(() => upstream.open.size === 1)
  })

  test('a server that stops ends them', async () => {
    const upstream = await RawUpstream.answering(SWITCH)
    const { port, close } = await gateway(kind, upstream.url)
    const client = await WireClient.connect(port)
    await client.ask(OFFER)
    await close()
    await client.ending()
    await until(() => upstream.open.size === 0)
  })

  test('CONNECT makes a tunnel where that is wanted (RFC 9110 9.3.6)', async () => {
    let head = ''
    const upstream = await RawUpstream.start(async (connection) => {
      head = await connection.until('\r\n\r\n')
      connection.send('HTTP/1.1 200 Connected\r\n\r\n')
      for (;;) connection.send(await connection.until('!'))
    })
    const { port } = await gateway(kind, upstream.url, { connect: true })
    const client = await WireClient.connect(port)
    const asked = 'CONNECT b.example:443 HTTP/1.1\r\nhost: b.example:443\r\n\r\n'
    expect((await client.ask(asked)).status).toBe(200)
    expect(head).toMatch(/^CONNECT b\.example:443 HTTP\/1\.1\r\nhost: b\.example:443\r\n/)
    expect(await client.send('hello!').until('!')).toBe('hello!')
    client.close()
    await until(() => upstream.open.size === 0)
    const refusing = await RawUpstream.answering('HTTP/1.1 403 No\r\ncontent-length: 0\r\n\r\n')
    const second = await gateway(kind, refusing.url, { connect: true })
    expect((await ask(second.port, asked)).status).toBe(403)
  })

  test('a WebSocket of ws talks to one of ws, in text, in bytes and in pieces larger than a frame', async () => {
    const server = createServer()
    const sockets = new WebSocketServer({ server })
    sockets.on('connection', (socket, { headers, url }) => {
      socket.send(JSON.stringify({ url, host: headers.host, from: headers['x-forwarded-for'] }))
      socket.on('message', (message: Buffer, binary: boolean) => socket.send(message, { binary }))
      socket.on('close', (code, reason) => sockets.emit('left', code, String(reason)))
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    onTestFinished(() => {
      sockets.close()
      server.close()
      server.closeAllConnections()
    })
    const { port } = await gateway(kind, `http://127.0.0.1:${(server.address() as AddressInfo).port}`)
    const client = new WebSocket(`ws://127.0.0.1:${port}/chat?room=1`)
    const heard = async (): Promise<Buffer> => ((await once(client, 'message')) as [Buffer])[0]
    expect(JSON.parse(String(await heard()))).toEqual({
      url: '/chat?room=1',
      host: `127.0.0.1:${port}`,
      from: '127.0.0.1',
    })
    for (const message of ['h\u00e9llo', '', 'x'.repeat(300_000)]) {
      client.send(message)
      expect(String(await heard())).toBe(message)
    }
    const bytes = Buffer.from([0, 255, 1])
    client.send(bytes)
    expect(Buffer.compare(await heard(), bytes)).toBe(0)
    const pong = once(client, 'pong')
    client.ping()
    await pong
    const left = once(sockets, 'left')
    const closed = once(client, 'close')
    client.close(4_001, 'enough')
    expect(await left).toEqual([4_001, 'enough'])
    await closed
  })
})
