import { expect, test } from 'vitest'
import type { Log, Outcome } from '../contract.ts'
import { silentLog } from './log.ts'
import { Teardown } from './teardown.ts'

const SENT: Outcome = { status: 200, error: null, aborted: false }

test('tasks run last in first out, each awaited before the next (15)', async () => {
  const teardown = new Teardown(silentLog)
  const events: string[] = []
  for (const name of ['a', 'b', 'c']) {
    teardown.add(async () => {
      events.push(`${name} begins`)
      await null
      events.push(`${name} ends`)
    })
  }
  await teardown.settle(SENT)
  expect(events).toEqual(['c begins', 'c ends', 'b begins', 'b ends', 'a begins', 'a ends'])
})

test('a task is told the outcome, and none runs before it (15)', async () => {
  const teardown = new Teardown(silentLog)
  const told: unknown[] = []
  teardown.add((outcome) => void told.push(outcome))
  await null
  expect(told).toEqual([])
  await teardown.settle(SENT)
  expect(told).toEqual([SENT])
})

test('a task runs exactly once, whatever outcomes come later (15)', async () => {
  const teardown = new Teardown(silentLog)
  const told: unknown[] = []
  teardown.add((outcome) => void told.push(outcome))
  await Promise.all([teardown.settle(SENT), teardown.settle({ ...SENT, aborted: true })])
  await teardown.settle(SENT)
  expect(told).toEqual([SENT])
})

test('a task that fails is logged and stops no other, thrown or rejected (15)', async () => {
  const logged: unknown[] = []
  const log: Log = { ...silentLog, error: (fields) => void logged.push((fields as { err: unknown }).err) }
  const teardown = new Teardown(log)
  const events: string[] = []
  teardown.add(() => void events.push('first'))
  teardown.add(() => {
    throw new Error('thrown')
  })
  teardown.add(() => Promise.reject(new Error('rejected')))
  await teardown.settle(SENT)
  expect(events).toEqual(['first'])
  expect(logged).toEqual([new Error('rejected'), new Error('thrown')])
})

test('after the outcome a task runs at once (15)', async () => {
  const teardown = new Teardown(silentLog)
  await teardown.settle(SENT)
  const told: unknown[] = []
  teardown.add((outcome) => void told.push(outcome))
  expect(told).toEqual([SENT])
})

test('what a task defers is awaited with the others (15)', async () => {
  const teardown = new Teardown(silentLog)
  const events: string[] = []
  teardown.add(() =>
    teardown.add(async () => {
      await new Promise(setImmediate)
      events.push('inner ends')
    }),
  )
  await teardown.settle(SENT)
  expect(events).toEqual(['inner ends'])
})
