/**
 * Base64 (RFC 4648 section 4) without Node's Buffer, so that values are written and read alike
 * in a browser.
 *
 * @module
 */

const CHUNK = 0x2000 // as many arguments as every engine takes in one call

export function encodeBase64(bytes: Uint8Array): string {
  let binary = ''
  for (let at = 0; at < bytes.byteLength; at += CHUNK) {
    binary += String.fromCharCode(...bytes.subarray(at, at + CHUNK))
  }
  return btoa(binary)
}

/** Null for anything but padded base64 in canonical form: `atob` alone takes spaces and stray bits. */
export function decodeBase64(text: string): Uint8Array | null {
  if (text.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(text)) return null
  const binary = atob(text)
  const bytes = new Uint8Array(binary.length)
  for (let at = 0; at < binary.length; at++) bytes[at] = binary.charCodeAt(at)
  return encodeBase64(bytes) === text ? bytes : null
}
