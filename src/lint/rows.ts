/**
 * Every row there is, in the order in which a clause is read: what is checked first.
 *
 * @module
 */
import type { Rows } from './row.ts'
import { CHUNK_ROWS, ITERATION_ROWS, LENGTH_ROWS, TAKEOVER_ROWS } from './rows/body.ts'
import { HELD_ROWS } from './rows/held.ts'
import {
  BYTES_ROWS,
  INPUT_ROWS,
  KEPT_ROWS,
  LIMIT_ROWS,
  PIECE_ROWS,
  TAKEN_ROWS,
  TRAILERS_READ_ROWS,
} from './rows/input.ts'
import { CALLED_ROWS, CLOSING_ROWS, LIFE_ROWS } from './rows/life.ts'
import { CHANGES_ROWS, DERIVED_ROWS, LOG_ROWS, OPTIONS_ROWS, SIGNAL_ROWS } from './rows/options.ts'
import { ENDING_ROWS, TASK_ROWS } from './rows/outcome.ts'
import { HEAD_ROWS } from './rows/request-head.ts'
import { RESULT_ROWS } from './rows/result.ts'
import { SERVER_ROWS } from './rows/server.ts'
import { DEFER_ROWS, HINT_ROWS, KEY_ROWS, SET_ROWS, TRAILER_ROWS, TRAILERS_ASKED_ROWS } from './rows/uses.ts'

/** The headings, each with the first clause under it. */
export const HEADINGS: readonly (readonly [clause: number, heading: string])[] = [
  [1, 'Request head'],
  [11, 'Options'],
  [19, 'Server'],
  [20, 'Result'],
  [25, 'Errors'],
  [27, 'Values and their written forms'],
  [33, 'Remote'],
  [36, 'Life'],
]

/** `check` takes what its own file says. */
export const ROWS: Rows<never> = [
  ...HEAD_ROWS,
  ...OPTIONS_ROWS,
  ...LOG_ROWS,
  ...CHANGES_ROWS,
  ...DERIVED_ROWS,
  ...LIMIT_ROWS,
  ...BYTES_ROWS,
  ...KEPT_ROWS,
  ...TAKEN_ROWS,
  ...INPUT_ROWS,
  ...PIECE_ROWS,
  ...TRAILERS_READ_ROWS,
  ...DEFER_ROWS,
  ...TASK_ROWS,
  ...SIGNAL_ROWS,
  ...KEY_ROWS,
  ...SET_ROWS,
  ...HINT_ROWS,
  ...TRAILER_ROWS,
  ...TRAILERS_ASKED_ROWS,
  ...SERVER_ROWS,
  ...RESULT_ROWS,
  ...LENGTH_ROWS,
  ...CHUNK_ROWS,
  ...ITERATION_ROWS,
  ...TAKEOVER_ROWS,
  ...ENDING_ROWS,
  ...LIFE_ROWS,
  ...CALLED_ROWS,
  ...CLOSING_ROWS,
  ...HELD_ROWS,
]
