/**
 * A turn of the event loop, in which what is sent waits for what else is, and calls are worked at. It may be as long as
 * all of these.
 *
 * @module
 */

/** Milliseconds of work after which a turn is long. */
const LONG_MS = 1

export class Turn {
  readonly #over: () => void
  #isAwaited = false
  /** When the work in it began, or it was last long, by `performance.now()`; null where it has none. */
  #workSince: number | null = null

  /** `over` hears of the end of each turn that somebody awaits or works in. */
  constructor(over: () => void) {
    this.#over = over
  }

  /** Work begins, which may take long. False where there was some in this turn before. */
  works(): boolean {
    if (this.#workSince !== null) return false
    this.#workSince = performance.now()
    this.awaitEnd()
    return true
  }

  /** True where work has made it long, and from then on when it has once more. */
  isLong(): boolean {
    if (this.#workSince === null) return false
    const now = performance.now()
    if (now - this.#workSince < LONG_MS) return false
    this.#workSince = now
    return true
  }

  awaitEnd(): void {
    if (this.#isAwaited) return
    this.#isAwaited = true
    setImmediate(() => {
      this.#isAwaited = false
      this.#workSince = null
      this.#over()
    })
  }
}
