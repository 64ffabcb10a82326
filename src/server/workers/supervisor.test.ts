import { expect, onTestFinished, test, vi } from 'vitest'
import { silentLog } from '../../call/log.ts'
import { Fault } from '../../fault.ts'
import type { Where } from './message.ts'
import { type Supervision, Supervisor } from './supervisor.ts'
import type { Exit, WorkerProcess } from './worker-process.ts'

/** A worker that does what the test says. */
class Scripted implements WorkerProcess {
  static #pids = 0
  readonly pid = ++Scripted.#pids
  readonly port: number
  readonly orders: string[] = []
  readonly serving: Promise<Where>
  readonly leaving: Promise<string>
  readonly gone: Promise<Exit>
  #serves!: (where: Where) => void
  #leaves!: (how: string) => void
  #exits!: (exit: Exit) => void

  constructor(port: number) {
    this.port = port
    this.gone = new Promise((resolve) => {
      this.#exits = resolve
    })
    this.leaving = new Promise((resolve) => {
      this.#leaves = resolve
    })
    this.serving = new Promise((resolve, reject) => {
      this.#serves = resolve
      void this.gone.then(() => reject(new Fault('setup_faulty', { what: 'app', reason: 'r', fix: 'f' })))
    })
    this.serving.catch(() => {})
  }

  serve(port = 9292): void {
    this.#serves({ port, host: 'h', url: `http://h:${port}` })
  }

  leave(): void {
    this.#leaves('leaves')
  }

  exit(how = 'exited with status 1'): void {
    this.#exits({ how, explained: false })
    this.#leaves(how)
  }

  stop(how: 'retire' | 'drain' | 'cut'): void {
    this.orders.push(how)
  }

  kill(): void {
    this.orders.push('kill')
    this.exit('was ended by SIGKILL')
  }
}

function supervised(options: Partial<Supervision> = {}): { supervisor: Supervisor; started: Scripted[] } {
  vi.useFakeTimers()
  onTestFinished(() => void vi.useRealTimers())
  const started: Scripted[] = []
  const supervisor = new Supervisor({
    name: 'app.ts',
    size: 1,
    log: silentLog,
    patienceMs: 5_000,
    afterFailure: 'retry',
    port: 9292,
    random: () => 0,
    start: (port) => {
      started.push(new Scripted(port))
      return started.at(-1)!
    },
    ...options,
  })
  return { supervisor, started }
}

/** Lets promises settle, and the clock go on. */
const pass = (ms = 0): Promise<unknown> => vi.advanceTimersByTimeAsync(ms)

async function serving(size = 1, options: Partial<Supervision> = {}): Promise<ReturnType<typeof supervised>> {
  const made = supervised({ size, ...options })
  const start = made.supervisor.start()
  for (let at = 0; at < size; at++) {
    await pass()
    made.started[at]!.serve()
  }
  await start
  return made
}

test('the others start once the first one serves', async () => {
  const { supervisor, started } = supervised({ size: 3 })
  const start = supervisor.start()
  await pass()
  expect(started).toHaveLength(1)
  started[0]!.serve(8080)
  await pass()
  expect(started).toHaveLength(3)
  for (const one of started) one.serve(8080)
  expect(await start).toMatchObject({ port: 8080 })
})

test('a first start that fails ends them all', async () => {
  const { supervisor, started } = supervised({ size: 3 })
  const start = supervisor.start()
  const refused = expect(start).rejects.toThrow('app: r. f')
  await pass()
  started[0]!.serve()
  await pass()
  started[1]!.exit()
  await refused
  expect(started[0]!.orders).toEqual(['kill'])
  expect(started[2]!.orders).toEqual(['kill'])
  await pass(60_000)
  expect(started).toHaveLength(3)
})

test('one that does not serve within a minute is killed', async () => {
  const { supervisor, started } = supervised()
  const refused = expect(supervisor.start()).rejects.toThrow('no worker served within 60000 ms')
  await pass(59_999)
  expect(started[0]!.orders).toEqual([])
  await pass(1)
  expect(started[0]!.orders).toContain('kill')
  await refused
})

test('one that crashes is replaced after a wait that doubles, until one has lived for long', async () => {
  const { supervisor, started } = await serving()
  for (const wait of [100, 200, 400, 800]) {
    started.at(-1)!.exit()
    const count = started.length
    await pass(wait - 1)
    expect(started).toHaveLength(count)
    await pass(1)
    expect(started).toHaveLength(count + 1)
    started.at(-1)!.serve()
    await pass()
  }
  await pass(11_000)
  started.at(-1)!.exit()
  const count = started.length
  await pass(100)
  expect(started).toHaveLength(count + 1)
  void supervisor.close({ now: true })
})

test('a replacement that fails is tried again, later each time', async () => {
  const { started } = await serving()
  started[0]!.exit()
  await pass(100)
  started[1]!.exit()
  await pass(199)
  expect(started).toHaveLength(2)
  await pass(1)
  expect(started).toHaveLength(3)
})

test('one that leaves is replaced while it finishes, and killed when that takes too long', async () => {
  const { started } = await serving()
  started[0]!.leave()
  await pass(100)
  expect(started).toHaveLength(2)
  started[1]!.serve()
  await pass(4_900)
  expect(started[0]!.orders).toEqual(['kill'])
  expect(started[1]!.orders).toEqual([])
})

test('a restart retires each one when its successor serves, one at a time', async () => {
  const { supervisor, started } = await serving(2)
  const restart = supervisor.restart()
  await pass()
  expect(started).toHaveLength(3)
  expect(started.flatMap((one) => one.orders)).toEqual([])
  started[2]!.serve()
  await pass()
  expect(started[0]!.orders).toEqual(['retire'])
  expect(started).toHaveLength(3)
  started[0]!.exit('exited with status 0')
  await pass()
  expect(started).toHaveLength(4)
  started[3]!.serve()
  await pass()
  expect(started[1]!.orders).toEqual(['retire'])
  started[1]!.exit('exited with status 0')
  expect(await restart).toMatchObject({ port: 9292 })
  await pass(60_000)
  expect(started).toHaveLength(4)
})

test('a restart that fails leaves the others as they are, and the next one tries again', async () => {
  const { supervisor, started } = await serving(2)
  const refused = expect(supervisor.restart()).rejects.toThrow('app: r. f')
  await pass()
  started[2]!.exit()
  await refused
  expect([started[0]!.orders, started[1]!.orders]).toEqual([[], []])
  void supervisor.restart()
  await pass()
  started[3]!.serve()
  await pass()
  expect(started[0]!.orders).toEqual(['retire'])
})

test('a restart during another one begins anew with what is not replaced', async () => {
  const { supervisor, started } = await serving()
  const first = supervisor.restart()
  await pass()
  const second = supervisor.restart()
  expect(second).toBe(first)
  expect(started[1]!.orders).toEqual(['retire'])
  started[1]!.exit('exited with status 0')
  await pass()
  started[2]!.serve()
  await pass()
  expect(started[0]!.orders).toEqual(['retire'])
  void supervisor.restart() // the old one takes its time
  await pass()
  started[3]!.serve()
  await pass()
  expect(started[2]!.orders).toEqual(['retire'])
  for (const old of [started[0]!, started[2]!]) old.exit()
  expect(await first).not.toBeNull()
})

test('one that serves when it is not wanted any more finishes what it has, and is not killed', async () => {
  const { supervisor, started } = await serving()
  void supervisor.restart()
  await pass()
  void supervisor.restart()
  await pass(2_000)
  started[1]!.serve() // it did already when it was told
  await pass(4_000)
  expect(started[1]!.orders).toEqual(['retire', 'retire'])
  expect(started).toHaveLength(3)
})

test('one that neither serves nor hears is killed', async () => {
  const { supervisor, started } = await serving()
  const restart = supervisor.restart()
  await pass()
  void supervisor.restart()
  await pass(2_999)
  expect([started.length, started[1]!.orders]).toEqual([2, ['retire']])
  await pass(1)
  expect(started[1]!.orders).toEqual(['retire', 'kill'])
  started[2]!.serve()
  await pass()
  started[0]!.exit()
  expect(await restart).not.toBeNull()
})

test('one that crashes during a restart is replaced once', async () => {
  const { supervisor, started } = await serving(2)
  const restart = supervisor.restart()
  await pass()
  started[1]!.exit() // the second place, while the first one is filled
  await pass(100)
  expect(started).toHaveLength(4)
  started[2]!.serve()
  await pass()
  started[0]!.exit()
  await pass()
  started[3]!.serve()
  await restart
  await pass(60_000)
  expect(started).toHaveLength(4)
})

test('one that crashes while its successor starts is not replaced again', async () => {
  const { supervisor, started } = await serving()
  const restart = supervisor.restart()
  await pass()
  started[0]!.exit()
  await pass(99)
  started[1]!.serve()
  await restart
  await pass(60_000)
  expect(started).toHaveLength(2)
})

test('where it is to wait after a failure, only a restart tries again', async () => {
  const { supervisor, started } = await serving(1, { afterFailure: 'wait' })
  started[0]!.exit()
  await pass(100)
  started[1]!.exit()
  await pass(60_000)
  expect(started).toHaveLength(2)
  expect(supervisor.isServing).toBe(false)
  const restart = supervisor.restart()
  await pass()
  started[2]!.serve()
  expect(await restart).not.toBeNull()
})

test('a restart starts them where none was started yet', async () => {
  const { supervisor, started } = supervised({ afterFailure: 'wait' })
  const refused = expect(supervisor.restart()).rejects.toThrow('app: r. f')
  await pass()
  started[0]!.exit()
  await refused
  const restart = supervisor.restart()
  await pass()
  started[1]!.serve(80)
  expect(await restart).toMatchObject({ port: 80 })
})

test('a close drains all, kills who starts and does not hear, and resolves when all are gone', async () => {
  const { supervisor, started } = await serving(2)
  void supervisor.restart()
  await pass()
  let closed = false
  const close = supervisor.close().then(() => {
    closed = true
  })
  await pass()
  expect(started.map((one) => one.orders)).toEqual([['drain'], ['drain'], ['drain']])
  started[0]!.exit('exited with status 0')
  await pass(1_000)
  expect(closed).toBe(false)
  await pass(4_000)
  expect(started[1]!.orders).toEqual(['drain', 'kill'])
  await close
  await pass(60_000)
  expect(started).toHaveLength(3)
})

test('a second close cuts, and kills after three seconds', async () => {
  const { supervisor, started } = await serving(1, { patienceMs: 60_000 })
  const close = supervisor.close()
  void supervisor.close({ now: true })
  expect(started[0]!.orders).toEqual(['drain', 'cut'])
  await pass(3_000)
  expect(started[0]!.orders).toEqual(['drain', 'cut', 'kill'])
  await close
})

test('who comes later asks for the port that the others have, and for its number once nobody holds it', async () => {
  const { supervisor, started } = supervised({ size: 2, port: 0 })
  const start = supervisor.start()
  await pass()
  started[0]!.serve(4321)
  await pass()
  started[1]!.serve(4321)
  await start
  started[0]!.exit()
  await pass(100)
  started[1]!.exit() // now nobody holds it, and the new one has asked for any
  started[2]!.serve(9999)
  await pass(10_000)
  expect(started[2]!.orders).toEqual(['kill'])
  expect(started.slice(0, 3).map((one) => one.port)).toEqual([0, 0, 0])
  expect(new Set(started.slice(3).map((one) => one.port))).toEqual(new Set([4321]))
  void supervisor.close({ now: true })
})
