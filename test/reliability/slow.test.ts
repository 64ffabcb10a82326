/**
 * 10,000 slow clients: all of them are gone one second after their timeout, and others are served all the
 * while. Where a process may not open that many, as many as it may: the test says how many.
 */
import { expect, onTestFinished, test } from 'vitest'
import { SERVERS } from '../server/kinds.ts'
import { Caller } from './caller.ts'
import { QUESTIONS } from './load.ts'
import { TURN_MS } from './message.ts'
import { Crowd, Process } from './process.ts'

/** How many; `node:http` takes four times as long for each. */
const SIZES = { http1: 10_000, 'node-http': 2_500 } as const
/** Each side has a descriptor of each connection, and some of its own. */
const MOST = descriptorLimit() - 200
/** Longer than it takes to open them all, where nothing else runs. */
const TIMEOUT_MS = 6_000
/** How often a server looks who is late. */
const LOOKS_MS = { http1: 500, 'node-http': 1_000 } as const

for (const server of SERVERS) {
  const size = Math.min(SIZES[server], MOST)
  test(`${server}: ${size} slow clients are gone one second after their timeout, and others are served meanwhile`, async ({
    annotate,
  }) => {
    const limits = { headTimeoutMs: TIMEOUT_MS, bodyTimeoutMs: TIMEOUT_MS, idleTimeoutMs: TIMEOUT_MS }
    const served = await Process.start({ server, limits })
    onTestFinished(() => served.end())
    await ask(served.port, 500) // what the compiler learns
    const alone = await ask(served.port, 1_000)

    const crowd = new Crowd(served.port, size)
    onTestFinished(() => crowd.end())
    let here = true
    const came = crowd.open.then(() => served.until(({ accepted }) => accepted >= size))
    const gone = crowd.gone.then(() => {
      here = false
    })
    const beside = await ask(served.port, () => here)
    const begun = await came
    await gone

    const { accepted, together, endedIn } = await served.outcomes()
    expect(accepted).toBe(size + 3) // and those who asked
    const tookMs = (endedIn - begun.turns) * TURN_MS
    expect(tookMs).toBeLessThanOrEqual(TIMEOUT_MS + 1_000 + LOOKS_MS[server])
    expect((await served.stop()).status).toBe(0)
    await annotate(
      `${size} slow clients, ${together - 1} at once, the last gone ${tookMs} ms after the last came, ` +
        `with timeouts of ${TIMEOUT_MS} ms; p99 of ${beside.answers} answers beside them ` +
        `${beside.p99.toFixed(1)} ms, ${alone.p99.toFixed(1)} ms alone: ` +
        `${(beside.p99 / alone.p99).toFixed(1)} times`,
    )
  })
}

/** Asks one question after the other, so many or as long as told, and takes none but the right answer. */
async function ask(
  port: number,
  much: number | (() => boolean),
): Promise<{ readonly answers: number; readonly p99: number }> {
  const more = (): boolean => (typeof much === 'number' ? times.length < much : much())
  const caller = (await Caller.connect(port))!
  const times: number[] = []
  while (more()) {
    const { request, body } = QUESTIONS[times.length % QUESTIONS.length]!
    const began = performance.now()
    expect(await caller.ask(request)).toMatchObject({ got: 'answer', status: 200, body })
    times.push(performance.now() - began)
    await new Promise((resolve) => setTimeout(resolve, 1)) // not a load of its own
  }
  caller.close()
  times.sort((a, b) => a - b)
  return { answers: times.length, p99: times[Math.floor(times.length * 0.99)]! }
}

function descriptorLimit(): number {
  const { userLimits } = process.report.getReport() as {
    userLimits?: { open_files?: { soft: number | 'unlimited' } }
  }
  const soft = userLimits?.open_files?.soft ?? 1_024
  return soft === 'unlimited' ? Number.POSITIVE_INFINITY : soft
}
