/**
 * How long a worker may take to begin its answer. Its own time: while it waits for octets that a
 * slow client has not sent yet, the clock stands still.
 *
 * @module
 */
export class Patience {
  readonly #expired: () => void
  #leftMs: number
  #since = 0
  #timer: ReturnType<typeof setTimeout> | null = null
  #over = false
  /** True once the time is up. */
  isSpent = false

  constructor(ms: number, expired: () => void) {
    this.#leftMs = ms
    this.#expired = expired
  }

  /** The worker's turn. */
  run(): void {
    if (this.#timer !== null || this.#over) return
    this.#since = performance.now()
    this.#timer = setTimeout(() => {
      this.end()
      this.isSpent = true
      this.#expired()
    }, this.#leftMs)
  }

  /** The client's turn. */
  hold(): void {
    if (this.#timer === null) return
    clearTimeout(this.#timer)
    this.#timer = null
    this.#leftMs = Math.max(0, this.#leftMs - (performance.now() - this.#since))
  }

  /** The answer has begun, or nobody waits for it. */
  end(): void {
    this.hold()
    this.#over = true
  }
}
