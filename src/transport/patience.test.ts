import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { Patience } from './patience.ts'

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
