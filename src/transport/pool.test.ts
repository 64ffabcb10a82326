/** Pools: workers that start, die and are followed by others. Their links are real, their bodies are ports. */
import { MessageChannel } from 'node:worker_threads'
import { afterEach, expect, onTestFinished, test, vi } from 'vitest'
import { promised } from '../../test/server/promised.ts'
import { SourceInput, WholeInput } from '../call/input.ts'
import { silentLog } from '../call/log.ts'
import { serverFacts } from '../call/server-facts.ts'
import { type App, type Input, type Result, STREAM, type Stream } from '../contract.ts'
import { Fault } from '../fault.ts'
import { request } from '../value/message.ts'
import { stream, text } from '../value/result.ts'
import { FAILED, frame, HELLO } from '../wire/frames/frame.ts'
import { encodeFailed, encodeHello } from '../wire/frames/payload.ts'
import { type LinkOwner, portLink, postFrame } from './link.ts'
import { Pool } from './pool.ts'
import type { PoolOptions, Started } from './slot.ts'
import { FrameWorker } from './worker.ts'

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

test('a call goes to the worker with the fewest calls', async () => {
  const farm = new Farm((_method, path) => (path === '/hang' ? new Promise<never>(() => {}) : text('fine')))
  const pool = farm.pool({ size: 3 })
  await pool.life.open(serverFacts())
  for (let at = 0; at < 6; at++) call(pool, '/hang').catch(() => {})
  await vi.waitFor(() => expect(farm.calls).toEqual([2, 2, 2]))
  await pool.life.close()
})

test('a worker that dies loses its own calls (502), and the calls that arrive meanwhile wait for the next one', async () => {
  const farm = new Farm((_method, path) => (path === '/hang' ? new Promise<never>(() => {}) : text('fine')))
  const pool = farm.pool()
  await pool.life.open(serverFacts())
  const lost = call(pool, '/hang')
  await vi.waitFor(() => expect(farm.calls).toEqual([1]))
  farm.kill()
  await expect(lost).rejects.toMatchObject({ code: 'call_lost', status: 502 })
  expect((await call(pool))[0]).toBe(200)
  expect(farm.started).toBe(2)
  await pool.life.close()
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

test('a worker whose link broke is stopped, however it goes on: nothing is left behind', async () => {
  const farm = new Farm(() => text('fine'))
  const pool = farm.pool()
  await pool.life.open(serverFacts())
  farm.garbage()
  await vi.waitFor(() => expect(farm.started).toBe(2))
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

test('a call that is given up while it waits for a worker waits no longer', async () => {
  const farm = new Farm(() => text('fine'))
  const pool = farm.pool()
  await pool.life.open(serverFacts())
  farm.births = ['hangs']
  farm.kill()
  await vi.waitFor(() => expect(farm.alive).toBe(0))
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

test('a worker that says go-away finishes what it has, another one takes the rest, and nothing is lost', async () => {
  const go = promised()
  const farm = new Farm(async (_method, path) => {
    if (path === '/slow') await go.promise
    return text(path)
  })
  const pool = farm.pool()
  await pool.life.open(serverFacts())
  const slow = call(pool, '/slow')
  await vi.waitFor(() => expect(farm.calls).toEqual([1]))
  farm.leave()
  await vi.waitFor(() => expect(farm.started).toBe(2))
  expect((await call(pool, '/next'))[0]).toBe(200)
  expect(farm.calls).toEqual([1, 1])
  go.resolve()
  expect(Buffer.from((await slow)[3] as Uint8Array).toString()).toBe('/slow')
  await vi.waitFor(() => expect(farm.alive).toBe(1))
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
  await vi.waitFor(() => expect(farm.calls).toEqual([1]))
  farm.leave()
  await vi.waitFor(() => expect(farm.started).toBe(2))
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
      await vi.waitFor(() => expect(farm.calls.reduce((sum, one) => sum + one, 0)).toBe(lives + 1))
      farm.kill()
    }
    await expect(hanging).rejects.toMatchObject({ code: 'call_lost', status: 502 })
    await pool.life.close()
  }
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

type Birth = 'ready' | 'refuses' | 'dies' | 'dies behind its hello' | 'hangs' | 'throws'

/** Where a pool's workers come from, and how they go. */
class Farm {
  /** How the next ones start: ready, when nothing is said. */
  births: Birth[] = []
  started = 0
  readonly calls: number[] = []
  readonly #app: App
  readonly #workers = new Map<number, FrameWorker>()
  readonly #living = new Map<number, { kill(): void; garbage(): void; leave(): void; silence(): void }>()

  constructor(app: App) {
    this.#app = app
  }

  get alive(): number {
    return this.#living.size
  }

  pool(options: Partial<PoolOptions> = {}): Pool {
    onTestFinished(() => this.freeAll())
    const start = (owner: LinkOwner): Started => this.#start(owner)
    return new Pool({ name: 'farm', size: 1, timeoutMs: null, optional: false, ...options, start })
  }

  /** The eldest dies. */
  kill(): void {
    ;[...this.#living.values()][0]!.kill()
  }

  /** The eldest says what no worker may say, and lives on. */
  garbage(): void {
    ;[...this.#living.values()][0]!.garbage()
  }

  /** The eldest takes no new calls. */
  leave(): void {
    ;[...this.#living.values()][0]!.leave()
  }

  /** The eldest neither hears nor says anything. */
  silence(): void {
    ;[...this.#living.values()][0]!.silence()
  }

  freeAll(): void {
    for (const one of [...this.#living.values()]) one.kill()
  }

  #start(owner: LinkOwner): Started {
    const id = this.started++
    const birth = this.births.shift() ?? 'ready'
    if (birth === 'throws') throw new Error('no memory')
    const { port1, port2 } = new MessageChannel()
    let gone: () => void = () => {}
    const left = new Promise<void>((resolve) => {
      gone = resolve
    })
    const link = portLink(port1, owner)
    const die = (): void => {
      this.#living.delete(id)
      port2.postMessage(null)
      port2.close()
      link.end('it died')
      gone()
    }
    this.#living.set(id, {
      kill: die,
      garbage: () => port2.postMessage('garbage'),
      leave: () => this.#workers.get(id)!.leave('enough'),
      silence: () => port2.removeAllListeners('message'),
    })
    if (birth === 'dies behind its hello') {
      setImmediate(() => {
        owner.frame(frame(HELLO, 0, encodeHello({ v: 1, role: 'worker', name: 'farm', inline: 0 })))
        die()
      })
    } else this.#be(birth, id, port2)
    return {
      link,
      kill: die,
      stop: async () => {
        link.end('the pool is closed')
        setImmediate(die)
        await left
      },
    }
  }

  #be(birth: Birth, id: number, port: MessageChannel['port2']): void {
    if (birth === 'hangs') return
    if (birth === 'refuses') {
      const detail = { what: 'farm', reason: "No module named 'flask'", fix: 'Install it' }
      postFrame(port, frame(FAILED, 0, encodeFailed(new Fault('setup_faulty', detail))))
      return
    }
    if (birth === 'dies') return port.postMessage(null)
    this.calls[id] = 0
    const counted: App = (...args) => {
      this.calls[id]!++
      return this.#app(...args)
    }
    const worker = new FrameWorker(counted, serverFacts(), silentLog, 'farm', () => {})
    this.#workers.set(id, worker)
    worker.attach(portLink(port, worker))
  }
}

async function call(
  pool: Pool,
  path = '/',
  how: { input?: Input; signal?: AbortSignal; method?: string } = {},
): Promise<Result> {
  const { input = new WholeInput(null, 0), signal = new AbortController().signal, method = 'POST' } = how
  const { body: _, ...head } = request(method, path)
  return pool.call(head, input, { signal })
}

/** Timers and their clock; the turns of the event loop, by which ports deliver, are real. */
function fakeTimers(): void {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] })
}

async function turns(): Promise<void> {
  for (let at = 0; at < 20; at++) await new Promise((resolve) => setImmediate(resolve))
}
