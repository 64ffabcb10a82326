/**
 * The matches that are played in this process, and who waits for one.
 *
 * @module
 */
import { randomBytes } from 'node:crypto'
import { failure, raise } from 'hagaki'
import { z } from 'zod'
import { EMPTY, isFree, type Mark, marked, winner } from './board.ts'

export const Match = z.object({
  id: z.string(),
  board: z.string(),
  /** Whose turn it is; null before both are there, and when it is over. */
  next: z.enum(['x', 'o']).nullable(),
  winner: z.enum(['x', 'o', 'nobody']).nullable(),
  players: z.array(z.string()),
})
export type Match = z.infer<typeof Match>

export const MatchMissing = failure('match_missing', 'missing')
export const SeatUnknown = failure('seat_unknown', 'denied')
export const NotYourTurn = failure(
  'not_your_turn',
  'conflict',
  z.object({ next: z.enum(['x', 'o']).nullable() }),
)
export const CellTaken = failure('cell_taken', 'conflict', z.object({ cell: z.number() }))
export const HouseFull = failure('house_full', 'unavailable')

/** Matches at once. */
const MOST = 10_000
/** Who leaves a board says nothing: after so many milliseconds without a move it makes room for others. */
const IDLE_MS = 10 * 60_000

/** A place at a board. Who holds `key` plays there. */
export interface Seat {
  readonly match: string
  readonly mark: Mark
  readonly key: string
}

interface Played {
  readonly match: Match
  readonly movedMs: number
}

export class Matches {
  /** Who was moved last comes last. */
  readonly #played = new Map<string, Played>()
  readonly #seats = new Map<string, Seat>()
  readonly #now: () => number
  #waiting: string | null = null

  /** `now` gives epoch milliseconds. */
  constructor(now: () => number = Date.now) {
    this.#now = now
  }

  /** A seat at the board of whoever waits, or at a new one. Failure: HouseFull. */
  join(player: string): Seat {
    const waiting = this.#waiting === null ? undefined : this.#played.get(this.#waiting)?.match
    if (waiting === undefined) {
      const id = secret(6)
      this.#makeRoom()
      this.#keep({ id, board: EMPTY, next: null, winner: null, players: [player] })
      this.#waiting = id
      return this.#seat(id, 'x')
    }
    this.#waiting = null
    this.#keep({ ...waiting, next: 'x', players: [...waiting.players, player] })
    return this.#seat(waiting.id, 'o')
  }

  /** Failure: MatchMissing. */
  find(id: string): Match {
    return (this.#played.get(id) ?? raise(MatchMissing())).match
  }

  /** Marks a cell, 0 to 8. Failures: SeatUnknown, MatchMissing, NotYourTurn, CellTaken. */
  move(key: string, cell: number): Match {
    const { match: id, mark } = this.#seats.get(key) ?? raise(SeatUnknown())
    const match = this.find(id)
    if (match.next !== mark) raise(NotYourTurn({ next: match.next }))
    if (!isFree(match.board, cell)) raise(CellTaken({ cell }))
    const board = marked(match.board, cell, mark)
    const won = winner(board)
    const moved: Match = {
      ...match,
      board,
      winner: won,
      next: won !== null ? null : mark === 'x' ? 'o' : 'x',
    }
    this.#keep(moved)
    return moved
  }

  #seat(match: string, mark: Mark): Seat {
    const seat = { match, mark, key: secret(16) }
    this.#seats.set(seat.key, seat)
    return seat
  }

  #keep(match: Match): void {
    this.#played.delete(match.id)
    this.#played.set(match.id, { match, movedMs: this.#now() })
  }

  #makeRoom(): void {
    if (this.#played.size < MOST) return
    const { value } = this.#played.entries().next()
    const [id, oldest] = value!
    if (oldest.match.winner === null && this.#now() - oldest.movedMs < IDLE_MS) raise(HouseFull())
    this.#played.delete(id)
    for (const [key, { match }] of this.#seats) if (match === id) this.#seats.delete(key)
  }
}

function secret(octets: number): string {
  return randomBytes(octets).toString('base64url')
}
