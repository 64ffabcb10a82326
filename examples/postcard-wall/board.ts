/**
 * The board: the cards that hang, as one looks at them. It has room for the newest 1,000; older
 * ones stay in the file.
 *
 * @module
 */
import type { Card, Entry } from './card.ts'

export const ROOM = 1_000

type PutUp = Exclude<Entry, { removed: number }>

export class Board {
  /** Oldest first. */
  readonly #cards: Card[] = []
  readonly #room: number
  #newest = 0
  #fallen = 0

  constructor(room: number = ROOM) {
    this.#room = room
  }

  /** The number of the newest card there ever was, 0 before the first. */
  get newest(): number {
    return this.#newest
  }

  /** The highest number that fell off for want of room, or 0. */
  get fallen(): number {
    return this.#fallen
  }

  get size(): number {
    return this.#cards.length
  }

  /**
   * Takes one entry of the file, and gives the card that was put up, or taken down; null where it hung no more.
   * Throws Error for one that cannot follow those before it.
   */
  take(entry: Entry): Card | null {
    return 'removed' in entry ? this.#takeDown(entry.removed) : this.#putUp(entry)
  }

  find(id: number): Card | undefined {
    return this.#cards.find((card) => card.id === id)
  }

  /** True when a card that hangs has that picture. */
  shows(picture: string): boolean {
    return this.#cards.some((card) => card.picture?.name === picture)
  }

  /** Up to `limit` cards, the newest first, all with a lower number than `before`. */
  before(before: number, limit: number): Card[] {
    const end = this.#firstFrom(before)
    return this.#cards.slice(Math.max(0, end - limit), end).reverse()
  }

  /** The oldest card with a higher number. */
  after(id: number): Card | undefined {
    return this.#cards[this.#firstFrom(id + 1)]
  }

  #putUp({ id = this.#newest + 1, ...rest }: PutUp): Card {
    if (id <= this.#newest) throw new Error(`card ${id} comes after card ${this.#newest}`)
    const card = { id, ...rest }
    this.#newest = id
    this.#cards.push(card)
    if (this.#cards.length > this.#room) this.#fallen = this.#cards.shift()!.id
    return card
  }

  #takeDown(id: number): Card | null {
    if (id > this.#newest) throw new Error(`card ${id} is taken down and was never put up`)
    const at = this.#cards.findIndex((card) => card.id === id)
    return at < 0 ? null : this.#cards.splice(at, 1)[0]!
  }

  // Where the first card with at least this number hangs. From the end: readers ask for new ones.
  #firstFrom(id: number): number {
    let at = this.#cards.length
    while (at > 0 && this.#cards[at - 1]!.id >= id) at--
    return at
  }
}
