/**
 * Going on with a stream that broke off.
 *
 *   what    reads whose items have ids, where the connection was lost, or the server says that it stops,
 *           cannot be reached, or has missed items itself; what a handler declared to be its failure is told as it is
 *   when    after what the stream said (`retry`) and a random part of 100 ms, 200, 400, ... at most 5 s
 *   not     longer than the caller says; each item that comes begins anew
 *
 * @module
 */
import { isBranded } from '../call-fault.ts'
import type { CallOptions } from './call-options.ts'
import type { ClientHandler } from './client-contract.ts'

const PATIENCE_MS = 60_000
const FIRST_PAUSE_MS = 100
const MAX_PAUSE_MS = 5_000

export class Resuming {
  /** The last id that came; null for the beginning. */
  after: string | null
  readonly #patienceMs: number
  #retryMs = 0
  #begun = false
  #tries = 0
  #since: number | null = null

  constructor({ resumes, verb }: ClientHandler, { resume = true, after }: CallOptions) {
    const may = resumes === true && verb === 'reads' && resume !== false
    this.#patienceMs = may ? (resume === true ? PATIENCE_MS : Number(resume)) : 0
    this.after = after ?? null
  }

  /** An answer has begun. */
  began(): void {
    this.#begun = true
  }

  /** An item has come. */
  came(id: string | null, retryMs: number | null): void {
    if (id !== null) this.after = id
    if (retryMs !== null) this.#retryMs = retryMs
    this.#tries = 0
    this.#since = null
  }

  /** How long to wait before going on; null where what was thrown is to be told. In milliseconds. */
  pauseAfter(thrown: unknown): number | null {
    if (!this.#begun || this.#patienceMs === 0 || !isPassing(thrown)) return null
    const now = Date.now()
    this.#since ??= now
    const jitter = Math.random() * Math.min(MAX_PAUSE_MS, FIRST_PAUSE_MS * 2 ** this.#tries++)
    const pause = this.#retryMs + jitter
    return now + pause - this.#since > this.#patienceMs ? null : pause
  }
}

// A code that is none of ours is what a handler declared.
const PASSING: readonly unknown[] = [
  null,
  'draining',
  'call_lost',
  'call_refused',
  'call_timeout',
  'items_missed',
]

function isPassing(thrown: unknown): boolean {
  if (!isBranded(thrown)) return false
  if (thrown.code !== 'call_answered') return /^call_(?:lost|refused)$/.test(thrown.code)
  const { status, code } = thrown.detail as { readonly status: number; readonly code: unknown }
  return [429, 502, 503, 504].includes(status) && PASSING.includes(code)
}
