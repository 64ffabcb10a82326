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

/** Matches at once; those that are over make room. */
const MOST = 10_000

/** A place at a board. Who holds `key` plays there. */
export interface Seat {
  readonly match: string
  readonly mark: Mark
  readonly key: string
}

export class Matches {
  readonly #matches = new Map<string, Match>()
  readonly #seats = new Map<string, Seat>()
  #waiting: string | null = null

  /** A seat at the board of whoever waits, or at a new one. Failure: HouseFull. */
  join(player: string): Seat {
    const waiting = this.#waiting === null ? undefined : this.#matches.get(this.#waiting)
    if (waiting === undefined) {
      const id = secret(6)
      this.#makeRoom()
      this.#matches.set(id, { id, board: EMPTY, next: null, winner: null, players: [player] })
      this.#waiting = id
      return this.#seat(id, 'x')
    }
    this.#waiting = null
    this.#matches.set(waiting.id, { ...waiting, next: 'x', players: [...waiting.players, player] })
    return this.#seat(waiting.id, 'o')
  }

  /** Failure: MatchMissing. */
  find(id: string): Match {
    return this.#matches.get(id) ?? raise(MatchMissing())
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
    this.#matches.set(id, moved)
    return moved
  }

  #seat(match: string, mark: Mark): Seat {
    const seat = { match, mark, key: secret(16) }
    this.#seats.set(seat.key, seat)
    return seat
  }

  #makeRoom(): void {
    if (this.#matches.size < MOST) return
    const over = [...this.#matches.values()].find(({ winner }) => winner !== null) ?? raise(HouseFull())
    this.#matches.delete(over.id)
    for (const [key, { match }] of this.#seats) if (match === over.id) this.#seats.delete(key)
  }
}

function secret(octets: number): string {
  return randomBytes(octets).toString('base64url')
}
