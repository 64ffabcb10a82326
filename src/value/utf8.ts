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
