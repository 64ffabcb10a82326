/**
 * What was tried of one call, and what may still be. RFC 9110 section 9.2.
 *
 * @module
 */
import type { Failure } from './failure.ts'
import type { Wish } from './pool.ts'
import type { RequestBody } from './request-body.ts'
import { isIdempotent, isSafe, pauseMs, type RetryBudget } from './retries.ts'
import type { Settings } from './settings.ts'
import type { Upstream } from './upstream.ts'

export class Trying {
  readonly tried: Set<Upstream> = new Set()
  wish: Wish
  readonly #body: RequestBody | null
  readonly #settings: Settings
  readonly #budget: RetryBudget
  readonly #safe: boolean
  readonly #idempotent: boolean
  readonly #since = performance.now()
  #retries = 0

  constructor(method: string, body: RequestBody | null, settings: Settings, budget: RetryBudget) {
    this.#body = body
    this.#settings = settings
    this.#budget = budget
    this.#safe = isSafe(method)
    this.#idempotent = isIdempotent(method)
    this.wish = this.#idempotent ? 'any' : 'sure'
    budget.made()
  }

  /** How long the next answer may take to begin, in milliseconds. */
  get limitMs(): number {
    const { answerMs, tryMs, retries } = this.#settings
    return this.#safe && this.#retries < retries ? tryMs : answerMs
  }

  /** How long to pause before the next try, in milliseconds; null where there is none. */
  again({ how }: Failure, upstream: Upstream, isOther: boolean): number | null {
    if (how === 'ours' || how === 'faulty' || this.#body?.isFresh === false) return null
    if (how === 'stale') {
      this.wish = 'new' // others that idled may have ended with it
      return this.#idempotent ? 0 : null
    }
    const isNothingSent = how === 'unreached' || how === 'full'
    if (!isNothingSent && !this.#safe) return null
    if (isNothingSent && isOther) {
      this.tried.add(upstream)
      return 0
    }
    const { retries, answerMs } = this.#settings
    if (how === 'full' || this.#retries >= retries || performance.now() - this.#since >= answerMs) return null
    if (!this.#budget.take()) return null
    this.tried.add(upstream)
    return isOther ? (this.#retries++, 0) : pauseMs(this.#retries++)
  }
}
