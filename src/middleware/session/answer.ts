/**
 * What a session adds to an answer.
 *
 * @module
 */
import type { ResponseHeaders, Result } from '../../contract.ts'
import { commaList } from '../../value/headers.ts'
import { isTakeover } from '../../value/result.ts'

/**
 * With `line` as the one `set-cookie` field of the cookie `name`, and kept from every cache that people
 * share, whatever the app said: it would hand one client's session to others.
 */
export function withCookie([status, contentType, headers, body]: Result, name: string, line: string): Result {
  const others = [headers['set-cookie'] ?? []].flat().filter((one) => !one.startsWith(`${name}=`))
  const fields = { ...headers, 'set-cookie': [...others, line] }
  return [status, contentType, isTakeover(body) ? fields : unshared(fields), body]
}

/** Kept from such caches unless the app said something else. */
export function personal(result: Result): Result {
  const [status, contentType, headers, body] = result
  if (headers['cache-control'] !== undefined || isTakeover(body)) return result
  return [status, contentType, { ...headers, 'cache-control': 'private' }, body]
}

// RFC 9111 5.2.2: `private` and `no-store` keep shared caches away; else what invites them goes.
function unshared(headers: ResponseHeaders): ResponseHeaders {
  const given = [headers['cache-control'] ?? []].flat().join(', ')
  const { 'cdn-cache-control': _, ...rest } = headers // for shared caches only (RFC 9213)
  // What is quoted lists single fields, and leaves the rest of the answer to be shared.
  const directives = commaList(given.replaceAll(/="[^"]*"?/g, '=')).map((one) => one.toLowerCase())
  if (directives.includes('private') || directives.includes('no-store')) return rest
  const kept = directives.filter(
    (one) => one !== 'public' && !one.startsWith('s-maxage') && !one.endsWith('='),
  )
  return { ...rest, 'cache-control': [...kept, 'private'].join(', ') }
}
