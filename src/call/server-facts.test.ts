import { expect, test } from 'vitest'
import { VERSION } from '../version.ts'
import { DEFAULT_LIMITS } from './limits.ts'
import { CONTRACT_VERSION, serverFacts } from './server-facts.ts'

test('server is frozen, through and through (19)', () => {
  const server = serverFacts({ limits: { body: 1 } })
  for (const part of [server, server.limits, server.contract]) expect(Object.isFrozen(part)).toBe(true)
})

test('what is not told has its default (19)', () => {
  const server = serverFacts()
  expect(server).toEqual(
    expect.objectContaining({
      software: `hagaki/${VERSION}`,
      name: 'localhost',
      port: 0,
      contract: CONTRACT_VERSION,
      workers: 1,
      limits: DEFAULT_LIMITS,
    }),
  )
  expect(serverFacts({ name: 'a', port: 80, workers: 2 })).toEqual(
    expect.objectContaining({ name: 'a', port: 80, workers: 2 }),
  )
})

test('a limit that is told replaces its default alone, and every default is on', () => {
  expect(serverFacts({ limits: { body: 0 } }).limits).toEqual({ ...DEFAULT_LIMITS, body: 0 })
  for (const [name, value] of Object.entries(DEFAULT_LIMITS))
    if (name !== 'drainPauseMs') expect(value, name).toBeGreaterThan(0)
})

test('a limit is a whole number of bytes or milliseconds, and one that exists', () => {
  const setup = expect.objectContaining({ code: 'setup_faulty' }) as unknown
  for (const body of [-1, 0.5, Number.NaN, Infinity, '1mb', null]) {
    expect(() => serverFacts({ limits: { body: body as number } }), String(body)).toThrow(setup)
  }
  for (const name of ['headTimeoutMs', 'bodyTimeoutMs', 'sendTimeoutMs', 'idleTimeoutMs']) {
    expect(() => serverFacts({ limits: { [name]: 0 } }), name).toThrow(
      '0 ms are no time, and it cannot be off',
    )
    expect(serverFacts({ limits: { [name]: 1 } }).limits).toMatchObject({ [name]: 1 })
  }
  expect(() => serverFacts({ limits: { bdoy: 1 } as object })).toThrow(/limits.bdoy: there is no such limit/)
  expect(() => serverFacts({ limits: { toString: 1 } as object })).toThrow(setup)
})

test('clock and randomness come from it, and may be pinned (19)', () => {
  const pinned = serverFacts({ now: () => 5, random: (bytes) => new Uint8Array(bytes).fill(7) })
  expect([pinned.now(), pinned.random(2)]).toEqual([5, new Uint8Array([7, 7])])
  const server = serverFacts()
  expect(Math.abs(server.now() - Date.now())).toBeLessThan(60_000)
  expect(server.random(16).byteLength).toBe(16)
  expect(server.random(16)).not.toEqual(server.random(16))
})
