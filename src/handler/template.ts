/**
 * Path templates: "/notes/{id}". A name takes one whole segment.
 *
 * @module
 */
import { Fault } from '../fault.ts'

/** One segment: a literal, decoded, or the name that takes it. */
export type Segment = { readonly literal: string } | { readonly name: string }

export interface Template {
  readonly text: string
  readonly segments: readonly Segment[]
  readonly names: readonly string[]
}

/** The names in a template, at compile time: `Names<'/a/{x}/{y}'>` is `'x' | 'y'`. */
export type Names<P extends string> = P extends `${string}{${infer N}}${infer Rest}` ? N | Names<Rest> : never

// Literals are written decoded, so a "%" is a mistake; so is what names are called elsewhere, ":id" and "*". The rest is
// syntax, or refused in every path.
const NO_LITERAL = /[{}%?#*\\\x00-\x1f\x7f]|^:|^\.\.?$/

/** Parses a template. Fault: setup_faulty. */
export function parseTemplate(text: string): Template {
  if (typeof text !== 'string') throw faulty(text, 'it is no text')
  if (!text.startsWith('/')) throw faulty(text, 'it does not begin with "/"')
  const names: string[] = []
  const segments = text
    .slice(1)
    .split('/')
    .map((part): Segment => {
      const name = /^\{([A-Za-z_][A-Za-z0-9_]*)\}$/.exec(part)?.[1]
      if (name === undefined) {
        if (NO_LITERAL.test(part) || !part.isWellFormed())
          throw faulty(text, `${JSON.stringify(part)} is no segment`)
        return { literal: part }
      }
      if (names.includes(name)) throw faulty(text, `${name} is there twice`)
      names.push(name)
      return { name }
    })
  return { text, segments, names }
}

function faulty(text: string, reason: string): Fault {
  const fix = 'Write it like "/notes/{id}/pages/{page}": a name takes one whole segment'
  return new Fault('setup_faulty', { what: `path ${JSON.stringify(text)}`, reason, fix })
}
