/**
 * Preconditions: what a request makes its answer depend on. Pure.
 *
 *   in    method GET or HEAD, the request's fields, the validators of what would be sent
 *   out   whether to send it
 *
 * RFC 9110 section 13, in the order of 13.2.2.
 *
 * @module
 */
import type { RequestHeaders } from '../contract.ts'
import { entityTags, sameStrong, sameWeak } from './entity-tag.ts'
import { parseHttpDate } from './http-date.ts'

export interface Validators {
  /** An entity tag, perhaps weak. */
  readonly etag: string
  /** Epoch milliseconds of a whole second, or null when there is none to tell. */
  readonly modified: number | null
  /** True when the file cannot have changed again within that second (RFC 9110 8.8.2.2). */
  readonly modifiedStrong: boolean
}

/** `failed` is answered 412, `unmodified` 304. */
export type Verdict = 'go' | 'unmodified' | 'failed'

/** Steps 1 to 4. `now` in epoch milliseconds, for dates with a year of two digits. */
export function precondition(headers: RequestHeaders, has: Validators, now: number): Verdict {
  const match = headers['if-match']
  if (match !== undefined) {
    if (!lists(match, has.etag, sameStrong)) return 'failed'
  } else if (isAfter(has.modified, headers['if-unmodified-since'], now) === true) return 'failed'

  const noneMatch = headers['if-none-match']
  if (noneMatch !== undefined) return lists(noneMatch, has.etag, sameWeak) ? 'unmodified' : 'go'
  return isAfter(has.modified, headers['if-modified-since'], now) === false ? 'unmodified' : 'go'
}

/**
 * Step 5: true when a range may be sent of this, false when the client's part is of something else.
 * Only what is certain to be the same, octet for octet, may be joined (RFC 9110 13.1.5).
 */
export function ifRange(headers: RequestHeaders, has: Validators, now: number): boolean {
  const field = headers['if-range']
  if (field === undefined) return true
  if (field.startsWith('"') || field.startsWith('W/')) return sameStrong(field, has.etag)
  return has.modified !== null && has.modifiedStrong && parseHttpDate(field, now) === has.modified
}

function lists(field: string, etag: string, same: (a: string, b: string) => boolean): boolean {
  return field === '*' || entityTags(field).some((tag) => same(tag, etag))
}

// Null where there is nothing to compare: the field is then as if it were not there (13.1.3, 13.1.4).
function isAfter(modified: number | null, field: string | undefined, now: number): boolean | null {
  if (field === undefined || modified === null) return null
  const since = parseHttpDate(field, now)
  return since === null ? null : modified > since
}
