/**
 * A step of `npm test`, and what came of it.
 *
 * @module
 */

export interface Step {
  readonly name: string
  /** What it checks, as `--list` shows it. */
  readonly what: string
  readonly run: () => Promise<Outcome>
}

export interface Outcome {
  /** Single tests, or 1 for a step that is one check. */
  readonly passed: number
  readonly failed: number
  /** Shown in the table beside the result; empty for nothing to say. */
  readonly note: string
}

/** The outcome of a step that is one check. */
export function single(ok: boolean, note = ''): Outcome {
  return { passed: ok ? 1 : 0, failed: ok ? 0 : 1, note }
}
