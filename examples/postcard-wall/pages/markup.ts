/**
 * HTML as a tagged template, in which every value is escaped.
 *
 *   markup`<p>${text}</p>`   fits between tags and in "quoted" attributes
 *
 * @module
 */

/** HTML that is safe to send: it comes from `markup` alone. */
export class Markup {
  readonly #html: string

  constructor(html: string) {
    this.#html = html
  }

  toString(): string {
    return this.#html
  }
}

/** Null, undefined and false leave nothing; a list is written member by member. */
export type Piece = Markup | string | number | null | undefined | false | readonly Piece[]

export function markup(parts: TemplateStringsArray, ...pieces: readonly Piece[]): Markup {
  return new Markup(parts.reduce((html, part, at) => html + write(pieces[at - 1]) + part))
}

function write(piece: Piece): string {
  if (piece === null || piece === undefined || piece === false) return ''
  if (piece instanceof Markup) return piece.toString()
  if (typeof piece === 'object') return piece.map(write).join('')
  return String(piece).replace(/[&<>"'`]/g, (character) => `&#${character.charCodeAt(0)};`)
}
