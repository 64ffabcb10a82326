/**
 * `checkWorker`: a program that claims to be a worker is held to the rules of `spec/frames.md`, one
 * named row for each. `spec/check-worker.md` says what the program has to run.
 *
 * @module
 */

import { Broken } from './broken.ts'
import { Candidate, type CandidateCommand } from './candidate.ts'
import type { Row } from './row.ts'
import { ANSWER_ROWS } from './rows/answers.ts'
import { LINK_ROWS } from './rows/link.ts'
import { NAME_ROWS } from './rows/names.ts'
import { REQUEST_ROWS } from './rows/requests.ts'

export type { CandidateCommand } from './candidate.ts'
export type { Row } from './row.ts'

/** Every rule, in the order in which they are looked at. */
export const ROWS: readonly Row[] = [...LINK_ROWS, ...REQUEST_ROWS, ...ANSWER_ROWS, ...NAME_ROWS]

export interface Verdict {
  readonly row: Row
  /** Null when the rule is kept, else what was expected and what came. */
  readonly broken: string | null
}

/** Rows that are looked at at once: each has one process at a time. */
const AT_ONCE = 4

/** Holds a program to some rows, and gives a verdict of each, in their order. */
export async function* checkWorker(
  command: CandidateCommand,
  rows: readonly Row[] = ROWS,
): AsyncGenerator<Verdict, void, undefined> {
  const verdicts: Promise<Verdict>[] = []
  for (const [at, row] of rows.entries()) {
    while (verdicts.length < Math.min(rows.length, at + AT_ONCE)) {
      const next = rows[verdicts.length]!
      const before = verdicts[verdicts.length - AT_ONCE]
      verdicts.push((before ?? Promise.resolve()).then(() => verdictOf(command, next)))
    }
    const { broken } = await verdicts[at]!
    yield { row, broken }
  }
}

async function verdictOf(command: CandidateCommand, row: Row): Promise<Verdict> {
  try {
    await row.check(() => new Candidate(command))
    return { row, broken: null }
  } catch (error) {
    if (error instanceof Broken) return { row, broken: error.message }
    throw error
  }
}
