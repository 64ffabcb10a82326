/**
 * Requests, each of which has the same answer on every road. The app is `echo.ts`, mounted at `/m`.
 *
 * @module
 */

/** Something that WSGI cannot say. */
export type Beyond = 'null' | 'fault' | 'limit' | 'trailers'

export interface Case {
  readonly method: string
  readonly target: string
  readonly lines: readonly (readonly [name: string, value: string])[]
  readonly body: Uint8Array | null
  /** Sent in pieces, so that nobody knows how long it is. */
  readonly chunked: boolean
  /** Why the WSGI twin cannot answer the same. */
  readonly beyondWsgi: Beyond | null
}

type Rest = Partial<Omit<Case, 'method' | 'target'>>

const one = (method: string, target: string, rest: Rest = {}): Case => ({
  method,
  target,
  lines: [],
  body: null,
  chunked: false,
  beyondWsgi: null,
  ...rest,
})

const octets = (count: number): Uint8Array => Uint8Array.from({ length: count }, (_, at) => (at * 7) & 0xff)
const KIND = ['content-type', 'application/octet-stream'] as const
const INLINE = 65_536
const LIMIT = 1_048_576

export const CASES: Readonly<Record<string, Case>> = {
  GET: one('GET', '/m/echo'),
  DELETE: one('DELETE', '/m/echo'),
  OPTIONS: one('OPTIONS', '/m/echo'),
  'a method of few': one('PROPFIND', '/m/echo'),
  'a path with encoded octets': one('GET', '/m/echo/a%20b/%E2%82%AC/~x'),
  'a path that ends in a slash': one('GET', '/m/echo/'),
  'no query': one('GET', '/m/echo'),
  'an empty query': one('GET', '/m/echo?'),
  'a query': one('GET', '/m/echo?a=1&a=2&b=%20+/?'),
  'a field that comes again': one('GET', '/m/echo', {
    lines: [
      ['x-list', '1'],
      ['accept', 'text/html'],
      ['x-list', '2, 3'],
      ['accept', '*/*;q=0.1'],
    ],
  }),
  'cookies in two lines': one('GET', '/m/echo', {
    lines: [
      ['cookie', 'a=1'],
      ['cookie', 'b="2"'],
    ],
  }),
  'field values beyond ASCII': one('GET', '/m/echo', { lines: [['x-latin1', '\xe9\xff\x80\xa0-']] }),
  'an empty field value, and one with a tab': one('GET', '/m/echo', {
    lines: [
      ['x-empty', ''],
      ['x-tab', 'a\tb'],
    ],
  }),
  'a field named like a property': one('GET', '/m/echo', {
    lines: [
      ['constructor', 'a'],
      ['to-string', 'b'],
    ],
  }),
  'a small body': one('POST', '/m/echo', { lines: [KIND], body: octets(5) }),
  'an empty body': one('POST', '/m/echo', { lines: [KIND], body: octets(0) }),
  'a body that just fits beside a head': one('PUT', '/m/echo', { lines: [KIND], body: octets(INLINE) }),
  'a body that just does not': one('PUT', '/m/echo', { lines: [KIND], body: octets(INLINE + 1) }),
  'a body of exactly the limit': one('PATCH', '/m/echo', { lines: [KIND], body: octets(LIMIT) }),
  'a body beyond the limit': one('POST', '/m/echo', { body: octets(LIMIT + 1), beyondWsgi: 'limit' }),
  'a small body of unknown length': one('POST', '/m/echo', { lines: [KIND], body: octets(5), chunked: true }),
  'a large body of unknown length': one('POST', '/m/echo', {
    lines: [KIND],
    body: octets(700_000),
    chunked: true,
  }),
  'an empty body of unknown length': one('POST', '/m/echo', {
    lines: [KIND],
    body: octets(0),
    chunked: true,
  }),
  'a body of unknown length beyond the limit': one('POST', '/m/echo', {
    body: octets(LIMIT + 1),
    chunked: true,
    beyondWsgi: 'limit',
  }),
  'a text': one('GET', '/m/text'),
  bytes: one('GET', '/m/bytes'),
  'no body at all': one('GET', '/m/null', { beyondWsgi: 'null' }),
  'an empty text': one('GET', '/m/empty'),
  'an answer that just fits beside its head': one('GET', '/m/inline'),
  'an answer that just does not': one('GET', '/m/beyond'),
  'a large answer': one('GET', '/m/large'),
  'a stream': one('GET', '/m/stream'),
  'a stream of known length': one('GET', '/m/counted'),
  'a stream without a chunk': one('GET', '/m/no-chunk'),
  'HEAD of a text': one('HEAD', '/m/text', { beyondWsgi: 'null' }), // whose length nobody works out there
  'HEAD of a stream': one('HEAD', '/m/stream'),
  'HEAD of a stream of known length': one('HEAD', '/m/counted'),
  '204': one('GET', '/m/no-content'),
  '304': one('GET', '/m/not-modified'),
  'a redirect': one('GET', '/m/redirect', { beyondWsgi: 'null' }),
  'a status of few': one('GET', '/m/teapot'),
  'two cookies': one('GET', '/m/cookies'),
  'an answer with a field beyond ASCII': one('GET', '/m/latin1'),
  'a fault': one('GET', '/m/fault', { beyondWsgi: 'fault' }),
  'an error': one('GET', '/m/error'),
  'an answer that breaks the contract': one('GET', '/m/faulty', { beyondWsgi: 'fault' }),
  'no app there': one('GET', '/other'),
}
