/**
 * A server that takes part in a row, and what became of it.
 *
 * @module
 */
import type { Figure } from './report.ts'
import type { ServerProcess } from './server-process.ts'
import { spread } from './statistics.ts'
import type { ServerProgram } from './works.ts'

export interface Contestant {
  readonly program: ServerProgram
  server: ServerProcess | null
  readonly samples: number[]
  readonly perSecond: number[]
  /** Why it takes no part, or no longer. */
  absent: string | null
  /** True when it was here and gave no right answers. */
  failed: boolean
}

/** What a row shows of it. A figure with errors is none. */
export function figureOf({ program, samples, perSecond, absent, failed }: Contestant): Figure {
  const { name, title, kind } = program
  const given = absent === null
  return {
    name,
    title,
    kind,
    samples: given ? samples : [],
    absent,
    failed,
    perSecond: given && perSecond.length > 0 ? Math.round(spread(perSecond).median) : null,
  }
}

export async function finish(contestants: readonly Contestant[]): Promise<void> {
  await Promise.all(contestants.map(async ({ server }) => server?.end()))
}
