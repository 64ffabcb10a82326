/**
 * IP addresses and ranges, as text and as octets.
 *
 * RFC 4291 sections 2.2 and 2.3 (text and prefixes), RFC 5952 (the one text of an IPv6 address),
 * RFC 4632 section 3.1 (IPv4 prefixes). Strict: an IPv4 number has no leading zero, because some read
 * it as octal; no zone, because it names an interface of one machine.
 *
 * @module
 */

/** Four octets (IPv4) or sixteen (IPv6). An IPv4-mapped IPv6 address is the IPv4 address. */
export type Address = readonly number[]

/** The addresses whose first `bits` are those of `base`. */
export interface Range {
  readonly base: Address
  readonly bits: number
}

const IPV4 = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/
const GROUP = /^[0-9a-f]{1,4}$/i
const MAPPED: readonly number[] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff]
/** Characters of the longest text of an IPv6 address: eight groups, the last two as IPv4. */
const MAX_TEXT = 45

/** Null for what is no address. */
export function parseAddress(text: string): Address | null {
  const octets = octetsOf(text)
  return octets !== null && isMapped(octets) ? octets.slice(12) : octets
}

/**
 * A range such as "10.0.0.0/8", or one address. Bits behind the prefix do not count: "127.0.0.1/8" is
 * "127.0.0.0/8". Null for what is none, and for a prefix that cuts through the IPv4-mapped addresses.
 */
export function parseRange(text: string): Range | null {
  const slash = text.indexOf('/')
  const octets = octetsOf(slash < 0 ? text : text.slice(0, slash))
  if (octets === null) return null
  const digits = slash < 0 ? String(octets.length * 8) : text.slice(slash + 1)
  if (!/^(?:0|[1-9]\d{0,2})$/.test(digits) || Number(digits) > octets.length * 8) return null
  const mapped = isMapped(octets)
  const bits = mapped ? Number(digits) - MAPPED.length * 8 : Number(digits)
  return bits < 0 ? null : { base: mapped ? octets.slice(12) : octets, bits }
}

/** True when `address` is in `range`: of the same version, so that "::/0" holds no IPv4 address. */
export function inRange(range: Range, address: Address): boolean {
  const { base, bits } = range
  if (address.length !== base.length) return false
  const whole = bits >> 3
  for (let at = 0; at < whole; at++) if (address[at] !== base[at]) return false
  const left = bits & 7
  return left === 0 || (address[whole]! ^ base[whole]!) >> (8 - left) === 0
}

/** The text of an address that all write alike: "2001:db8::1", "192.0.2.1" (RFC 5952 section 4). */
export function formatAddress(address: Address): string {
  if (address.length === 4) return address.join('.')
  const groups = Array.from({ length: 8 }, (_, at) => (address[at * 2]! << 8) | address[at * 2 + 1]!)
  const { from, length } = longestZeros(groups)
  const text = (part: readonly number[]): string => part.map((group) => group.toString(16)).join(':')
  if (length < 2) return text(groups)
  return `${text(groups.slice(0, from))}::${text(groups.slice(from + length))}`
}

function octetsOf(text: string): number[] | null {
  if (text.length > MAX_TEXT) return null
  return text.includes(':') ? ipv6Of(text) : ipv4Of(text)
}

function ipv4Of(text: string): number[] | null {
  const parts = IPV4.exec(text)?.slice(1)
  if (parts === undefined || parts.some((part) => Number(part) > 255 || (part.length > 1 && part[0] === '0')))
    return null
  return parts.map(Number)
}

function ipv6Of(text: string): number[] | null {
  const [before = '', after, more] = text.split('::')
  if (more !== undefined) return null
  const head = groupsOf(before, after === undefined)
  const tail = after === undefined ? [] : groupsOf(after, true)
  if (head === null || tail === null) return null
  const missing = 16 - head.length - tail.length
  // "::" stands for one group at least.
  if (after === undefined ? missing !== 0 : missing < 2) return null
  return [...head, ...Array.from({ length: missing }, () => 0), ...tail]
}

// Only the last 32 bits may be written as IPv4.
function groupsOf(text: string, isLast: boolean): number[] | null {
  if (text === '') return []
  const octets: number[] = []
  const groups = text.split(':')
  for (const [at, group] of groups.entries()) {
    const ipv4 = isLast && at === groups.length - 1 && group.includes('.') ? ipv4Of(group) : null
    if (ipv4 === null && !GROUP.test(group)) return null
    const value = Number.parseInt(group, 16)
    octets.push(...(ipv4 ?? [value >> 8, value & 0xff]))
  }
  return octets
}

function isMapped(octets: Address): boolean {
  return octets.length === 16 && MAPPED.every((octet, at) => octets[at] === octet)
}

// The first of the longest runs is the one to shorten (RFC 5952 4.2.3).
function longestZeros(groups: readonly number[]): { readonly from: number; readonly length: number } {
  let best = { from: 0, length: 0 }
  let length = 0
  for (const [at, group] of groups.entries()) {
    length = group === 0 ? length + 1 : 0
    if (length > best.length) best = { from: at + 1 - length, length }
  }
  return best
}
