/** Connections that are kept and waited for, by a clock that the tests turn. RFC 9112 section 9. */
import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { Abortion } from '../../call/aborts.ts'
import { Clock } from './clock.ts'
import { Failure } from './failure.ts'
import { Line } from './line.ts'
import type { HttpOptions } from './options.ts'
import { placeOf } from './place.ts'
import { Pool, type Wish } from './pool.ts'
import { roadTo } from './road.ts'
import { settingsOf } from './settings.ts'

const unaborted = new Abortion()

test('what may not be sent twice goes on a connection that was used within a second, or on a new one', async () => {
  const { acquire, pool } = await pooled()
  const first = await acquire('any')
  keep(first)
  expect(await acquire('sure')).toBe(first)
  keep(first)
  first.tick(999)
  expect(await acquire('sure')).toBe(first)
  keep(first)
  first.tick(1_000)
  const second = await acquire('sure')
  expect(second).not.toBe(first)
  expect(await acquire('any')).toBe(first)
  expect(pool.size).toBe(2)
})

test('the last that was used is used first, and a new one is new', async () => {
  const { acquire } = await pooled()
  const [one, two] = [await acquire('any'), await acquire('any')]
  keep(one)
  keep(two)
  expect(await acquire('any')).toBe(two)
  const three = await acquire('new')
  expect([one, two]).not.toContain(three)
  expect(three.rested).toBe(false)
  expect(one.rested).toBe(true)
})

test('an idle one makes room for a new one where there are as many as may be', async () => {
  const { acquire, pool } = await pooled({ connections: 2 })
  const [one, two] = [await acquire('any'), await acquire('any')]
  keep(one)
  keep(two)
  const three = await acquire('new')
  expect(pool.size).toBe(2)
  expect([one.open, two.open, three.open]).toEqual([false, true, true])
})

test('who waits is served in order, by what is free or by what comes about', async () => {
  const { acquire } = await pooled({ connections: 1 })
  const line = await acquire('any')
  const served: string[] = []
  const waiting = (['any', 'new', 'sure'] as const).map(async (wish) => {
    const got = await acquire(wish)
    served.push(`${wish}${got === line ? '' : ' new'}`)
    keep(got)
  })
  keep(line)
  await Promise.all(waiting)
  expect(served).toEqual(['any', 'sure', 'new new'])
})

test('the time in the queue is told, and those whose connection comes about are not timed by it', async () => {
  const { acquire, pool } = await pooled({ connections: 1, queueTimeout: '100ms' })
  const connecting = acquire('any')
  const waiting = pool.acquire('any', unaborted)
  pool.tick(99)
  pool.tick(1)
  const late = await waiting
  expect(late).toBeInstanceOf(Failure)
  expect((late as Failure).how).toBe('full')
  expect(await connecting).toBeInstanceOf(Line)
})

test('a pool that is closed takes nobody, and takes calls again when it is opened again', async () => {
  const { acquire, pool } = await pooled({ connections: 1 })
  const line = await acquire('any')
  const waiting = pool.acquire('any', unaborted)
  pool.close()
  expect(((await waiting) as Failure).how).toBe('unreached')
  keep(line)
  expect(line.open).toBe(false)
  expect(await pool.acquire('any', unaborted)).toBeInstanceOf(Failure)
  pool.reopen()
  expect(await acquire('any')).toBeInstanceOf(Line)
})

test('who goes away leaves the queue, and its connection is kept for the next', async () => {
  const { acquire, pool } = await pooled()
  const abortion = new Abortion()
  const waiting = pool.acquire('any', abortion)
  abortion.abort('gone')
  expect(await waiting).toMatchObject({ how: 'ours', fault: 'gone' })
  const line = await acquire('any')
  expect(pool.size).toBe(1)
  expect(line.open).toBe(true)
  expect(await pool.acquire('any', abortion)).toMatchObject({ how: 'ours', fault: 'gone' })
})

/** An exchange on it is over, and both sides are through with it. */
function keep(line: Line): void {
  line.end(true, null)
}

async function pooled(
  options: HttpOptions = {},
): Promise<{ readonly pool: Pool; acquire(wish: Wish): Promise<Line> }> {
  const server = createServer((socket) => socket.on('error', () => {}).resume()).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const place = placeOf(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
  const settings = settingsOf({ idleTimeout: '10m', ...options })
  const pool = new Pool(roadTo(place, settings), new Clock(600_000))
  onTestFinished(() => {
    pool.destroy()
    server.close()
  })
  return {
    pool,
    acquire: async (wish) => {
      const line = await pool.acquire(wish, unaborted)
      if (line instanceof Failure) throw line.fault
      return line
    },
  }
}
