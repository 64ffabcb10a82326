/** The memory budget: who gets room, who waits, who is turned away. */
import { expect, test } from 'vitest'
import { Asker, KB, made, SMALL, TOTAL, told, WAIT_MS } from '../../test/call/asker.ts'
import { Fault } from '../fault.ts'
import { Charge } from './charge.ts'

test('a body gets room at once while there is some, and gives it back', () => {
  const { budget } = made()
  const charge = new Charge(budget)
  expect([charge.take(600 * KB, {}), charge.bytes, budget.used]).toEqual([null, 600 * KB, 600 * KB])
  expect([charge.take(600 * KB, {}), budget.used]).toEqual([null, 600 * KB]) // and not twice
  charge.release()
  charge.release()
  expect([charge.bytes, budget.used]).toEqual([0, 0])
})

test('bodies wait in order, and none passes another of its kind', async () => {
  const { budget } = made()
  const [first, second, third] = [400 * KB, 500 * KB, 100 * KB].map((bytes) => new Asker(budget, bytes))
  // There is room for the third beside the first.
  expect([first!.state, second!.state, third!.state]).toEqual(['holds', 'waits', 'waits'])
  first!.charge.release()
  await told()
  expect([second!.state, third!.state, budget.used]).toEqual(['holds', 'holds', 600 * KB])
})

test('small bodies pass large ones that wait, within their share', async () => {
  const { budget } = made()
  const large = [600 * KB, 600 * KB].map((bytes) => new Asker(budget, bytes))
  const small = [SMALL, SMALL, 22 * KB, 1].map((bytes) => new Asker(budget, bytes))
  expect(large.map(({ state }) => state)).toEqual(['holds', 'waits'])
  expect(small.map(({ state }) => state)).toEqual(['holds', 'holds', 'holds', 'waits'])
  small[1]!.charge.release()
  await told()
  expect(small[3]!.state).toBe('holds')
})

test('small bodies may have all of it while no large one waits, and then no more than their share', async () => {
  const { budget } = made(8 * SMALL)
  const share = SMALL
  const many = Array.from({ length: 5 }, () => new Asker(budget, SMALL))
  expect([many.every(({ state }) => state === 'holds'), budget.used]).toEqual([true, 5 * share])
  const large = new Asker(budget, budget.largest)
  const late = new Asker(budget, SMALL)
  for (const { charge } of many.slice(0, 3)) charge.release()
  await told()
  expect([large.state, late.state]).toEqual(['waits', 'waits']) // two small ones are left, and one share
  many[3]!.charge.release()
  await told()
  expect([large.state, late.state]).toEqual(['holds', 'waits'])
  many[4]!.charge.release()
  await told()
  expect([late.state, budget.used]).toEqual(['holds', budget.largest + share])
})

test('who waits too long is turned away, at the time and not before it', async () => {
  const { budget, clock, refused } = made()
  const holder = new Asker(budget, 600 * KB)
  const first = new Asker(budget, 600 * KB)
  clock.pass(1_000)
  const second = new Asker(budget, 100 * KB)
  clock.pass(WAIT_MS - 1_001)
  await told()
  expect([first.state, refused()]).toEqual(['waits', 0])
  clock.pass(1)
  await told()
  expect([first.state, second.state, refused()]).toEqual(['server_busy', 'waits', 1])
  clock.pass(999)
  await told()
  expect(second.state).toBe('waits')
  clock.pass(1)
  await told()
  expect([second.state, budget.waiting, budget.held]).toEqual(['server_busy', 0, 0])
  holder.charge.release()
  expect(budget.used).toBe(0)
})

test('one that leaves the queue makes way for those behind it', async () => {
  const { budget } = made()
  const holder = new Asker(budget, 400 * KB)
  const [large, less, small] = [500 * KB, 100 * KB, SMALL].map((bytes) => new Asker(budget, bytes))
  expect([large!.state, less!.state, small!.state]).toEqual(['waits', 'waits', 'holds'])
  large!.charge.release()
  await told()
  expect([large!.state, less!.state]).toEqual(['request_aborted', 'holds'])
  for (const { charge } of [holder, large!, less!, small!]) charge.release()
  expect([budget.used, budget.held, budget.waiting]).toEqual([0, 0, 0])
})

test('what has arrived of those who wait has a bound, and beyond it they are turned away', async () => {
  const { budget } = made()
  const askers = [new Asker(budget, 600 * KB)]
  for (const held of [90 * KB, 60 * KB, 1]) askers.push(new Asker(budget, 100 * KB, held))
  await told()
  expect(askers.map(({ state }) => state)).toEqual(['holds', 'waits', 'waits', 'server_busy'])
  expect(budget.held).toBe(150 * KB)
})

test('who waits counts for something, whatever has arrived', async () => {
  const { budget } = made()
  const askers = Array.from({ length: 39 }, () => new Asker(budget, 600 * KB))
  await told()
  expect(askers.filter(({ state }) => state === 'waits')).toHaveLength(37)
  expect(askers.at(-1)!.state).toBe('server_busy')
})

test('with no time to wait nobody does', async () => {
  const { budget } = made(TOTAL, 0)
  const askers = [0, 1].map(() => new Asker(budget, 600 * KB))
  await told()
  expect(askers.map(({ state }) => state)).toEqual(['holds', 'server_busy'])
})

test('those who are turned away have nothing kept of them, and hear so a few at a time', async () => {
  const { budget, refused } = made(TOTAL, 0)
  const holder = new Asker(budget, 600 * KB)
  const dropped: string[] = []
  const drop = ({ code }: Fault): void => void dropped.push(code)
  const away = Array.from({ length: 100 }, () => new Charge(budget).take(600 * KB, { drop }))
  expect([dropped.length, new Set(dropped)]).toEqual([100, new Set(['server_busy'])])
  const heard = Promise.allSettled(away)
  await told()
  expect(refused()).toBeGreaterThan(0)
  expect(refused()).toBeLessThan(50)
  const outcomes = await heard
  expect(outcomes.every(({ status }) => status === 'rejected')).toBe(true)
  expect([refused(), holder.state]).toEqual([100, 'holds'])
})

test('those who have waited for too long hear so a few at a time, and nothing is kept of them', async () => {
  const { budget, clock, refused } = made(8 * KB * KB)
  const holder = new Asker(budget, budget.largest)
  let dropped = 0
  const drop = (): void => void dropped++
  const late = Array.from({ length: 100 }, () => new Charge(budget).take(KB * KB, { drop }))
  const heard = Promise.allSettled(late)
  expect(dropped).toBe(0)
  clock.pass(WAIT_MS)
  expect([dropped, budget.waiting, budget.held]).toEqual([100, 0, 0])
  await told()
  expect(refused()).toBeGreaterThan(0)
  expect(refused()).toBeLessThan(50)
  const outcomes = await heard
  expect(outcomes.every(({ status }) => status === 'rejected')).toBe(true)
  expect([refused(), holder.state]).toEqual([100, 'holds'])
})

test('who holds something and needs more gets it at once or not at all', () => {
  const { budget } = made()
  const one = new Asker(budget, 300 * KB)
  one.take(500 * KB)
  expect([one.state, one.charge.bytes, budget.used]).toEqual(['holds', 500 * KB, 500 * KB])
  const two = new Asker(budget, 100 * KB)
  const queued = new Asker(budget, 300 * KB)
  two.take(101 * KB)
  expect([two.state, two.charge.bytes, queued.state]).toEqual(['server_busy', 100 * KB, 'waits'])
  one.charge.shrink(400 * KB)
  two.take(150 * KB) // it passes who waits: what it holds is for nothing before it has the rest
  expect([two.state, queued.state, budget.used]).toEqual(['holds', 'waits', 550 * KB])
})

test('a small body that grows is a large one', () => {
  const { budget } = made()
  const one = new Asker(budget, 10)
  one.take(200 * KB)
  expect([one.state, budget.used]).toEqual(['holds', 200 * KB])
  const others = [400 * KB, 1, SMALL].map((bytes) => new Asker(budget, bytes).state)
  expect(others).toEqual(['holds', 'holds', 'holds']) // all of the small ones' share is there
  one.charge.release()
  expect(budget.used).toBe(400 * KB + 1 + SMALL)
})

test('once a call has its outcome it waits for nothing, and once it is over it is given nothing', () => {
  const { budget } = made()
  const holder = new Asker(budget, 600 * KB)
  const charge = new Charge(budget)
  charge.ending()
  expect(() => charge.take(600 * KB, {})).toThrow(expect.objectContaining({ code: 'server_busy' }))
  holder.charge.release()
  expect(charge.take(600 * KB, {})).toBeNull()
  charge.release()
  expect(() => charge.take(1, {})).toThrow(expect.objectContaining({ code: 'request_aborted' }))
  expect(budget.used).toBe(0)
})

test('a refusal says when to come again, in whole seconds', () => {
  for (const [waitMs, retryAfterS] of [
    [0, 1],
    [1_000, 1],
    [1_001, 2],
    [5_000, 5],
  ] as const) {
    expect(made(TOTAL, waitMs).budget.refusal().detail).toEqual({ retryAfterS })
  }
})

test('a budget of a few bytes is one', () => {
  for (let total = 1; total < 40; total++) {
    const { budget } = made(total)
    expect(new Asker(budget, budget.largest).state).toBe('holds')
  }
})
