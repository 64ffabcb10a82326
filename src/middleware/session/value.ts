/**
 * The value of a session: plain data that fits a schema, and the key that it travels under.
 *
 * @module
 */
import { keeping, key } from '../../call/keys.ts'
import type { Key } from '../../contract.ts'
import { Fault, isFault } from '../../fault.ts'
import type { Schema } from '../../schema/standard.ts'
import { writeCarried } from '../../value/carried.ts'
import { isRecord, type Json } from '../../value/data.ts'

// biome-ignore lint: what goes into the schema is whatever comes out of it.
export type SessionSchema<T> = Schema<any, T>

/** A value that fits, as a copy of its own, and as text: equal data give equal texts. */
export interface Fitted<T> {
  readonly data: T
  readonly text: string
}

export interface SessionValue<T> {
  /**
   * For apps. What is set becomes a copy, and each `get` gives another one, so that a session changes
   * by being set and in no other way. Null ends it; undefined is taken for null.
   */
  readonly key: Key<T | null>
  /** The same value as it is kept, for us: what `get` gives is what was set, itself and unchecked. */
  readonly kept: Key<unknown>
  /** Says to whoever is behind that it is kept. */
  readonly keeping: Key<true>
  /** Fault: session_faulty for what the schema refuses, and for what no link could carry. */
  fit(value: unknown): Fitted<T>
}

export function sessionValue<T>(name: string, schema: SessionSchema<T>): SessionValue<T> {
  const carry = key(name, { carry: schema }).carry!
  const fit = (value: unknown): Fitted<T> => {
    try {
      const data = copied(carry(value), 0)
      const text = writeCarried({ '': data }, 'session').slice(4, -1) // of {"":...}
      return { data: data as T, text }
    } catch (error) {
      const said = isFault(error) ? (error as Fault<'value_faulty'>).detail.reason : 'its schema failed'
      const reason = said.replace(`key ${JSON.stringify(name)}: `, '').trim() // the session is named already
      throw new Fault('session_faulty', { name, reason }, error)
    }
  }
  return {
    key: Object.freeze({
      name,
      carry: (value: unknown) => (isNone(value) ? null : fit(value).data),
      keptBy: 'session',
    }),
    kept: Object.freeze({ name, carry: (value: unknown) => value, keptBy: null }),
    keeping: keeping(name),
    fit,
  }
}

/** True for what stands for no session. */
export function isNone(value: unknown): value is null | undefined {
  return value === null || value === undefined
}

const TOO_DEEP = 40 // `writeCarried` refuses it, and what holds itself

// Without the members that are undefined: JSON has none, and `{ ...session, user: undefined }` is how
// people take one out.
function copied(value: unknown, depth: number): Json {
  if (depth > TOO_DEEP) return value as Json
  if (Array.isArray(value)) return Array.from(value as unknown[], (one) => copied(one, depth + 1))
  if (!isRecord(value)) return value as Json
  const members = Object.entries(value).filter(([, member]) => member !== undefined)
  return Object.fromEntries(members.map(([name, member]) => [name, copied(member, depth + 1)]))
}
