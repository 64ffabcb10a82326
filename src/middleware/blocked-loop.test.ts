import { setImmediate, setTimeout } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { perform } from '../call/perform.ts'
import { serverFacts } from '../call/server-facts.ts'
import { use } from '../call/use.ts'
import type { App, Environment, Log } from '../contract.ts'
import { Fault } from '../fault.ts'
import { lint } from '../lint/lint.ts'
import { bodyText, request } from '../value/message.ts'
import { stream, takeover, text } from '../value/result.ts'
import { type WarnBlockedOptions, warnBlocked } from './blocked-loop.ts'
import { mount } from './mount.ts'

const [THRESHOLD_MS, BLOCK_MS] = [200, 260]

// The clock that blame is read from goes on where a handler blocks, and nowhere else: a busy machine blocks nobody.
beforeAll(() => void vi.useFakeTimers({ toFake: ['performance'] }))
afterAll(() => void vi.useRealTimers())

interface Warned {
  readonly method: string
  readonly path: string
  readonly blockedMs: number
  readonly message: string
}

/** Serves values, and keeps what was warned of. */
class Desk {
  readonly warned: Warned[] = []
  readonly #app: App
  readonly #environment: Environment

  constructor(app: App, environment: Environment = 'development', options?: WarnBlockedOptions) {
    this.#app = use(app, lint, warnBlocked(options ?? { thresholdMs: THRESHOLD_MS }), lint)
    this.#environment = environment
  }

  /** What is warned of shows once the turn is over. */
  async ask(target: string, method = 'GET'): Promise<string> {
    const log: Log = {
      debug: () => {},
      info: () => {},
      warn: (fields, message = '') => this.warned.push({ ...(fields as Warned), message }),
      error: () => {},
    }
    const server = serverFacts({ environment: this.#environment })
    const answer = await perform(this.#app, request(method, target), { server, log })
    await setImmediate()
    return bodyText(answer) ?? ''
  }

  get paths(): string[] {
    return this.warned.map(({ path }) => path)
  }
}

function block(ms = BLOCK_MS): void {
  vi.advanceTimersByTime(ms)
}

test('a handler that blocks at once is named, with its time and what to do', async () => {
  const desk = new Desk(() => {
    block()
    return text('late')
  })
  expect(await desk.ask('/report?x=1', 'POST')).toBe('late')
  expect(desk.warned).toHaveLength(1)
  const [{ method, path, blockedMs, message }] = desk.warned as [Warned]
  expect([method, path]).toEqual(['POST', '/report'])
  expect(blockedMs).toBeGreaterThanOrEqual(BLOCK_MS)
  expect(message).toBe(
    `POST /report blocked the event loop for ${blockedMs} ms: run it in a thread with isolate(...)`,
  )
})

test('one that blocks after an await is named, and not those in flight beside it', async () => {
  const blocker: App = async (_method, path) => {
    await setTimeout(5)
    if (path === '/guilty') block()
    await setTimeout(5)
    return text(path)
  }
  const desk = new Desk(blocker)
  const asked = ['/a', '/guilty', '/b', '/c'].map((path) => desk.ask(path))
  expect(await Promise.all(asked)).toEqual(['/a', '/guilty', '/b', '/c'])
  expect(desk.paths).toEqual(['/guilty'])
})

test('two that block in turn are each named with their own time', async () => {
  const desk = new Desk(async (_method, path) => {
    await setTimeout(1)
    block(path === '/long' ? 2 * BLOCK_MS : BLOCK_MS)
    return text(path)
  })
  await Promise.all([desk.ask('/long'), desk.ask('/short')])
  expect(desk.paths.toSorted()).toEqual(['/long', '/short'])
  const [long, short] = ['/long', '/short'].map(
    (path) => desk.warned.find((one) => one.path === path)!.blockedMs,
  )
  expect(long).toBeGreaterThanOrEqual(2 * BLOCK_MS)
  expect(short).toBeGreaterThanOrEqual(BLOCK_MS)
  expect(long).toBeGreaterThan(short!)
})

test('pieces count together when nothing else could run between them', async () => {
  const pieces = async (): Promise<void> => {
    for (let piece = 0; piece < 6; piece++) {
      block(BLOCK_MS / 6)
      await Promise.resolve()
    }
  }
  const desk = new Desk(async () => {
    await pieces()
    return text('done')
  })
  await desk.ask('/pieces')
  expect(desk.paths).toEqual(['/pieces'])
})

test('pieces between which the loop turns do not', async () => {
  const desk = new Desk(async () => {
    for (let piece = 0; piece < 4; piece++) {
      block(BLOCK_MS / 4)
      await setImmediate()
    }
    return text('done')
  })
  await desk.ask('/kind')
  expect(desk.warned).toEqual([])
})

test('waiting is not blocking', async () => {
  const { promise, resolve } = resolvers()
  const desk = new Desk(async () => {
    await promise
    return text('rested')
  })
  const asked = desk.ask('/wait')
  await setImmediate()
  block()
  resolve()
  expect(await asked).toBe('rested')
  expect(desk.warned).toEqual([])
})

test('callbacks that a call left behind are still its own', async () => {
  const { promise, resolve } = resolvers()
  const desk = new Desk((_method, path) => {
    if (path !== '/left') return promise.then(() => text('waited'))
    globalThis.setTimeout(() => {
      block()
      resolve()
    }, 1)
    return text('answered')
  })
  await Promise.all([desk.ask('/waits'), desk.ask('/left')])
  expect(desk.paths).toEqual(['/left'])
})

test('a chunk that blocks is charged to the call that streams it', async () => {
  const sync = function* () {
    yield 'a'
    block()
    yield 'b'
  }
  const async = async function* () {
    yield 'a'
    await setTimeout(1)
    block()
    yield 'b'
  }
  const desk = new Desk((_method, path) => [200, null, {}, stream(path === '/sync' ? sync() : async())])
  expect(await Promise.all([desk.ask('/sync'), desk.ask('/async')])).toEqual(['ab', 'ab'])
  expect(desk.paths.toSorted()).toEqual(['/async', '/sync'])
})

test('a stream that nobody reads to its end is told so (23)', async () => {
  const left: string[] = []
  const body = async function* () {
    try {
      yield 'a'
    } finally {
      left.push('left')
    }
  }
  const app = use(() => [200, null, {}, stream(body())], warnBlocked())
  const server = serverFacts({ environment: 'development' })
  await perform(app, request('HEAD', '/'), { server })
  await expect(perform(app, request('GET', '/'), { server, limit: 0 })).rejects.toThrow()
  expect(left).toEqual(['left'])
})

test('a call is named again when it gets twice as long, and not before', async () => {
  const desk = new Desk(async () => {
    for (const ms of [BLOCK_MS, BLOCK_MS, 3 * BLOCK_MS]) {
      block(ms)
      await setImmediate()
    }
    return text('done')
  })
  await desk.ask('/again')
  expect(desk.warned).toHaveLength(2)
})

test('what throws is named too, and its answer is its own', async () => {
  const desk = new Desk(async () => {
    block()
    throw new Fault('route_missing', { path: '/gone' })
  })
  expect(JSON.parse(await desk.ask('/gone'))).toMatchObject({ status: 404, code: 'route_missing' })
  expect(desk.paths).toEqual(['/gone'])
})

test('the whole path is named where the app is mounted, and a long one is cut', async () => {
  const blocker: App = () => {
    block()
    return text('late')
  }
  const desk = new Desk(mount({ '/api': use(blocker, warnBlocked({ thresholdMs: THRESHOLD_MS })) }))
  await desk.ask('/api/report')
  await desk.ask(`/api/${'x'.repeat(5_000)}`)
  expect(desk.paths[0]).toBe('/api/report')
  expect(desk.paths[1]).toHaveLength(203)
})

test('layers within each other name a call once', async () => {
  const desk = new Desk(use(() => (block(), text('late')), warnBlocked({ thresholdMs: THRESHOLD_MS })))
  await desk.ask('/once')
  expect(desk.paths).toEqual(['/once'])
})

test('in production nothing is measured, and nothing is touched', async () => {
  const app: App = () => (block(), text('late'))
  const desk = new Desk(app, 'production')
  expect(await desk.ask('/report')).toBe('late')
  expect(desk.warned).toEqual([])
})

test('what is here stays here, and takeovers and faulty results pass as they are', () => {
  const server = serverFacts({ environment: 'development' })
  const results = [text('hi'), [101, null, {}, takeover(() => {})], undefined, [200]]
  for (const result of results) {
    const options = { defer: () => {} } as never
    const app = warnBlocked()(() => result as never)
    expect(app('GET', '/', {}, options, server)).toBe(result)
  }
})

test('options that are none are refused with what to write (setup_faulty)', () => {
  for (const options of [{ thresholdMs: 0 }, { thresholdMs: NaN }, { thresholdMs: '1s' }, { threshold: 5 }]) {
    expect(() => warnBlocked(options as WarnBlockedOptions)).toThrow(
      /^warnBlocked\(\{ threshold(Ms)? \}\): .*\. \w/,
    )
  }
  // As in `use(app, warnBlocked)`, which would take the app for its options.
  expect(() => warnBlocked((() => text('hi')) as never)).toThrow(/^warnBlocked\(\.\.\.\): /)
})

function resolvers(): { promise: Promise<void>; resolve: () => void } {
  let resolve = (): void => {}
  const promise = new Promise<void>((done) => {
    resolve = done
  })
  return { promise, resolve }
}
