/**
 * When workers are looked for again.
 *
 * @module
 */
export class Looks {
  readonly #look: () => void
  #timer: ReturnType<typeof setTimeout> | null = null
  #at = 0

  constructor(look: () => void) {
    this.#look = look
  }

  /**
   * Looks in about so many milliseconds, or before, where that was wanted: whoever wants it again and again puts
   * nothing off.
   */
  soon(ms: number): void {
    const waitMs = ms * (0.5 + Math.random())
    const at = performance.now() + waitMs
    if (this.#timer !== null && this.#at <= at) return
    this.stop()
    this.#at = at
    this.#timer = setTimeout(() => {
      this.#timer = null
      this.#look()
    }, waitMs)
    this.#timer.unref()
  }

  stop(): void {
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = null
  }
}
