/**
 * Names that nobody else has: of a call, or of a boundary between parts.
 *
 * @module
 */

/** 128 random bits in hexadecimal. `crypto.randomUUID` is missing on pages without TLS. */
export function randomId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('')
}
