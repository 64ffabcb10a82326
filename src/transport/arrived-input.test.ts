/** A body that came with its head over a link: charged while its call runs, read or not. Clause 13. */
import { expect, test } from 'vitest'
import { Budget } from '../call/budget.ts'
import { Charge } from '../call/charge.ts'
import { ArrivedInput } from './arrived-input.ts'

const KIB = 1024

test('it is charged from when it came until its call is over', async () => {
  const budget = budgetOf(64 * KIB)
  const charge = new Charge(budget)
  const input = new ArrivedInput(new Uint8Array(8 * KIB), KIB * KIB, charge)
  expect([budget.used, input.length]).toEqual([8 * KIB, 8 * KIB])
  expect((await input.bytes()).byteLength).toBe(8 * KIB)
  expect((await input.bytes()).byteLength).toBe(8 * KIB)
  charge.release()
  expect(budget.used).toBe(0)
})

test('one that waits for room is read once there is some, whole or as a stream', async () => {
  const budget = budgetOf(64 * KIB)
  const first = filled(budget)
  const charges = [new Charge(budget), new Charge(budget)]
  const [whole, streamed] = charges.map((one) => new ArrivedInput(octets(4 * KIB), KIB * KIB, one))
  const read: string[] = []
  const reading = [
    whole!.bytes().then(({ byteLength }) => read.push(`${byteLength} whole`)),
    (async () => {
      for await (const { byteLength } of streamed!.stream()) read.push(`${byteLength} streamed`)
    })(),
  ]
  await turn()
  expect([read, budget.waiting, budget.held]).toEqual([[], 2, 8 * KIB])
  first.release()
  await Promise.all(reading)
  expect(read.sort()).toEqual([`${4 * KIB} streamed`, `${4 * KIB} whole`])
})

test('one that found no room is let go of, and whoever reads it hears so', async () => {
  const late: (() => void)[] = []
  let now = 0
  const budget = new Budget({
    total: 64 * KIB,
    waitMs: 10,
    now: () => now,
    after: (_, run) => late.push(run),
    turn: setImmediate,
  })
  const first = filled(budget)
  const inputs = [0, 1].map(() => new ArrivedInput(octets(4 * KIB), KIB * KIB, new Charge(budget)))
  now = 10
  late[0]!()
  await turn()
  first.release()
  await expect(inputs[0]!.bytes()).rejects.toMatchObject({ code: 'server_busy' })
  await expect(inputs[0]!.bytes()).rejects.toMatchObject({ code: 'server_busy' })
  await expect(inputs[1]!.stream()[Symbol.asyncIterator]().next()).rejects.toMatchObject({
    code: 'server_busy',
  })
  expect([budget.used, budget.held]).toEqual([0, 0])
})

test('it is judged by the limit of who asks, and taken once as a stream', async () => {
  const input = new ArrivedInput(octets(8 * KIB), 4 * KIB, new Charge(budgetOf(64 * KIB)))
  await expect(input.bytes()).rejects.toMatchObject({ code: 'body_too_large' })
  expect((await input.bytes(8 * KIB)).byteLength).toBe(8 * KIB)
  expect(() => input.stream()).toThrow(expect.objectContaining({ code: 'input_taken' }))
  const streamed = new ArrivedInput(octets(8 * KIB), 4 * KIB, new Charge(budgetOf(64 * KIB)))
  streamed.stream()
  await expect(streamed.bytes()).rejects.toMatchObject({ code: 'input_taken' })
})

/** Takes all the room of a budget of 64 KiB. */
function filled(budget: Budget): { release(): void } {
  const charges = [new Charge(budget), new Charge(budget)] as const
  expect([charges[0].take(32 * KIB, {}), charges[1].take(8 * KIB, {})]).toEqual([null, null])
  return { release: () => charges.forEach((one) => one.release()) }
}

function octets(count: number): Uint8Array {
  return new Uint8Array(count).fill(7)
}

/** Where nobody is ever late. */
function budgetOf(total: number): Budget {
  return new Budget({ total, waitMs: 1_000, now: () => 0, after: () => {}, turn: setImmediate })
}

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
