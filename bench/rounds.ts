/**
 * Interleaved rounds: every case runs in every round, so that what the machine does meanwhile
 * falls on all of them. CPU time of this process, user and system.
 */

export interface Case {
  readonly name: string
  /** One operation. What it returns is kept from being optimised away. */
  run(): unknown
}

export interface Figure {
  readonly name: string
  /** Nanoseconds of CPU per operation. */
  readonly ns: { readonly min: number; readonly median: number; readonly max: number }
}

let sink: unknown

/** Calibrates each case to about `roundMs`, then measures `rounds` rounds. */
export async function measure(
  cases: readonly Case[],
  how: { readonly rounds: number; readonly roundMs: number; progress(done: number, of: number): void },
): Promise<Figure[]> {
  const counts = new Map<Case, number>()
  for (const one of cases) counts.set(one, await calibrate(one, how.roundMs))
  const samples = new Map<Case, number[]>(cases.map((one) => [one, []]))
  for (let round = 0; round < how.rounds; round++) {
    for (const one of cases) samples.get(one)!.push(await time(one, counts.get(one)!))
    how.progress(round + 1, how.rounds)
  }
  return cases.map((one) => ({ name: one.name, ns: spread(samples.get(one)!) }))
}

async function calibrate(one: Case, roundMs: number): Promise<number> {
  let count = 1_000
  for (;;) {
    const ns = await time(one, count)
    if (ns * count >= roundMs * 1e6) return count
    count *= 2
  }
}

async function time(one: Case, count: number): Promise<number> {
  const before = process.cpuUsage()
  for (let at = 0; at < count; at++) {
    const result = one.run()
    sink = result instanceof Promise ? await result : result
  }
  const { user, system } = process.cpuUsage(before)
  return ((user + system) * 1_000) / count
}

function spread(samples: readonly number[]): Figure['ns'] {
  const sorted = [...samples].sort((a, b) => a - b)
  return { min: sorted[0]!, median: sorted[sorted.length >> 1]!, max: sorted[sorted.length - 1]! }
}

export function kept(): unknown {
  return sink
}
