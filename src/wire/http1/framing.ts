/**
 * Request body framing: how many body octets follow the head, and in which coding.
 *
 *   in     version, transfer-encoding, content-length: undefined where there is none
 *   out    octets, or null for chunked; no octet is read here
 *   Fault  framing_faulty | length_invalid | coding_unsupported
 *
 * RFC 9112 section 6, RFC 9110 section 8.6. Where they let a recipient repair or refuse an
 * ambiguous head, we refuse: a head that two parsers read in two ways is how requests are smuggled.
 *
 * @module
 */
import { Fault } from '../../fault.ts'
import { commaList } from '../../value/headers.ts'

export function bodyLength(
  http: '1.0' | '1.1',
  coding: string | undefined,
  length: string | undefined,
): number | null {
  if (coding !== undefined) {
    if (http === '1.0') throw unframed('an HTTP/1.0 peer knows no transfer coding')
    if (length !== undefined) throw unframed('it has a length and a transfer coding')
    checkCoding(coding)
    return null
  }
  if (length === undefined) return 0
  // Number() would take "1e3", " 7", "0x10" and ""; the grammar is 1*DIGIT and nothing else.
  if (!/^[0-9]{1,15}$/.test(length)) throw new Fault('length_invalid', { value: length })
  return Number(length)
}

function checkCoding(field: string): void {
  if (/^chunked$/i.test(field)) return
  const codings = commaList(field).map((coding) => coding.toLowerCase())
  // Chunked must come last, and once, or nobody can say where the body ends.
  // And alone it is written as above: anything else is a field that somebody reads in another way.
  if (codings.indexOf('chunked') !== codings.length - 1 || codings.length < 2) {
    throw unframed('its transfer coding does not end with chunked, once')
  }
  // An empty member is a list's (RFC 9110 5.6.1.2), and not everybody takes it for one.
  if (codings.length === 1) throw unframed('its transfer coding is written with empty members')
  throw new Fault('coding_unsupported', { coding: codings[0]! })
}

function unframed(reason: string): Fault {
  return new Fault('framing_faulty', { reason })
}
