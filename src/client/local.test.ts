import { expect, onTestFinished, test, vi } from 'vitest'
import { z } from 'zod'
import { WAIT_MS } from '../../test/wait.ts'
import type { Outcome } from '../contract.ts'
import { failure } from '../handler/failure.ts'
import { guard, resource } from '../handler/provide.ts'
import { reply, setting } from '../handler/reply.ts'
import { service } from '../handler/service.ts'
import { verbs } from '../handler/verbs.ts'
import { session } from '../middleware/session.ts'
import { items, verbs as streamVerbs } from '../stream/stream.ts'
import type { CallOptions } from './call-options.ts'
import { local } from './local.ts'

const outcomes: Outcome[] = []

const Tired = failure('too_tired', 'limited')

const providers = {
  user: guard('member', ({ headers }) => ({ name: headers['x-user'] ?? 'nobody' })),
  db: resource((): { find(id: number): string } => {
    throw new Error('there is no database here')
  }),
}
const { reads } = verbs(providers)
const streams = streamVerbs(providers)

const notes = service({
  find: reads(
    '/notes/{id}',
    { accepts: z.object({ id: z.number() }), returns: z.string() },
    ({ id }, { user, db, defer }) => {
      defer((outcome) => void outcomes.push(outcome))
      return `${user.name}: ${db.find(id)}`
    },
  ),
  wait: reads('/wait', { accepts: z.object({ heed: z.boolean() }) }, ({ heed }, { signal, defer }) => {
    defer((outcome) => void outcomes.push(outcome))
    return new Promise<void>((_, reject) => {
      if (heed) signal.addEventListener('abort', () => reject(signal.reason))
    })
  }),
  count: streams.reads('/count', { gives: items(z.number()) }, async function* (_, { defer, signal }) {
    defer((outcome) => void outcomes.push(outcome))
    for (let n = 1; !signal.aborted; n++) yield n
  }),
  tire: streams.reads('/tire', { gives: items(z.number()), errors: [Tired] }, async function* (_, { defer }) {
    defer((outcome) => void outcomes.push(outcome))
    throw Tired()
  }),
  stuck: streams.reads('/stuck', { gives: items(z.number()) }, async function* (_, { defer }) {
    defer((outcome) => void outcomes.push(outcome))
    yield 1
    await new Promise(() => {})
  }),
})

const fake = { find: (id: number) => `note ${id}` }
const api = local(notes, { user: { name: 'alice' }, db: fake })

function since(): Outcome[] {
  return outcomes.splice(0)
}

/** No time is over before a test says so: the handler has been called by then. */
function fakeTimers(): void {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  onTestFinished(() => void vi.useRealTimers())
}

/** Resolves when a handler has been called. */
function called(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}

test('values stand in the place of guards and resources, everything else is as over HTTP', async () => {
  expect(await api.find({ id: 7 })).toBe('alice: note 7')
  expect(since()).toEqual([{ status: 200, error: null, aborted: false }])
  await expect(api.find({ id: 'x' as never })).rejects.toMatchObject({
    detail: { status: 422, code: 'input_invalid' },
  })
})

test('guards without a value decide from the headers of the call', async () => {
  const guarded = local(notes, { db: fake })
  expect(await guarded.find({ id: 7 }, { headers: { 'x-user': 'bob' } })).toBe('bob: note 7')
  expect(await guarded.find({ id: 7 })).toBe('nobody: note 7')
  since()
})

test('a resource that does not open is the failure of the app that it would be', async () => {
  const said = vi.spyOn(console, 'error').mockImplementation(() => {})
  await expect(local(notes).find({ id: 7 })).rejects.toMatchObject({
    code: 'call_answered',
    detail: { status: 500, code: 'app_failed' },
  })
  expect(said).toHaveBeenCalledWith(expect.stringMatching(/Resource "db": there is no database here/))
  said.mockRestore()
})

test('a caller who gives up does not wait for a handler that takes no notice', async () => {
  const reason = new Error('changed my mind')
  const controller = new AbortController()
  const calling = api.wait({ heed: false }, { signal: controller.signal })
  controller.abort(reason)
  await expect(calling).rejects.toBe(reason)
  await expect(api.wait({ heed: false }, { timeoutMs: 1 })).rejects.toMatchObject({
    code: 'call_timeout',
    detail: { to: 'local', limitMs: 1 },
  })
  expect(since()).toEqual([])
})

test('a handler that heeds its signal ends with the call', async () => {
  const controller = new AbortController()
  const calling = api.wait({ heed: true }, { signal: controller.signal })
  const reason = new Error('changed my mind')
  void called().then(() => controller.abort(reason))
  await expect(calling).rejects.toBe(reason)
  await vi.waitFor(() => expect(outcomes).toHaveLength(1), WAIT_MS)
  expect(since()).toMatchObject([{ aborted: true }])
  fakeTimers()
  const late = expect(api.wait({ heed: true }, { timeoutMs: 5 })).rejects.toMatchObject({
    code: 'call_timeout',
    detail: { to: 'local' },
  })
  await called()
  vi.advanceTimersByTime(5)
  await late
  await vi.waitFor(() => expect(since()).toMatchObject([{ aborted: true }]), WAIT_MS)
})

test('a handler that calls on hands its signal and its deadline over', async () => {
  const seen: (readonly [deadline: number | null, aborted: boolean])[] = []
  const { reads: plainly } = verbs({})
  const behind = local(
    service({
      wait: plainly('/wait', {}, (_, { deadline, signal }) => {
        seen.push([deadline, signal.aborted])
        return new Promise<void>(() => {})
      }),
    }),
  )
  const front = local(service({ ask: plainly('/ask', {}, (_, context) => behind.wait(undefined, context)) }))
  fakeTimers()
  const before = Date.now()
  const late = expect(front.ask(undefined, { timeoutMs: 50 })).rejects.toMatchObject({ code: 'call_timeout' })
  await called()
  const [[deadline, aborted]] = seen as [(typeof seen)[0]]
  expect(aborted).toBe(false)
  expect(deadline).toBeGreaterThanOrEqual(before + 50)
  expect(deadline).toBeLessThan(Date.now() + 5_000)
  vi.advanceTimersByTime(50)
  await late
})

test('a stream that is left ends its call, which had not the whole answer', async () => {
  for await (const n of api.count()) if (n === 3) break
  expect(since()).toEqual([
    { status: 200, error: expect.objectContaining({ code: 'request_aborted' }), aborted: true },
  ])
})

test('a stream that ends with a failure was answered as a whole', async () => {
  await expect(api.tire().next()).rejects.toSatisfy(Tired.is)
  expect(since()).toEqual([{ status: 200, error: null, aborted: false }])
})

test('a stream that is cancelled rejects with the reason, and ends its call', async () => {
  const controller = new AbortController()
  const reason = new Error('enough')
  const got: number[] = []
  const counting = (async () => {
    for await (const n of api.count(undefined, { signal: controller.signal }))
      if (got.push(n) === 3) controller.abort(reason)
  })()
  await expect(counting).rejects.toBe(reason)
  expect(got).toEqual([1, 2, 3])
  await vi.waitFor(() => expect(since()).toEqual([{ status: 200, error: reason, aborted: true }]), WAIT_MS)
})

test('a stream that is stuck can be cancelled', async () => {
  const controller = new AbortController()
  const reason = new Error('enough')
  const stuck = (async () => {
    for await (const _ of api.stuck(undefined, { signal: controller.signal }))
      queueMicrotask(() => controller.abort(reason))
  })()
  await expect(stuck).rejects.toBe(reason)
})

test('layers around the service see its calls: a handler that sets a session is tested with one', async () => {
  const visit = session({ secrets: ['s'.repeat(32)], carry: z.object({ name: z.string() }) })
  const { acts } = verbs({})
  const door = service({
    enter: acts('/enter', { accepts: z.object({ name: z.string() }), returns: z.string() }, ({ name }) =>
      reply(name, { set: [setting(visit.key, { name })] }),
    ),
  })
  const lines: unknown[] = []
  const onAnswer: CallOptions['onAnswer'] = ({ headers }) => void lines.push(headers['set-cookie'])
  expect(await local(door, {}, { around: [visit] }).enter({ name: 'anna' }, { onAnswer })).toBe('anna')
  expect(lines).toEqual([[expect.stringMatching(/^__Host-session=/)]])
  const error = vi.spyOn(console, 'error').mockImplementation(() => {})
  await expect(local(door).enter({ name: 'anna' })).rejects.toMatchObject({
    detail: { code: 'context_faulty' },
  })
  expect(JSON.stringify(error.mock.calls)).toContain('nothing around keeps it')
})
