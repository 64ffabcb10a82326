/**
 * What the app asks of its options: tasks, hints, trailers, context. Clauses 15, 17 and 18.
 *
 * @module
 */
import type { Key, ResponseHeaders } from '../../contract.ts'
import { fieldFlaw, trailerFlaw } from '../../value/fields.ts'
import { CONNECTION_FIELDS } from '../../value/headers.ts'
import { kindOf, type Rows, unless } from '../row.ts'

export const DEFER_ROWS: Rows<unknown> = [
  {
    section: '15',
    rule: '`defer(task)` registers a function',
    check: (task) => unless(typeof task === 'function', task),
  },
]

export const KEY_ROWS: Rows<Key<unknown>> = [
  {
    section: '17',
    rule: 'A context key is made by `key(name)`, which is local, or by `key(name, { carry: schema })`',
    check: (key) => {
      if (typeof key !== 'object' || key === null) return kindOf(key)
      const made = typeof key.name === 'string' && (key.carry === null || typeof key.carry === 'function')
      return unless(made, key)
    },
  },
]

/** What was set under a key, and what `get` gives right afterwards. */
export interface KeySet {
  readonly key: Key<unknown>
  readonly set: unknown
  readonly got: unknown
}

export const SET_ROWS: Rows<KeySet> = [
  {
    section: '17',
    rule: 'What is set under a key is there to get',
    // A carried value is what its schema makes of it, so there only nothing at all is wrong.
    check: ({ key, set, got }) => {
      const there = key.carry === null ? Object.is(got, set) : got !== undefined || set === undefined
      return there ? null : kindOf(got)
    },
  },
  {
    section: '17',
    rule:
      'A key that is `keptBy` a layer is set where that layer is around, and has said so on the way in; elsewhere ' +
      'to set it is a fault',
    held: 'src/call/keys.test.ts',
    by: 'a key that a layer keeps is set where the layer is around, on any side of a link, and nowhere else',
  },
  {
    section: '17',
    rule:
      'The value of a carried key is data: it travels inward in the head of a remote call and, when the far ' +
      'side set it, back in the response head; it is validated at each end',
    held: 'src/call/keys.test.ts',
    by: 'a carried value is validated at each end: when it is set, and when it is read',
  },
  {
    section: '17',
    rule: 'It is accepted only from links configured as trusted, never from an HTTP client',
    held: 'test/clauses/trust.test.ts',
    by: 'no field, path or body of an HTTP client sets a carried key; a link does',
  },
]

export const HINT_ROWS: Rows<ResponseHeaders> = [
  {
    section: '18',
    rule: '`hint(fields)` sends 103 where the road can, else nothing; framing and connection fields are refused',
    check: (fields) => {
      if (typeof fields !== 'object' || fields === null) return kindOf(fields)
      for (const name of Object.keys(fields)) {
        const gateways = CONNECTION_FIELDS.has(name) || name === 'content-length' || name === 'trailer'
        const flaw = gateways ? name : fieldFlaw(name, fields[name])
        if (flaw !== null) return flaw
      }
      return null
    },
  },
]

export const TRAILER_ROWS: Rows<unknown> = [
  {
    section: '18',
    rule: '`trailer(fields)` takes a function, and the last one given counts',
    check: (fields) => unless(typeof fields === 'function', fields),
  },
]

export interface TrailersAsked {
  readonly fields: ResponseHeaders
  /** True while the body is still being streamed. */
  readonly midway: boolean
}

export const TRAILERS_ASKED_ROWS: Rows<TrailersAsked> = [
  {
    section: '18',
    rule: 'Trailers are asked for after the last chunk, where the road can',
    check: ({ midway }) => (midway ? 'a call before the last chunk' : null),
  },
  {
    section: '18',
    rule: 'Framing and routing fields are refused as trailers',
    check: ({ fields }) =>
      typeof fields === 'object' && fields !== null ? trailerFlaw(fields) : kindOf(fields),
  },
]
