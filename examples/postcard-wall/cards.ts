/**
 * The cards: a board to look at, a journal that remembers, and watchers who wait for the next one.
 *
 * @module
 */
import { fileURLToPath } from 'node:url'
import { failure, type Resource, raise, resource } from 'hagaki'
import { z } from 'zod'
import { Board } from './board.ts'
import { type Card, CardId, type Draft, Entry } from './card.ts'
import { Journal } from './journal.ts'

/** What lies between the card somebody has seen and the oldest that hangs is no longer known. */
export const CardsFallen = failure('cards_fallen', 'gone', z.object({ fallen: CardId }))

export class Cards {
  readonly #board: Board
  readonly #journal: Journal<Entry>
  readonly #now: () => number
  readonly #waiting = new Set<() => void>()
  #last: number

  private constructor(board: Board, journal: Journal<Entry>, now: () => number) {
    this.#board = board
    this.#journal = journal
    this.#now = now
    this.#last = board.newest
  }

  /** Opens the file, or creates it. `now` gives epoch milliseconds. Fault: setup_faulty. */
  static async open(path: string, now: () => number = Date.now, board: Board = new Board()): Promise<Cards> {
    const journal = await Journal.open(path, Entry, (entry) => board.take(entry))
    return new Cards(board, journal, now)
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

  /** Resolves when the card is on the disk; nobody sees it before. */
  async add(draft: Draft): Promise<Card> {
    const card = { id: ++this.#last, ...draft, at: new Date(this.#now()).toISOString() }
    await this.#journal.append(card)
    this.#board.take(card)
    for (const wake of this.#waiting) wake()
    return card
  }

  /** False when no such card hangs. */
  async remove(id: number): Promise<boolean> {
    if (this.#board.find(id) === undefined) return false
    await this.#journal.append({ removed: id })
    this.#board.take({ removed: id })
    return true
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

  close(): Promise<void> {
    return this.#journal.close()
  }
}

/** Where the cards are: WALL_FILE, or data/cards.jsonl beside this module. */
export function cardsFile(): string {
  return process.env['WALL_FILE'] ?? fileURLToPath(new URL('./data/cards.jsonl', import.meta.url))
}

export const cards: Resource<Cards> = resource(
  (server) => Cards.open(cardsFile(), server.now),
  (opened) => opened.close(),
)
