/** How long calls of a pool wait: for a worker, for its answer, for a sign of life. */
import { afterEach, expect, test, vi } from 'vitest'
import { promised } from '../../test/server/promised.ts'
import { call, Farm, fakeTimers, turns } from '../../test/transport/farm.ts'
import { WAIT_MS } from '../../test/wait.ts'
import { SourceInput } from '../call/input.ts'
import { serverFacts } from '../call/server-facts.ts'
import { STREAM, type Stream } from '../contract.ts'
import { stream, text } from '../value/result.ts'

vi.spyOn(console, 'error').mockImplementation(() => {}) // what a pool logs of its dead
afterEach(() => void vi.useRealTimers())

test('a call that is given up while it waits for a worker waits no longer', async () => {
  const farm = new Farm(() => text('fine'))
  const pool = farm.pool()
  await pool.life.open(serverFacts())
  farm.births = ['hangs']
  farm.kill()
  await vi.waitFor(() => expect(farm.alive).toBe(0), WAIT_MS)
  const near = new AbortController()
  const waiting = call(pool, '/', { signal: near.signal })
  near.abort(new Error('given up'))
  await expect(waiting).rejects.toThrow('given up')
  await pool.life.close()
})

test('where no worker comes, a call is refused after five seconds (503)', async () => {
  fakeTimers()
  const farm = new Farm(() => text('fine'))
  const pool = farm.pool()
  await pool.life.open(serverFacts())
  farm.births = ['hangs']
  farm.kill()
  await turns()
  const refused = expect(call(pool)).rejects.toMatchObject({ code: 'call_refused', status: 503 })
  await turns()
  vi.advanceTimersByTime(5_001)
  await refused
  vi.useRealTimers()
  farm.freeAll()
  await pool.life.close()
})

test('where workers take long to start, a call waits for twice as long as one took', async () => {
  fakeTimers()
  const farm = new Farm(() => text('fine'))
  farm.births = [4_000, 7_900, 'hangs']
  const pool = farm.pool()
  const first = call(pool)
  await turns()
  vi.advanceTimersByTime(4_000)
  expect((await first)[0]).toBe(200)
  farm.kill()
  await turns()
  const second = call(pool)
  await turns()
  vi.advanceTimersByTime(50) // until it is started
  await turns()
  vi.advanceTimersByTime(7_900)
  expect((await second)[0]).toBe(200)
  farm.kill()
  await turns()
  const refused = expect(call(pool)).rejects.toMatchObject({ code: 'call_refused', status: 503 })
  await turns()
  vi.advanceTimersByTime(15_801)
  await refused
  vi.useRealTimers()
  farm.freeAll()
  await pool.life.close()
})

test('a late answer is 504, the neighbours of its call are 502, and other workers know nothing of it', async () => {
  fakeTimers()
  const farm = new Farm((_method, path) => (path === '/hang' ? new Promise<never>(() => {}) : text('fine')))
  const pool = farm.pool({ size: 2, timeoutMs: 1_000 })
  await pool.life.open(serverFacts())
  const late = call(pool, '/hang')
  late.catch(() => {})
  await turns()
  vi.advanceTimersByTime(500)
  const [elsewhere, neighbour] = [call(pool, '/hang'), call(pool, '/hang')]
  elsewhere.catch(() => {})
  neighbour.catch(() => {})
  await turns()
  expect(farm.calls).toEqual([2, 1])
  vi.advanceTimersByTime(500)
  await expect(late).rejects.toMatchObject({ code: 'call_timeout', status: 504, detail: { limitMs: 1_000 } })
  await expect(neighbour).rejects.toMatchObject({ code: 'call_lost', status: 502 })
  expect(farm.alive).toBe(1)
  vi.advanceTimersByTime(500)
  await expect(elsewhere).rejects.toMatchObject({ code: 'call_timeout' })
  expect((await call(pool))[0]).toBe(200)
  await pool.life.close()
})

test('an answer that has begun in time may take its time', async () => {
  fakeTimers()
  const go = promised()
  const chunks = async function* (): AsyncGenerator<string> {
    await go.promise
    yield 'fine'
  }
  const farm = new Farm(() => [200, null, {}, stream(chunks())])
  const pool = farm.pool({ timeoutMs: 1_000 })
  await pool.life.open(serverFacts())
  const [, , , body] = await call(pool)
  const reading = (body as Stream)[STREAM] as AsyncIterableIterator<Uint8Array>
  const first = reading.next()
  vi.advanceTimersByTime(60_000)
  go.resolve()
  expect(Buffer.from((await first).value as Uint8Array).toString()).toBe('fine')
  expect(farm.started).toBe(1)
  await pool.life.close()
})

test("the time that a slow client takes to send is not its worker's, the rest is", async () => {
  fakeTimers()
  const farm = new Farm(async (_method, path, _headers, { input }) => {
    const { length } = await input.bytes(Number.POSITIVE_INFINITY)
    return path === '/hang' ? new Promise<never>(() => {}) : text(String(length))
  })
  const pool = farm.pool({ timeoutMs: 1_000 })
  await pool.life.open(serverFacts())
  for (const length of [6, null, 200_000]) {
    for (const path of ['/', '/hang']) {
      const [first, last] = [promised<Uint8Array>(), promised<Uint8Array>()]
      const pieces = [first.promise, last.promise]
      const input = new SourceInput(
        { length, read: async () => pieces.shift() ?? null, trailers: () => null },
        9,
      )
      const answer = call(pool, path, { input })
      answer.catch(() => {})
      for (const one of [first, last]) {
        await turns()
        vi.advanceTimersByTime(60_000)
        one.resolve(new Uint8Array((length ?? 6) / 2))
      }
      await turns()
      if (path === '/')
        expect(Buffer.from((await answer)[3] as Uint8Array).toString()).toBe(String(length ?? 6))
      else {
        vi.advanceTimersByTime(1_000)
        await expect(answer).rejects.toMatchObject({ code: 'call_timeout' })
        vi.advanceTimersByTime(60_000) // until the next one starts
        await turns()
      }
    }
  }
  await pool.life.close()
})

test('where a late answer costs its own call alone, its worker is told and its neighbours go on (504)', async () => {
  fakeTimers()
  const go = promised()
  const reasons: unknown[] = []
  const farm = new Farm(async (_method, path, _headers, options) => {
    if (path === '/neighbour') await go.promise
    if (path !== '/hang') return text(path)
    options.defer((outcome) => void reasons.push(outcome.error))
    return new Promise<never>(() => {})
  })
  const pool = farm.pool({ timeoutMs: 1_000, late: 'cancel' })
  await pool.life.open(serverFacts())
  const late = call(pool, '/hang')
  late.catch(() => {})
  await turns()
  vi.advanceTimersByTime(500)
  const neighbour = call(pool, '/neighbour')
  await turns()
  vi.advanceTimersByTime(500)
  await expect(late).rejects.toMatchObject({ code: 'call_timeout', status: 504, detail: { limitMs: 1_000 } })
  await turns()
  expect(reasons).toEqual([
    expect.objectContaining({ code: expect.stringMatching(/call_timeout|request_aborted/) }),
  ])
  go.resolve()
  expect((await neighbour)[0]).toBe(200)
  expect(farm.started).toBe(1)
  await pool.life.close()
})

test('a link over which nothing comes is lost after two signs of life that stay away', async () => {
  fakeTimers()
  const farm = new Farm(() => new Promise<never>(() => {}))
  const pool = farm.pool({ pingMs: 1_000 })
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'performance'] })
  await pool.life.open(serverFacts())
  for (let at = 0; at < 5; at++) {
    vi.advanceTimersByTime(1_000)
    await turns()
  }
  expect(farm.started).toBe(1)
  const lost = call(pool)
  lost.catch(() => {})
  await turns()
  farm.silence()
  vi.advanceTimersByTime(1_000)
  await turns()
  vi.advanceTimersByTime(1_001) // it is judged behind what has come by then
  await expect(lost).rejects.toMatchObject({ code: 'call_lost' })
  await pool.life.close()
})
