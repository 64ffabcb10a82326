import { expect, onTestFinished, test, vi } from 'vitest'
import { z } from 'zod'
import type { Near, Transport } from '../call/transport.ts'
import { cbor } from '../codec/cbor.ts'
import { json as jsonFormat } from '../codec/json.ts'
import { encodeEvent } from '../codec/sse.ts'
import type { Chunk, Result } from '../contract.ts'
import { Fault } from '../fault.ts'
import { failure } from '../handler/failure.ts'
import { service } from '../handler/service.ts'
import { verbs } from '../handler/verbs.ts'
import { bytes, text } from '../schema/whole.ts'
import { items, reads as streams } from '../stream/stream.ts'
import type { RequestHead } from '../value/head.ts'
import { stream } from '../value/result.ts'
import { type ClientOptions, client } from './functions.ts'

const { reads, creates } = verbs({})
const Gone = failure('note_gone', 'missing', z.object({ id: z.number() }))

const notes = service({
  one: reads(
    '/{id}',
    { accepts: z.object({ id: z.number() }), returns: z.object({ text: z.string() }), errors: [Gone] },
    () => ({ text: '' }),
  ),
  touch: creates('/touch', {}, () => {}),
  perhaps: reads('/perhaps', { returns: z.string().optional() }, () => undefined),
  feed: streams('/feed', { gives: items(z.number()) }, async function* () {}),
})

type Answer = Result | Promise<Result> | ((head: RequestHead, near: Near) => Result | Promise<Result>)

/** A client whose calls are all answered with that. */
function answering(answer: Answer): ReturnType<typeof client<typeof notes>> {
  const transport: Transport = {
    name: 'far',
    call: async (head, _, near) => (typeof answer === 'function' ? answer(head, near) : answer),
  }
  return client<typeof notes>(notes.contract, transport)
}

const json = (status: number, data: unknown): Result => [status, 'application/json', {}, JSON.stringify(data)]
const problem = (status: number, data: unknown): Result => [
  status,
  'application/problem+json',
  {},
  JSON.stringify(data),
]

/** What a promise rejected with. */
async function rejection(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => {
      throw new Error('It was not refused')
    },
    (error: unknown) => error,
  )
}

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const got: T[] = []
  for await (const item of items) got.push(item)
  return got
}

test('an answer with data gives them, one without gives undefined', async () => {
  expect(await answering(json(200, { text: 'a' })).one({ id: 1 })).toEqual({ text: 'a' })
  expect(await answering([204, null, {}, null]).touch()).toBeUndefined()
  expect(await answering([200, 'text/plain', {}, 'ok']).touch()).toBeUndefined()
  expect(await answering([204, null, {}, null]).perhaps()).toBeUndefined()
  expect(await answering([200, null, {}, stream(['{"te', 'xt":"é"}'])]).one({ id: 1 })).toEqual({ text: 'é' })
})

test('a failure is known by its type, and holds its data', async () => {
  const error = await rejection(
    answering(problem(404, { code: 'note_gone', data: { id: 7 } })).one({ id: 7 }),
  )
  expect(Gone.is(error)).toBe(true)
  if (Gone.is(error)) expect(error.data.id).toBe(7)
  expect(error).toMatchObject({
    code: 'call_answered',
    detail: { to: 'far', status: 404, code: 'note_gone', data: { id: 7 } },
  })
})

test('a refusal without a problem is known by its status', async () => {
  for (const [answer, code] of [
    [[503, 'text/html', {}, '<h1>Busy</h1>'], null],
    [[500, null, {}, null], null],
    [json(400, ['a']), null],
    [json(400, null), null],
    [problem(404, { title: 'Not Found' }), null],
    [problem(404, { code: 7 }), null],
    [problem(404, { code: 'route_missing' }), 'route_missing'],
    [[418, 'application/json', {}, Uint8Array.from([0xff])], null],
  ] as const) {
    const error = await rejection(answering(answer as Result).one({ id: 1 }))
    expect(error).toMatchObject({ code: 'call_answered', detail: { status: answer[0], code } })
    expect(Gone.is(error)).toBe(false)
  }
})

test('an answer that is no JSON is not what the contract says', async () => {
  for (const answer of [
    [200, 'text/html', {}, '<html>'],
    [200, 'application/json', {}, ''],
    [200, null, {}, null],
    [200, 'application/json', {}, Uint8Array.from([0x22, 0xff, 0x22])],
  ] as const) {
    expect(await rejection(answering(answer).one({ id: 1 }))).toMatchObject({
      code: 'call_faulty',
      detail: { to: 'far', reason: 'it is not JSON' },
    })
  }
})

test('what a transport throws is a call that was lost, and its faults are as they are', async () => {
  const cause = new Error('socket hang up')
  expect(await rejection(answering(Promise.reject(cause)).one({ id: 1 }))).toMatchObject({
    code: 'call_lost',
    cause,
    detail: { to: 'far' },
  })
  const fault = new Fault('call_refused', { to: 'far', reason: 'busy' })
  expect(await rejection(answering(Promise.reject(fault)).one({ id: 1 }))).toBe(fault)
  const broken = async function* (): AsyncGenerator<Chunk> {
    yield '{"text"'
    throw cause
  }
  expect(await rejection(answering([200, null, {}, stream(broken())]).one({ id: 1 }))).toMatchObject({
    code: 'call_lost',
    cause,
  })
})

test('data that cannot be written are refused before anything is sent', async () => {
  let sent = 0
  const api = answering(() => (sent++, json(200, 1)))
  expect(await rejection(api.one({ id: Number.NaN }))).toMatchObject({ code: 'input_invalid' })
  expect(await rejection(all(api.feed({ a: 1 } as never, { headers: { 'x-a': '\n' } })))).toMatchObject({
    code: 'field_faulty',
  })
  expect(sent).toBe(0)
})

test('a call that is cancelled rejects with the reason, before, during and after the head', async () => {
  const reason = new Error('changed my mind')
  const never = new Promise<Result>(() => {})
  const silent = async function* (): AsyncGenerator<Chunk> {
    await never
  }
  for (const answer of [never, [200, 'text/event-stream', {}, stream(silent())] as Result]) {
    const api = answering(answer)
    for (const call of [
      (signal: AbortSignal) => api.one({ id: 1 }, { signal }),
      (signal: AbortSignal) => all(api.feed(undefined, { signal })),
    ]) {
      expect(await rejection(call(AbortSignal.abort(reason)))).toBe(reason)
      const controller = new AbortController()
      const calling = rejection(call(controller.signal))
      controller.abort(reason)
      expect(await calling).toBe(reason)
    }
  }
})

test('a transport is told that a call was cancelled, and why', async () => {
  const reason = new Error('changed my mind')
  const controller = new AbortController()
  let told: unknown
  const api = answering((_, { signal }) => {
    signal.addEventListener('abort', () => {
      told = signal.reason
    })
    controller.abort(reason)
    return new Promise(() => {})
  })
  await rejection(api.touch(undefined, { signal: controller.signal }))
  expect(told).toBe(reason)
})

test('a call that takes too long is given up', async () => {
  const api = answering(new Promise<Result>(() => {}))
  const fault = { code: 'call_timeout', detail: { to: 'far', limitMs: 1 } }
  expect(await rejection(api.one({ id: 1 }, { timeoutMs: 1 }))).toMatchObject(fault)
  expect(await rejection(all(api.feed(undefined, { timeoutMs: 1 })))).toMatchObject(fault)
})

test('the far side learns how long the caller waits', async () => {
  const seen: (number | null)[] = []
  const api = answering((head) => (seen.push(head.timeoutMs), [204, null, {}, null]))
  await api.touch()
  await api.touch(undefined, { timeoutMs: 60_000 })
  expect(seen[0]).toBeNull()
  expect(seen[1]).toBeGreaterThan(50_000)
})

test('a stream may take longer than its beginning', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] })
  onTestFinished(() => void vi.useRealTimers())
  const slow = async function* (): AsyncGenerator<Chunk> {
    yield encodeEvent('1')
    vi.advanceTimersByTime(50)
    yield encodeEvent('2')
  }
  expect(
    await all(answering([200, 'text/event-stream', {}, stream(slow())]).feed(undefined, { timeoutMs: 20 })),
  ).toEqual([1, 2])
})

test('a call that ends well is not cancelled afterwards', async () => {
  let signal: AbortSignal | undefined
  const api = answering((_, near) => ((signal = near.signal), json(200, { text: '' })))
  const controller = new AbortController()
  await api.one({ id: 1 }, { signal: controller.signal })
  controller.abort()
  expect(signal!.aborted).toBe(false)
})

const whole = service({
  notes: service({ list: reads('/notes', { returns: z.array(z.number()) }, () => []) }),
  bytes: reads('/bytes', { returns: bytes() }, () => new Uint8Array(0)),
  text: reads('/text', { returns: text() }, () => ''),
  cbor: reads('/cbor', { returns: z.any(), formats: [cbor, jsonFormat] }, () => 1),
})

/** The same for that service. */
function given(answer: Result, options: ClientOptions = {}) {
  const asked: RequestHead[] = []
  const transport: Transport = { name: 'far', call: async (head) => (asked.push(head), answer) }
  return { api: client<typeof whole>(whole.contract, transport, options), asked }
}

test('bytes and text are given as they are', async () => {
  const bytes = Uint8Array.of(0, 255)
  expect(await given([200, 'image/png', {}, stream([bytes])]).api.bytes()).toEqual(bytes)
  expect(await given([200, 'image/png', {}, null]).api.bytes()).toEqual(new Uint8Array(0))
  expect(await given([200, 'text/plain', {}, '{"é"}']).api.text()).toBe('{"é"}')
  expect(await given([200, 'text/plain', {}, '']).api.text()).toBe('')
  expect(await rejection(given([200, 'text/plain', {}, bytes]).api.text())).toMatchObject({
    code: 'call_faulty',
    detail: { reason: 'it is not UTF-8' },
  })
  expect(given([200, null, {}, null]).api.bytes).toBeDefined()
})

test('an answer is read in the format that it says, and asked for in those that both know', async () => {
  const data = { é: [1, null] }
  const written: Result = [200, 'application/cbor', {}, cbor.encode!(data)]
  const one = given(written, { formats: [cbor] })
  expect(await one.api.cbor()).toEqual(data)
  expect(one.asked[0]!.headers['accept']).toBe('application/cbor, application/json')
  expect(await given(json(200, data), { formats: [cbor] }).api.cbor()).toEqual(data)
  const other = given(json(200, data))
  expect(await other.api.cbor()).toEqual(data)
  expect(other.asked[0]!.headers['accept']).toBe('application/json')
  const broken: Result = [200, 'application/cbor', {}, Uint8Array.of(0xff)]
  expect(await rejection(given(broken, { formats: [cbor] }).api.cbor())).toMatchObject({
    code: 'call_faulty',
    detail: { reason: 'it is not cbor' },
    cause: { code: 'body_malformed' },
  })
})

test('handlers of a service within a service are called by both names', async () => {
  const { api, asked } = given(json(200, [1]))
  expect(await api.notes.list()).toEqual([1])
  expect(asked[0]!.path).toBe('/notes')
  expect(api.notes.list.key()).toEqual(['notes.list'])
  expect([Object.isFrozen(api), Object.isFrozen(api.notes)]).toEqual([true, true])
})

test('a caller may look at status and fields of an answer', async () => {
  const seen: unknown[] = []
  const api = answering([200, 'application/json', { etag: '"1"' }, '{"text":""}'])
  await api.one({ id: 1 }, { onAnswer: ({ status, headers }) => seen.push(status, headers['etag']) })
  expect(seen).toEqual([200, '"1"'])
})

test('what is no success is told, a redirect that nobody followed as well', async () => {
  for (const status of [300, 303, 304, 400, 599]) {
    expect(await rejection(answering([status, null, {}, null]).touch())).toMatchObject({
      code: 'call_answered',
      detail: { status },
    })
  }
})

test('a deadline is a time, and the earlier of it and the timeout holds', async () => {
  const never = new Promise<Result>(() => {})
  for (const [options, limitMs] of [
    [{ deadline: Date.now() - 1 }, 0],
    [{ deadline: Date.now() - 1, timeoutMs: 60_000 }, 0],
    [{ deadline: Date.now() + 60_000, timeoutMs: 1 }, 1],
    [{ deadline: null, timeoutMs: 1 }, 1],
  ] as const) {
    const error = (await rejection(answering(never).touch(undefined, options))) as Fault<'call_timeout'>
    expect([error.code, error.detail.limitMs]).toEqual(['call_timeout', limitMs])
  }
  const seen: (number | null)[] = []
  const api = answering((head) => (seen.push(head.timeoutMs), [204, null, {}, null]))
  await api.touch(undefined, { deadline: Date.now() + 60_000 })
  expect(seen[0]).toBeGreaterThan(50_000)
  expect(seen[0]).toBeLessThanOrEqual(60_000)
})

test('with no time left nothing is sent', async () => {
  let sent = 0
  const api = answering(() => (sent++, [204, null, {}, null]))
  expect(await rejection(api.touch(undefined, { deadline: 0 }))).toMatchObject({ code: 'call_timeout' })
  expect(sent).toBe(0)
})

test('a timeout that no timer can hold is none', async () => {
  const api = answering([204, null, {}, null])
  expect(await api.touch(undefined, { timeoutMs: Number.MAX_SAFE_INTEGER })).toBeUndefined()
  expect(await api.touch(undefined, { timeoutMs: Number.POSITIVE_INFINITY })).toBeUndefined()
})

test('a client is no promise, and has nothing but its calls', async () => {
  const api = answering(json(200, 1))
  expect(await api).toBe(api)
  expect(Object.keys(api)).toEqual(['one', 'touch', 'perhaps', 'feed'])
  expect('toString' in api).toBe(false)
  expect(Object.isFrozen(api)).toBe(true)
})

test('a contract of a later version is refused', () => {
  const transport: Transport = { name: 'far', call: () => Promise.reject(new Error()) }
  expect(() => client({ ...notes.contract, hagaki: 2 }, transport)).toThrow(
    /its version 2 is unknown here\. Update hagaki/,
  )
})
