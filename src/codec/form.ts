/**
 * HTML forms, `application/x-www-form-urlencoded` (WHATWG URL, section 5.1), read as strictly as a query.
 *
 * @module
 */
import type { MediaType } from '../value/media-type.ts'
import { pairsOf } from '../value/query.ts'
import { utf8Text } from '../value/utf8.ts'
import { type Entries, type Format, malformed, requireUtf8, tooComplex } from './format.ts'

/** How many entries a form may have. */
export const MAX_ENTRIES = 1_000

/** Forms of at most `entries` entries. Answers are never given in this format. */
export function formFormat(entries: number = MAX_ENTRIES): Format {
  return {
    name: 'form',
    mediaType: 'application/x-www-form-urlencoded',
    gives: 'entries',
    decode: (bytes, type) => decodeForm(bytes, type, entries),
    encode: null,
  }
}

export const form: Format = formFormat()

function decodeForm(bytes: Uint8Array, type: MediaType, limit: number): Entries {
  requireUtf8(type)
  const text = utf8Text(bytes)
  if (text === null) throw malformed('it is not UTF-8')
  // Some readers drop it and some take it for the start of the first name.
  if (text.startsWith('\ufeff')) throw malformed('it begins with a byte order mark')
  // Counted before anything is cut: a body of "&" alone is a million pieces.
  if (separators(text, limit) > limit) throw tooComplex('entries', limit)
  const entries: (readonly [string, string])[] = []
  try {
    for (const pair of pairsOf(text)) entries.push(pair)
  } catch (error) {
    throw malformed('it is not percent-encoded UTF-8', error)
  }
  if (entries.length > limit) throw tooComplex('entries', limit)
  if (entries.some(([name]) => name === '__proto__')) throw malformed('it has an entry named __proto__')
  return entries
}

// Stops at the first one too many.
function separators(text: string, limit: number): number {
  let count = 0
  for (let at = text.indexOf('&'); at >= 0 && count <= limit; at = text.indexOf('&', at + 1)) count++
  return count
}
