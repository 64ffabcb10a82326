/**
 * Interleaved rounds in one process. CPU time of this process, user and system.
 *
 * @module
 */
import type { FigureKind, Target } from '../report.ts'
import { orders } from '../rounds.ts'

export interface Case {
  readonly name: string
  readonly title: string
  readonly kind: FigureKind
  /** One operation. What it returns is kept from being optimised away. */
  run(): unknown
  /** How many operations are under way together; by default one. */
  readonly atOnce?: number
}

/** What one file of experiments gives. A case that is null stands for a peer that is not installed. */
export interface Experiment {
  readonly name: string
  readonly title: string
  readonly base: string | null
  readonly cases: readonly (Case | Missing)[]
  readonly targets: readonly Target[]
}

export interface Missing {
  readonly name: string
  readonly title: string
  readonly kind: FigureKind
  readonly absent: string
}

/** Nanoseconds of CPU per operation, by round, in the order of the cases. */
export async function time(
  cases: readonly Case[],
  how: { readonly rounds: number; readonly roundMs: number },
): Promise<number[][]> {
  const counts = new Map<Case, number>()
  for (const one of cases) counts.set(one, await calibrate(one, how.roundMs))
  const samples = new Map<Case, number[]>(cases.map((one) => [one, []]))
  // Once around that does not count: each has to run among the others.
  for (const one of cases) await once(one, counts.get(one)!)
  for (const order of orders(cases, how.rounds)) {
    for (const one of order) samples.get(one)!.push(await once(one, counts.get(one)!))
  }
  return cases.map((one) => samples.get(one)!)
}

/** How many operations make a round. First a while of them: code is optimised in the background. */
async function calibrate(one: Case, roundMs: number): Promise<number> {
  const until = cpuMs() + (one.atOnce === undefined ? WARM_MS : WARM_TOGETHER_MS)
  let ns = 0
  while (cpuMs() < until) ns = await once(one, 1_000)
  return Math.max(1_000, Math.round((roundMs * 1e6) / Math.max(ns, 1)))
}

const WARM_MS = 300
/** Those that go through threads run far more code, each part of it more rarely. */
const WARM_TOGETHER_MS = 2_500

function cpuMs(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1_000
}

let sink: unknown

async function once(one: Case, count: number): Promise<number> {
  const before = process.cpuUsage()
  let left = count
  const lane = async (): Promise<void> => {
    while (left-- > 0) {
      const result = one.run()
      sink = result instanceof Promise ? await result : result
    }
  }
  await Promise.all(Array.from({ length: one.atOnce ?? 1 }, lane))
  const { user, system } = process.cpuUsage(before)
  return ((user + system) * 1_000) / count
}

export function kept(): unknown {
  return sink
}
