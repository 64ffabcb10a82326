import { totalmem } from 'node:os'
import { expect, test } from 'vitest'
import { Charge } from '../call/charge.ts'
import { DEFAULT_LIMITS } from '../call/limits.ts'
import { silentLog } from '../call/log.ts'
import type { Log } from '../contract.ts'
import { type BudgetOption, budgetOf } from './budget.ts'

const MB = 1024 * 1024

function total(option: BudgetOption | undefined, workers = 1): number | null {
  return budgetOf(option, { workers, limits: DEFAULT_LIMITS }, silentLog)?.total ?? null
}

test('a budget is a size, and each worker has its share of it', () => {
  for (const [option, workers, bytes] of [
    ['256mb', 1, 256 * MB],
    ['256mb', 4, 64 * MB],
    [1_000, 3, 333],
    [false, 1, null],
    [Number.POSITIVE_INFINITY, 2, null],
  ] as const) {
    expect({ option, workers, bytes: total(option, workers) }).toEqual({ option, workers, bytes })
  }
})

test('by default it is a part of the memory there is, and never less than 64 MiB', () => {
  const one = total(undefined)!
  expect(one).toBeGreaterThanOrEqual(64 * MB)
  expect(one).toBeLessThanOrEqual(Math.max(64 * MB, totalmem() / 4))
  expect(total(undefined, 2)).toBe(Math.max(64 * MB, Math.floor(one / 2)))
  expect(total(undefined, 1_000_000)).toBe(64 * MB)
})

test('what is no size, and what holds no body, is refused with what to write', () => {
  for (const option of ['', '1', '1 mb', '0mb', 0, -1, 0.5, Number.NaN]) {
    expect(() => total(option), String(option)).toThrow(/Write /)
  }
})

test('that it turns bodies away is said once, and not for each of them', async () => {
  const said: unknown[] = []
  const log: Log = { ...silentLog, warn: (fields, message) => void said.push([fields, message]) }
  const budget = budgetOf(1_000, { workers: 1, limits: { ...DEFAULT_LIMITS, budgetTimeoutMs: 0 } }, log)!
  expect(new Charge(budget).take(budget.largest, {})).toBeNull()
  for (let at = 0; at < 3; at++) {
    await expect(new Charge(budget).take(budget.largest, {})).rejects.toThrow(/There is no room/)
  }
  expect(said).toEqual([[{ budget: 1_000 }, 'Bodies are turned away with 503: the memory budget is full']])
})
