/**
 * Octets of a text of one code unit each.
 *
 * @module
 */
export function octetsOf(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0))
}
