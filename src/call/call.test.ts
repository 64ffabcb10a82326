import { afterEach, expect, test, vi } from 'vitest'
import type { Log, Outcome, ResponseHeaders } from '../contract.ts'
import type { FaultCode } from '../fault.ts'
import { Budget } from './budget.ts'
import { Call } from './call.ts'
import { silentLog } from './log.ts'
import { serverFacts } from './server-facts.ts'

const fault = (code: FaultCode): unknown => expect.objectContaining({ code })
const SERVER = serverFacts()
const SENT: Outcome = { status: 200, error: null, aborted: false }
const CUT: Outcome = { status: null, error: new Error('cut'), aborted: true }

afterEach(() => vi.useRealTimers())

test('the signal is aborted with its first reason, whenever it is asked for (16)', () => {
  const [before, after] = [new Call(SERVER, silentLog), new Call(SERVER, silentLog)]
  const { signal } = before
  expect(signal.aborted).toBe(false)
  for (const call of [before, after]) {
    call.abort('first')
    call.abort('second')
    expect(call.aborted).toBe(true)
  }
  expect([signal.aborted, signal.reason]).toEqual([true, 'first'])
  expect([after.signal.aborted, after.signal.reason]).toEqual([true, 'first'])
  expect(before.signal).toBe(signal)
})

test('nothing aborts the signal once the answer is out (16)', async () => {
  const call = new Call(SERVER, silentLog)
  const { signal } = call
  await call.settle(SENT)
  call.abort('late')
  expect([signal.aborted, call.aborted]).toEqual([false, false])
})

test('an answer that was cut off aborts the signal, before any task runs (15, 16)', async () => {
  const call = new Call(SERVER, silentLog)
  const seen: unknown[] = []
  call.defer(() => void seen.push(call.signal.aborted, call.signal.reason))
  await call.settle(CUT)
  expect(seen).toEqual([true, CUT.error])
})

test('the signal is aborted when the deadline passes (16)', async () => {
  const call = new Call(SERVER, silentLog)
  const { signal } = call
  const aborted = new Promise((resolve) => signal.addEventListener('abort', resolve))
  call.expire(SERVER.now())
  await aborted
  expect(signal.reason).toEqual(fault('call_timeout'))
})

test('of two deadlines the earlier holds, whichever is told first (12, 16)', () => {
  vi.useFakeTimers()
  const server = serverFacts({ now: () => Date.now() })
  for (const delays of [
    [1_000, 60_000],
    [60_000, 1_000],
  ]) {
    const call = new Call(server, silentLog)
    const { signal } = call
    for (const delay of delays) call.expire(server.now() + delay)
    vi.advanceTimersByTime(999)
    expect(signal.aborted, String(delays)).toBe(false)
    vi.advanceTimersByTime(1)
    expect(signal.reason, String(delays)).toEqual(fault('call_timeout'))
  }
})

test('a deadline further away than a timer reaches holds none the less (16)', () => {
  vi.useFakeTimers()
  const server = serverFacts({ now: () => Date.now() })
  const call = new Call(server, silentLog)
  const { signal } = call
  call.expire(server.now() + 2 ** 31)
  vi.advanceTimersByTime(2 ** 31 - 1)
  expect(signal.aborted).toBe(false)
  vi.advanceTimersByTime(1)
  expect(signal.aborted).toBe(true)
})

test('the outcome is told once, and later tasks run at once (15)', async () => {
  const call = new Call(SERVER, silentLog)
  const told: unknown[] = []
  call.defer((outcome) => void told.push(['before', outcome]))
  await call.settle(SENT)
  await call.settle(CUT)
  call.defer((outcome) => void told.push(['after', outcome]))
  const never = new Call(SERVER, silentLog)
  await never.settle(SENT)
  never.defer((outcome) => void told.push(['first of all after', outcome]))
  expect(told).toEqual([
    ['before', SENT],
    ['after', SENT],
    ['first of all after', SENT],
  ])
})

test('a failing task goes to the log of the call (15)', async () => {
  const logged: unknown[] = []
  const log: Log = { ...silentLog, error: (fields) => void logged.push(fields) }
  const call = new Call(SERVER, log)
  call.defer(() => Promise.reject(new Error('no')))
  await call.settle(SENT)
  expect(logged).toEqual([{ err: new Error('no') }])
})

test('hints go to the road until the outcome, and nowhere on a road that cannot (18)', async () => {
  const sent: ResponseHeaders[] = []
  const call = new Call(SERVER, silentLog, { hint: (fields) => void sent.push(fields) })
  call.hint({ link: ['</a>', '</b>'] })
  await call.settle(SENT)
  call.hint({ link: '</late>' })
  expect(sent).toEqual([{ link: ['</a>', '</b>'] }])
  expect(() => new Call(SERVER, silentLog).hint({ link: '</a>' })).not.toThrow()
})

test('a hint holds what a response may hold, and no framing (7, 18, 22)', () => {
  const sent: unknown[] = []
  const call = new Call(SERVER, silentLog, { hint: (fields) => void sent.push(fields) })
  const refused = [
    { link: 'a\r\nb: c' },
    { Link: 'a' },
    { 'content-length': '1' },
    { 'transfer-encoding': 'chunked' },
  ]
  for (const fields of [...refused, { connection: 'close' }]) {
    expect(() => call.hint(fields), JSON.stringify(fields)).toThrow(fault('result_faulty'))
  }
  expect(sent).toEqual([])
})

test('trailers are asked for when they are sent, the last ones told (18)', () => {
  const call = new Call(SERVER, silentLog)
  expect([call.hasTrailer, call.trailers()]).toEqual([false, null])
  call.trailer = () => ({ x: 'first' })
  let count = 0
  call.trailer = () => ({ x: String(++count) })
  expect([call.hasTrailer, count]).toEqual([true, 0])
  expect(call.trailers()).toEqual({ x: '1' })
})

test('framing and routing fields are no trailers (18)', () => {
  for (const fields of [{ 'content-length': '1' }, { host: 'a' }, { x: 'a\nb' }, { X: 'a' }]) {
    const call = new Call(SERVER, silentLog)
    call.trailer = () => fields as ResponseHeaders
    expect(() => call.trailers(), JSON.stringify(fields)).toThrow(fault('result_faulty'))
  }
})

test('what is carried is what came in until somebody uses the context (17)', () => {
  expect(new Call(SERVER, silentLog).carried()).toEqual({})
  const call = new Call(SERVER, silentLog, undefined, { a: 1 })
  expect(call.carried()).toEqual({ a: 1 })
  call.context.adopt({ b: 2 })
  expect({ ...call.carried() }).toEqual({ a: 1, b: 2 })
})

test('what a call holds of a budget is given back once everything of it is over, whatever ended it (15)', async () => {
  const budget = new Budget({
    total: 1_200_000,
    waitMs: 1_000,
    now: () => 0,
    after: () => {},
    turn: setImmediate,
  })
  for (const outcome of [SENT, CUT]) {
    const plain = new Call(SERVER, silentLog)
    expect(plain.chargedTo(budget)).toBe(plain.chargedTo(budget))
    expect(plain.chargedTo(budget).take(600_000, {})).toBeNull()
    void plain.settle(outcome)
    expect(budget.used).toBe(0)
    const deferring = new Call(SERVER, silentLog)
    expect(deferring.chargedTo(budget).take(600_000, {})).toBeNull()
    const seen: number[] = []
    deferring.defer(async () => {
      await Promise.resolve()
      seen.push(budget.used)
    })
    const settled = deferring.settle(outcome)
    void deferring.settle(outcome)
    await settled
    expect([seen, budget.used]).toEqual([[600_000], 0])
  }
})

test('a call that is over gets nothing of a budget, and waits for nothing', async () => {
  const budget = new Budget({
    total: 1_200_000,
    waitMs: 1_000,
    now: () => 0,
    after: () => {},
    turn: setImmediate,
  })
  const [holder, waiting] = [new Call(SERVER, silentLog), new Call(SERVER, silentLog)]
  expect(holder.chargedTo(budget).take(600_000, {})).toBeNull()
  const room = waiting.chargedTo(budget).take(600_000, {})
  void waiting.settle(CUT)
  await expect(room).rejects.toEqual(fault('request_aborted'))
  void holder.settle(SENT)
  const late = new Call(SERVER, silentLog)
  void late.settle(SENT)
  expect(() => late.chargedTo(budget).take(1, {})).toThrow(
    expect.objectContaining({ code: 'request_aborted' }),
  )
  expect([budget.used, budget.waiting]).toEqual([0, 0])
})
