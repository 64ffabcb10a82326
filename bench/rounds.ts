/**
 * How rounds go: every contestant runs in every round, and each round begins with another one, so that
 * what the machine does meanwhile falls on all of them.
 *
 * @module
 */

/** Gives the order of each round. */
export function* orders<T>(contestants: readonly T[], rounds: number): Generator<readonly T[]> {
  for (let round = 0; round < rounds; round++) {
    const first = contestants.length === 0 ? 0 : round % contestants.length
    yield [...contestants.slice(first), ...contestants.slice(0, first)]
  }
}

/** How often, and how long in milliseconds of the server's CPU time. */
export interface Pace {
  readonly rounds: number
  readonly roundMs: number
  /** Before the rounds, and not counted. */
  readonly warmMs: number
  /** Rounds of the row that counts memory, each with new processes. */
  readonly memoryRounds: number
  /** Idle connections there. */
  readonly connections: number
}

export const FULL: Pace = { rounds: 9, roundMs: 1_000, warmMs: 2_500, memoryRounds: 3, connections: 8_000 }
export const QUICK: Pace = { rounds: 3, roundMs: 130, warmMs: 250, memoryRounds: 1, connections: 2_000 }
