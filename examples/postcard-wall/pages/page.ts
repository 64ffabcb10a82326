/**
 * What answers for one path of the pages.
 *
 * @module
 */
import type { Options, RequestHeaders, Result } from 'hagaki'
import type { Member } from '../members/member.ts'
import { visit } from '../members/visit.ts'

/** One call, as pages see it. */
export interface Asked {
  readonly headers: RequestHeaders
  readonly options: Options
  /** The path that leads to the wall, with a slash at its end. */
  readonly root: string
  readonly visitor: Member | null
}

export type Page = (asked: Asked) => Result | Promise<Result>

export function asked(headers: RequestHeaders, options: Options): Asked {
  return { headers, options, root: `${options.mount}/`, visitor: options.get(visit) ?? null }
}

/** A member of the query, or null. */
export function asks({ options }: Asked, name: string): string | null {
  return new URLSearchParams(options.query ?? '').get(name)
}
