/**
 * Choosing among content codings that are there. Pure. RFC 9110 section 12.5.3.
 *
 * @module
 */
import { commaList, stripBlanks } from '../../value/headers.ts'

export type Coding = 'br' | 'zstd' | 'gzip'

/** What a file beside the plain one is called, best first. */
export const SUFFIXES: readonly (readonly [Coding, suffix: string])[] = [
  ['br', '.br'],
  ['zstd', '.zst'],
  ['gzip', '.gz'],
]

const QUALITY = /^[ \t]*q=(0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?)$/i

/**
 * Picks the coding that the client likes best; of those it likes alike, the first offered. Null
 * stands for none: without the field, when nothing offered is taken, or when none is liked better.
 */
export function chooseCoding(field: string | undefined, offered: readonly Coding[]): Coding | null {
  if (field === undefined) return null
  const weights = readWeights(field)
  let best: Coding | null = null
  // Without a word about it, no coding is taken too, but as the last choice.
  let weight = weights.get('identity') ?? 0
  for (const coding of offered) {
    const found = weights.get(coding) ?? weights.get('*') ?? 0
    if (found > weight || (found === weight && found > 0 && best === null)) {
      best = coding
      weight = found
    }
  }
  return best
}

function readWeights(field: string): Map<string, number> {
  const weights = new Map<string, number>()
  for (const member of commaList(field.toLowerCase())) {
    const semicolon = member.indexOf(';')
    const name = stripBlanks(semicolon < 0 ? member : member.slice(0, semicolon))
    const quality = semicolon < 0 ? null : QUALITY.exec(member.slice(semicolon + 1))
    // What cannot be read is not taken.
    const weight = semicolon < 0 ? 1 : Number(quality?.[1] ?? 0)
    weights.set(name === 'x-gzip' ? 'gzip' : name, weight)
  }
  return weights
}
