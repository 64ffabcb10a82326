/**
 * The opening handshake of a WebSocket (RFC 6455 section 4.2), as an app sees it.
 *
 * @module
 */
import { createHash } from 'node:crypto'
import type { Options, RequestHeaders, ResponseHeaders } from '../../contract.ts'
import { Fault } from '../../fault.ts'
import { commaList } from '../../value/headers.ts'
import { PROTOCOL } from './link.ts'

/** Pages of these origins may connect; `same` are those of the host that was asked. */
export type Origins = 'same' | 'any' | readonly string[]

/** Of RFC 6455 1.3. */
const GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11'

/** True for a request that would become a WebSocket. */
export function asksForWebSocket(method: string, headers: RequestHeaders, { upgrade }: Options): boolean {
  return method === 'GET' && (upgrade ?? []).some((one) => /^websocket$/i.test(one)) && speaksFrames(headers)
}

/**
 * Browsers send a page's cookies with a WebSocket to anywhere, and tell whose page it is: that is all
 * that keeps the pages of others out. Who tells no origin is no browser. Fault: origin_refused.
 */
export function checkOrigin(headers: RequestHeaders, origins: Origins): void {
  const { origin } = headers
  if (origin === undefined || origins === 'any') return
  const isAllowed =
    origins === 'same' ? isSame(origin, headers['host'] ?? '') : origins.includes(origin.toLowerCase())
  if (!isAllowed) throw new Fault('origin_refused', { origin })
}

/** The fields of the 101. Fault: head_faulty for a handshake of another version, or without a key. */
export function acceptance(headers: RequestHeaders, http: Options['http']): ResponseHeaders {
  if (headers['sec-websocket-version'] !== '13')
    throw new Fault('head_faulty', { reason: 'sec-websocket-version is not 13' })
  const protocol = { 'sec-websocket-protocol': PROTOCOL }
  if (http === '2') return protocol // which has no key (RFC 8441 section 5)
  const key = headers['sec-websocket-key'] ?? ''
  if (!/^[A-Za-z0-9+/]{22}==$/.test(key))
    throw new Fault('head_faulty', { reason: 'sec-websocket-key is no key' })
  return {
    ...protocol,
    'sec-websocket-accept': createHash('sha1')
      .update(key + GUID)
      .digest('base64'),
  }
}

function speaksFrames(headers: RequestHeaders): boolean {
  return commaList(headers['sec-websocket-protocol'] ?? '').includes(PROTOCOL)
}

// The scheme is not looked at: behind a proxy that ends TLS it is another one here.
function isSame(origin: string, host: string): boolean {
  const bare = (text: string): string => text.toLowerCase().replace(/:(?:80|443)$/, '')
  return bare(origin.replace(/^[a-z]+:\/\//i, '')) === bare(host)
}
