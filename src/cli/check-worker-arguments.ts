/**
 * The command line of `hagaki check-worker`. What follows the name of the program is the program's.
 *
 * @module
 */
import { parseDuration } from '../value/duration.ts'
import { UsageError } from './usage-error.ts'

export interface CheckWorkerCommand {
  readonly name: 'check-worker'
  /** The program and its arguments; empty where the rows are only listed. */
  readonly program: readonly string[]
  readonly list: boolean
  /** Names of rows; null for all. */
  readonly only: readonly string[] | null
  readonly patienceMs: number
}

export const CHECK_WORKER = {
  only: { type: 'string', multiple: true },
  list: { type: 'boolean' },
  patience: { type: 'string' },
} as const

interface Given {
  readonly only?: string[] | undefined
  readonly list?: boolean | undefined
  readonly patience?: string | undefined
}

/** Throws UsageError. */
export function readCheckWorker(given: Given, program: readonly string[]): CheckWorkerCommand {
  const { only, list = false, patience = '5s' } = given
  if (program.length === 0 && !list)
    throw new UsageError('which program? Write: hagaki check-worker -- python3 worker.py')
  return {
    name: 'check-worker',
    program,
    list,
    only: only?.flatMap((one) => one.split(',')) ?? null,
    patienceMs: parsePatience(patience),
  }
}

/** Parts our options from the program and its own. */
export function splitProgram(words: readonly string[]): {
  readonly ours: readonly string[]
  readonly program: readonly string[]
} {
  let at = 0
  while (at < words.length && words[at]!.startsWith('-')) {
    if (words[at] === '--') return { ours: words.slice(0, at), program: words.slice(at + 1) }
    at += words[at] === '--only' || words[at] === '--patience' ? 2 : 1
  }
  return { ours: words.slice(0, at), program: words.slice(at) }
}

function parsePatience(text: string): number {
  try {
    const ms = parseDuration(text)
    if (ms > 0) return ms
  } catch {}
  throw new UsageError(`--patience ${JSON.stringify(text)} is no time: use such as 5s`)
}
