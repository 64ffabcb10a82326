/**
 * HTML in which text is text: what a template is given is escaped, unless it was made by one.
 *
 * @module
 */

/** Made here: the only thing that goes into a page as it is. */
export class Markup {
  readonly #text: string

  constructor(text: string) {
    this.#text = text
  }

  toString(): string {
    return this.#text
  }
}

export type Part = string | number | null | Markup | readonly Part[]

/** Takes text of ours for markup: a style, a script. Never what came from anywhere else. */
export function raw(text: string): Markup {
  return new Markup(text)
}

/** Fills a template. Null is nothing, a list its members one after the other. */
export function markup(pieces: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  let text = pieces[0]!
  for (const [at, part] of parts.entries()) text += partText(part) + pieces[at + 1]!
  return new Markup(text)
}

function partText(part: Part): string {
  if (part === null) return ''
  if (part instanceof Markup) return part.toString()
  if (typeof part === 'number') return String(part)
  return typeof part === 'string' ? escapeText(part) : part.map(partText).join('')
}

const NAMED: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}
// What HTML cares about, controls but TAB and LF, and what turns the direction of text around: source
// that reads otherwise than it runs.
const SPECIAL = /[&<>"'\0-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g

/** Escapes text for elements and quoted attributes. Characters that nobody sees become visible. */
export function escapeText(text: string): string {
  return text.replace(SPECIAL, (one) => NAMED[one] ?? visible(one.charCodeAt(0)))
}

function visible(code: number): string {
  if (code < 0x20) return String.fromCharCode(0x2400 + code) // ␀ to ␟, the pictures of controls
  return `[U+${code.toString(16).toUpperCase().padStart(4, '0')}]`
}

/** The first `limit` characters, and how many more there are. */
export function clip(text: string, limit: number): string {
  if (text.length <= limit) return text
  return `${text.slice(0, limit)}… (${text.length - limit} characters more)`
}
