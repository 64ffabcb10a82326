/**
 * A streamed body and a takeover, as the gateway uses them. Clauses 22 to 24.
 *
 * @module
 */
import type { Duplex } from '../../contract.ts'
import { kindOf, type Rows, unless } from '../row.ts'

export interface Iteration {
  /** How many iterators were asked for, this one included. */
  readonly begun: number
  /** True when the end was seen, or the body was left. */
  readonly over: boolean
}

export const ITERATION_ROWS: Rows<Iteration> = [
  {
    section: '23',
    rule: 'A stream is iterated once',
    check: ({ begun }) => (begun > 1 ? 'a second time' : null),
  },
  {
    section: '23',
    rule: 'Nothing is asked of a stream after its end',
    check: ({ over }) => (over ? 'a chunk asked for' : null),
  },
  {
    section: '23',
    rule: 'A stream that fails midway is cut off visibly',
    held: 'test/server/stream.test.ts',
    by: 'a stream that fails midway is cut off, so that the client can see it',
  },
]

export interface Counted {
  readonly octets: number
  /** What content-length says. */
  readonly declared: number | null
  /** True after the last chunk. */
  readonly ended: boolean
}

export const CHUNK_ROWS: Rows<unknown> = [
  {
    section: '23',
    rule: 'Chunks are strings or `Uint8Array`s, each encoded alone',
    check: (chunk) => unless(typeof chunk === 'string' || chunk instanceof Uint8Array, chunk),
  },
]

export const LENGTH_ROWS: Rows<Counted> = [
  {
    section: '22',
    rule: 'The length that a stream declares is kept to the byte',
    check: ({ octets, declared, ended }) => {
      if (declared === null || octets === declared || (!ended && octets < declared)) return null
      return `${octets}${ended ? '' : ' or more'} octets, declared ${declared}`
    },
  },
]

export interface HandOver {
  readonly duplex: Duplex
  /** How often the takeover was called, this time included. */
  readonly calls: number
}

const METHODS = ['write', 'end', 'destroy', 'once'] as const

export const TAKEOVER_ROWS: Rows<HandOver> = [
  {
    section: '24',
    rule: 'A takeover is called once',
    check: ({ calls }) => (calls === 1 ? null : `call ${calls}`),
  },
  {
    section: '24',
    rule: 'A takeover is given a duplex, whose first bytes are those already received',
    check: ({ duplex }) => {
      if (typeof duplex !== 'object' || duplex === null) return kindOf(duplex)
      const missing = METHODS.find((name) => typeof duplex[name] !== 'function')
      if (missing !== undefined) return `no ${missing}`
      return Symbol.asyncIterator in duplex ? null : 'nothing to iterate'
    },
  },
  {
    section: '24',
    rule: 'Where `upgrade` is null a takeover is fault 501',
    held: 'test/server/upgrade.test.ts',
    by: 'a takeover where nobody offers the connection is 501',
  },
  {
    section: '24',
    rule: 'Middleware passes a takeover through',
    held: 'test/middleware/rules.test.ts',
    by: 'a takeover passes through',
  },
]
