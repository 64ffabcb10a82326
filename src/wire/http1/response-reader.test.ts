/** Responses out of octets. RFC 9112 sections 4 to 7, RFC 9110 sections 6.4 and 15. */
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { isFault } from '../../fault.ts'
import { joinBytes, utf8Bytes } from '../../value/utf8.ts'
import { latin1 } from './octets.ts'
import { type ResponseHead, ResponseReader } from './response-reader.ts'

const LIMITS = { head: 400, fields: 8, chunkExtensions: 64 }

test('a head gives status, type, fields, framing and whether the connection lasts (RFC 9112 4 to 6, 9.3)', () => {
  const cases: [text: string, head: Partial<ResponseHead>][] = [
    ['HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n', { status: 200, length: 0, persists: true }],
    ['HTTP/1.1 404 \r\ncontent-length: 3\r\n\r\n', { status: 404, length: 3 }],
    ['HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n', { length: 'chunked' }],
    ['HTTP/1.1 200 OK\r\n\r\n', { length: null, persists: true }],
    ['HTTP/1.0 200 OK\r\ncontent-length: 0\r\n\r\n', { http: '1.0', persists: false }],
    ['HTTP/1.0 200 OK\r\ncontent-length: 0\r\nconnection: Keep-Alive\r\n\r\n', { persists: true }],
    ['HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: a, Close\r\n\r\n', { persists: false }],
    ['HTTP/1.1 200 OK\r\ncontent-type: a/b\r\ncontent-length: 0\r\n\r\n', { contentType: 'a/b' }],
    [
      'HTTP/1.1 200 OK\r\nx: 1\r\ny:2\r\nX: 3\r\ncontent-length: 0\r\n\r\n',
      { headers: { x: ['1', '3'], y: '2' } },
    ],
    [
      'HTTP/1.1 200 OK\r\nx: 1\r\nconnection: x\r\nkeep-alive: timeout=5, max=9\r\ncontent-length: 0\r\n\r\n',
      { headers: {}, idleS: 5 },
    ],
    [
      'HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: a, b/1\r\n\r\n',
      { status: 101, upgrade: ['a', 'b/1'] },
    ],
    ['HTTP/1.1 304 Not Modified\r\ncontent-length: 9\r\n\r\n', { headers: { 'content-length': '9' } }],
  ]
  for (const [text, head] of cases) expect(read(text).heads[0], text).toMatchObject(head)
})

test('interim responses are given one by one, and no more than 64 (RFC 9110 15.2)', () => {
  const hint = 'HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n'
  const last = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nhi'
  const { heads, body } = read(`HTTP/1.1 100 Continue\r\n\r\n${hint}${last}`)
  expect(heads.map(({ status }) => status)).toEqual([100, 103, 200])
  expect(heads[1]!.headers).toEqual({ link: '</a>' })
  expect(body).toBe('hi')
  expect(read(hint.repeat(64) + last).fault).toBe(null)
  expect(read(hint.repeat(65) + last).fault).toBe('value_faulty')
})

test('the method and the status say whether a body follows, whatever the fields say (RFC 9112 6.3)', () => {
  const next = 'HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n'
  for (const [method, text] of [
    ['HEAD', 'HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\n'],
    ['HEAD', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n'],
    ['HEAD', 'HTTP/1.1 200 OK\r\n\r\n'],
    ['GET', 'HTTP/1.1 304 Not Modified\r\ncontent-length: 5\r\n\r\n'],
    ['GET', 'HTTP/1.1 204 No Content\r\n\r\n'],
    ['CONNECT', 'HTTP/1.1 200 OK\r\n\r\n'],
  ] as const) {
    expect(read(text + next, method), text).toMatchObject({ body: '', rest: next, fault: null, over: true })
  }
})

test('a 204 with a length of 0 is let pass where that is wanted, and no other (RFC 9110 8.6)', () => {
  const verdict = (fields: string, isTold0: boolean): string | null =>
    read(`HTTP/1.1 204 No Content\r\n${fields}\r\n\r\n`, 'DELETE', 1_000, isTold0).fault
  expect(verdict('content-length: 0', true)).toBe(null)
  expect(verdict('content-length: 0', false)).toBe('framing_faulty')
  for (const fields of ['content-length: 00', 'content-length: 1', 'transfer-encoding: chunked'])
    expect(verdict(fields, true), fields).toBe('framing_faulty')
})

test('a body ends with its length, with its last chunk, or with the connection (RFC 9112 6.3)', () => {
  const counted = read('HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\nabcd')
  expect(counted).toMatchObject({ body: 'abc', rest: 'd', over: true, cut: false })
  const chunked = read(
    'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1\r\na\r\n2;x\r\nbc\r\n0\r\nX-Sum: 1\r\n\r\nd',
  )
  expect(chunked).toMatchObject({ body: 'abc', rest: 'd', over: true, trailers: { 'x-sum': '1' } })
  expect(read('HTTP/1.1 200 OK\r\n\r\nabcd')).toMatchObject({
    body: 'abcd',
    rest: '',
    over: true,
    cut: false,
  })
})

test('a connection that ends within a body has cut it (RFC 9112 8)', () => {
  for (const text of [
    'content-length: 3\r\n\r\nab',
    'content-length: 3\r\n\r\n',
    'transfer-encoding: chunked\r\n\r\n',
    'transfer-encoding: chunked\r\n\r\n3\r\nabc\r\n',
    'transfer-encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n',
  ]) {
    expect(read(`HTTP/1.1 200 OK\r\n${text}`), text).toMatchObject({ cut: true, over: false, fault: null })
  }
})

/** Heads that are refused. Each line of `text` ends with CRLF but where it says otherwise. */
const FAULTY: readonly (readonly [text: string, code: string])[] = [
  ['SSH-2.0-OpenSSH_9.2\r\n', 'value_faulty'],
  ['\r\nHTTP/1.1 200 OK\r\n\r\n', 'value_faulty'],
  ['HTTP/1.1 200\r\n\r\n', 'value_faulty'],
  ['HTTP/1.1  200 OK\r\n\r\n', 'value_faulty'],
  ['HTTP/1.1 20 OK\r\n\r\n', 'value_faulty'],
  ['HTTP/1.1 099 OK\r\n\r\n', 'value_faulty'],
  ['HTTP/1.1 600 OK\r\n\r\n', 'value_faulty'],
  ['http/1.1 200 OK\r\n\r\n', 'value_faulty'],
  ['HTTP/1.1 200 O\0K\r\n\r\n', 'value_faulty'],
  ['HTTP/1.1 200 OK\n\r\n', 'value_faulty'],
  ['HTTP/1.1 200 OK\r\r\n\r\n', 'value_faulty'],
  ['HTTP/2.0 200 OK\r\n\r\n', 'version_unsupported'],
  ['HTTP/1.1 200 OK\r\na: b\n\r\n', 'field_faulty'],
  ['HTTP/1.1 200 OK\r\na : b\r\n\r\n', 'field_faulty'],
  ['HTTP/1.1 200 OK\r\na: \0\r\n\r\n', 'field_faulty'],
  ['HTTP/1.1 200 OK\r\na: b\rc\r\n\r\n', 'field_faulty'],
  ['HTTP/1.1 200 OK\r\na: b\r\n c\r\n\r\n', 'head_faulty'],
  ['HTTP/1.1 200 OK\r\n: b\r\n\r\n', 'head_faulty'],
  ['HTTP/1.1 200 OK\r\nab\r\n\r\n', 'head_faulty'],
  ['HTTP/1.1 200 OK\r\n\n', 'head_faulty'],
  ['HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 1\r\n\r\n', 'field_faulty'],
  ['HTTP/1.1 200 OK\r\ncontent-length: 1, 1\r\n\r\n', 'length_invalid'],
  ['HTTP/1.1 200 OK\r\ncontent-length: +1\r\n\r\n', 'length_invalid'],
  ['HTTP/1.1 200 OK\r\ncontent-length:\r\n\r\n', 'length_invalid'],
  ['HTTP/1.1 200 OK\r\ncontent-length: 1\r\ntransfer-encoding: chunked\r\n\r\n', 'framing_faulty'],
  ['HTTP/1.1 200 OK\r\ntransfer-encoding: gzip\r\n\r\n', 'framing_faulty'],
  ['HTTP/1.1 200 OK\r\ntransfer-encoding:\r\n\r\n', 'framing_faulty'],
  ['HTTP/1.1 200 OK\r\ntransfer-encoding: chunked, chunked\r\n\r\n', 'framing_faulty'],
  ['HTTP/1.1 200 OK\r\ntransfer-encoding: gzip, chunked\r\n\r\n', 'coding_unsupported'],
  ['HTTP/1.0 200 OK\r\ntransfer-encoding: chunked\r\n\r\n', 'framing_faulty'],
  ['HTTP/1.1 100 Continue\r\ncontent-length: 0\r\n\r\n', 'framing_faulty'],
  ['HTTP/1.1 200 OK\r\nconnection: content-length\r\ncontent-length: 0\r\n\r\n', 'field_faulty'],
  ['HTTP/1.1 200 OK\r\nlocation: /a\r\nlocation: /b\r\ncontent-length: 0\r\n\r\n', 'field_faulty'],
  [`HTTP/1.1 200 OK\r\n${'a: b\r\n'.repeat(9)}\r\n`, 'fields_too_many'],
  [`HTTP/1.1 200 ${'x'.repeat(400)}\r\n\r\n`, 'head_too_large'],
  [`HTTP/1.1 200 OK\r\na: ${'b'.repeat(400)}\r\n\r\n`, 'head_too_large'],
]

test('what two readers could read in two ways is refused, however it is cut (RFC 9112 2.2, 4, 5, 6)', () => {
  for (const [text, code] of FAULTY) {
    for (const size of [1, 2, 5, 1_000]) expect(read(text, 'GET', size).fault, `${size} ${text}`).toBe(code)
  }
})

test('a head may take its limit, and not an octet more', () => {
  const of = (octets: number): string => {
    const start = 'HTTP/1.1 200 OK\r\ncontent-length: 0\r\nx: '
    return `${start}${'a'.repeat(octets - start.length - 2)}\r\n\r\n`
  }
  for (const size of [1, 7, 1_000]) {
    expect(read(of(LIMITS.head), 'GET', size)).toMatchObject({ fault: null, over: true })
    expect(read(of(LIMITS.head + 1), 'GET', size).fault).toBe('head_too_large')
  }
  const lines = (count: number): string => `HTTP/1.1 204 No\r\n${'a: b\r\n'.repeat(count)}\r\n`
  expect(read(lines(LIMITS.fields)).fault).toBe(null)
  expect(read(lines(LIMITS.fields + 1)).fault).toBe('fields_too_many')
})

test('what came of a body before its coding breaks is given, however it is cut', () => {
  const text = 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\nSSH'
  for (const size of [1, 7, 1_000])
    expect(read(text, 'GET', size)).toMatchObject({ body: 'abc', fault: 'framing_faulty' })
})

test('however the octets are cut, the same comes out', () => {
  const parts = fc.constantFrom(
    ...FAULTY.map(([text]) => text),
    'HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n',
    'HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello',
    'HTTP/1.1 200 OK\r\n\r\nhello',
    'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n',
    '3\r\nabc\r\n',
    '0\r\nx: y\r\n\r\n',
    '\r',
    '\n',
    ' ',
  )
  fc.assert(
    fc.property(fc.array(parts, { maxLength: 4 }), fc.integer({ min: 1, max: 9 }), (texts, size) => {
      const text = texts.join('')
      expect(read(text, 'GET', size)).toEqual(read(text, 'GET', 10_000))
    }),
    { numRuns: 500 },
  )
})

test('what comes behind a connection that is handed over is there for whoever takes it', () => {
  const reader = new ResponseReader({ limits: LIMITS, latin1 })
  reader.begin('GET')
  for (const piece of ['HTTP/1.1 101 Switching\r\nupgrade: a\r\n\r\nea', 'rl', 'y'])
    reader.push(utf8Bytes(piece))
  expect(reader.head()?.status).toBe(101)
  expect(text(reader.rest())).toBe('early')
  expect(reader.pendingLength).toBe(0)
})

interface Read {
  readonly heads: readonly ResponseHead[]
  readonly body: string
  readonly trailers: unknown
  readonly rest: string
  readonly over: boolean
  readonly cut: boolean
  readonly fault: string | null
}

/** Reads one response, given in pieces of `size`, and the end of the connection behind it. */
function read(all: string, method = 'GET', size = 10_000, isTold0 = false): Read {
  const reader = new ResponseReader({ limits: LIMITS, latin1, isTold0 })
  reader.begin(method)
  const heads: ResponseHead[] = []
  const pieces: Uint8Array[] = []
  const isWhole = (): boolean => heads.some(({ status }) => status >= 200 || status === 101)
  const go = (): void => {
    while (!isWhole()) {
      const head = reader.head()
      if (head === null) return
      heads.push(head)
    }
    for (let piece = reader.piece(); piece !== null; piece = reader.piece()) pieces.push(piece)
  }
  let fault: string | null = null
  try {
    for (let at = 0; at < all.length; at += size) {
      reader.push(Uint8Array.from(all.slice(at, at + size), (unit) => unit.charCodeAt(0)))
      go()
    }
    reader.ended()
    go()
  } catch (error) {
    fault = isFault(error) ? error.code : `no fault: ${String(error)}`
  }
  const { trailers, over, cut } = reader
  const rest = fault === null ? text(reader.rest()) : ''
  return { heads, body: text(joinBytes(pieces)), trailers, rest, over, cut, fault }
}

function text(octets: Uint8Array): string {
  return latin1(octets, 0, octets.length)
}
