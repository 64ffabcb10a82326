/** Litter of a memory budget: when it is collected, and in whose way it is until then. */
import { expect, test } from 'vitest'
import { Asker, KB, made, told, WAIT_MS } from '../../test/call/asker.ts'

test('a collection lets half as long pass until the next one, and what lies about has room of those who wait', async () => {
  const { budget, clock, collected } = made(128 * KB * KB, WAIT_MS, 10)
  const half = budget.largest / 2
  const [first, second, third, fourth] = Array.from({ length: 5 }, () => new Asker(budget, half))
  first!.charge.release()
  await told()
  expect([collected(), third!.state, fourth!.state]).toEqual([1, 'holds', 'waits'])
  second!.charge.release()
  for (const ms of [0, 4]) {
    clock.pass(ms)
    await told()
    expect([collected(), fourth!.state]).toEqual([1, 'waits'])
  }
  clock.pass(1)
  await told()
  expect([collected(), fourth!.state]).toEqual([2, 'holds'])
})

test('where nobody holds any, what lies about is collected whenever and however little it is', async () => {
  const { budget, collected } = made(128 * KB * KB, WAIT_MS, 10)
  const askers = [budget.largest, KB * KB, budget.largest].map((bytes) => new Asker(budget, bytes))
  for (const [at, one] of askers.entries()) {
    expect([collected(), one.state]).toEqual([at, 'holds'])
    one.charge.release()
    await told()
  }
})

test('little that lies about is in the way of nobody for long, however long others hold what they have', async () => {
  const { budget, clock, collected } = made(128 * KB * KB)
  const [holder, over, waits] = [1, KB * KB, budget.largest].map((bytes) => new Asker(budget, bytes))
  over!.charge.release()
  clock.pass(249)
  await told()
  expect([collected(), waits!.state]).toEqual([0, 'waits'])
  clock.pass(1)
  await told()
  expect([collected(), waits!.state, holder!.state]).toEqual([1, 'holds', 'holds'])
})

test('what is collected for one that comes makes room for those who wait', async () => {
  const { budget, collected } = made(128 * KB * KB)
  const [, over, waits] = [1, KB * KB, budget.largest].map((bytes) => new Asker(budget, bytes))
  over!.charge.release()
  for (let at = 0; at < 960; at++) budget.refusal() // 16 KiB each: 15 MiB
  const comes = new Asker(budget, KB * KB)
  await told()
  expect([collected(), waits!.state, comes.state]).toEqual([1, 'holds', 'waits'])
})

test('who holds something and needs more has it, whatever lies about', async () => {
  const total = 128 * KB * KB
  const { budget } = made(total, WAIT_MS, 10)
  const half = budget.largest / 2
  const [holder, growing, waits] = [half, half, half].map((bytes) => new Asker(budget, bytes))
  holder!.charge.release()
  await told()
  growing!.charge.shrink(1)
  await told()
  growing!.take(half)
  expect([growing!.state, growing!.charge.bytes, waits!.state]).toEqual(['holds', half, 'holds'])
})

test('what is over is collected where bodies find no room, and only when it is an eighth of it', () => {
  const total = 128 * KB * KB
  const { budget, collected } = made(total)
  const use = (bytes: number): void => new Asker(budget, bytes).charge.release()
  for (let at = 0; at < 10; at++) use(budget.largest)
  expect(collected()).toBe(0) // there was room for all of them
  const holder = new Asker(budget, budget.largest)
  const first = new Asker(budget, budget.largest)
  expect(collected()).toBe(1)
  use(total / 8 - 1) // refused room by nobody: it waits, and what it had is nothing
  expect(collected()).toBe(1)
  holder.charge.shrink(budget.largest - total / 8 + 1)
  expect(collected()).toBe(1)
  holder.charge.release()
  expect(collected()).toBe(2)
  first.charge.release()
  expect(budget.used).toBe(0)
})

test('a small budget collects no more often than for 8 MiB', () => {
  const { budget, collected } = made()
  for (let bytes = 0; bytes < 8 * KB * KB; bytes += 512 * KB) {
    expect(collected()).toBe(0)
    const holder = new Asker(budget, 512 * KB)
    const waiting = new Asker(budget, 512 * KB)
    waiting.charge.release()
    holder.charge.release()
  }
  const holder = new Asker(budget, 512 * KB)
  expect([new Asker(budget, 512 * KB).state, holder.state, collected()]).toEqual(['waits', 'holds', 1])
})
