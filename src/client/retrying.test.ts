import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { z } from 'zod'
import type { Transport } from '../call/transport.ts'
import type { Result } from '../contract.ts'
import { Fault } from '../fault.ts'
import { service } from '../handler/service.ts'
import { header } from '../handler/source.ts'
import { verbs } from '../handler/verbs.ts'
import { items, verbs as streamVerbs } from '../stream/stream.ts'
import type { RequestHead } from '../value/head.ts'
import { stream } from '../value/result.ts'
import type { CallOptions } from './call-options.ts'
import { type ClientOptions, client } from './functions.ts'

const { acts, creates, deletes, reads, replaces, updates } = verbs({})
const Text = z.object({ text: z.string().optional() })
const spec = { accepts: Text, returns: z.string() }
const keyed = { accepts: z.object({ key: z.string().optional() }), from: { key: header('idempotency-key') } }
const notes = service({
  read: reads('/', spec, () => ''),
  replace: replaces('/', spec, () => ''),
  remove: deletes('/', spec, () => ''),
  create: creates('/', spec, () => ''),
  update: updates('/', spec, () => ''),
  act: acts('/act', spec, () => ''),
  keyed: acts('/keyed', keyed, () => {}),
  feed: streamVerbs({}).reads('/feed', { gives: items(z.number()) }, async function* () {}),
})
type Name = 'read' | 'replace' | 'remove' | 'create' | 'update' | 'act'

const OK: Result = [200, 'application/json', {}, '"done"']
const lost = (): never => {
  throw new Fault('call_lost', { to: 'far' })
}
const busy = (fields: Record<string, string> = {}, status = 503): Result => [status, null, fields, null]

/** A client whose tries are answered one after the other, and then with success. */
function answering(
  answers: readonly (Result | (() => Result | Promise<Result>))[],
  options: ClientOptions = {},
) {
  const sent: RequestHead[] = []
  const times: number[] = []
  const transport: Transport = {
    name: 'far',
    call: async (head) => {
      times.push(Date.now())
      sent.push(head)
      const answer = answers[sent.length - 1] ?? OK
      return typeof answer === 'function' ? answer() : answer
    },
  }
  const api = client<typeof notes>(notes.contract, transport, options)
  /** Runs a call with all its pauses. */
  const run = async (name: Name, options?: CallOptions): Promise<unknown> => {
    const calling = api[name]({ text: 'a' }, options).catch((error: unknown) => error)
    await vi.runAllTimersAsync()
    return calling
  }
  return { api, sent, times, run }
}

beforeEach(() => {
  vi.useFakeTimers({ now: 1_000_000 })
  vi.spyOn(Math, 'random').mockReturnValue(0.5)
})
afterEach(() => {
  vi.useRealTimers()
  vi.restoreAllMocks()
})

test('verbs that may be repeated are, twice, and others are not', async () => {
  for (const [name, tries] of [
    ['read', 3],
    ['replace', 3],
    ['remove', 3],
    ['create', 1],
    ['update', 1],
    ['act', 1],
  ] as const) {
    const { sent, run } = answering([busy(), busy(), busy(), busy()])
    expect(await run(name), name).toMatchObject({ code: 'call_answered', detail: { status: 503 } })
    expect(sent, name).toHaveLength(tries)
  }
})

test('what is tried again: no answer, 429, 502, 503 and 504', async () => {
  for (const [answer, tries] of [
    [lost, 2],
    [() => Promise.reject(new TypeError('fetch failed')), 2],
    [() => Promise.reject(new Fault('call_refused', { to: 'far', reason: 'nobody is there' })), 2],
    [busy({}, 429), 2],
    [busy({}, 502), 2],
    [busy({}, 503), 2],
    [busy({}, 504), 2],
    [busy({}, 500), 1],
    [busy({}, 501), 1],
    [busy({}, 404), 1],
    [busy({}, 408), 1],
    [() => Promise.reject(new Fault('call_faulty', { to: 'far', reason: 'it is none' })), 1],
  ] as const) {
    const { sent, run } = answering([answer])
    const given = await run('read')
    expect(sent, String(answer)).toHaveLength(tries)
    if (tries === 2) expect(given).toBe('done')
    else expect(given).toBeInstanceOf(Fault)
  }
})

test('an answer that began and broke off is not asked for again', async () => {
  const broken = async function* (): AsyncGenerator<string> {
    yield '"do'
    throw new Error('reset')
  }
  const { sent, run } = answering([[200, 'application/json', {}, stream(broken())]])
  expect(await run('read')).toMatchObject({ code: 'call_lost' })
  expect(sent).toHaveLength(1)
})

test('pauses are a random part of what doubles each time, and has an end', async () => {
  const { times, run } = answering(
    Array.from({ length: 9 }, () => lost),
    { retries: 9 },
  )
  expect(await run('read')).toBe('done')
  const pauses = times.slice(1).map((time, at) => time - times[at]!)
  expect(pauses).toEqual([50, 100, 200, 400, 800, 1_600, 2_500, 2_500, 2_500])
})

test('`retry-after` is heeded, in seconds and as a date, up to 30 s', async () => {
  vi.setSystemTime(1_000_000)
  const date = (ms: number): string => new Date(1_000_000 + ms).toUTCString()
  for (const [after, pause] of [
    ['2', 2_050],
    ['0', 50],
    [date(5_000), 5_050],
    [date(-5_000), 50],
    ['soon', 50],
    ['30', 30_050],
  ] as const) {
    for (const status of [429, 503]) {
      vi.setSystemTime(1_000_000)
      const { times, run } = answering([busy({ 'retry-after': after }, status)])
      expect(await run('read'), after).toBe('done')
      expect(times[1]! - times[0]!, after).toBe(pause)
    }
  }
  for (const after of ['31', '999999999999', date(60_000)]) {
    vi.setSystemTime(1_000_000)
    const { sent, run } = answering([busy({ 'retry-after': after })])
    expect(await run('read')).toMatchObject({ code: 'call_answered', detail: { status: 503 } })
    expect(sent).toHaveLength(1)
  }
})

test('nothing is tried past the deadline: the caller is told what is known', async () => {
  const first = answering([lost])
  expect(await first.run('read', { timeoutMs: 50 })).toMatchObject({ code: 'call_lost' })
  expect(first.sent).toHaveLength(1)
  const second = answering([lost, busy({ 'retry-after': '1' })])
  expect(await second.run('read', { timeoutMs: 500 })).toMatchObject({ detail: { status: 503 } })
  expect(second.sent.map(({ timeoutMs }) => timeoutMs)).toEqual([500, 450])
})

test('whoever cancels between two tries is told why, and nothing more is sent', async () => {
  const { api, sent } = answering([busy({ 'retry-after': '10' })])
  const controller = new AbortController()
  const calling = api.read({}, { signal: controller.signal }).catch((error: unknown) => error)
  await vi.advanceTimersByTimeAsync(1_000)
  const reason = new Error('changed my mind')
  controller.abort(reason)
  expect(await calling).toBe(reason)
  await vi.runAllTimersAsync()
  expect(sent).toHaveLength(1)
  expect(vi.getTimerCount()).toBe(0)
})

test('how often is said for a client or for one call', async () => {
  for (const [options, ofCall, tries] of [
    [{ retries: 0 }, undefined, 1],
    [{ retries: 1 }, undefined, 2],
    [{ retries: 1 }, 3, 4],
    [{}, 0, 1],
  ] as const) {
    const { sent, run } = answering([lost, lost, lost, lost, lost], options)
    await run('read', ofCall === undefined ? {} : { retries: ofCall })
    expect(sent).toHaveLength(tries)
  }
})

test('with an idempotency key every verb may be repeated, with the same key each time', async () => {
  for (const name of ['create', 'update', 'act'] as const) {
    const { sent, run } = answering([lost, busy()])
    expect(await run(name, { idempotencyKey: 'a"b\\' })).toBe('done')
    expect(sent.map(({ headers }) => headers['idempotency-key'])).toEqual(Array(3).fill('"a\\"b\\\\"'))
  }
  const { sent, run } = answering([lost])
  await run('create', { idempotencyKey: true })
  await run('create', { idempotencyKey: true })
  const [first, again, other] = sent.map(({ headers }) => headers['idempotency-key'])
  expect(first).toMatch(/^"[0-9a-f]{32}"$/)
  expect([again === first, other === first]).toEqual([true, false])
})

test('a member that is pinned to the key, or a header, is one as well', async () => {
  const { api, sent } = answering([lost, lost, lost])
  const calling = api.keyed({ key: 'mine' }).catch(() => {})
  await vi.runAllTimersAsync()
  await calling
  expect(sent.map(({ headers }) => headers['idempotency-key'])).toEqual(['mine', 'mine', 'mine'])
  const headed = answering([lost])
  await headed.run('create', { headers: { 'Idempotency-Key': 'x' } })
  expect(headed.sent).toHaveLength(2)
})

test('a key that no field may hold is refused, and nothing is sent', async () => {
  const { sent, run } = answering([])
  expect(await run('create', { idempotencyKey: 'ключ' })).toMatchObject({ code: 'field_faulty' })
  expect(sent).toHaveLength(0)
})

test('a stream is tried again until it begins, and not once it has', async () => {
  vi.useRealTimers() // what streams is loaded first
  vi.spyOn(Math, 'random').mockReturnValue(0)
  const begun: Result = [200, 'text/event-stream', {}, stream(brokenEvents())]
  const { api, sent } = answering([lost, busy(), begun])
  const got: number[] = []
  const reading = (async () => {
    for await (const item of api.feed()) got.push(item)
  })().catch((error: unknown) => error)
  expect(await reading).toMatchObject({ code: 'call_lost' })
  expect([got, sent.length]).toEqual([[1], 3])
})

async function* brokenEvents(): AsyncGenerator<string> {
  yield 'data: 1\n\n'
  throw new Error('reset')
}

test('an answer that nobody is told of is let go of', async () => {
  let ended = false
  const endless = async function* (): AsyncGenerator<string> {
    try {
      for (;;) yield 'x'
    } finally {
      ended = true
    }
  }
  const { run } = answering([[503, null, {}, stream(endless())]])
  expect(await run('read')).toBe('done')
  expect(ended).toBe(true)
})
