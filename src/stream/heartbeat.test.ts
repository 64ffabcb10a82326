import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { beating } from './heartbeat.ts'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

/** Texts that come when they are pushed. */
class Pushed implements AsyncIterator<string, void, undefined> {
  returned = false
  readonly #waiting: ((result: IteratorResult<string, void>) => void)[] = []
  readonly #here: IteratorResult<string, void>[] = []

  push(value: string | null): void {
    const result: IteratorResult<string, void> =
      value === null ? { done: true, value: undefined } : { done: false, value }
    const waiting = this.#waiting.shift()
    if (waiting === undefined) this.#here.push(result)
    else waiting(result)
  }

  next(): Promise<IteratorResult<string, void>> {
    const here = this.#here.shift()
    return here === undefined ? new Promise((resolve) => this.#waiting.push(resolve)) : Promise.resolve(here)
  }

  async return(): Promise<IteratorResult<string, void>> {
    this.returned = true
    this.push(null)
    return { done: true, value: undefined }
  }
}

const given = (value: string): IteratorResult<string, void> => ({ done: false, value })

test('what is quiet for long enough beats, and goes on with what comes then', async () => {
  const source = new Pushed()
  const stream = beating(source, ':', 1_000)
  const first = stream.next()
  await vi.advanceTimersByTimeAsync(1_000)
  expect(await first).toEqual(given(':'))
  const second = stream.next()
  await vi.advanceTimersByTimeAsync(1_000)
  expect(await second).toEqual(given(':'))
  const third = stream.next()
  source.push('a')
  expect(await third).toEqual(given('a'))
  await stream.return!()
})

test('no beat comes between texts that come often, nor to a reader who does not ask', async () => {
  const source = new Pushed()
  const stream = beating(source, ':', 1_000)
  for (let at = 0; at < 10; at++) {
    const next = stream.next()
    await vi.advanceTimersByTimeAsync(700)
    source.push(`${at}`)
    expect(await next).toEqual(given(`${at}`))
  }
  await vi.advanceTimersByTimeAsync(60_000)
  source.push('late')
  expect(await stream.next()).toEqual(given('late'))
  await stream.return!()
})

test('a text that comes while nobody asks is the next one, after a beat as well', async () => {
  const source = new Pushed()
  const stream = beating(source, ':', 1_000)
  const first = stream.next()
  await vi.advanceTimersByTimeAsync(1_000)
  expect(await first).toEqual(given(':'))
  source.push('a')
  await vi.advanceTimersByTimeAsync(0)
  expect(await stream.next()).toEqual(given('a'))
  await stream.return!()
})

test('streams of one patience share a clock, which stands still without any', async () => {
  expect(vi.getTimerCount()).toBe(0)
  const streams = Array.from({ length: 100 }, () => beating(new Pushed(), ':', 1_000))
  const beats = streams.map((one) => one.next())
  expect(vi.getTimerCount()).toBe(1)
  const other = beating(new Pushed(), ':', 2_000)
  void other.next()
  expect(vi.getTimerCount()).toBe(2)
  await vi.advanceTimersByTimeAsync(1_000)
  expect(await Promise.all(beats)).toEqual(Array.from({ length: 100 }, () => given(':')))
  for (const one of [...streams, other]) await one.return!()
  expect(vi.getTimerCount()).toBe(0)
})

test('the clock is left at the end, at a failure, and by return(), which reaches the source at once', async () => {
  const ended = new Pushed()
  ended.push(null)
  const one = beating(ended, ':', 1_000)
  expect(await one.next()).toEqual({ done: true, value: undefined })
  await vi.advanceTimersByTimeAsync(0)
  expect(vi.getTimerCount()).toBe(0)

  const failing = beating({ next: () => Promise.reject(new Error('broken')) }, ':', 1_000)
  await expect(failing.next()).rejects.toThrow('broken')
  await vi.advanceTimersByTimeAsync(0)
  expect(vi.getTimerCount()).toBe(0)

  const source = new Pushed()
  const left = beating(source, ':', 1_000)
  const waiting = left.next()
  await left.return!()
  expect(source.returned).toBe(true)
  expect(await waiting).toEqual({ done: true, value: undefined })
  expect(vi.getTimerCount()).toBe(0)
})
