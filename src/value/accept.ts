/**
 * `Accept` (RFC 9110 section 12.5.1).
 *
 * @module
 */
import { commaList } from './headers.ts'
import { mediaType } from './media-type.ts'

const ZERO = /^0(?:\.0{0,3})?$/

/**
 * True when a client takes `offer` ("type/subtype"). The most specific range decides, of two alike
 * the one that takes it. A field that does not parse excludes nothing, and neither does no field.
 */
export function isAcceptable(field: string | undefined, offer: string): boolean {
  if (field === undefined) return true
  const ranges: readonly string[] = ['*/*', `${offer.slice(0, offer.indexOf('/'))}/*`, offer]
  let decided = -1
  let taken = false
  let readable = false
  for (const member of commaList(field)) {
    const range = mediaType(member)
    if (range === null) continue
    readable = true
    const specificity = ranges.indexOf(range.essence)
    if (specificity < 0 || specificity < decided) continue
    const refused = ZERO.test(range.parameters.get('q') ?? '1')
    // A range with parameters of its own names some of the offer's kind, and excludes no others.
    if (refused && [...range.parameters.keys()].some((name) => name !== 'q')) continue
    taken = !refused || (taken && specificity === decided)
    decided = specificity
  }
  return taken || !readable
}
