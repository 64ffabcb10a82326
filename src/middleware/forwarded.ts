/**
 * What proxies say of the requests they pass on: where they came from, by which protocol, to which
 * host. Read from the nearest proxy outwards, and no further than it can be believed.
 *
 * RFC 7239 sections 4 to 6 for `forwarded`. `x-forwarded-for`, `-proto` and `-host` have no RFC: they
 * are lists to which each proxy appends, or single values that it overwrites.
 *
 * Read from the right, whatever stands on the left cannot change how that is read: what a client
 * sends is never needed to find what our proxies added. Each octet is looked at once or not at all.
 *
 * @module
 */
import type { RequestHeaders } from '../contract.ts'
import { type Address, formatAddress, parseAddress } from '../value/address.ts'
import { stripBlanks } from '../value/headers.ts'
import { isHost } from '../value/target.ts'

/** Which fields the proxies write. */
export type ForwardedBy = 'forwarded' | 'x-forwarded'

/** A request as the outermost believed proxy received it. */
export interface Origin {
  /** Null where that proxy does not say, says "unknown", or hides the address behind a name of its own. */
  readonly client: string | null
  /** Null where it does not say, here and for the host. */
  readonly protocol: 'http' | 'https' | null
  readonly host: string | null
  /** The fields with only what can be believed, for those who read them behind us. */
  readonly fields: readonly (readonly [name: string, value: string])[]
}

/** More proxies in a row are none, but somebody who keeps us busy. */
const MAX_HOPS = 100

/** What one proxy says. */
interface Hop {
  readonly client: Address | null
  readonly protocol: string | undefined
  readonly host: string | undefined
  /** As it may be passed on. */
  readonly text: string
}

/**
 * The origin of a request whose peer is trusted, or null when the fields say nothing. A proxy is
 * believed when the one before it, seen from us, says that it is at a trusted address. Where all are
 * trusted, the outermost one counts. What cannot be read says nothing, and ends the reading.
 */
export function originOf(
  headers: RequestHeaders,
  by: ForwardedBy,
  isTrusted: (client: Address) => boolean,
): Origin | null {
  return by === 'forwarded' ? fromForwarded(headers, isTrusted) : fromXForwarded(headers, isTrusted)
}

function fromForwarded(headers: RequestHeaders, isTrusted: (client: Address) => boolean): Origin | null {
  const believed: string[] = []
  let hop: Hop | null = null
  for (const element of fromRight(headers['forwarded'] ?? '', true)) {
    hop = believed.length < MAX_HOPS ? hopOf(element) : UNREADABLE
    believed.push(hop.text)
    if (hop.client === null || !isTrusted(hop.client)) break
  }
  if (hop === null) return null
  return {
    client: hop.client === null ? null : formatAddress(hop.client),
    protocol: protocolOf(hop.protocol),
    host: hostOf(hop.host),
    fields: [['forwarded', believed.reverse().join(', ')]],
  }
}

const X_FORWARDED = ['x-forwarded-for', 'x-forwarded-proto', 'x-forwarded-host'] as const

// The outermost believed proxy has as many members behind it in each list: one that was overwritten
// and not appended to is shorter, and counts for all.
function fromXForwarded(headers: RequestHeaders, isTrusted: (client: Address) => boolean): Origin | null {
  if (X_FORWARDED.every((name) => (headers[name] ?? '') === '')) return null
  const believed: string[] = []
  let client: Address | null = null
  for (const member of fromRight(headers['x-forwarded-for'] ?? '', false)) {
    client = believed.length < MAX_HOPS ? addressOf(member) : null
    believed.push(client === null ? 'unknown' : formatAddress(client))
    if (client === null || !isTrusted(client)) break
  }
  const count = Math.max(1, believed.length)
  const protocol = protocolOf(nthFromRight(headers['x-forwarded-proto'], count))
  const host = hostOf(nthFromRight(headers['x-forwarded-host'], count))
  const fields: [string, string][] = []
  if (believed.length > 0) fields.push(['x-forwarded-for', believed.reverse().join(', ')])
  if (protocol !== null) fields.push(['x-forwarded-proto', protocol])
  if (host !== null) fields.push(['x-forwarded-host', host])
  return { client: client === null ? null : formatAddress(client), protocol, host, fields }
}

// The count-th member from the right, or the first of fewer.
function nthFromRight(field: string | undefined, count: number): string | undefined {
  let found: string | undefined
  let seen = 0
  for (const member of fromRight(field ?? '', false)) {
    found = member
    if (++seen === count) break
  }
  return found
}

/** The members of a list, the last first, without blanks and empty members (RFC 9110 5.6.1). */
function* fromRight(field: string, quotes: boolean): Generator<string> {
  let end = field.length
  while (end > 0) {
    const comma = quotes ? commaBefore(field, end) : field.lastIndexOf(',', end - 1)
    const member = stripBlanks(field.slice(comma + 1, end))
    if (member !== '') yield member
    end = comma
  }
}

// The last comma before `end` outside of quoted strings; -1 without one.
function commaBefore(field: string, end: number): number {
  let at = end - 1
  while (at >= 0 && field[at] !== ',') at = (field[at] === '"' ? openingQuote(field, at) : at) - 1
  return Math.max(at, -1)
}

// A quote with an odd number of backslashes before it is content (RFC 9110 5.6.4).
function openingQuote(field: string, closing: number): number {
  for (let at = closing - 1; at >= 0; at--) {
    if (field[at] !== '"') continue
    let slash = at
    while (slash > 0 && field[slash - 1] === '\\') slash--
    if ((at - slash) % 2 === 0) return at
    at = slash
  }
  return -1
}

// token "=" ( token / quoted-string ), RFC 7239 section 4: no blanks around "=" and ";".
const TOKEN = "[!#$%&'*+\\-.^_`|~0-9A-Za-z]+"
const QUOTED = '"((?:[\\t !#-\\[\\]-~\\x80-\\xff]|\\\\[\\t -~\\x80-\\xff])*)"'
const PAIR = new RegExp(`(${TOKEN})=(?:(${TOKEN})|${QUOTED})`, 'y')

const UNREADABLE: Hop = { client: null, protocol: undefined, host: undefined, text: 'for=unknown' }

function hopOf(element: string): Hop {
  const pairs = pairsOf(element)
  if (pairs === null) return UNREADABLE
  const { for: node, proto, host } = pairs
  return { client: addressOf(node ?? '', true), protocol: proto, host, text: element }
}

// Null where the grammar is broken, or a parameter stands twice.
function pairsOf(element: string): { readonly [name: string]: string } | null {
  const pairs = Object.create(null) as Record<string, string>
  let at = 0
  for (;;) {
    PAIR.lastIndex = at
    const pair = PAIR.exec(element)
    if (pair !== null) {
      const [whole, name = '', token, quoted = ''] = pair
      const key = name.toLowerCase()
      if (pairs[key] !== undefined) return null
      pairs[key] = token ?? quoted.replace(/\\(.)/gs, '$1')
      at += whole.length
    }
    if (at === element.length) return pairs
    if (element[at] !== ';') return null
    at++
  }
}

// A port is digits, or a name of the proxy's own (RFC 7239 6).
const NODE = /^(?:\[([^\]]*)\]|([^:[\]]*))(?::(?:[0-9]{1,5}|_[0-9A-Za-z._-]+))?$/

/**
 * The address of a node, with or without a port; null for "unknown", for a name, and for what is
 * none. Only `x-forwarded-for` has IPv6 addresses outside of brackets.
 */
function addressOf(node: string, bracketed = false): Address | null {
  const [, ipv6, ipv4] = NODE.exec(node) ?? []
  if (ipv6 !== undefined) return ipv6.includes(':') ? parseAddress(ipv6) : null
  if (ipv4 !== undefined) return parseAddress(ipv4)
  return bracketed ? null : parseAddress(node)
}

// A proxy may name the protocol of the WebSocket that is asked for.
const PROTOCOLS: ReadonlyMap<string, 'http' | 'https'> = new Map([
  ['http', 'http'],
  ['https', 'https'],
  ['ws', 'http'],
  ['wss', 'https'],
])

function protocolOf(text: string | undefined): 'http' | 'https' | null {
  return PROTOCOLS.get(text?.toLowerCase() ?? '') ?? null
}

function hostOf(text: string | undefined): string | null {
  return text !== undefined && isHost(text) ? text : null
}
