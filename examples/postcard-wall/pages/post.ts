/**
 * What a browser posts: a form of our own page, as the letter it holds.
 *
 * @module
 */
import {
  type FailureType,
  Fault,
  failure,
  type Issue,
  isFault,
  type Options,
  type RequestHeaders,
  raise,
} from 'hagaki'
import type { Draft } from '../card.ts'

/** Octets. A card that keeps the rules has under 5,000, percent-encoded; a longer one is told what is wrong with it. */
const MOST_OCTETS = 16 * 1024

const FORM = 'application/x-www-form-urlencoded'

export const CrossSite: FailureType<undefined> = failure('cross_site', 'denied')

/**
 * Reads the form. Faults: media_type_unsupported, body_too_large; failure cross_site.
 *
 * A browser lets any page post a form anywhere, so it is asked where this one comes from. What is
 * no browser does not say, and carries nobody's cookies either.
 */
export async function readForm(headers: RequestHeaders, options: Options): Promise<Draft> {
  if (!isFromHere(headers)) return raise(CrossSite())
  const type = headers['content-type']?.split(';')[0]?.trim().toLowerCase()
  if (type !== FORM) {
    throw new Fault('media_type_unsupported', { mediaType: type ?? null, accepts: [FORM] })
  }
  const bytes = await options.input.bytes(MOST_OCTETS)
  const form = new URLSearchParams(new TextDecoder().decode(bytes))
  // A form sends CR LF, whatever was typed.
  const member = (name: string): string => (form.get(name) ?? '').replaceAll('\r\n', '\n')
  return { text: member('text'), from: member('from'), to: member('to') }
}

function isFromHere(headers: RequestHeaders): boolean {
  const { origin, host } = headers
  const site = headers['sec-fetch-site']
  if (site !== undefined) return site === 'same-origin' || site === 'none'
  return origin === undefined || (URL.canParse(origin) && new URL(origin).host === host)
}

const NAMES: { readonly [pointer: string]: readonly [member: keyof Draft, name: string] } = {
  '/text': ['text', 'The message'],
  '/to': ['to', 'The addressee'],
  '/from': ['from', 'The sender'],
}

/** The messages of a refused draft by member, or null when something else went wrong. */
export function whatIsWrong(error: unknown): Partial<Record<keyof Draft, string>> | null {
  if (!isFault(error) || error.code !== 'input_invalid') return null
  const wrong: Partial<Record<keyof Draft, string>> = {}
  for (const { pointer, message } of (error as Fault<'input_invalid'>).detail.issues as readonly Issue[]) {
    const found = NAMES[pointer]
    if (found !== undefined) wrong[found[0]] ??= `${found[1]} ${message}.`
  }
  return wrong
}
