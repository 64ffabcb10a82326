/**
 * Writing a query or a form: apart from reading them, so that a client carries the one alone.
 *
 * @module
 */

/** Writes pairs as a query string without its "?". */
export function writeQuery(pairs: Iterable<readonly [name: string, value: string]>): string {
  return [...pairs]
    .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`)
    .join('&')
}
