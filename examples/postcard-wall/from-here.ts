/**
 * Middleware: whatever changes something has to come from our own pages, or from what is no browser.
 *
 * A browser lets any page post a form anywhere, so it is asked where this one comes from. What is no browser does
 * not say, and carries nobody's cookies either. (The cookie is SameSite=Lax besides, and bodies in JSON are let
 * through from nowhere else. Each is enough; none of them is enough in every browser.)
 *
 * @module
 */
import { type FailureType, failure, type Middleware, type RequestHeaders, raise } from 'hagaki'

export const CrossSite: FailureType<undefined> = failure('cross_site', 'denied')

export const fromHere: Middleware = (next) => (method, path, headers, options, server) =>
  SAFE.has(method) || isFromHere(headers) ? next(method, path, headers, options, server) : raise(CrossSite())

/** RFC 9110 9.2.1. */
const SAFE: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS'])

function isFromHere(headers: RequestHeaders): boolean {
  const { origin, host } = headers
  const site = headers['sec-fetch-site']
  if (site !== undefined) return site === 'same-origin' || site === 'none'
  return origin === undefined || (URL.canParse(origin) && new URL(origin).host === host)
}
