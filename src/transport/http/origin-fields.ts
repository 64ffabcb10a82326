/**
 * The fields that tell an upstream who asked us: only what this gateway knows itself, or has from
 * proxies that it trusts. RFC 7239.
 *
 * @module
 */
import { parseAddress } from '../../value/address.ts'
import type { RequestHead } from '../../value/head.ts'

/**
 * As pairs. None for a call that did not come over HTTP.
 *
 * Nothing is appended to what came: behind `trustProxy` the client is the one that it believes, and
 * without it what came is a stranger's word.
 */
export function originFields(
  head: RequestHead,
  by: 'x-forwarded' | 'forwarded' | false,
): readonly (readonly [name: string, value: string])[] {
  if (by === false || head.http === null) return []
  return by === 'forwarded' ? [['forwarded', forwarded(head)]] : xForwarded(head)
}

function xForwarded({ client, protocol, mount, headers }: RequestHead): [string, string][] {
  const fields: [string, string][] = []
  if (client !== null) fields.push(['x-forwarded-for', client])
  fields.push(['x-forwarded-proto', protocol])
  const { host } = headers
  if (host !== undefined && host !== '') fields.push(['x-forwarded-host', host])
  if (mount !== '') fields.push(['x-forwarded-prefix', mount])
  return fields
}

function forwarded({ client, protocol, headers: { host } }: RequestHead): string {
  const pairs = [`for=${nodeOf(client)}`, `proto=${protocol}`]
  if (host !== undefined && host !== '') pairs.push(`host=${tokenOrQuoted(host)}`)
  return pairs.join(';')
}

// IPv6 stands in brackets, and brackets in quotes (RFC 7239 6).
function nodeOf(client: string | null): string {
  if (client === null) return 'unknown'
  const address = parseAddress(client.replace(/%.*$/s, ''))
  return address === null ? 'unknown' : address.length === 4 ? client : `"[${client.replace(/%.*$/s, '')}]"`
}

function tokenOrQuoted(text: string): string {
  return /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/.test(text) ? text : `"${text}"` // a host has no quote in it
}
