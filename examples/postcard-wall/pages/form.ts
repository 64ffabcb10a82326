/**
 * What a browser posts: a form of our own pages, and what is wrong with what was typed into it.
 *
 * @module
 */
import { Fault, type Issue, isFault, type Options, type RequestHeaders } from 'hagaki'

/** Octets. A form that keeps the rules has under 6,000, percent-encoded; a longer one is told what is wrong with it. */
const MOST_OCTETS = 16 * 1024

const FORM = 'application/x-www-form-urlencoded'

/** What was typed into the members of a form, and a message for each that will not do, in their order. */
export interface Typed<M extends string> {
  readonly values: { readonly [member in M]?: string }
  readonly wrong: { readonly [member in M]?: string }
}

/** Reads the form; what is missing is empty. Faults: media_type_unsupported, body_too_large. */
export async function readForm<M extends string>(
  members: readonly M[],
  headers: RequestHeaders,
  options: Options,
): Promise<Record<M, string>> {
  const type = headers['content-type']?.split(';')[0]?.trim().toLowerCase()
  if (type !== FORM) {
    throw new Fault('media_type_unsupported', { mediaType: type ?? null, accepts: [FORM] })
  }
  const bytes = await options.input.bytes(MOST_OCTETS)
  const form = new URLSearchParams(new TextDecoder().decode(bytes))
  // A form sends CR LF, whatever was typed.
  const typed = members.map((member) => [member, (form.get(member) ?? '').replaceAll('\r\n', '\n')] as const)
  return Object.fromEntries(typed) as Record<M, string>
}

/** What people call the members: by the pointers of what was refused. */
export type Names<M extends string> = { readonly [pointer: string]: readonly [member: M, name: string] }

/** The messages of refused data by member, or null when something else went wrong. */
export function whatIsWrong<M extends string>(error: unknown, names: Names<M>): Typed<M>['wrong'] | null {
  if (!isFault(error, 'input_invalid')) return null
  const { issues } = error.detail as { issues: readonly Issue[] }
  const wrong: { [member in M]?: string } = {}
  for (const [pointer, [member, name]] of Object.entries(names)) {
    const found = issues.find((issue) => issue.pointer === pointer)
    if (found !== undefined) wrong[member] ??= `${name} ${found.message}.`
  }
  return wrong
}
