/**
 * Where two parsers part: the first request of which they say different things.
 *
 * @module
 */
import { isDeepStrictEqual } from 'node:util'
import { type Ours, type Parsed, type Understood, understand } from './parsed.ts'

/** What a parser says of one request. `ends`: there is none, or none may follow. */
export type Verdict =
  | { readonly kind: 'takes'; readonly request: Understood }
  | { readonly kind: 'refuses'; readonly why: string }
  | { readonly kind: 'waits' }
  | { readonly kind: 'ends' }

export interface Parting {
  readonly ours: Verdict
  readonly theirs: Verdict
  /** From where the request begins on, one character for each octet. */
  readonly text: string
  /** The request before it, when there is one. */
  readonly before: string
}

/** Null where they say the same of everything. Of what both refuse, the reasons are not compared. */
export function parting(text: string, ours: Ours, theirs: Parsed): Parting | null {
  for (let at = 0; ; at++) {
    const we: Verdict = verdict(
      ours,
      at,
      (request) => request,
      ({ code, detail }) => `${code} ${JSON.stringify(detail)}`,
    )
    const they: Verdict = verdict(theirs, at, understand, (why) => why)
    if (!agree(we, they)) {
      const [from, end = text.length] = [ours.begins[at - 1] ?? 0, ours.begins[at]]
      return { ours: we, theirs: they, text: text.slice(end), before: at === 0 ? '' : text.slice(from, end) }
    }
    if (we.kind !== 'takes') return null
  }
}

interface Said<R, F> {
  readonly requests: readonly R[]
  readonly refusal: F | null
  readonly waits: boolean
}

function verdict<R, F>(
  { requests, refusal, waits }: Said<R, F>,
  at: number,
  request: (given: R) => Understood,
  why: (refusal: F) => string,
): Verdict {
  const given = requests[at]
  if (given !== undefined) return { kind: 'takes', request: request(given) }
  if (refusal !== null) return { kind: 'refuses', why: why(refusal) }
  return { kind: waits ? 'waits' : 'ends' }
}

function agree(we: Verdict, they: Verdict): boolean {
  if (we.kind !== they.kind) return false
  return we.kind !== 'takes' || they.kind !== 'takes' || isDeepStrictEqual(we.request, they.request)
}
