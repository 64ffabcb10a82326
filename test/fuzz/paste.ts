/**
 * A failing input as a row for `found.test.ts`.
 *
 * @module
 */

/** One character is one octet, and nothing in it is invisible. */
export function row(name: string, input: Uint8Array): string {
  return `  ['${name}', '${Array.from(input, literal).join('')}'],`
}

const SHORT: Readonly<Record<string, string>> = {
  '\r': '\\r',
  '\n': '\\n',
  '\t': '\\t',
  "'": "\\'",
  '\\': '\\\\',
}

function literal(octet: number): string {
  const character = String.fromCharCode(octet)
  if (SHORT[character] !== undefined) return SHORT[character]
  return octet >= 0x20 && octet <= 0x7e ? character : `\\x${octet.toString(16).padStart(2, '0')}`
}
