/**
 * `Accept` (RFC 9110 section 12.5.1).
 *
 * @module
 */
import { commaList } from './headers.ts'
import { mediaType } from './media-type.ts'

const ZERO = /^0(?:\.0{0,3})?$/
const WEIGHT = /^(?:0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?)$/

/** True when a client takes `offer` ("type/subtype"). A field that does not parse excludes nothing. */
export function isAcceptable(field: string | undefined, offer: string): boolean {
  return weight(field, offer) > 0
}

/**
 * Which of some offers a client likes best: the first of those with the highest weight. -1 when it
 * takes none of them.
 */
export function preferred(field: string | undefined, offers: readonly string[]): number {
  if (field === undefined || field === '*/*') return offers.length === 0 ? -1 : 0
  let best = -1
  let most = 0
  for (const [at, offer] of offers.entries()) {
    const wanted = weight(field, offer)
    if (wanted <= most) continue
    best = at
    most = wanted
  }
  return best
}

/**
 * How much a client wants an offer, from 0, not at all, to 1. The most specific range decides, of two
 * alike the one that wants it more. A field that does not parse excludes nothing, and neither does no field.
 */
function weight(field: string | undefined, offer: string): number {
  if (field === undefined) return 1
  const ranges: readonly string[] = ['*/*', `${offer.slice(0, offer.indexOf('/'))}/*`, offer]
  let decided = -1
  let wanted = 0
  let readable = false
  for (const member of commaList(field)) {
    const range = mediaType(member)
    if (range === null) continue
    readable = true
    const specificity = ranges.indexOf(range.essence)
    if (specificity < 0 || specificity < decided) continue
    const q = range.parameters.get('q') ?? '1'
    // A range with parameters of its own names some of the offer's kind, and excludes no others.
    if (ZERO.test(q) && [...range.parameters.keys()].some((name) => name !== 'q')) continue
    const asked = WEIGHT.test(q) ? Number(q) : 1
    wanted = specificity === decided ? Math.max(wanted, asked) : asked
    decided = specificity
  }
  return readable ? wanted : 1
}
