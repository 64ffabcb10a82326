/**
 * `trustProxy`: client, protocol and host as trusted proxies tell them. Contract clauses 9 and 11.
 *
 * @module
 */
import { living } from '../call/life.ts'
import type { App, Middleware, Options, RequestHeaders } from '../contract.ts'
import { type Address, inRange, parseAddress, parseRange, type Range } from '../value/address.ts'
import { emptyFields } from '../value/headers.ts'
import { type ForwardedBy, type Origin, originOf } from './forwarded.ts'
import { knownOptions, unfit } from './setup.ts'
import { isTelling } from './telling-fields.ts'

export interface TrustProxyOptions {
  /** The addresses of the proxies: "127.0.0.1", "10.0.0.0/8", "fd00::/8"; "unix" for peers without one. */
  readonly from: readonly string[]
  /** What they write: `forwarded` (RFC 7239), or `x-forwarded-for`, `-proto` and `-host`. */
  readonly fields: ForwardedBy
}

/**
 * Gives `next` the client, the protocol and the host that the outermost trusted proxy saw: as
 * `options.client`, `options.protocol` and `headers.host`. Each proxy must set or append its fields,
 * not pass on what its client sent.
 *
 *   client  the nearest address that is not trusted; null where a proxy does not tell it, or tells it
 *           in a way that cannot be read: never the proxy's own
 *   fields  of a trusted peer, those configured stay, with only what can be believed; all others that
 *           say the same are removed, however they are spelled, so that nobody behind reads them
 *   Fault   setup_faulty
 */
export function trustProxy(options: TrustProxyOptions): Middleware {
  const { from, fields } = checked(options)
  const ranges = from.filter((one) => one !== UNIX).map(rangeOf)
  const isUnixTrusted = from.includes(UNIX)
  const isTrusted = (client: Address): boolean => ranges.some((range) => inRange(range, client))
  return (next) => {
    const trusting: App = (method, path, headers, options, server) => {
      const peer = addressOf(options.client)
      const isProxy = options.client === null ? isUnixTrusted : peer !== null && isTrusted(peer)
      const origin = isProxy ? originOf(headers, fields, isTrusted) : null
      return next(method, path, believedFields(headers, origin), told(options, origin), server)
    }
    return living(trusting, [next])
  }
}

// A link-local peer may come with the interface that it is on.
function addressOf(client: string | null): Address | null {
  return client === null ? null : parseAddress(client.replace(/%.*$/s, ''))
}

/** Only a peer on a unix socket has no address. */
const UNIX = 'unix'

function believedFields(headers: RequestHeaders, origin: Origin | null): RequestHeaders {
  const names = Object.keys(headers)
  if (!names.some((name) => isTelling(name))) return headers
  const fields = emptyFields()
  for (const name of names) if (!isTelling(name)) fields[name] = headers[name]!
  for (const [name, value] of origin?.fields ?? []) fields[name] = value
  if (origin !== null && origin.host !== null) fields['host'] = origin.host
  return Object.freeze(fields)
}

function told(options: Options, origin: Origin | null): Options {
  if (origin === null) return options
  return options.with({ client: origin.client, protocol: origin.protocol ?? options.protocol })
}

const EVERY = ['forwarded', 'x-forwarded']

function checked(options: TrustProxyOptions): TrustProxyOptions {
  const { from, fields } = knownOptions('trustProxy', options, ['from', 'fields'])
  if (!EVERY.includes(fields)) {
    const fix = "Write what your proxies set: fields: 'x-forwarded' or fields: 'forwarded'"
    throw unfit('trustProxy({ fields })', 'it says not which fields to read', fix)
  }
  if (!Array.isArray(from) || from.length === 0) {
    const fix = "Write the addresses of your proxies: from: ['127.0.0.1', '10.0.0.0/8']"
    throw unfit('trustProxy({ from })', 'it is no list of addresses', fix)
  }
  return options
}

function rangeOf(text: unknown): Range {
  const range = typeof text === 'string' ? parseRange(text) : null
  if (range !== null) return range
  const fix = 'Write an address such as "127.0.0.1", or a range such as "10.0.0.0/8" or "fd00::/8"'
  throw unfit(`trustProxy({ from: [${JSON.stringify(text) ?? typeof text}] })`, 'it is no address range', fix)
}
