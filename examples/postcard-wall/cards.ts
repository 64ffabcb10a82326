/**
 * The cards: a board to look at, a journal that remembers, and watchers who wait for the next one.
 *
 * @module
 */
import { failure, type Resource, raise, resource } from 'hagaki'
import { topic } from 'hagaki/topic'
import { z } from 'zod'
import { Board } from './board.ts'
import { type Card, CardId, type Draft, Entry } from './card.ts'
import { Journal } from './journal/journal.ts'
import { placeOf } from './place.ts'

/** What lies between the card somebody has seen and the oldest that hangs is no longer known. */
export const CardsFallen = failure('cards_fallen', 'gone', z.object({ fallen: CardId }))

/** Who adds a card, and when nobody says so: a passer-by, with no picture. */
export type Added = Omit<Draft, 'picture'> & Partial<Pick<Card, 'by' | 'picture'>>

/** Says that the file has grown, to all workers. It is the file that knows how. */
const grown = topic('wall.grown', { schema: z.null() })

export class Cards {
  readonly #board: Board
  readonly #waiting: Set<() => void>
  readonly #journal: Journal<Entry, Card | null>
  readonly #now: () => number
  readonly #closing = new AbortController()
  readonly #following: Promise<void>

  private constructor(
    board: Board,
    waiting: Set<() => void>,
    journal: Journal<Entry, Card | null>,
    now: () => number,
  ) {
    this.#board = board
    this.#waiting = waiting
    this.#journal = journal
    this.#now = now
    this.#following = this.#follow(this.#closing.signal)
  }

  /**
   * Opens the file, or creates it. Other processes may have it open as well: what one adds, hangs for all, and
   * at once in workers of one server.
   * `now` gives epoch milliseconds. Fault: setup_faulty.
   */
  static async open(path: string, now: () => number = Date.now, board: Board = new Board()): Promise<Cards> {
    const waiting = new Set<() => void>()
    const journal = await Journal.open(path, Entry, (entry) => {
      const card = board.take(entry)
      for (const wake of waiting) wake()
      return card
    })
    return new Cards(board, waiting, journal, now)
  }

  /** Resolves when all cards hang here that other processes have put up so far. */
  fresh(): Promise<void> {
    return this.#journal.fresh()
  }

  /** Up to `limit` cards, the newest first. `next` asks for the page after it; null: there is none. */
  page(before: number, limit: number): { cards: Card[]; next: number | null } {
    const cards = this.#board.before(before, limit)
    const oldest = cards.at(-1)?.id ?? 0
    return { cards, next: this.#board.before(oldest, 1).length > 0 ? oldest : null }
  }

  find(id: number): Card | undefined {
    return this.#board.find(id)
  }

  /** True when a card that hangs has that picture. */
  shows(picture: string): boolean {
    return this.#board.shows(picture)
  }

  /** Resolves when the card is on the disk; nobody sees it before. */
  async add({ text, from, to, by = null, picture = null }: Added): Promise<Card> {
    const at = new Date(this.#now()).toISOString()
    return (await this.#append({ text, from, to, at, by, picture }))!
  }

  /** Gives the card that hung; null when none did, or somebody else was faster. */
  async remove(id: number): Promise<Card | null> {
    return this.#board.find(id) === undefined ? null : this.#append({ removed: id })
  }

  /**
   * Every card with a higher number than `after`, and then each new one, until `signal` fires.
   * Without `after`, the new ones alone.
   *
   * A watcher has no queue, only the number of the card it saw last: what it has not taken yet it
   * takes from the board. One so slow that cards have fallen off meanwhile gets CardsFallen.
   */
  async *watch(after: number | undefined, signal: AbortSignal): AsyncGenerator<Card, void, undefined> {
    const { newest } = this.#board
    let seen = Math.min(after ?? newest, newest)
    while (!signal.aborted) {
      const { fallen } = this.#board
      if (seen < fallen) raise(CardsFallen({ fallen }))
      const card = this.#board.after(seen)
      if (card === undefined) {
        await this.#news(signal)
      } else {
        seen = card.id
        yield card
      }
    }
  }

  #news(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const wake = (): void => {
        this.#waiting.delete(wake)
        signal.removeEventListener('abort', wake)
        resolve()
      }
      this.#waiting.add(wake)
      signal.addEventListener('abort', wake)
    })
  }

  async close(): Promise<void> {
    this.#closing.abort()
    await this.#following
    await this.#journal.close()
  }

  async #append(entry: Entry): Promise<Card | null> {
    const card = await this.#journal.append(entry)
    grown.publish(null)
    return card
  }

  async #follow(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const heard = grown.subscribe(signal)
      await this.fresh()
      try {
        for await (const _ of heard) await this.fresh()
      } catch {
        // It closes; or it was so busy that it missed some: then it looks, and listens anew.
      }
    }
  }
}

/** Where the cards are. */
export const cardsFile = (): string => placeOf('cards.jsonl')

export const cards: Resource<Cards> = resource(
  (server) => Cards.open(cardsFile(), server.now),
  (opened) => opened.close(),
)
