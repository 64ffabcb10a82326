/**
 * A life that knows whether it is open. Clause 36.
 *
 * @module
 */
import type { Life, Server } from '../contract.ts'
import { hold } from './row.ts'
import { CLOSING_ROWS, LIFE_ROWS } from './rows/life.ts'

export class WatchedLife implements Life {
  readonly #given: Life
  #holders = 0

  private constructor(given: Life) {
    hold(LIFE_ROWS, given)
    this.#given = given
  }

  /** One for each life, so that it stays one however often its app is mounted. */
  static of(given: Life): WatchedLife {
    const known = KNOWN.get(given)
    if (known !== undefined) return known
    const watched = new WatchedLife(given)
    KNOWN.set(given, watched)
    return watched
  }

  get isOpen(): boolean {
    return this.#holders > 0
  }

  async open(server: Server): Promise<void> {
    await this.#given.open(server)
    this.#holders++
  }

  drain(): void {
    this.#given.drain?.()
  }

  async close(): Promise<void> {
    if (this.#holders > 0) this.#holders--
    try {
      await this.#given.close()
    } catch (error) {
      hold(CLOSING_ROWS, error)
    }
  }
}

const KNOWN = new WeakMap<Life, WatchedLife>()
