import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { Abortion, type Aborts } from '../call/aborts.ts'
import { Patience, timedAlone } from './patience.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

function patience(ms: number): { readonly one: Patience; readonly expired: () => number } {
  let count = 0
  return { one: new Patience(ms, () => void count++), expired: () => count }
}

test('it expires once, when the time has run', () => {
  const { one, expired } = patience(100)
  vi.advanceTimersByTime(1_000)
  one.run()
  vi.advanceTimersByTime(99)
  expect([one.isSpent, expired()]).toEqual([false, 0])
  vi.advanceTimersByTime(1)
  expect([one.isSpent, expired()]).toEqual([true, 1])
  one.run()
  vi.advanceTimersByTime(1_000)
  expect(expired()).toBe(1)
})

test('while it is held no time runs, and what had run counts', () => {
  const { one, expired } = patience(100)
  one.run()
  vi.advanceTimersByTime(60)
  one.hold()
  vi.advanceTimersByTime(10_000)
  one.run()
  vi.advanceTimersByTime(39)
  expect(expired()).toBe(0)
  vi.advanceTimersByTime(1)
  expect(expired()).toBe(1)
})

test('running twice is running, and holding what does not run is nothing', () => {
  const { one, expired } = patience(100)
  one.hold()
  one.run()
  vi.advanceTimersByTime(50)
  one.run()
  vi.advanceTimersByTime(50)
  expect(expired()).toBe(1)
})

test('after its end nothing expires', () => {
  const { one, expired } = patience(100)
  one.run()
  one.end()
  one.run()
  vi.advanceTimersByTime(1_000)
  expect([one.isSpent, expired(), vi.getTimerCount()]).toEqual([false, 0, 0])
})

test('a call that is over leaves nothing behind at what many calls share', async () => {
  const shared = new Abortion()
  let listening = 0
  const counted: Aborts = {
    aborted: false,
    reason: undefined,
    onAbort: (task) => {
      listening++
      const forget = shared.onAbort(task)
      return () => {
        listening--
        forget()
      }
    },
  }
  const near = { signal: new AbortController().signal, aborts: counted }
  const over = timedAlone({}, near, { timeoutMs: 100, name: 'far' }, async (_, { aborts }) => {
    const forget = aborts!.onAbort(() => {})
    expect(listening).toBe(1)
    forget()
  })
  await over
  expect([listening, vi.getTimerCount()]).toEqual([0, 0])
})
