/**
 * 2,000 uploads of 1 MiB at once against a budget of 64 MiB: every one is answered, memory stays within
 * its bound, and others are served meanwhile. How long those wait says much of the machine, where a full collection
 * takes from 3 to 300 ms: that is told, and held to a part of the time that the uploads take.
 */
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { expect, onTestFinished, test } from 'vitest'
import { SERVERS } from '../server/kinds.ts'
import { Caller } from './caller.ts'
import { Process, Uploads } from './process.ts'

const MB = 1024 * 1024
const UPLOADS = 2_000
/** Before them, so that some are refused as well. */
const WARM = 200
const BUDGET = 64 * MB
/** What sockets, reads on their way and garbage that is not collected yet may take beside the budget. */
const BESIDE = 40 * MB
const EVERY_MS = 20
/** All are connected before the first of them sends anything, which on a busy machine takes its time. */
const PATIENT_MS = 120_000
/** Of the time of all uploads, within which half of the health checks are answered, on a machine of any speed. */
const PART = 1 / 40
const HEALTH = 'GET /at-once HTTP/1.1\r\nHost: a.example\r\n\r\n'

for (const server of SERVERS) {
  test(`${server}: ${UPLOADS} uploads at once hold no more memory than their budget, and each is answered`, async ({
    annotate,
  }) => {
    const served = await Process.start({ server, budget: BUDGET, limits: { headTimeoutMs: PATIENT_MS } })
    onTestFinished(() => served.end())
    await (await uploads(served.port, WARM)).begin() // what the compiler learns
    const { resident: idle } = await served.vitals()

    const clients = await uploads(served.port, UPLOADS)
    const watch = await Watch.begin(served)
    const began = performance.now()
    const { statuses, wrong } = await clients.begin()
    const tookMs = performance.now() - began
    const { most, times } = await watch.stop()

    expect(wrong).toEqual([])
    const answers = Object.values(statuses).reduce((sum, count) => sum + count, 0)
    expect(answers).toBe(UPLOADS)
    expect(Object.keys(statuses).filter((status) => status !== '200' && status !== '503')).toEqual([])
    expect(statuses['200']).toBeGreaterThan(0)
    await annotate(
      `${statuses['200']} of ${UPLOADS} uploads stored, ${statuses['503'] ?? 0} told to come again; ` +
        `${mb(most - idle)} MiB above the ${mb(idle)} MiB of the idle process, with a budget of ${mb(BUDGET)}; ` +
        `${times.length} health checks meanwhile, half of them within ${at(times, 0.5)} ms, nine of ten within ${at(times, 0.9)} ms, the slowest ${at(times, 1)} ms, of ${tookMs.toFixed(0)}`,
    )
    expect(most - idle).toBeLessThanOrEqual(BUDGET + BESIDE)
    expect(times[Math.floor(times.length / 2)]).toBeLessThanOrEqual(tookMs * PART)
    expect((await served.stop()).status).toBe(0)
  })
}

/** So many clients that are connected. */
async function uploads(port: number, count: number): Promise<Uploads> {
  const clients = new Uploads(port, count, MB)
  onTestFinished(() => clients.end())
  await clients.connected
  return clients
}

/** Looks at a process again and again: how much memory it has, and how long it takes to answer. */
class Watch {
  readonly #served: Process
  readonly #times: number[] = []
  readonly #done: Promise<void>
  #most = 0
  #stopped = false

  private constructor(served: Process, caller: Caller) {
    this.#served = served
    this.#done = Promise.all([this.#look(), this.#ask(caller)]).then(() => {})
  }

  static async begin(served: Process): Promise<Watch> {
    const caller = (await Caller.connect(served.port))!
    expect(await caller.ask(HEALTH)).toMatchObject({ got: 'answer', status: 200 }) // it was accepted
    return new Watch(served, caller)
  }

  async stop(): Promise<{ readonly most: number; readonly times: readonly number[] }> {
    this.#stopped = true
    await this.#done
    return { most: this.#most, times: this.#times.sort((a, b) => a - b) }
  }

  async #look(): Promise<void> {
    while (!this.#stopped) {
      this.#most = Math.max(this.#most, residentOf(this.#served.pid))
      await pause()
    }
  }

  async #ask(caller: Caller): Promise<void> {
    while (!this.#stopped) {
      const began = performance.now()
      expect(await caller.ask(HEALTH)).toMatchObject({ got: 'answer', status: 200 })
      this.#times.push(performance.now() - began)
      await pause()
    }
    caller.close()
  }
}

/** The memory of a process, in bytes, as the system counts it. */
function residentOf(pid: number): number {
  const kb =
    process.platform === 'linux'
      ? /VmRSS:\s*([0-9]+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))![1]
      : execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'latin1' })
  return Number(kb) * 1024
}

const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, EVERY_MS))
const mb = (bytes: number): string => (bytes / MB).toFixed(0)
const at = (sorted: readonly number[], part: number): string =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))]!.toFixed(0)
