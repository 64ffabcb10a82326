/** The typed client that calls by name, over a WebSocket and over a socket. Contract clause 35. */
import { failure, guard, header, mount, raise, service, silentLog, verbs } from 'hagaki'
import { clientByName } from 'hagaki/client'
import { bytes } from 'hagaki/schema'
import { serve } from 'hagaki/server'
import * as stream from 'hagaki/stream'
import { overWebSocket, webSocket } from 'hagaki/websocket'
import { expect, onTestFinished, test } from 'vitest'
import { z } from 'zod'
import { Seen } from '../roads/seen.ts'
import { turn } from '../roads/wire.ts'

const Gone = failure('note_gone', 'gone', z.object({ id: z.number() }))
const Busy = failure('busy', 'unavailable')
const Limited = failure('limited', 'limited', z.object({ retryAfterS: z.number() }))
const Text = z.object({ text: z.string() })
const left = new Seen<string>()
const asked: string[] = []
const { reads, creates, acts } = verbs({
  // What a guard sees of a call by name: the path is the handler's template.
  seen: guard('seen', ({ method, path }) => void asked.push(`${method} ${path}`)),
})
const notes = service({
  add: creates(
    '/notes',
    { accepts: Text.extend({ at: z.string().optional() }), returns: Text },
    ({ text }) => ({
      text: `added ${text}`,
    }),
  ),
  read: reads(
    '/notes/{id}',
    { accepts: z.object({ id: z.number() }), returns: Text, errors: [Gone] },
    ({ id }) => raise(Gone({ id })),
  ),
  touch: acts('/touch', {}, () => {}),
  pinned: reads(
    '/pinned',
    { accepts: z.object({ match: z.string() }), from: { match: header('x-match') }, returns: z.string() },
    ({ match }) => match,
  ),
  picture: acts('/picture', { accepts: bytes(), returns: bytes() }, (given) => given),
  busy: reads('/busy', { errors: [Busy] }, () => raise(Busy())),
  limited: reads('/limited', { errors: [Limited] }, () => raise(Limited({ retryAfterS: 31 }))),
  inner: service({
    sum: acts('/sum', { accepts: z.array(z.number()), returns: z.number() }, (all) => all.length),
  }),
  count: stream.reads(
    '/count',
    { accepts: z.object({ from: z.number() }), gives: stream.items(z.number()) },
    async function* ({ from }) {
      try {
        for (let at = from; ; at++) {
          await turn() // or 100,000 of them would be under way
          yield at
        }
      } finally {
        left.add('count')
      }
    },
  ),
  up: stream.acts(
    '/up',
    { takes: stream.bytes('*/*'), limit: '1mb', returns: z.number() },
    async ({ body }) => {
      let size = 0
      for await (const piece of body) size += piece.byteLength
      return size
    },
  ),
})

async function connected() {
  const running = await serve(mount({ '/ws': overWebSocket(notes) }), { port: 0, log: silentLog })
  onTestFinished(() => running.close({ now: true }))
  const socket = webSocket(`${running.url.replace('http', 'ws')}/ws`)
  onTestFinished(() => socket.close())
  asked.splice(0)
  return clientByName<typeof notes>(notes.contract, socket, { retries: 1 })
}

test('functions are those of the service, and their calls a name and data', async () => {
  const api = await connected()
  expect(await api.add({ text: 'hi' })).toEqual({ text: 'added hi' })
  expect(await api.touch()).toBe(undefined)
  expect(await api.inner.sum([1, 2, 3])).toBe(3)
  // Wherever a request would hold it: a field as well takes what is no Latin-1.
  expect(await api.pinned({ match: '葉書' })).toBe('葉書')
  expect(asked).toEqual(['POST /notes', 'POST /touch', 'POST /sum', 'GET /pinned'])
  expect(api.add.key({ text: 'hi' })).toEqual(['add', { text: 'hi' }])
})

test('refusals are those of any client', async () => {
  const api = await connected()
  await expect(api.read({ id: 7 })).rejects.toSatisfy((error) => Gone.is(error) && error.data.id === 7)
  expect(asked).toEqual(['GET /notes/{id}'])
  await expect(api.add({ text: 5 } as never)).rejects.toMatchObject({
    code: 'call_answered',
    detail: { status: 422, code: 'input_invalid' },
  })
  await expect(api.add({ text: Number.NaN } as never)).rejects.toMatchObject({ code: 'input_invalid' })
  await expect(api.add({ text: 'hi' }, { signal: AbortSignal.abort(new Error('no')) })).rejects.toThrow('no')
})

test('what may be repeated is, when it was told to come again', async () => {
  const api = await connected()
  await expect(api.busy()).rejects.toMatchObject({ detail: { status: 503 } })
  expect(asked).toEqual(['GET /busy', 'GET /busy'])
  // Later than a client waits for.
  await expect(api.limited()).rejects.toSatisfy((error) => Limited.is(error) && error.data.retryAfterS === 31)
  expect(asked.slice(2)).toEqual(['GET /limited'])
})

test('what the contract does not name stays here', async () => {
  const api = await connected()
  const more = { text: 'hi', secret: 'of nobody' }
  expect(await api.add(more)).toEqual({ text: 'added hi' })
})

test('items come as they are taken, and end over there when they are left', async () => {
  const api = await connected()
  const seen: number[] = []
  for await (const item of api.count({ from: 3 })) if (seen.push(item) === 3) break
  expect(seen).toEqual([3, 4, 5])
  expect(await left.next()).toBe('count')
})

test('what a name cannot say is asked as a request over the same link', async () => {
  const api = await connected()
  expect(await api.picture(new Uint8Array([1, 2]))).toEqual(new Uint8Array([1, 2]))
  expect(await api.up({ body: new Uint8Array(1_000) })).toBe(1_000)
  let status = 0
  expect(
    await api.add(
      { text: 'hi' },
      { headers: { 'x-a': 'b' }, onAnswer: (answer) => (status = answer.status) },
    ),
  ).toEqual({ text: 'added hi' })
  expect(status).toBe(201)
})
