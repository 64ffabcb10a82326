/**
 * Workers that a gateway has heard of and has not met: whoever may publish there says so, of whomever it likes.
 *
 * @module
 */

/** Milliseconds in which a worker that did not take a link is not asked again. */
const REST_MS = 1_000
/** Ids that are remembered for that. */
const MAX_RESTING = 1_024
/** Those that say so unasked and have not said hello yet, at most: they leave the links to those that answered. */
const MAX_UNASKED = 16

export class Newcomers {
  readonly #most: number
  readonly #unasked = new Set<string>()
  readonly #resting = new Map<string, number>()

  /** `links` there are for all. */
  constructor(links: number) {
    this.#most = Math.min(MAX_UNASKED, Math.floor(links / 2))
  }

  /** False for one that is not to be linked to now; a worker that is there answers who looks for it later. */
  takes(id: string, isAsked: boolean): boolean {
    if (this.#isResting(id)) return false
    if (isAsked) return true
    if (this.#unasked.size >= this.#most) return false
    this.#unasked.add(id)
    return true
  }

  /** It has said hello, or is gone. */
  met(id: string): void {
    this.#unasked.delete(id)
  }

  /** It took no link. */
  rest(id: string): void {
    if (this.#resting.size >= MAX_RESTING) this.#resting.clear()
    this.#resting.set(id, performance.now() + REST_MS)
  }

  #isResting(id: string): boolean {
    const until = this.#resting.get(id)
    if (until === undefined) return false
    if (performance.now() < until) return true
    this.#resting.delete(id)
    return false
  }
}
