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

/** The names by which frameworks know where a request came from, those of proxies that one rents too. */
const TELLING = `cf-connecting-ip client-ip fastly-client-ip forwarded forwarded-for front-end-https
  true-client-ip x-appengine-user-ip x-client-ip x-cluster-client-ip x-forwarded x-forwarded-by
  x-forwarded-for x-forwarded-host x-forwarded-port x-forwarded-prefix x-forwarded-proto
  x-forwarded-protocol x-forwarded-scheme x-forwarded-server x-forwarded-ssl x-original-forwarded-for
  x-original-host x-real-ip x-url-scheme`

// CGI, and so WSGI and Rack, make one name of "X-Forwarded-For" and "X_Forwarded_For".
const SPELLINGS: ReadonlySet<string> = new Set(TELLING.split(/\s+/).flatMap(spellings))

function spellings(name: string): string[] {
  return name
    .split('-')
    .reduce<string[]>(
      (all, part) => (all.length === 0 ? [part] : all.flatMap((one) => [`${one}-${part}`, `${one}_${part}`])),
      [],
    )
}

function believedFields(headers: RequestHeaders, origin: Origin | null): RequestHeaders {
  const names = Object.keys(headers)
  if (!names.some((name) => SPELLINGS.has(name))) return headers
  const fields = emptyFields()
  for (const name of names) if (!SPELLINGS.has(name)) fields[name] = headers[name]!
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
