/**
 * The way to one handler: what its calls share, whatever it gives.
 *
 * @module
 */
import type { Result } from '../contract.ts'
import type { CallOptions } from './waiting.ts'

/** How the calls of one handler go. */
export interface Way {
  /** Who answers, for messages. */
  readonly to: string
  /** False where an answer has no body. */
  readonly gives: boolean
  readonly send: (data: unknown, options: CallOptions, signal: AbortSignal) => Promise<Result>
}
