/**
 * Redirects that nobody followed: on links and in process an address leads nowhere. `fetch` follows them by itself.
 *
 * @module
 */
import type { CallFault } from '../call-fault.ts'
import type { ResponseHeaders } from '../contract.ts'
import { answered } from './failed.ts'
import type { Way } from './way.ts'

/**
 * Lets a redirect of the handler's own pass: it gives its data as well, and where there is no address to go to
 * they are what it gives. Fault: call_answered for any other, with its address. `docs/answers.md`.
 */
export function redirected(
  { to, handler: { offers } }: Way,
  status: number,
  contentType: string | null,
  { location }: ResponseHeaders,
): void {
  const essence = contentType?.split(';', 1)[0]
  const isOwn =
    location !== undefined &&
    (status === 303 || status === 307 || status === 308) &&
    (offers === undefined
      ? essence === undefined
      : offers.some((offer) => offer === essence || (essence !== undefined && offer.includes('*'))))
  if (!isOwn) throw refusedRedirect(to, status, location)
}

/** A redirect that gives nothing here: it tells its address. */
export function refusedRedirect(to: string, status: number, location: unknown): CallFault<'call_answered'> {
  return answered(to, status, location === undefined ? undefined : { data: { location } })
}
