/**
 * One coarse clock for all that is waited for: connections, answers, bodies, places in a queue.
 *
 * @module
 */

/** What is told that time has passed, in milliseconds. */
export interface Ticking {
  tick(elapsedMs: number): void
}

/** The longest and the shortest turn, in milliseconds. */
const TURN_MS = [10, 500] as const

/**
 * It counts its turns, so that a loop that was blocked finds nobody late whose octets wait in the kernel,
 * and stands still while nobody waits. It keeps no process alive.
 */
export class Clock {
  readonly #turnMs: number
  readonly #ticking = new Set<Ticking>()
  #timer: NodeJS.Timeout | null = null

  /** `shortestMs`: the shortest time that it has to tell. */
  constructor(shortestMs: number) {
    const [least, most] = TURN_MS
    this.#turnMs = Math.max(least, Math.min(most, shortestMs / 8))
  }

  add(one: Ticking): void {
    this.#ticking.add(one)
    this.#timer ??= setInterval(() => this.#turn(), this.#turnMs).unref()
  }

  remove(one: Ticking): void {
    this.#ticking.delete(one)
  }

  #turn(): void {
    if (this.#ticking.size === 0) {
      clearInterval(this.#timer!)
      this.#timer = null
    }
    for (const one of this.#ticking) one.tick(this.#turnMs)
  }
}
