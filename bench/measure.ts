/**
 * One row over sockets: its servers, asked whether they are right, warmed, and loaded in turn.
 *
 * @module
 */
import { setTimeout as wait } from 'node:timers/promises'
import { type Contestant, figureOf, finish } from './contestant.ts'
import { type Load, load } from './load.ts'
import type { Figure } from './report.ts'
import { orders, type Pace } from './rounds.ts'
import { Absent, type ServerProcess, startServer } from './server-process.ts'
import { flawOf } from './verify.ts'
import { SERVERS, type ServerProgram, type Work } from './works.ts'

export interface Surroundings {
  readonly pace: Pace
  /** Where servers find and leave files. */
  readonly folder: string
  readonly progress: (text: string) => void
}

/** Several programs share the CPU time that one has elsewhere, and each has its code to optimise. */
const LONGER = 4

/** Measures CPU microseconds per request. */
export async function measure(
  work: Work,
  names: readonly string[],
  { pace, folder, progress }: Surroundings,
): Promise<Figure[]> {
  const scriptOf = ({ program }: Contestant): string => work.scripts?.[program.name] ?? work.script!
  const contestants: Contestant[] = []
  try {
    for (const program of programs(names)) {
      progress(`${work.name}: starting ${program.title}`)
      contestants.push(await enter(program, work, folder))
    }
    const running = (): Contestant[] => contestants.filter(({ absent }) => absent === null)
    for (const one of running()) {
      progress(`${work.name}: warming ${one.program.title}`)
      await turn(one, scriptOf(one), pace.warmMs * (work.long === true ? LONGER : 1), false)
    }
    let round = 0
    for (const order of orders(running(), pace.rounds)) {
      progress(`${work.name}: round ${++round} of ${pace.rounds}`)
      for (const one of order) if (one.absent === null) await turn(one, scriptOf(one), pace.roundMs, true)
    }
    return contestants.map(figureOf)
  } finally {
    await finish(contestants)
  }
}

/** The programs of these names, in the order of `SERVERS`. */
export function programs(names: readonly string[]): ServerProgram[] {
  return SERVERS.filter(({ name }) => names.includes(name))
}

/** Starts a server and looks at its answers. */
export async function enter(program: ServerProgram, work: Work, folder: string): Promise<Contestant> {
  const contestant: Contestant = {
    program,
    server: null,
    samples: [],
    perSecond: [],
    absent: null,
    failed: false,
  }
  try {
    contestant.server = await startServer(program, work.serve, folder)
    contestant.absent = await flawOf(
      contestant.server.port,
      work.serve,
      program.name,
      work.name === 'pipelined',
    )
    contestant.failed = contestant.absent !== null
  } catch (error) {
    if (!(error instanceof Absent)) throw error
    contestant.absent = error.message
  }
  return contestant
}

/** However busy the machine, by the clock a turn is over after this many times its CPU time, or seconds. */
const PATIENCE = 3
const PATIENCE_MS = 5_000

/**
 * Loads a server until it has worked for `ms` milliseconds of CPU time: on a busy machine its share of
 * a second may be small, and code that was run little is slow.
 */
export async function loadFor(server: ServerProcess, script: string, ms: number): Promise<Load> {
  const until = server.cpuNs() + ms * 1e6
  return load(
    server.port,
    script,
    (elapsedMs) =>
      elapsedMs >= Math.max(PATIENCE * ms, PATIENCE_MS) || server.ended || server.cpuNs() >= until,
  )
}

async function turn(one: Contestant, script: string, ms: number, counts: boolean): Promise<void> {
  const server = one.server!
  const before = server.cpuNs()
  const seen = await loadFor(server, script, ms)
  // What wrk left on the way is still worked off, and belongs to this turn.
  await wait(20)
  if (seen.trouble !== null || server.ended) {
    one.absent = seen.trouble ?? 'it ended under load'
    one.failed = true
  } else if (counts) {
    one.samples.push((server.cpuNs() - before) / seen.requests / 1_000)
    one.perSecond.push(seen.requests / seen.seconds)
  }
}
