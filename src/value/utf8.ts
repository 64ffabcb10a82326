/**
 * UTF-8, one coder for all. A byte order mark is content and stays.
 *
 * @module
 */

const encoder = new TextEncoder()
const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

export function utf8Bytes(text: string): Uint8Array {
  return encoder.encode(text)
}

/** Null when the bytes are not UTF-8. */
export function utf8Text(bytes: Uint8Array): string | null {
  try {
    return strict.decode(bytes)
  } catch {
    return null
  }
}

/** Units of a text from which writing it takes less time than looking at each. */
const LONG = 48
/** Octets that a unit of a text takes at most. */
const MOST = 3
let scratch: Uint8Array | null = null

/** Octets of a text in UTF-8; a lone surrogate counts as U+FFFD. */
export function utf8Length(text: string): number {
  if (text.length < LONG) return shortLength(text)
  scratch ??= new Uint8Array(16 * 1_024)
  let octets = 0
  for (let at = 0; at < text.length; ) {
    // It stops between two characters where there is no more room.
    const { read, written } = encoder.encodeInto(at === 0 ? text : text.slice(at), scratch)
    at += read
    octets += written
  }
  return octets
}

/** True for a text of at most so many octets in UTF-8. */
export function utf8Fits(text: string, octets: number): boolean {
  const { length } = text
  return length * MOST <= octets || (length <= octets && utf8Length(text) <= octets)
}

function shortLength(text: string): number {
  let octets = text.length
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code < 0x80) continue
    octets += code < 0x800 ? 1 : 2
    if (code >= 0xd800 && code < 0xdc00) {
      const next = text.charCodeAt(at + 1)
      if (next >= 0xdc00 && next < 0xe000) at++ // the pair is four octets, not three and three
    }
  }
  return octets
}

/** Text of a field value, which has a character for each octet: UTF-8 where the octets are that. */
export function fieldText(value: string): string {
  if (!/[\x80-\xff]/.test(value) || /[^\0-\xff]/.test(value)) return value
  return utf8Text(Uint8Array.from(value, (character) => character.charCodeAt(0))) ?? value
}

/** The field value that holds a text, with a character for each octet of its UTF-8. */
export function textField(text: string): string {
  return Array.from(utf8Bytes(text), (octet) => String.fromCharCode(octet)).join('')
}

/** Several pieces as one; a single piece is given back as it is. */
export function joinBytes(pieces: readonly Uint8Array[], size?: number): Uint8Array {
  if (pieces.length === 1) return pieces[0]!
  const whole = new Uint8Array(size ?? pieces.reduce((sum, piece) => sum + piece.byteLength, 0))
  let at = 0
  for (const piece of pieces) {
    whole.set(piece, at)
    at += piece.byteLength
  }
  return whole
}
