/** What a server must answer before it is measured. */
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo, Server as NetServer } from 'node:net'
import { createServer as createNetServer } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { FILE, flawOf } from '../../bench/verify.ts'

const servers: (Server | NetServer)[] = []
afterEach(() => {
  for (const server of servers.splice(0)) server.close()
})

async function port(server: Server | NetServer): Promise<number> {
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return (server.address() as AddressInfo).port
}

const on = (listener: RequestListener): Promise<number> => port(createServer(listener))

function whole(type: string, give: (sent: Buffer) => string | Buffer): RequestListener {
  return (req, res) => {
    const pieces: Buffer[] = []
    req.on('data', (piece: Buffer) => pieces.push(piece))
    req.on('end', () => res.setHeader('content-type', type).end(give(Buffer.concat(pieces))))
  }
}

test('right answers have no flaw', async () => {
  expect(await flawOf(await on(whole('text/plain', () => 'hello')), 'hello', 'anybody', true)).toBe(null)
  expect(await flawOf(await on(whole('application/json', (sent) => sent)), 'json', 'anybody', false)).toBe(
    null,
  )
  expect(
    await flawOf(await on(whole('text/plain', ({ length }) => String(length))), 'upload', 'anybody', false),
  ).toBe(null)
  expect(
    await flawOf(await on(whole('application/octet-stream', () => FILE)), 'file', 'anybody', false),
  ).toBe(null)
})

test('a wrong status, type or body is told', async () => {
  const missing = await on((_req, res) => res.writeHead(404).end())
  expect(await flawOf(missing, 'hello', 'anybody', false)).toBe('it answers 404')
  const html = await on(whole('text/html', () => 'hello'))
  expect(await flawOf(html, 'hello', 'anybody', false)).toBe('its content type is text/html')
  const longer = await on(whole('text/plain', () => 'hello!'))
  expect(await flawOf(longer, 'hello', 'anybody', false)).toBe('its body is wrong: 6 bytes')
  const short = await on(whole('application/octet-stream', () => FILE.subarray(1)))
  expect(await flawOf(short, 'file', 'anybody', false)).toBe('its body is wrong: 65535 bytes')
})

test('the second answer on a connection counts as the first does', async () => {
  let asked = 0
  const once = await on((_req, res) => {
    res.setHeader('content-type', 'text/plain').end(++asked === 1 ? 'hello' : 'again')
  })
  expect(await flawOf(once, 'hello', 'anybody', false)).toBe('its body is wrong: 5 bytes')
})

test('a server that hangs up does not answer', async () => {
  const rude = await port(createNetServer((socket) => socket.destroy()))
  expect(await flawOf(rude, 'hello', 'anybody', false)).toMatch(/^it does not answer: /)
})

test('a constant answer for whatever arrives is caught where requests are pipelined', async () => {
  const answer = 'HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\ncontent-length: 5\r\n\r\nhello'
  const constant = await port(
    createNetServer((socket) => socket.on('data', () => socket.write(answer)).on('error', () => {})),
  )
  expect(await flawOf(constant, 'hello', 'anybody', false)).toBe(null)
  expect(await flawOf(constant, 'hello', 'anybody', true)).toBe('of 16 pipelined requests it answers 1')
})
