/**
 * Text of others as a log may show it: what they send can neither end a line nor steer a terminal.
 *
 * @module
 */

// Controls (C0, DEL, C1), what ends lines, and what turns the direction of reading.
const UNSHOWN = /[\0-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g

/** Characters of a text from outside that a log takes. */
const MAX_TEXT = 16 * 1024

/** The same text with what cannot be shown as "\u001b". */
export function printable(text: string): string {
  return shortened(text).replace(UNSHOWN, escaped)
}

/** As `printable`, on lines of their own that all begin with `indent`. */
export function printableLines(text: string, indent: string): string {
  return shortened(text)
    .split('\n')
    .map((line) => indent + line.replace(UNSHOWN, escaped))
    .join('\n')
}

/** JSON that shows no control either; it says the same. */
export function printableJson(data: unknown): string {
  return JSON.stringify(data).replace(UNSHOWN, escaped)
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
}

function shortened(text: string): string {
  return text.length <= MAX_TEXT ? text : `${text.slice(0, MAX_TEXT)}...`
}
