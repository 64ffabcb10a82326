/** The addresses of a name, and when they are asked for. */
import type { LookupAddress } from 'node:dns'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { Addresses, type Resolve } from './addresses.ts'

beforeEach(() => void vi.useFakeTimers({ toFake: ['performance'] }))
afterEach(() => void vi.useRealTimers())

const four = (address: string): LookupAddress => ({ address, family: 4 })

function found(addresses: Addresses): Promise<string> {
  return new Promise((resolve) =>
    addresses.lookup('a', { all: true }, (error, all) =>
      resolve(
        error === null ? (all as LookupAddress[]).map(({ address }) => address).join(' ') : error.message,
      ),
    ),
  )
}

test('several addresses take turns, and connections of a second share one answer', async () => {
  let asked = 0
  const addresses = new Addresses(
    (_host, told) => (asked++, queueMicrotask(() => told(null, [four('1'), four('2'), four('3')]))),
  )
  expect(await Promise.all([found(addresses), found(addresses)])).toEqual(['1 2 3', '2 3 1'])
  expect(await found(addresses)).toBe('3 1 2')
  expect(asked).toBe(1)
  vi.advanceTimersByTime(1_001)
  await found(addresses)
  expect(asked).toBe(2)
})

test('a name that leads elsewhere is followed, and while nobody can be asked the last answer holds for a minute', async () => {
  let answer: LookupAddress[] | Error = [four('1')]
  const resolve: Resolve = (_host, told) => (answer instanceof Error ? told(answer, []) : told(null, answer))
  const addresses = new Addresses(resolve)
  expect(await found(addresses)).toBe('1')
  vi.advanceTimersByTime(1_001)
  answer = [four('2')]
  expect(await found(addresses)).toBe('2')
  answer = new Error('nobody knows')
  vi.advanceTimersByTime(59_000)
  expect(await found(addresses)).toBe('2')
  vi.advanceTimersByTime(2_000)
  expect(await found(addresses)).toBe('nobody knows')
  answer = []
  expect(await found(addresses)).toBe('a has no address')
  answer = [four('3')]
  expect(await found(addresses)).toBe('3')
})

test('one address is given where one is asked for', async () => {
  const addresses = new Addresses((_host, told) => told(null, [four('1'), { address: '::1', family: 6 }]))
  const one = (): Promise<unknown> =>
    new Promise((resolve) =>
      addresses.lookup('a', {}, (_error, address, family) => resolve([address, family])),
    )
  expect([await one(), await one()]).toEqual([
    ['1', 4],
    ['::1', 6],
  ])
})
