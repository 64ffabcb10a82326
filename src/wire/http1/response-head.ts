/**
 * Response heads as text of one code unit per octet. RFC 9112 sections 4 to 6.
 *
 * @module
 */
import type { ResponseHeaders } from '../../contract.ts'
import { Fault } from '../../fault.ts'
import { flatFields } from '../../value/fields.ts'

/** Field lines of checked flat pairs. */
export function fieldLines(flat: readonly string[]): string {
  let lines = ''
  for (let at = 0; at < flat.length; at += 2) lines += `${flat[at]!}: ${flat[at + 1]!}\r\n`
  return lines
}

/** A status line. `phrase` was checked: it may be empty. */
export function statusLine(status: number, phrase: string): string {
  return `HTTP/1.1 ${status} ${phrase}\r\n`
}

/** A whole interim response, such as 103. */
export function interim(status: number, phrase: string, fields: ResponseHeaders): string {
  return `${statusLine(status, phrase)}${fieldLines(flatFields(fields))}\r\n`
}

/** The last chunk, and the trailer section. */
export function lastChunk(trailers: ResponseHeaders | null): string {
  return `0\r\n${trailers === null ? '' : fieldLines(flatFields(trailers))}\r\n`
}

/**
 * The field lines that answer an upgrade: the protocol is the app's choice, else the client's first.
 *
 *   Fault  result_faulty for a protocol that the client did not name
 */
export function switchingLines(flat: readonly string[], offered: readonly string[]): string {
  let lines = ''
  let chosen: string | null = null
  for (let at = 0; at < flat.length; at += 2) {
    if (flat[at] === 'upgrade') chosen = flat[at + 1]!
    else lines += `${flat[at]!}: ${flat[at + 1]!}\r\n`
  }
  chosen ??= offered[0]!
  const names = offered.map((protocol) => protocol.toLowerCase())
  if (!names.includes(chosen.toLowerCase())) {
    throw new Fault('result_faulty', { reason: 'the client did not name the protocol it switches to' })
  }
  return `${lines}connection: upgrade\r\nupgrade: ${chosen}\r\n`
}
