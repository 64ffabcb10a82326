/** WebSockets: `overWebSocket` and `webSocket`, with `ws` on both ends. Contract clauses 17, 27, 33 and 35. */
import { type App, bodyText, request, stream as streamed, text } from 'hagaki'
import { client } from 'hagaki/client'
import { overWebSocket, webSocket } from 'hagaki/websocket'
import { expect, test, vi } from 'vitest'
import { SourceInput } from '../../src/call/input.ts'
import { STREAM } from '../../src/contract.ts'
import { isStream } from '../../src/value/result.ts'
import { Seen } from './seen.ts'
import { user } from './user.ts'
import { ask, calling, left, notes, served } from './web-sockets.ts'

vi.spyOn(console, 'error').mockImplementation(() => {}) // what pools log of links that are gone

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

test('addresses that are none are refused where they are given', () => {
  for (const url of ['http://a.example/ws', 'ws', '', 'ws://a b']) {
    expect(() => webSocket(url), url).toThrow('it is no address. Write it like "wss://example.com/ws"')
  }
})

async function* shouted(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  for await (const piece of pieces) yield Buffer.from(piece).toString().toUpperCase()
}
