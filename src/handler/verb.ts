/**
 * Verbs: what a handler does to the resource. HTTP's method and status follow from it.
 *
 * RFC 9110 sections 9.2 (safe, idempotent) and 9.3, RFC 5789.
 *
 * @module
 */

export type Verb = 'reads' | 'creates' | 'replaces' | 'updates' | 'deletes' | 'acts'

export interface VerbMeaning {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** Of an answer with data; one without any is 204. */
  readonly status: 200 | 201
  /** Changes nothing, so may be repeated and prefetched. */
  readonly safe: boolean
  /** Doing it twice is doing it once. */
  readonly idempotent: boolean
  /** Where members that the path does not hold are: GET and DELETE carry no body. */
  readonly rest: 'query' | 'body'
}

export const VERBS: { readonly [V in Verb]: VerbMeaning } = {
  reads: { method: 'GET', status: 200, safe: true, idempotent: true, rest: 'query' },
  creates: { method: 'POST', status: 201, safe: false, idempotent: false, rest: 'body' },
  replaces: { method: 'PUT', status: 200, safe: false, idempotent: true, rest: 'body' },
  updates: { method: 'PATCH', status: 200, safe: false, idempotent: false, rest: 'body' },
  deletes: { method: 'DELETE', status: 200, safe: false, idempotent: true, rest: 'query' },
  acts: { method: 'POST', status: 200, safe: false, idempotent: false, rest: 'body' },
}

export const VERB_NAMES: readonly Verb[] = Object.keys(VERBS) as Verb[]
