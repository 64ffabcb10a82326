/** RFC 9112 section 7.1. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { faultOf } from '../../../test/fuzz/fault-of.ts'
import { octetsOf } from '../../../test/fuzz/octets.ts'
import { cut, inPieces } from '../../../test/fuzz/read-requests.ts'
import { DEFAULT_LIMITS } from '../../call/limits.ts'
import type { Limits, RequestHeaders } from '../../contract.ts'
import { CHUNK_EXTENSIONS, ChunkedBody } from './chunked.ts'
import { latin1 } from './octets.ts'

interface Taken {
  readonly body: string
  readonly trailers: RequestHeaders | null
  readonly over: boolean
  /** What stands behind the body. */
  readonly rest: string
}

function take(
  text: string,
  limits: Partial<Limits> = {},
  pieces: Iterable<Uint8Array> = [octetsOf(text)],
): Taken {
  const chunks = new ChunkedBody({ ...DEFAULT_LIMITS, ...limits }, latin1)
  let [body, at] = ['', 0]
  for (const piece of pieces) {
    const copy = new Uint8Array(piece) // its octets are moved
    for (let from = 0; from < copy.length && !chunks.over; ) {
      const to = chunks.take(copy, from)
      if (chunks.piece !== null) body += latin1(chunks.piece, 0, chunks.piece.length)
      at += to - from
      from = to
    }
    if (chunks.over) break
  }
  return { body, trailers: chunks.trailers, over: chunks.over, rest: text.slice(at) }
}

/** The fault of a text, which is the same octet by octet. */
function refusal(text: string, limits: Partial<Limits> = {}): { code: string; detail: unknown } {
  const fault = faultOf(() => take(text, limits))
  expect(
    faultOf(() => take(text, limits, inPieces(octetsOf(text), 1))),
    JSON.stringify(text),
  ).toEqual(fault)
  return fault
}

test('chunks are joined, and what follows the body is left (RFC 9112 7.1)', () => {
  expect(take('3\r\nabc\r\n2\r\nde\r\n0\r\n\r\nGET')).toEqual({
    body: 'abcde',
    trailers: null,
    over: true,
    rest: 'GET',
  })
  expect(take('0\r\n\r\n')).toMatchObject({ body: '', over: true, rest: '' })
})

test('a size is hexadecimal, in any case, with zeros before it (RFC 9112 7.1)', () => {
  for (const size of ['a', 'A', '0a', '000000000000A']) {
    expect(take(`${size}\r\n0123456789\r\n0\r\n\r\n`).body, size).toBe('0123456789')
  }
  expect(take(`0\r\n\r\n`).over).toBe(true)
  expect(take(`${'0'.repeat(13)}\r\n\r\n`).over).toBe(true)
})

test('the size may have 13 digits and no more', () => {
  expect(take('1fffffffffffff'.slice(1)).over).toBe(false)
  expect(take(`${'f'.repeat(13)}\r\n`).over).toBe(false)
  expect(refusal(`${'0'.repeat(14)}\r\n`)).toEqual({
    code: 'framing_faulty',
    detail: { reason: 'a chunk has a size of too many digits' },
  })
})

test('what is no size is refused as soon as it cannot become one', () => {
  const sizeless = { code: 'framing_faulty', detail: { reason: 'a chunk does not begin with its size' } }
  for (const text of [
    'g',
    '-',
    '+3',
    '0x3',
    ' 3',
    '\t3',
    ';a',
    '\r',
    '\r\n',
    '3g',
    '3 g\r\n',
    '3;\r\n',
    '3;a=\r\n',
    '3;=a\r\n',
    '3;a="\r\n',
    '3;a="b\r\n',
    '3;a b\r\n',
    '3,a\r\n',
    '3;\0\r\n',
  ]) {
    expect(refusal(text), JSON.stringify(text)).toEqual(sizeless)
  }
})

test('extensions are read past, with blanks around their marks (RFC 9112 7.1.1)', () => {
  for (const extension of [
    ';a',
    ';a=b',
    ';a="b;\\"\\\\,"',
    ' ; a = b ;c',
    '\t;a',
    ';a=b;c="d"',
    ';a="\xff\t "',
  ]) {
    expect(take(`1${extension}\r\nx\r\n0${extension}\r\n\r\n`).body, extension).toBe('x')
  }
})

test('the extensions of a chunk have a limit: at it, one below, one above', () => {
  const chunk = (length: number): string => `0;${'a'.repeat(length - 1)}\r\n\r\n`
  expect(take(chunk(CHUNK_EXTENSIONS - 1)).over).toBe(true)
  expect(take(chunk(CHUNK_EXTENSIONS)).over).toBe(true)
  const fault = { code: 'chunk_extensions_too_large', detail: { limit: CHUNK_EXTENSIONS } }
  expect(refusal(chunk(CHUNK_EXTENSIONS + 1))).toEqual(fault)
  expect(refusal(`0;${'a'.repeat(1_000)}`)).toEqual(fault)
})

test('the extensions of all chunks have one: at it, one below, one above', () => {
  const body = (total: number): string => `1;${'a'.repeat(9)}\r\nx\r\n0;${'a'.repeat(total - 11)}\r\n\r\n`
  expect(take(body(29), { chunkExtensions: 30 }).over).toBe(true)
  expect(take(body(30), { chunkExtensions: 30 }).over).toBe(true)
  expect(refusal(body(31), { chunkExtensions: 30 })).toEqual({
    code: 'chunk_extensions_too_large',
    detail: { limit: 30 },
  })
})

test('every line ends with CRLF (RFC 9112 2.2)', () => {
  const alone = { code: 'framing_faulty', detail: { reason: 'a line of it ends with LF alone' } }
  for (const text of ['3\nabc', '\n', '3\r\nabc\n', '0\r\n\n', '0\r\na: b\n'])
    expect(refusal(text)).toEqual(alone)
  const lone = { code: 'framing_faulty', detail: { reason: 'a CR stands alone in it' } }
  for (const text of ['3\rabc', '3\r\r\n', '3\r\nabc\rd', '0\r\n\rG', '0\r\na: b\rc\r\n']) {
    expect(refusal(text), JSON.stringify(text)).toEqual(lone)
  }
})

test('a chunk is as long as its size says (RFC 9112 7.1)', () => {
  for (const text of ['2\r\nabc\r\n', '2\r\nab0\r\n\r\n', '1\r\nabcdefgh']) {
    expect(refusal(text)).toEqual({
      code: 'framing_faulty',
      detail: { reason: 'a chunk is longer than its size' },
    })
  }
})

test('octets before what breaks the coding are given, and then the fault', () => {
  for (const [end, code] of [
    ['SSH', 'framing_faulty'],
    ['0\r\na b: c\r\n\r\n', 'field_faulty'],
  ] as const) {
    const chunks = new ChunkedBody(DEFAULT_LIMITS, latin1)
    const octets = octetsOf(`3\r\nabc\r\n2\r\nde\r\n${end}`)
    const to = chunks.take(octets, 0)
    expect(latin1(chunks.piece!, 0, chunks.piece!.length)).toBe('abcde')
    for (let again = 0; again < 2; again++) expect(faultOf(() => chunks.take(octets, to)).code).toBe(code)
    expect(chunks.over).toBe(false)
  }
})

test("trailers are fields, but for those that are the head's alone (RFC 9110 6.5.1)", () => {
  const { trailers } = take(
    '0\r\nX-A: 1\r\nx-a:2\r\nHost: b\r\nContent-Length: 3\r\nAuthorization: c\r\nDigest: d\r\n\r\n',
  )
  expect({ ...trailers }).toEqual({ 'x-a': '1, 2', digest: 'd' })
  expect(Object.getPrototypeOf(trailers)).toBeNull()
  expect(Object.isFrozen(trailers)).toBe(true)
  expect(take('0\r\n__proto__: a\r\n\r\n').trailers!['__proto__']).toBe('a')
})

test('faulty trailers are refused (RFC 9112 5)', () => {
  for (const [line, code] of [
    ['a', 'head_faulty'],
    [' a: b', 'head_faulty'],
    ['a : b', 'field_faulty'],
    ['a: \0', 'field_faulty'],
    ['ETag: a\r\nETag: b', 'field_faulty'],
  ] as const) {
    expect(refusal(`0\r\n${line}\r\n\r\n`).code, line).toBe(code)
  }
})

test('the trailer section has the limits of a head: at them, one below, one above', () => {
  const section = (length: number): string => `0\r\na:${'b'.repeat(length - 4)}\r\n\r\n`
  expect(take(section(39), { head: 40 }).over).toBe(true)
  expect(take(section(40), { head: 40 }).over).toBe(true)
  const large = { code: 'head_too_large', detail: { limit: 40 } }
  for (const length of [41, 42, 43, 80]) expect(refusal(section(length), { head: 40 })).toEqual(large)
  const lines = (count: number): string => `0\r\n${'a:b\r\n'.repeat(count)}\r\n`
  expect(take(lines(2), { fields: 3 }).over).toBe(true)
  expect(take(lines(3), { fields: 3 }).over).toBe(true)
  expect(refusal(lines(4), { fields: 3 })).toEqual({ code: 'fields_too_many', detail: { limit: 3 } })
})

const body = fc.array(fc.uint8Array({ minLength: 1, maxLength: 20 }), { maxLength: 20 })
const text = (octets: Uint8Array): string => latin1(octets, 0, octets.length)
const coded = (chunks: readonly Uint8Array[]): string =>
  `${chunks.map((chunk) => `${chunk.length.toString(16)};x\r\n${text(chunk)}\r\n`).join('')}0\r\n\r\n`

test('any body in any chunks and any cuts is that body, and what is behind it stays as it is', () => {
  fc.assert(
    fc.property(
      body,
      fc.array(fc.nat(600)),
      fc.string({ unit: 'binary-ascii' }),
      (chunks, places, behind) => {
        const sent = coded(chunks) + behind
        const wanted = { body: chunks.map(text).join(''), trailers: null, over: true, rest: behind }
        const octets = octetsOf(sent)
        expect(take(sent)).toEqual(wanted)
        expect(take(sent, {}, inPieces(octets, 1))).toEqual(wanted)
        expect(take(sent, {}, cut(octets, places))).toEqual(wanted)
      },
    ),
  )
})

test('octets are moved within the body alone: those behind it are not touched', () => {
  const octets = octetsOf(`${coded([octetsOf('ab'), octetsOf('c')])}GET / HTTP/1.1`)
  const chunks = new ChunkedBody(DEFAULT_LIMITS, latin1)
  const end = chunks.take(octets, 0)
  expect(text(octets.subarray(end))).toBe('GET / HTTP/1.1')
  expect(text(chunks.piece!)).toBe('abc')
})

test('a body cut short is not over, wherever it is cut', () => {
  const sent = '3;a=b\r\nabc\r\n0\r\nx: y\r\n\r\n'
  for (let end = 0; end < sent.length; end++) expect(take(sent.slice(0, end)).over, String(end)).toBe(false)
})
