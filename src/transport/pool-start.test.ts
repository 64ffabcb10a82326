/** How workers of a pool start: all at the boot, and another for each that died. */
import { afterEach, expect, test, vi } from 'vitest'
import { call, Farm, fakeTimers, turns } from '../../test/transport/farm.ts'
import { serverFacts } from '../call/server-facts.ts'
import { text } from '../value/result.ts'

vi.spyOn(console, 'error').mockImplementation(() => {}) // what a pool logs of its dead
afterEach(() => void vi.useRealTimers())

test('the boot waits for every worker, and the stop until every one is gone', async () => {
  const farm = new Farm(() => text('fine'))
  const pool = farm.pool({ size: 3 })
  await pool.life.open(serverFacts())
  expect(farm.alive).toBe(3)
  await pool.life.close()
  expect([farm.started, farm.alive]).toEqual([3, 0])
})

test('a worker that does not load stops the boot with its own words, and the others with it', async () => {
  const farm = new Farm(() => text('fine'))
  farm.births = ['refuses', 'ready', 'ready']
  await expect(farm.pool({ size: 3 }).life.open(serverFacts())).rejects.toMatchObject({
    code: 'setup_faulty',
    message: "farm: No module named 'flask'. Install it",
  })
  expect(farm.alive).toBe(0)
})

test('a worker that ends before it is ready, or throws, stops the boot with why', async () => {
  for (const [birth, reason] of [
    ['dies', 'farm: it did not start: the other side ended the link.'],
    ['dies behind its hello', 'farm: it did not start: it died.'],
    ['throws', 'farm: it did not start: no memory.'],
  ] as const) {
    const farm = new Farm(() => text('fine'))
    farm.births = [birth]
    await expect(farm.pool().life.open(serverFacts())).rejects.toThrow(reason)
    expect(farm.alive).toBe(0)
  }
})

test('a pool that is closed while it starts ends what it had started then, and nothing that it starts later', async () => {
  const farm = new Farm(() => text('fine'))
  farm.births = ['hangs']
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
  const pool = farm.pool({ maxMemory: 1_000 })
  const starting = call(pool)
  const closing = pool.close()
  const again = call(pool)
  await expect(starting).rejects.toMatchObject({ code: 'setup_faulty' })
  await Promise.all([closing, again])
  await call(pool)
  expect([farm.alive, vi.getTimerCount()]).toEqual([1, 1])
  await pool.close()
  expect([farm.alive, vi.getTimerCount()]).toEqual([0, 0])
})

test('a call that starts a pool is given up when nobody waits for it any more', async () => {
  const farm = new Farm(() => text('fine'))
  farm.births = ['hangs']
  const pool = farm.pool()
  const controller = new AbortController()
  const given = [1, 2].map(() => call(pool, '/', { signal: controller.signal }))
  await turns()
  controller.abort(new Error('enough'))
  for (const one of given) await expect(one).rejects.toThrow('enough')
  await pool.close()
})

test('calls that come while a pool starts wait as long as it does, and all are told why it does not', async () => {
  fakeTimers()
  const farm = new Farm(() => text('fine'))
  farm.births = ['hangs']
  const pool = farm.pool()
  const told = [1, 2].map(async () => call(pool).catch((error: Error) => error.message))
  await turns()
  vi.advanceTimersByTime(59_999)
  await turns()
  expect(farm.alive).toBe(1)
  vi.advanceTimersByTime(1)
  for (const message of await Promise.all(told)) expect(message).toContain('not ready within 60000 ms')
})

test('a start that was waited for and led to nothing is time that a call has waited', async () => {
  fakeTimers()
  const farm = new Farm(() => text('fine'))
  farm.births = ['hangs', 'hangs']
  const told = call(farm.pool({ optional: true, startMs: 5_000 })).catch((error: Error) => error.message)
  await turns()
  vi.advanceTimersByTime(5_000)
  expect(await told).toContain('no worker is up')
})

test('calls that come while a pool starts go to the first worker that is there', async () => {
  const farm = new Farm(() => text('fine'))
  farm.births = ['hangs', 'ready']
  const pool = farm.pool({ size: 2 })
  const answers = await Promise.all([call(pool), call(pool)])
  expect(answers.map(([status]) => status)).toEqual([200, 200])
  await pool.close()
})

test('a worker that never becomes ready stops the boot after a while', async () => {
  const farm = new Farm(() => text('fine'))
  farm.births = ['hangs']
  await expect(farm.pool({ startMs: 20 }).life.open(serverFacts())).rejects.toThrow(
    'it was not ready within 20 ms',
  )
  expect(farm.alive).toBe(0)
})

test('an optional worker that does not load is not started again, and its calls are refused at once (503)', async () => {
  const farm = new Farm(() => text('fine'))
  farm.births = ['refuses']
  const pool = farm.pool({ optional: true })
  await pool.life.open(serverFacts())
  await expect(call(pool)).rejects.toMatchObject({ code: 'call_refused', status: 503 })
  await expect(call(pool)).rejects.not.toThrow('flask') // clients are not told of files and packages
  await pool.life.close()
  expect(farm.started).toBe(1)
})

test('from one death to the next the wait doubles, up to three seconds; who lived a while starts anew', async () => {
  fakeTimers()
  const farm = new Farm(() => text('fine'))
  const pool = farm.pool()
  await pool.life.open(serverFacts())
  const dies = async (waitMs: number): Promise<void> => {
    const before = farm.started
    farm.kill()
    await turns()
    vi.advanceTimersByTime(waitMs - 1)
    await turns()
    expect(farm.started, `before ${waitMs} ms`).toBe(before)
    vi.advanceTimersByTime(1)
    await turns()
    expect(farm.started, `after ${waitMs} ms`).toBe(before + 1)
    expect((await call(pool))[0]).toBe(200)
  }
  for (const waitMs of [50, 100, 200, 400, 800, 1_600, 3_000, 3_000]) await dies(waitMs)
  vi.advanceTimersByTime(5_001)
  for (const waitMs of [50, 100]) await dies(waitMs)
  await pool.life.close()
})

test('who does not start is waited for longer and longer, however long the one before had lived', async () => {
  fakeTimers()
  const farm = new Farm(() => text('fine'))
  const pool = farm.pool()
  await pool.life.open(serverFacts())
  vi.advanceTimersByTime(60_000)
  farm.births = ['throws', 'dies', 'refuses', 'throws', 'dies', 'refuses', 'throws', 'throws']
  farm.kill()
  for (const waitMs of [50, 100, 200, 400, 800, 1_600, 3_000, 3_000]) {
    const before = farm.started
    await turns()
    vi.advanceTimersByTime(waitMs - 1)
    await turns()
    expect(farm.started, `before ${waitMs} ms`).toBe(before)
    vi.advanceTimersByTime(1)
    await turns()
    expect(farm.started, `after ${waitMs} ms`).toBe(before + 1)
  }
  await pool.life.close()
})

test('what does not start once it ran is tried again: the reason may have gone', async () => {
  const farm = new Farm(() => text('fine'))
  const pool = farm.pool()
  await pool.life.open(serverFacts())
  farm.births = ['refuses', 'throws', 'dies', 'dies behind its hello', 'ready']
  farm.kill()
  expect((await call(pool))[0]).toBe(200)
  expect(farm.started).toBe(6)
  await pool.life.close()
  expect(farm.alive).toBe(0)
})
