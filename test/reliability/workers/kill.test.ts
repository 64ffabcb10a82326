/**
 * kill -9 of workers under load (SAFETY), and what comes closest for threads: only their calls in flight are lost, and each of those is answered;
 * no answer goes to another call, no call begins twice, nothing hangs, and another worker takes over.
 *
 * HAGAKI_KILLS   how many workers are killed on each road; 3 by default
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type App, remote, silentLog } from 'hagaki'
import { isolate } from 'hagaki/isolate'
import { nats } from 'hagaki/nats'
import { rack } from 'hagaki/rack'
import { serve } from 'hagaki/server'
import { socket } from 'hagaki/socket'
import { wsgi } from 'hagaki/wsgi'
import { expect, onTestFinished, test, vi } from 'vitest'
import { python, ruby } from '../../../scripts/needs.ts'
import { NatsServer } from '../../nats/server.ts'
import { Asking } from './asking.ts'
import { WorkerProgram } from './worker-program.ts'

const KILLS = Number(process.env['HAGAKI_KILLS'] || 3)
const ASKERS = 16
const HERE = new URL('./', import.meta.url)
const TALLY = new URL('tally.ts', import.meta.url)

interface Road {
  readonly app: App
  /** Ends one of `workers`, each a process and the number of a thread, and starts it again where nobody else does. */
  readonly kill: (workers: ReadonlySet<string>, url: string) => Promise<unknown>
}

/** How long an answer may take, where that ends a thread: far longer than any but that of a loop. */
const TIMEOUT = '5s'

const ROADS: readonly [name: string, open: (folder: string) => Promise<Road>][] = [
  [
    'threads that are terminated',
    async () => ({
      app: isolate(TALLY, { threads: 2, timeout: TIMEOUT }),
      kill: async (_, url) => expect((await ask(url, 'loop')).status).toBeOneOf([502, 504]),
    }),
  ],
  [
    'threads that exit',
    async () => ({
      app: isolate(TALLY, { threads: 2 }),
      kill: async (_, url) => expect((await ask(url, 'exit')).status).toBe(502),
    }),
  ],
  [
    'processes',
    async () => ({
      app: isolate(TALLY, { processes: 2 }),
      kill: async (workers) => process.kill(pidOf(workers), 'SIGKILL'),
    }),
  ],
  [
    'Python processes',
    async () => ({
      app: wsgi('tally:app', { cwd: HERE, processes: 2, python: python() }),
      kill: async (workers) => process.kill(pidOf(workers), 'SIGKILL'),
    }),
  ],
  [
    'Ruby processes',
    async () => ({
      app: rack('tally.ru', { cwd: HERE, processes: 2, ruby: ruby() }),
      kill: async (workers) => process.kill(pidOf(workers), 'SIGKILL'),
    }),
  ],
  [
    'programs on unix sockets',
    async (folder) => {
      const addresses = ['a', 'b'].map((name) => `unix:${join(folder, name)}`)
      const programs = await started(addresses.map((address) => ['--listen', address]))
      return { app: remote(socket(addresses)), kill: killing(programs) }
    },
  ],
  [
    'programs on NATS',
    async () => {
      const { url } = await NatsServer.start(onTestFinished)
      const where = ['--over', url, '--name', 'tally']
      return { app: remote(nats(url, 'tally')), kill: killing(await started([where, where])) }
    },
  ],
]

test.each(ROADS)(
  '%s under load lose their own calls alone, each answered; nothing is mixed up, begun twice or left hanging',
  { timeout: 60_000 + 20_000 * KILLS },
  async (_, open) => {
    const folder = mkdtempSync(join(tmpdir(), 'hagaki-kill-'))
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
    const tally = join(folder, 'tally')
    vi.stubEnv('TALLY', tally)
    onTestFinished(() => void vi.unstubAllEnvs())

    const { app, kill } = await open(folder)
    const running = await serve(app, { port: 0, log: silentLog })
    onTestFinished(() => running.close({ now: true }))
    const asking = Asking.start(running.url, ASKERS)
    for (let killed = 0; killed < KILLS; killed++) {
      const before = await asking.workers(2)
      await kill(before, running.url)
      // Both places are taken again, one of them by another.
      await asking.workers(2, (now) => [...before].some((one) => !now.has(one)))
    }
    const { answered, lost, wrong } = await asking.end()

    expect(wrong).toEqual([])
    expect(answered.length).toBeGreaterThan(100)
    expect(lost.length).toBeLessThanOrEqual(KILLS * ASKERS)
    const begun = readFileSync(tally, 'utf8').trimEnd().split('\n')
    expect(begun).toHaveLength(new Set(begun).size) // none twice
    expect(answered.filter((token) => !begun.includes(token))).toEqual([])
  },
)

async function started(each: readonly (readonly string[])[]): Promise<WorkerProgram[]> {
  const programs = await Promise.all(each.map((where) => WorkerProgram.start(TALLY, ...where)))
  onTestFinished(() => Promise.all(programs.map((one) => one.end())).then(() => {}))
  return programs
}

function killing(programs: readonly WorkerProgram[]): Road['kill'] {
  return (workers) => {
    const pid = pidOf(workers)
    process.kill(pid, 'SIGKILL')
    return programs.find((one) => one.pid === pid)!.restart()
  }
}

function ask(url: string, path: string): Promise<Response> {
  return fetch(`${url}/${path}`, { method: 'POST' })
}

function pidOf(workers: ReadonlySet<string>): number {
  const [first] = workers
  return Number(/^\d+/.exec(first!)![0])
}
