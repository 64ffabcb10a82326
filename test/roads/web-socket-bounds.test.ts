/** WebSockets that are lost, stop, break the protocol or ask for too much. Contract clauses 16 and 34. */
import { once } from 'node:events'
import { type App, bodyText, perform, remote, request, text } from 'hagaki'
import { overWebSocket } from 'hagaki/websocket'
import { expect, test, vi } from 'vitest'
import type { WebSocket } from 'ws'
import { HELLO, REQUEST } from '../../src/wire/frames/frame.ts'
import { encodeHello, encodeMessage } from '../../src/wire/frames/payload.ts'
import { WAIT_MS } from '../wait.ts'
import { Seen } from './seen.ts'
import { ask, calling, frameOf, notes, opened, refused, served, upgrading } from './web-sockets.ts'

vi.spyOn(console, 'error').mockImplementation(() => {}) // what pools log of links that are gone

const { body: _body, ...requestHead } = request('GET', '/')

test('a lost connection comes back by itself: calls wait for it, safe ones that it had are made again', async () => {
  let asked = 0
  const app: App = (_method, path) =>
    path === '/hang' && asked++ === 0 ? new Promise<never>(() => {}) : text(path)
  const { url } = await served(overWebSocket(app))
  const sockets: WebSocket[] = []
  const socket = calling(url, { WebSocket: upgrading({}, sockets) })
  const far = remote(socket)
  expect(bodyText(await perform(far, request('GET', '/a')))).toBe('/a')
  const [safe, unsafe] = [perform(far, request('GET', '/hang')), perform(far, request('POST', '/hang'))]
  await vi.waitFor(() => expect(asked).toBe(2), WAIT_MS)
  sockets[0]!.terminate()
  expect(bodyText(await safe)).toBe('/hang')
  expect((await unsafe).status).toBeOneOf([200, 502])
  expect(bodyText(await perform(far, request('POST', '/b')))).toBe('/b')
  expect(sockets).toHaveLength(2)
})

test('a server that stops finishes the calls on its connections, and takes no new ones (16)', async () => {
  const go = new Seen<void>()
  const begun = new Seen<string>()
  const slow: App = async (_method, path) => {
    begun.add(path)
    await go.next()
    return text(path)
  }
  const running = await served(overWebSocket(slow))
  const under = ask(running.url, {}, 'POST', '/under')
  expect(await begun.next()).toBe('/under')
  const closing = running.running.close()
  await new Promise((resolve) => setTimeout(resolve, 50))
  go.add()
  expect(bodyText(await under)).toBe('/under')
  await closing
})

test('a call that is given up fires the signal over there; so does a connection that is lost (16, 34)', async () => {
  const [begun, reasons] = [new Seen<string>(), new Seen<string>()]
  const app: App = (_method, path, _headers, options) => {
    begun.add(path)
    options.signal.addEventListener('abort', () => reasons.add('aborted'))
    options.defer(({ aborted }) => void (aborted && reasons.add('outcome')))
    return new Promise<never>(() => {})
  }
  const { url } = await served(overWebSocket(app))
  const sockets: WebSocket[] = []
  const socket = calling(url, { WebSocket: upgrading({}, sockets) })
  const near = new AbortController()
  const given = perform(remote(socket), request('POST', '/'), { signal: near.signal })
  given.catch(() => {})
  await begun.next()
  near.abort(new Error('given up'))
  expect([await reasons.next(), await reasons.next()]).toEqual(['aborted', 'outcome'])
  const lost = perform(remote(socket), request('POST', '/'))
  await begun.next()
  sockets[0]!.terminate()
  expect((await lost).status).toBe(502)
  expect([await reasons.next(), await reasons.next()]).toEqual(['aborted', 'outcome'])
})

test('what breaks the protocol closes the connection with a reason, and touches no other', async () => {
  const { url } = await served(overWebSocket(notes))
  const breaches: [what: string, message: string | Buffer][] = [
    ['Link closed: a message that is no frame', 'text'],
    ['Link closed: a frame of 2 octets', Buffer.from([1, 2])],
    ['Link closed: a frame of unknown type 99', Buffer.from([99, 0, 0, 0, 1])],
    ['Link closed: begins on a link that is opening', frameOf(REQUEST, 1, encodeMessage(requestHead, null))],
  ]
  for (const [what, message] of breaches) {
    const socket = await opened(url)
    socket.send(message)
    const [code, reason] = (await once(socket, 'close')) as [number, Buffer]
    expect([code, reason.toString()]).toEqual([4_000, what])
  }
  const large = await opened(url)
  large.send(Buffer.alloc(200_000))
  expect((await once(large, 'close'))[0]).toBe(1_009)
  expect(await calling(url).invoke('add', { text: 'hi' })).toEqual({ text: 'added hi' })
})

test('a client that asks and does not read is not read either: what waits for it is bounded', async () => {
  let made = 0
  const { url } = await served(
    overWebSocket(() => {
      made++
      return text('x'.repeat(60_000))
    }),
  )
  const socket = await opened(url)
  socket.send(frameOf(HELLO, 0, encodeHello({ v: 1, role: 'caller', name: '', inline: 65_536 })))
  socket.pause()
  const payload = encodeMessage(requestHead, null)
  for (let call = 1; call <= 3_000; call++) socket.send(frameOf(REQUEST, call, payload))
  let before = -1
  while (made !== before) {
    before = made
    await new Promise((resolve) => setTimeout(resolve, 150))
  }
  expect(made).toBeLessThan(1_500)
  socket.terminate()
})

test('calls on one connection, and connections, are bounded (503)', async () => {
  const go = new Seen<void>()
  const held: App = async () => {
    await go.next()
    return text('fine')
  }
  const { url } = await served(overWebSocket(held, { calls: 3, connections: 1 }))
  const socket = calling(url)
  const app = remote(socket)
  const answers = Array.from({ length: 4 }, () => perform(app, request('POST', '/')))
  const refusals = await Promise.race(
    answers.map(async (one) => JSON.parse(bodyText(await one) ?? '') as unknown),
  )
  expect(refusals).toMatchObject({ status: 503, code: 'call_refused' })
  expect(await refused(url)).toBe(503)
  for (let at = 0; at < 3; at++) go.add()
  expect((await Promise.all(answers)).map(({ status }) => status).sort()).toEqual([200, 200, 200, 503])
})
