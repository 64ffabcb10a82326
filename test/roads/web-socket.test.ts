/** WebSockets: `overWebSocket` and `webSocket`, with `ws` on both ends. RFC 6455; contract clauses 16, 17, 24, 27, 33-35. */
import { once } from 'node:events'
import {
  type App,
  bodyText,
  closeApp,
  failure,
  guard,
  mount,
  perform,
  type ResponseValue,
  raise,
  remote,
  request,
  resource,
  service,
  silentLog,
  stream as streamed,
  text,
  verbs,
} from 'hagaki'
import { client } from 'hagaki/client'
import { type Running, serve } from 'hagaki/server'
import * as stream from 'hagaki/stream'
import { overWebSocket, type WebSocketOptions, webSocket } from 'hagaki/websocket'
import { expect, onTestFinished, test, vi } from 'vitest'
import { WebSocket } from 'ws'
import { z } from 'zod'
import { SourceInput } from '../../src/call/input.ts'
import { STREAM } from '../../src/contract.ts'
import { isStream } from '../../src/value/result.ts'
import { encodeMessageFrame } from '../../src/wire/frames/codec.ts'
import { frame, HELLO, REQUEST } from '../../src/wire/frames/frame.ts'
import { encodeHello, encodeMessage } from '../../src/wire/frames/payload.ts'
import { Seen } from './seen.ts'
import { user } from './user.ts'

vi.spyOn(console, 'error').mockImplementation(() => {}) // what pools log of links that are gone

const Refused = failure('no_member', 'unauthenticated', z.object({}))
const member = guard('member', ({ headers }) => {
  const name = /member=(\w+)/.exec(headers['cookie'] ?? headers['authorization'] ?? '')?.[1]
  return name ?? raise(Refused({}))
})
const left = new Seen<string>()
const { reads, creates } = verbs({})
const guarded = verbs({ who: member })
const Text = z.object({ text: z.string() })
const notes = service({
  add: creates('/notes', { accepts: Text, returns: Text }, ({ text }) => ({ text: `added ${text}` })),
  read: reads('/notes/{id}', { accepts: z.object({ id: z.number() }), returns: z.number() }, ({ id }) => id),
  who: guarded.reads('/who', { returns: z.string() }, (_, { who }) => who),
  count: stream.reads('/count', { gives: stream.items(z.number()) }, async function* () {
    try {
      for (let at = 0; ; at++) {
        await new Promise((resolve) => setImmediate(resolve))
        yield at
      }
    } finally {
      left.add('count')
    }
  }),
})

test('a typed client calls over a WebSocket, many at once on one connection, and is refused as over HTTP', async () => {
  let connections = 0
  const counted: App = (...call) => {
    connections++
    return over(...call)
  }
  const over = overWebSocket(notes)
  const { url } = await served(counted, over)
  const api = client<typeof notes>(notes.contract, calling(url))
  expect(await Promise.all(Array.from({ length: 50 }, (_, id) => api.read({ id })))).toEqual(
    Array.from({ length: 50 }, (_, id) => id),
  )
  expect(await api.add({ text: 'x'.repeat(200_000) })).toEqual({ text: `added ${'x'.repeat(200_000)}` })
  await expect(api.add({ text: 5 } as never)).rejects.toMatchObject({ detail: { status: 422 } })
  expect(connections).toBe(1)
})

test('items come as they are asked for, and what nobody takes the rest of ends over there', async () => {
  const { url } = await served(overWebSocket(notes))
  const api = client<typeof notes>(notes.contract, calling(url))
  const seen: number[] = []
  for await (const item of api.count()) if (seen.push(item) === 5) break
  expect(seen).toEqual([0, 1, 2, 3, 4])
  expect(await left.next()).toBe('count')
})

test('a handler is called by its name (35)', async () => {
  const { url } = await served(overWebSocket(notes))
  expect(await calling(url).invoke('add', { text: 'hi' })).toEqual({ text: 'added hi' })
})

test('a call streams in both directions at once', async () => {
  const echo: App = (_method, _path, _headers, { input }) => [
    200,
    null,
    {},
    streamed(shouted(input.stream())),
  ]
  const { url } = await served(overWebSocket(echo))
  const said = new Seen<Uint8Array | null>()
  const input = new SourceInput({ length: null, read: () => said.next(), trailers: () => null }, 0)
  const { body: _, ...head } = request('POST', '/')
  const [, , , body] = await calling(url).call(head, input, { signal: new AbortController().signal })
  const heard = ((isStream(body) ? body[STREAM] : []) as AsyncIterable<Uint8Array>)[Symbol.asyncIterator]()
  for (const word of ['one', 'two', 'three']) {
    said.add(Buffer.from(word))
    expect(Buffer.from((await heard.next()).value as Uint8Array).toString()).toBe(word.toUpperCase())
  }
  said.add(null)
  expect((await heard.next()).done).toBe(true)
})

test('guards of handlers decide for each call: by what it sends, or by what its upgrade said', async () => {
  const { url } = await served(overWebSocket(notes))
  const whoOf = (socket: ReturnType<typeof calling>): Promise<string> =>
    client<typeof notes>(notes.contract, socket).who()
  await expect(whoOf(calling(url))).rejects.toMatchObject({ detail: { status: 401, code: 'no_member' } })
  expect(await whoOf(calling(url, { headers: { authorization: 'member=anna' } }))).toBe('anna')
  const cookie = upgrading({ cookie: 'member=berta' })
  expect(await whoOf(calling(url, { WebSocket: cookie }))).toBe('berta')
  // What a page says for a call does not count against what its browser said.
  expect(await whoOf(calling(url, { WebSocket: cookie, headers: { cookie: 'member=forged' } }))).toBe('berta')
  expect(await calling(url, { WebSocket: cookie }).invoke('who')).toBe('berta')
})

test('an upgrade is let through or refused by guards, as a request is', async () => {
  const { url } = await served(overWebSocket(notes, { admits: [member] }))
  expect(await refused(url)).toBe(401)
  expect(await refused(url, { headers: { cookie: 'member=anna' } })).toBe(101)
  const inline = await served(
    overWebSocket(notes, {
      admits: [
        ({ headers, path, client: from }) => {
          if (headers['x-token'] !== 'yes' || path !== '/' || from !== '127.0.0.1') raise(Refused({}))
        },
      ],
    }),
  )
  expect(await refused(inline.url)).toBe(401)
  expect(await refused(inline.url, { headers: { 'x-token': 'yes' } })).toBe(101)
})

test('guards that use resources and other guards decide of an upgrade, with those of the service', async () => {
  const opened = new Seen<string>()
  const db = resource(
    () => (opened.add('open'), new Map([['anna', 'admin']])),
    () => opened.add('close'),
  )
  const admin = guard('admin', (_, { who, db }) => db.get(who) ?? raise(Refused({})), {
    uses: { who: member, db },
  })
  const { reads } = verbs({ admin })
  const ruled = service({ rule: reads('/rule', { returns: z.string() }, (_, { admin }) => admin) })
  const { url, running } = await served(overWebSocket(ruled, { admits: [admin] }))
  expect(await opened.next()).toBe('open') // once, at boot
  expect(await refused(url)).toBe(401)
  expect(await refused(url, { headers: { cookie: 'member=berta' } })).toBe(401)
  const anna = upgrading({ cookie: 'member=anna' })
  expect(await calling(url, { WebSocket: anna }).invoke('rule')).toBe('admin')
  await running.close({ now: true })
  expect(await opened.next()).toBe('close')
  // In tests they are replaced as they are for handlers.
  const faked = await served(overWebSocket(ruled.with({ admin: 'somebody' }), { admits: [admin] }))
  expect(await refused(faked.url)).toBe(101)

  const other = guard('other', () => null, { uses: { cache: resource(() => 1) } })
  expect(() => overWebSocket(ruled, { admits: [other] })).toThrow(
    /other: no handler of the service uses "cache"/,
  )
  expect(() => overWebSocket(mount({ '/': ruled }), { admits: [admin] })).toThrow(
    /Write overWebSocket\(service, /,
  )
})

test('pages of other origins are refused, those of this host and those that are named let in', async () => {
  const [same, named, any] = [
    await served(overWebSocket(notes)),
    await served(overWebSocket(notes, { origins: ['https://shop.example'] })),
    await served(overWebSocket(notes, { origins: 'any' })),
  ]
  const host = new URL(same.url).host
  const table: [url: string, origin: string, status: number][] = [
    [same.url, `http://${host}`, 101],
    [same.url, `https://${host.toUpperCase()}`, 101],
    [same.url, 'https://shop.example', 403],
    [same.url, 'null', 403],
    [same.url, `https://${host}.evil.example`, 403],
    [same.url, '', 403],
    [named.url, 'https://shop.example', 101],
    [named.url, `http://${new URL(named.url).host}`, 403],
    [any.url, 'https://anywhere.example', 101],
  ]
  for (const [url, origin, status] of table) {
    expect(await refused(url, { headers: { origin } }), `${url} ${origin}`).toBe(status)
  }
})

test('what is no such upgrade is answered as what it is: 404, 426, 400', async () => {
  const { url } = await served(overWebSocket(notes))
  const http = url.replace('ws', 'http')
  expect((await fetch(`${http}/below`)).status).toBe(404)
  const plain = await fetch(http)
  expect([plain.status, await plain.text()]).toEqual([426, expect.stringContaining('hagaki.frames.1')])
  expect(await refused(url, {}, ['other.protocol'])).toBe(426)
  expect(await refused(url, { protocolVersion: 8 })).toBe(400)
})

test('no word of a page is taken for who it is: no context, and the client is who connected (17, 27)', async () => {
  const told: App = (_method, _path, headers, options) => {
    options.set(user, 'set over there')
    const { client: from, protocol, mount: at } = options
    return text(
      [options.get(user), from, protocol, at, headers['x-forwarded-for'], headers['x-own']].join(' '),
    )
  }
  const inner: App = (method, path, headers, options, server) => {
    options.set(user, 'of the upgrade')
    return over(method, path, headers, options, server)
  }
  const over = overWebSocket(told)
  const { url } = await served(inner, over)
  const answer = await ask(url, {
    context: { user: 'forged' },
    client: '192.0.2.7',
    protocol: 'https',
    mount: '/forged',
    headers: { 'x-forwarded-for': '192.0.2.8', 'x-own': 'yes' },
  })
  expect(bodyText(answer)).toBe('set over there 127.0.0.1 http /ws  yes')
  expect({ ...answer.context }).toEqual({})
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

test('connections are counted from when they are let in: as many at once as may be, however slowly they open', async () => {
  const answered = new Seen<void>()
  const go = new Seen<void>()
  const over = overWebSocket(notes, { connections: 1 })
  const slow: App = async (...call) => {
    try {
      return await over(...call)
    } finally {
      answered.add()
      await go.next()
    }
  }
  const { url } = await served(slow, over)
  const upgrades = [refused(url), refused(url)]
  await answered.next()
  await answered.next()
  go.add()
  go.add()
  expect((await Promise.all(upgrades)).sort()).toEqual([101, 503])
})

test('a connection that is not opened after all, or is over, leaves its place to another', async () => {
  const over = overWebSocket(notes, { connections: 1 })
  const app: App = async (...call) => {
    const result = await over(...call)
    return call[2]['x-late'] === undefined ? result : text('not you', 403)
  }
  const { url } = await served(app, over)
  expect(await refused(url, { headers: { 'x-late': 'yes' } })).toBe(403)
  const socket = await opened(url)
  expect(await refused(url)).toBe(503)
  socket.close()
  await once(socket, 'close')
  await vi.waitFor(async () => expect(await refused(url)).toBe(101))
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
  await vi.waitFor(() => expect(asked).toBe(2))
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

test('addresses that are none are refused where they are given', () => {
  for (const url of ['http://a.example/ws', 'ws', '', 'ws://a b']) {
    expect(() => webSocket(url), url).toThrow('it is no address. Write it like "wss://example.com/ws"')
  }
})

const { body: _body, ...requestHead } = request('GET', '/')

interface Served {
  readonly url: string
  readonly running: Running
}

/** Served below /ws; `life` is the app whose life it is, where that is another. */
async function served(app: App, life: App = app): Promise<Served> {
  const both = mount({ '/ws': app, '/life': life })
  const running = await serve(both, { port: 0, log: silentLog })
  onTestFinished(async () => {
    void running.close()
    await running.close({ now: true })
  })
  return { url: `${running.url.replace('http', 'ws')}/ws`, running }
}

function calling(url: string, options: WebSocketOptions = {}): ReturnType<typeof webSocket> {
  const socket = webSocket(url, options)
  onTestFinished(() => socket.close())
  return socket
}

async function ask(
  url: string,
  parts: Parameters<typeof request>[2] = {},
  method = 'GET',
  path = '/',
): Promise<ResponseValue> {
  const app = remote(calling(url))
  onTestFinished(() => closeApp(app))
  return perform(app, request(method, path, parts))
}

/** A WebSocket of `ws` whose upgrade has such fields; kept where somebody wants to end it. */
function upgrading(
  headers: Record<string, string>,
  kept: WebSocket[] = [],
): NonNullable<WebSocketOptions['WebSocket']> {
  const made = class extends WebSocket {
    constructor(url: string, protocols: string[]) {
      super(url, protocols, { headers })
      kept.push(this)
    }
  }
  return made as unknown as NonNullable<WebSocketOptions['WebSocket']>
}

/** The status that an upgrade is answered with. */
function refused(
  url: string,
  options: WebSocket.ClientOptions = {},
  protocols = ['hagaki.frames.1'],
): Promise<number> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url, protocols, options)
    socket.on('open', () => {
      socket.terminate()
      resolve(101)
    })
    socket.on('unexpected-response', (_, response) => {
      resolve(response.statusCode!)
      response.resume()
    })
    socket.on('error', reject)
  })
}

async function opened(url: string): Promise<WebSocket> {
  const socket = new WebSocket(url, ['hagaki.frames.1'])
  onTestFinished(() => socket.terminate())
  await once(socket, 'open')
  return socket
}

function frameOf(...[type, call, payload]: Parameters<typeof frame>): Buffer {
  return Buffer.from(encodeMessageFrame(frame(type, call, payload)))
}

async function* shouted(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  for await (const piece of pieces) yield Buffer.from(piece).toString().toUpperCase()
}
