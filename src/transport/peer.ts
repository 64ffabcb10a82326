/**
 * Who is on the other side of a link, and how far its word goes.
 *
 * A gateway's word is taken: it says who the client is and what it carries. Anybody else's is taken for
 * what it asks alone, as a client's over HTTP. Clauses 17 and 27.
 *
 * @module
 */
import type { OptionsData, RequestHeaders } from '../contract.ts'
import type { RequestHead } from '../value/head.ts'
import { NO_CONTEXT } from '../value/head-reader.ts'
import { emptyFields, NO_FIELDS } from '../value/headers.ts'

/** A far side whose word is not taken for who it is. */
export interface Peer {
  /** Its address, or null. */
  readonly client: string | null
  readonly protocol: OptionsData['protocol']
  /** Where in this app it came in. */
  readonly mount: string
  /** What it said of itself by an upgrade, such as its cookie: holds for every call. Null where there was none. */
  readonly headers: RequestHeaders | null
}

/** Fields that a call has of its own, or else those of the upgrade. */
const ALSO: ReadonlySet<string> = new Set(['authorization', 'user-agent', 'accept-language'])
/** Fields by which gateways, and browsers on their own, say who is there. No call over a link has its own. */
const OF_THE_PEER = /^(?:host|cookie|origin|forwarded|x-forwarded-.*|x-real-ip|sec-.*)$/

/** What of an upgrade's head holds for the calls on its link: who is there, not what the upgrade asked. */
export function standing(headers: RequestHeaders): RequestHeaders {
  const kept = emptyFields()
  for (const [name, value] of Object.entries(headers)) {
    const ofHandshake = name.startsWith('sec-websocket-')
    if ((OF_THE_PEER.test(name) && !ofHandshake) || ALSO.has(name)) kept[name] = value
  }
  return Object.freeze(kept)
}

/** A head as it is believed: of a peer, what it asks; the rest is what is known of it here. */
export function believed(head: RequestHead, peer: Peer | null): RequestHead {
  if (peer === null) return head
  const { client, protocol, mount } = peer
  const headers = peer.headers === null ? head.headers : joined(head.headers, peer.headers)
  return { ...head, client, protocol, mount, upgrade: null, headers, context: NO_CONTEXT }
}

/** The fields of a call by name, for guards. */
export function fieldsOf(peer: Peer | null): RequestHeaders {
  return peer?.headers ?? NO_FIELDS
}

// A page may set what fields it likes for a call; who it is, its browser and the proxies have said.
function joined(asked: RequestHeaders, told: RequestHeaders): RequestHeaders {
  const fields = emptyFields()
  for (const [name, value] of Object.entries(asked)) if (!OF_THE_PEER.test(name)) fields[name] = value
  for (const [name, value] of Object.entries(told)) fields[name] ??= value
  return Object.freeze(fields)
}
