/**
 * The field names that nearly every message uses, in the spellings that clients send them in: one
 * look-up instead of a grammar check, a lower-casing and three questions.
 *
 * @module
 */

/** What is known of a field by its name. */
export interface KnownField {
  /** In lower case. */
  readonly name: string
  /** A request holds it once: whoever takes the first and whoever takes the last would differ (6). */
  readonly once: boolean
  /** It belongs to one connection and is never passed on (8). */
  readonly hop: boolean
}

const ONCE = `age authorization content-encoding content-language content-length content-location
  content-range content-type date etag expires from host if-modified-since if-range
  if-unmodified-since last-modified location max-forwards origin proxy-authorization range referer
  retry-after server user-agent`

const HOP = 'connection keep-alive proxy-connection te transfer-encoding upgrade http2-settings'

const COMMON = `accept accept-charset accept-encoding accept-language accept-ranges
  access-control-allow-credentials access-control-allow-headers access-control-allow-methods
  access-control-allow-origin access-control-expose-headers access-control-max-age
  access-control-request-headers access-control-request-method allow alt-svc baggage cache-control
  content-disposition content-security-policy cookie dnt expect forwarded idempotency-key if-match
  if-none-match link pragma priority purpose sec-ch-ua sec-ch-ua-mobile sec-ch-ua-platform
  sec-fetch-dest sec-fetch-mode sec-fetch-site sec-fetch-user sec-gpc sec-websocket-extensions
  sec-websocket-key sec-websocket-protocol sec-websocket-version server-timing set-cookie
  strict-transport-security traceparent tracestate trailer upgrade-insecure-requests vary via
  warning www-authenticate x-api-key x-content-type-options x-csrf-token x-forwarded-for
  x-forwarded-host x-forwarded-port x-forwarded-proto x-frame-options x-real-ip x-request-id
  x-requested-with`

/** By each spelling: lower case, and every word with a capital. */
export const KNOWN_FIELDS: ReadonlyMap<string, KnownField> = table()

function table(): Map<string, KnownField> {
  const known = new Map<string, KnownField>()
  const add = (names: string, once: boolean, hop: boolean): void => {
    for (const name of names.split(/\s+/)) {
      const field = Object.freeze({ name, once, hop })
      known.set(name, field)
      known.set(
        name.replace(/(?<=^|-)[a-z]/g, (letter) => letter.toUpperCase()),
        field,
      )
    }
  }
  add(ONCE, true, false)
  add(HOP, false, true)
  add(COMMON, false, false)
  for (const spelling of ['DNT', 'ETag', 'TE', 'X-CSRF-Token', 'X-XSRF-TOKEN', 'X-Request-ID'] as const) {
    const field = known.get(spelling.toLowerCase())
    if (field !== undefined) known.set(spelling, field)
  }
  return known
}
