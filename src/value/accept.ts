/**
 * `Accept` (RFC 9110 section 12.5.1).
 *
 * @module
 */
import { commaList } from './headers.ts'
import { mediaType } from './media-type.ts'

/**
 * True when a client takes `offer` ("type/subtype"). The most specific range decides; a field that
 * does not parse excludes nothing, and neither does no field.
 */
export function isAcceptable(field: string | undefined, offer: string): boolean {
  if (field === undefined) return true
  const [type] = offer.split('/')
  let best = -1
  let taken = false
  let readable = false
  for (const member of commaList(field)) {
    const range = mediaType(member)
    if (range === null) continue
    readable = true
    const specificity =
      range.essence === offer ? 2 : range.essence === `${type}/*` ? 1 : range.essence === '*/*' ? 0 : -1
    if (specificity < 0 || specificity < best) continue
    const wanted = !/^0(?:\.0{0,3})?$/.test(range.parameters.get('q') ?? '1')
    taken = specificity > best ? wanted : taken || wanted
    best = specificity
  }
  return taken || !readable
}
