import { once } from 'node:events'
import { createServer } from 'node:http'
import { connect as connectHttp2 } from 'node:http2'
import { connect } from 'node:net'
import { connect as connectTls, type TLSSocket } from 'node:tls'
import { expect, onTestFinished, test } from 'vitest'
import type { App, Chunk } from '../../src/contract.ts'
import { toNode } from '../../src/server/to-node.ts'
import { stream, text } from '../../src/value/result.ts'
import { ask, collect, dial, Later, observed, serving } from './client.ts'
import {
  block,
  DATA,
  END_HEADERS,
  END_STREAM,
  frame,
  GET,
  GOAWAY,
  HEADERS,
  PREFACE,
  RawClient,
  SETTINGS,
} from './frames.ts'

const version: App = (_, __, ___, { http, protocol, client }) => text(`${http} ${protocol} ${client}`)

test('a drain names the last stream, lets it finish, and takes no other (RFC 9113 6.8)', async () => {
  const proceed = new Later<void>()
  let calls = 0
  const slow = async function* (): AsyncGenerator<Chunk> {
    yield 'first '
    await proceed.value
    yield 'last'
  }
  const { port, close } = await serving(() => (calls++, [200, null, {}, stream(slow())]), {
    limits: { drainTimeoutMs: 5_000 },
  })
  const raw = await RawClient.connect(port)
  raw.send(frame(HEADERS, END_HEADERS | END_STREAM, 1, block(GET)))
  await raw.until(({ type }) => type === DATA)
  const closed = close()
  const { payload } = await raw.until(({ type }) => type === GOAWAY)
  raw.send(frame(HEADERS, END_HEADERS | END_STREAM, 3, block(GET)))
  proceed.give()
  await raw.until(({ type, flags, stream }) => stream === 1 && type === DATA && (flags & END_STREAM) !== 0)
  await closed

  expect([payload.readUInt32BE(0), payload.readUInt32BE(4)]).toEqual([1, 0])
  const body = raw.frames.filter(({ type }) => type === DATA).map((one) => one.payload.toString())
  expect([body.join(''), calls]).toEqual(['first last', 1])
})

test('what is not over when the drain is, is cut, and its outcome says so (clause 15)', async () => {
  const endless = async function* (): AsyncGenerator<Chunk> {
    yield 'first'
    await new Promise(() => {})
  }
  const { app, outcome } = observed(() => [200, null, {}, stream(endless())])
  const { port, close } = await serving(app, { limits: { drainTimeoutMs: 20 } })
  const asked = dial(port).request({ ':path': '/' })
  const answered = collect(asked)
  await once(asked, 'response')
  await close()

  expect(await outcome).toMatchObject({ status: 200, aborted: true })
  expect((await answered).status).toBe(200)
})

test('a lost connection aborts every call on it (clause 16)', async () => {
  const called = new Later<void>()
  const aborted: unknown[] = []
  const all = new Later<void>()
  const { port } = await serving(async (_, path, __, { signal }) => {
    signal.addEventListener('abort', () => {
      aborted.push(path)
      if (aborted.length === 2) all.give()
    })
    if (path === '/b') called.give()
    await all.value
    return text('')
  })
  const client = dial(port)
  for (const path of ['/a', '/b']) client.request({ ':path': path }).on('error', () => {})
  await called.value
  client.destroy()

  await all.value
  expect(aborted.sort()).toEqual(['/a', '/b'])
})

test('a session without calls ends when it is idle, also in the middle of a head (SAFETY: idle)', async () => {
  const { port } = await serving(version, { limits: { idleTimeoutMs: 20 } })

  for (const first of [frame(SETTINGS, 1, 0), frame(HEADERS, END_STREAM, 1, block(GET))]) {
    const raw = await RawClient.connect(port)
    raw.send(first)
    await once(raw.socket, 'close')
  }
})

test('HTTP/1.1 and HTTP/2 share a port, told apart by the preface in whatever pieces (RFC 9113 3.3, 3.4)', async () => {
  const http1 = createServer(toNode(version))
  onTestFinished(() => http1.closeAllConnections())
  const { port } = await serving(version, { http1 })

  expect((await ask(dial(port), { ':path': '/' })).body).toBe('2 http 127.0.0.1')
  // `P` and `PR` may still become either; a method that begins so is HTTP/1.1 all the same.
  for (const method of ['POST', 'PROPFIND', 'GET']) {
    const socket = connect(port, '127.0.0.1')
    for (const octet of `${method} / HTTP/1.1\r\nhost: a.test\r\nconnection: close\r\n\r\n`)
      socket.write(octet)
    let answer = ''
    for await (const piece of socket) answer += String(piece)
    expect(answer, method).toMatch(/^HTTP\/1\.1 200 .*1\.1 http 127\.0\.0\.1$/s)
  }
  const socket = connect(port, '127.0.0.1')
  onTestFinished(() => void socket.destroy())
  for (const octet of Buffer.concat([Buffer.from(PREFACE), frame(SETTINGS, 0, 0)]))
    socket.write(Buffer.of(octet))
  const [first] = (await once(socket, 'data')) as [Buffer]
  expect(first[3], 'type of the first frame').toBe(SETTINGS)
})

test('in TLS the client chooses by ALPN (RFC 9113 3.2)', async () => {
  const psk = Buffer.alloc(16, 7)
  const shared = { ciphers: 'PSK-AES128-GCM-SHA256', maxVersion: 'TLSv1.2' } as const
  const http1 = createServer(toNode(version))
  onTestFinished(() => http1.closeAllConnections())
  const { port } = await serving(version, { http1, tls: { ...shared, pskCallback: () => psk } })
  const dialTls = async (protocol: string): Promise<TLSSocket> => {
    const pskCallback = (): { psk: Buffer; identity: string } => ({ psk, identity: 'test' })
    const checkServerIdentity = (): undefined => undefined
    const socket = connectTls({
      port,
      host: '127.0.0.1',
      ...shared,
      pskCallback,
      checkServerIdentity,
      ALPNProtocols: [protocol],
    })
    onTestFinished(() => void socket.destroy())
    await once(socket, 'secureConnect')
    return socket
  }

  const secure = await dialTls('h2')
  const client = connectHttp2('https://a.test', { createConnection: () => secure })
  expect((await ask(client, { ':path': '/' })).body).toBe('2 https 127.0.0.1')

  const plain = await dialTls('http/1.1')
  plain.write('GET / HTTP/1.1\r\nhost: a.test\r\nconnection: close\r\n\r\n')
  let answer = ''
  for await (const piece of plain) answer += String(piece)
  expect(answer).toMatch(/1\.1 https 127\.0\.0\.1$/)
})
