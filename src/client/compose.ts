/**
 * Composing a call: from a handler's contract and data to a request. The other side of
 * `handler/bind.ts`: what is written here is read there as the same data, or it is refused.
 *
 * @module
 */
import { CallFault } from '../call-fault.ts'
import type { Format } from '../codec/format.ts'
import type { Verb } from '../handler/verb.ts'
import type { RequestHead } from '../value/head.ts'
import { type BodyWriter, type SentBody, writeBody } from './body.ts'
import type { ClientHandler, ClientTakes } from './client-contract.ts'
import { place } from './places.ts'

/** A request whose body may be a file, or flow. */
export type Composed = RequestHead & { readonly body: SentBody | null }

/**
 * Writes one call.
 *
 *   headers  hold before those of the contract
 *   write    how its body is written, where that is not as usual
 *   Fault    input_invalid for data that cannot be written; field_faulty; setup_faulty for a format
 *            that is not known here
 */
export type Composer = (data: unknown, headers: Fields, write?: BodyWriter) => Promise<Composed>

type Fields = { readonly [name: string]: string }

// All that a client needs of `handler/verb.ts`.
const METHODS = {
  reads: 'GET',
  creates: 'POST',
  replaces: 'PUT',
  updates: 'PATCH',
  deletes: 'DELETE',
  acts: 'POST',
} as const satisfies { readonly [V in Verb]: string }

const JSON_TYPE = 'application/json'

// Of a body that is there for its handler to refuse.
const MEMBERS: ClientTakes = { as: 'data', mediaTypes: [JSON_TYPE], body: 'members' }

/** Works out how calls of one handler are written. Fault: setup_faulty for a verb of a later version. */
export function composerOf(handler: ClientHandler, formats: readonly Format[]): Composer {
  const { verb, path, host, takes } = handler
  if (!Object.hasOwn(METHODS, verb)) throw laterVersion(path, `it ${String(verb)}, which is unknown here`)
  // A form that holds members of the input is written by what is said of them.
  const taken = takes?.body === 'members' ? { ...handler, ...takes } : (takes ?? MEMBERS)
  return async (data, own, write = writeBody) => {
    const { body, ...placed } = place(handler, data)
    const accept = acceptOf(handler, formats)
    const written = body === undefined ? [] : await write(taken, body, formats)
    const [mediaType, sent = null] = written
    return {
      method: METHODS[verb],
      path: placed.path,
      query: placed.query,
      mount: '',
      http: null,
      client: null,
      protocol: 'http',
      upgrade: null,
      timeoutMs: null,
      headers: fieldsOf([
        ['host', host ?? 'localhost'],
        ['accept', accept],
        ...(mediaType === undefined ? [] : [['content-type', mediaType] as const]),
        ...Object.entries(own),
        ...placed.fields,
      ]),
      context: {},
      body: sent,
    }
  }
}

/** Refuses what this version does not know. */
export function laterVersion(what: string, reason: string): CallFault<'setup_faulty'> {
  return new CallFault('setup_faulty', { what: `The contract of ${what}`, reason, fix: 'Update hagaki' })
}

// What both know. Where there is nothing, the service says what it offers.
function acceptOf({ gives, offers = [] }: ClientHandler, formats: readonly Format[]): string {
  if (gives === 'items') return offers.join(', ')
  if (gives !== 'data') return '*/*'
  const known = offers.filter((type) => type === JSON_TYPE || formats.some((one) => one.mediaType === type))
  return known.join(', ') || JSON_TYPE
}

// One line for each name: what is said for one call holds before what its contract says.
function fieldsOf(lines: readonly (readonly [name: string, value: string])[]): Fields {
  const fields = Object.create(null) as Record<string, string>
  for (const [name, value] of lines) {
    // RFC 9110 5.1 and 5.5: a token; no controls, and no blanks at either end.
    if (
      !/^[!#$%&'*+\-.^_`|~\w]+$/.test(name) ||
      !/^[\t -~\x80-\xff]*$/.test(value) ||
      /^[ \t]|[ \t]$/.test(value)
    )
      throw new CallFault('field_faulty', { name, reason: 'no field may hold that' })
    fields[name.toLowerCase()] = value
  }
  return Object.freeze(fields)
}
