/**
 * A rule of the frame protocol that a worker is held to, and how it is broken.
 *
 * @module
 */
import type { Candidate } from './candidate.ts'

/** Starts the worker under check: each time a new process. */
export type Start = () => Candidate

export interface Row {
  /** Stable, such as "hello-once". */
  readonly name: string
  /** Of `spec/frames.md`. */
  readonly section: Section
  /** One sentence. */
  readonly rule: string
  /** The names of the vectors in `spec/vectors/frames.json` that it sends. */
  readonly vectors: readonly string[]
  /** Resolves when the worker keeps the rule. Throws Broken when it does not. */
  readonly check: (start: Start) => Promise<void>
}

export type Section =
  | 'Framing'
  | 'Hello'
  | 'Calls'
  | 'Calls by name'
  | 'The life of a link'
  | 'States'
  | 'Errors'
