/**
 * `requestId`: one name for a request, on every road that it takes. Contract clauses 17 and 19.
 *
 * @module
 */
import type { StandardSchemaV1 } from '@standard-schema/spec'
import { after } from '../call/after.ts'
import { key } from '../call/keys.ts'
import { living } from '../call/life.ts'
import type { App, Key, Middleware, RequestHeaders, Server } from '../contract.ts'
import { withField } from '../value/headers.ts'
import { knownOptions, unfit } from './setup.ts'
import { withFields } from './with-fields.ts'

export interface RequestIdOptions {
  /** True behind a proxy that makes the id, or removes what its clients send. By default false. */
  readonly trust?: boolean
}

const FIELD = 'x-request-id'
/** What is safe in a log, a URL and a command line. */
const ID = /^[0-9A-Za-z][0-9A-Za-z_.:=+/@~-]{0,127}$/
/** Bytes of randomness: nobody guesses one, and no two are alike. */
const RANDOM = 16

const schema: StandardSchemaV1<unknown, string> = {
  '~standard': {
    version: 1,
    vendor: 'hagaki',
    validate: (value) =>
      typeof value === 'string' && ID.test(value)
        ? { value }
        : { issues: [{ message: 'is no request id: at most 128 letters, digits and _.:=+/@~-' }] },
  },
}

/** The id of the request, where `requestId` or a link has set it. It travels with remote calls. */
export const requestIdKey: Key<string> = key('request-id', { carry: schema })

/**
 * Gives every request an id: the one that came over a link, else with `trust` the one in
 * `x-request-id` if it is well formed, else a new one. It is under `requestIdKey`, in `x-request-id`
 * for whatever is behind, and in the answer. `log` writes it.
 *
 *   Fault  setup_faulty
 */
export function requestId(options: RequestIdOptions = {}): Middleware {
  const { trust = false } = knownOptions('requestId', options, ['trust'])
  if (typeof trust !== 'boolean') {
    throw unfit('requestId({ trust })', 'it is neither true nor false', 'Write trust: true, or leave it out')
  }

  return (next) => {
    const identified: App = (method, path, headers, call, server) => {
      const id = call.get(requestIdKey) ?? (trust ? idOf(headers) : null) ?? newId(server)
      call.set(requestIdKey, id)
      const named = headers[FIELD] === id ? headers : withField(headers, FIELD, id)
      return after(next(method, path, named, call, server), (result) =>
        withFields(result, (fields) => ({ ...fields, [FIELD]: id })),
      )
    }
    return living(identified, [next])
  }
}

function idOf(headers: RequestHeaders): string | null {
  const id = headers[FIELD]
  return id !== undefined && ID.test(id) ? id : null
}

function newId(server: Server): string {
  return Array.from(server.random(RANDOM), (byte) => byte.toString(16).padStart(2, '0')).join('')
}
