/** Pools: which worker a call goes to, and what becomes of it when workers go. */
import { afterEach, expect, test, vi } from 'vitest'
import { promised } from '../../test/server/promised.ts'
import { call, Farm, fakeTimers, turns } from '../../test/transport/farm.ts'
import { WAIT_MS } from '../../test/wait.ts'
import { serverFacts } from '../call/server-facts.ts'
import { text } from '../value/result.ts'

vi.spyOn(console, 'error').mockImplementation(() => {}) // what a pool logs of its dead
afterEach(() => void vi.useRealTimers())

test('a call goes to the worker with the fewest calls', async () => {
  const farm = new Farm((_method, path) => (path === '/hang' ? new Promise<never>(() => {}) : text('fine')))
  const pool = farm.pool({ size: 3 })
  await pool.life.open(serverFacts())
  for (let at = 0; at < 6; at++) call(pool, '/hang').catch(() => {})
  await vi.waitFor(() => expect(farm.calls).toEqual([2, 2, 2]), WAIT_MS)
  await pool.life.close()
})

test('a worker that dies loses its own calls (502), and the calls that arrive meanwhile wait for the next one', async () => {
  const farm = new Farm((_method, path) => (path === '/hang' ? new Promise<never>(() => {}) : text('fine')))
  const pool = farm.pool()
  await pool.life.open(serverFacts())
  const lost = call(pool, '/hang')
  await vi.waitFor(() => expect(farm.calls).toEqual([1]), WAIT_MS)
  farm.kill()
  await expect(lost).rejects.toMatchObject({ code: 'call_lost', status: 502 })
  expect((await call(pool))[0]).toBe(200)
  expect(farm.started).toBe(2)
  await pool.life.close()
})

test('a worker whose link broke is stopped, however it goes on: nothing is left behind', async () => {
  const farm = new Farm(() => text('fine'))
  const pool = farm.pool()
  await pool.life.open(serverFacts())
  farm.garbage()
  await vi.waitFor(() => expect(farm.started).toBe(2), WAIT_MS)
  expect((await call(pool))[0]).toBe(200)
  expect([farm.started, farm.alive]).toEqual([2, 1])
  await pool.life.close()
  expect(farm.alive).toBe(0)
})

test('at the stop, calls under way are lost and waiting ones refused; none waits for its time', async () => {
  fakeTimers()
  const farm = new Farm(() => new Promise<never>(() => {}))
  const pool = farm.pool()
  await pool.life.open(serverFacts())
  const running = call(pool)
  running.catch(() => {})
  await turns()
  expect(farm.calls).toEqual([1])
  farm.kill()
  await expect(running).rejects.toMatchObject({ code: 'call_lost' })
  const waiting = call(pool)
  await Promise.all([expect(waiting).rejects.toMatchObject({ code: 'call_refused' }), pool.life.close()])
})

test('what a stop ends is not made once more, which would start a worker behind it', async () => {
  const farm = new Farm(() => new Promise<never>(() => {}))
  const pool = farm.pool({ repeatsSafe: true })
  await pool.life.open(serverFacts())
  const running = call(pool, '/', { method: 'GET' })
  const lost = expect(running).rejects.toMatchObject({ code: 'call_lost' })
  await vi.waitFor(() => expect(farm.calls).toEqual([1]), WAIT_MS)
  await pool.close()
  await lost
  expect([farm.started, farm.alive]).toEqual([1, 0])
})

test('a worker that says go-away finishes what it has, another one takes the rest, and nothing is lost', async () => {
  const go = promised()
  const farm = new Farm(async (_method, path) => {
    if (path === '/slow') await go.promise
    return text(path)
  })
  const pool = farm.pool()
  await pool.life.open(serverFacts())
  const slow = call(pool, '/slow')
  await vi.waitFor(() => expect(farm.calls).toEqual([1]), WAIT_MS)
  farm.leave()
  await vi.waitFor(() => expect(farm.started).toBe(2), WAIT_MS)
  expect((await call(pool, '/next'))[0]).toBe(200)
  expect(farm.calls).toEqual([1, 1])
  go.resolve()
  expect(Buffer.from((await slow)[3] as Uint8Array).toString()).toBe('/slow')
  await vi.waitFor(() => expect(farm.alive).toBe(1), WAIT_MS)
  await pool.life.close()
  expect(farm.alive).toBe(0)
})

test('calls that crossed with a go-away were not begun, and go to another worker, whatever they are', async () => {
  const farm = new Farm((_method, path) => text(path))
  const pool = farm.pool()
  await pool.life.open(serverFacts())
  farm.leave()
  const crossed = await Promise.all(['/a', '/b', '/c'].map((path) => call(pool, path)))
  expect(crossed.map(([, , , body]) => Buffer.from(body as Uint8Array).toString())).toEqual([
    '/a',
    '/b',
    '/c',
  ])
  expect(farm.calls).toEqual([0, 3])
  await pool.life.close()
})

test('at the stop, nobody waits for a worker that has left and does not end', async () => {
  const farm = new Farm(() => new Promise<never>(() => {}))
  const pool = farm.pool()
  await pool.life.open(serverFacts())
  const lost = call(pool)
  lost.catch(() => {})
  await vi.waitFor(() => expect(farm.calls).toEqual([1]), WAIT_MS)
  farm.leave()
  await vi.waitFor(() => expect(farm.started).toBe(2), WAIT_MS)
  await pool.life.close()
  await expect(lost).rejects.toMatchObject({ code: 'call_lost' })
  expect(farm.alive).toBe(0)
})

test('a safe call whose worker is lost is sent once more where that is asked for, and no other', async () => {
  for (const [repeatsSafe, method, expected] of [
    [true, 'GET', 2],
    [true, 'POST', 1],
    [false, 'GET', 1],
  ] as const) {
    const farm = new Farm(() => new Promise<never>(() => {}))
    const pool = farm.pool({ repeatsSafe })
    await pool.life.open(serverFacts())
    const hanging = call(pool, '/hang', { method })
    hanging.catch(() => {})
    for (let lives = 0; lives < expected; lives++) {
      await vi.waitFor(() => expect(farm.calls.reduce((sum, one) => sum + one, 0)).toBe(lives + 1), WAIT_MS)
      farm.kill()
    }
    await expect(hanging).rejects.toMatchObject({ code: 'call_lost', status: 502 })
    await pool.life.close()
  }
})
