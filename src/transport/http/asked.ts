/**
 * What is asked of an upstream in one try.
 *
 * @module
 */
import type { Aborts } from '../../call/aborts.ts'
import type { Near } from '../../call/transport.ts'
import type { RequestBody } from './request-body.ts'

export interface Asked {
  readonly method: string
  /** The whole head. */
  readonly text: string
  readonly body: RequestBody | null
  readonly offered: readonly string[] | null
  readonly expects: boolean
  readonly near: Near
  /** What ends it before its end. */
  readonly aborts: Aborts
  /** How long the answer may take to begin, in milliseconds. */
  readonly limitMs: number
}
