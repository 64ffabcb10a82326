import { expect, test } from 'vitest'
import { stream } from '../value/result.ts'
import { pump } from './pump.ts'
import type { Sink } from './sink.ts'

test('a stream that never waits lets others have their turn, whoever reads as fast as it comes', async () => {
  let written = 0
  let seen = Number.POSITIVE_INFINITY
  const greedy: Sink = {
    write: () => ++written > 0,
    ready: async () => {},
    gone: false,
    onGone: () => {},
  }
  setImmediate(() => {
    seen = written
  })
  await pump(stream(Array.from({ length: 10_000 }, () => 'chunk')), greedy, null)
  expect(written).toBe(10_000)
  expect(seen).toBeLessThanOrEqual(32)
})
