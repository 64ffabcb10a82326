/**
 * Versions of what a handler is about: entity tags, and the preconditions that name them.
 *
 * RFC 9110 sections 8.8.3 and 13.
 *
 * @module
 */
import type { RequestHeaders } from '../contract.ts'
import { precondition, type Verdict } from '../value/conditional.ts'
import { isTagList } from '../value/entity-tag.ts'

// What an entity tag may hold, but for what stands before a format; anything else is percent-encoded.
const PLAIN = /^[!#$&-:<-~]*$/

/**
 * The entity tag of a version in one format: two formats of the same data are not the same octets,
 * so they have different tags, and a tag of either names the version. Throws TypeError for what is no version:
 * all that is undefined would be one and the same.
 */
export function entityTag(version: string | number, format: string): string {
  if (typeof version !== 'string' && !Number.isFinite(version))
    throw new TypeError(`A version is a text or a number, and this one is ${spoken(version)}`)
  const text = String(version)
  return `"${PLAIN.test(text) ? text : encodeURIComponent(text)}${format === '' ? '' : `;${format}`}"`
}

function spoken(version: unknown): string {
  return typeof version === 'number' || version === null ? String(version) : typeof version
}

/** What a request's preconditions say of an answer that would be sent. */
export function verdict(headers: RequestHeaders, tag: string): Verdict {
  if (headers['if-match'] === undefined && headers['if-none-match'] === undefined) return 'go'
  return precondition(headers, { etag: tag, modified: null, modifiedStrong: false }, 0)
}

/**
 * True when a request that changes something may: its `if-match` names the version that is there, in
 * any format, and its `if-none-match`, which is one, does not. `tags` are those of what is there; null where nothing is.
 */
export function mayChange(headers: RequestHeaders, tags: readonly string[] | null): boolean {
  const unless = headers['if-none-match']
  // Such as a version without quotes: who sent it did not mean "in any case".
  if (unless !== undefined && unless !== '*' && !isTagList(unless)) return false
  if (tags === null) return headers['if-match'] === undefined
  const verdicts = tags.map((tag) => verdict(headers, tag))
  if (headers['if-match'] !== undefined && verdicts.every((one) => one === 'failed')) return false
  return headers['if-none-match'] === undefined || !verdicts.includes('unmodified')
}

/** True when a request names versions. */
export function isConditional(headers: RequestHeaders): boolean {
  return headers['if-match'] !== undefined || headers['if-none-match'] !== undefined
}
