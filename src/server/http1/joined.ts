/**
 * Text and octets that leave in one write.
 *
 * @module
 */

/** Octets up to which copying a body costs less than a write of its own. */
export const COPIED: number = 16 * 1024

/**
 * `before` and `after` are text of one code unit per octet, `body` is bytes or is to be sent as UTF-8; `length`
 * is of the body in octets.
 */
export function joined(before: string, body: string | Uint8Array, length: number, after = ''): Uint8Array {
  const end = before.length + length
  const all = Buffer.allocUnsafe(end + after.length)
  all.write(before, 0, 'latin1')
  if (typeof body === 'string') all.write(body, before.length)
  else all.set(body, before.length)
  if (after !== '') all.write(after, end, 'latin1')
  return all
}
