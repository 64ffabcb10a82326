/** RFC 9112 sections 2 to 7; the limits of SAFETY; cuts. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { faultOf } from '../../../test/fuzz/fault-of.ts'
import { octetsOf } from '../../../test/fuzz/octets.ts'
import { cut, inPieces, type Reading, readerOf, readRequests } from '../../../test/fuzz/read-requests.ts'
import { DEFAULT_LIMITS } from '../../call/limits.ts'
import type { Limits } from '../../contract.ts'
import { latin1 } from './octets.ts'
import { RequestReader } from './request-reader.ts'

/** Reads in one piece, and holds octet by octet and five by five against it. */
function read(text: string, limits: Partial<Limits> = {}): Reading {
  const octets = octetsOf(text)
  const whole = readRequests([octets], { limits })
  expect(readRequests(inPieces(octets, 1), { limits }), JSON.stringify(text.slice(0, 200))).toEqual(whole)
  expect(readRequests(inPieces(octets, 5), { limits })).toEqual(whole)
  return whole
}

const refusal = (text: string, limits?: Partial<Limits>): Reading['fault'] => read(text, limits).fault
const head = (...lines: string[]): string =>
  `GET / HTTP/1.1\r\n${lines.map((line) => `${line}\r\n`).join('')}\r\n`
const GOOD = head('Host: a')

test('requests follow each other, with bodies between them (RFC 9112 9.3.2)', () => {
  const { requests, rest } = read(
    `${GOOD}POST /b?c HTTP/1.1\r\nHost: d\r\nContent-Length: 3\r\n\r\n\r\n\0PUT /e HTTP/1.0\r\n\r\n${GOOD}`,
  )
  expect(
    requests.map(({ head: { method, path, query, http }, body }) => [method, path, query, http, body]),
  ).toEqual([
    ['GET', '/', null, '1.1', ''],
    ['POST', '/b', 'c', '1.1', '\r\n\0'],
    ['PUT', '/e', null, '1.0', ''],
    ['GET', '/', null, '1.1', ''],
  ])
  expect(rest).toBe('')
})

test('chunks are a body, and the request behind them is the next (RFC 9112 7.1)', () => {
  const { requests } = read(
    `${head('Host: a', 'Transfer-Encoding: chunked')}2\r\nab\r\n1\r\nc\r\n0\r\nx: y\r\n\r\n${GOOD}`,
  )
  expect(requests.map(({ body, trailers }) => [body, trailers && { ...trailers }])).toEqual([
    ['abc', { x: 'y' }],
    ['', null],
  ])
})

test('the host of the headers is what the request asks for: target, field, or this server (9)', () => {
  const hostOf = (text: string): unknown => read(text).requests[0]!.head.headers['host']
  expect(hostOf(GOOD)).toBe('a')
  expect(hostOf('GET http://b/ HTTP/1.1\r\nHost: a\r\n\r\n')).toBe('b')
  expect(hostOf('CONNECT b:1 HTTP/1.1\r\nHost: a\r\n\r\n')).toBe('b:1')
  expect(hostOf('GET / HTTP/1.1\r\nHost:\r\n\r\n')).toBe('here.example:80')
  expect(hostOf('GET / HTTP/1.0\r\n\r\n')).toBe('here.example:80')
})

test('one empty line before a request is let pass, and no more (RFC 9112 2.2)', () => {
  expect(read(`\r\n${GOOD}\r\n${GOOD}`).requests).toHaveLength(2)
  const noMethod = { code: 'head_faulty', detail: { reason: 'its first line does not begin with a method' } }
  for (const before of ['\r\n\r\n', '\n', '\r', '\r\r\n', ' ', '\0', '\r\n ', '\x80']) {
    expect(refusal(before + GOOD), JSON.stringify(before)).toEqual(noMethod)
  }
})

test('the request line ends with CRLF (RFC 9112 2.2)', () => {
  const reason = (text: string): unknown => (refusal(text)!.detail as { reason: string }).reason
  expect(reason('GET / HTTP/1.1\nHost: a\r\n\r\n')).toBe('its first line ends with LF alone')
  expect(reason('G\n\r\n')).toBe('its first line ends with LF alone')
  expect(reason('GET / HTTP/1.1\rHost: a\r\n\r\n')).toBe('a CR stands alone in its first line')
  expect(reason('GET /\r HTTP/1.1\r\n\r\n')).toBe('a CR stands alone in its first line')
})

test('the request line has a limit, 414 beyond it: at it, one below, one above (RFC 9112 3)', () => {
  const { requestLine } = DEFAULT_LIMITS
  const line = (length: number): string => `GET /${'a'.repeat(length - 14)} HTTP/1.1`
  for (const length of [requestLine - 1, requestLine]) {
    expect(line(length)).toHaveLength(length)
    expect(readRequests([octetsOf(`${line(length)}\r\nHost: a\r\n\r\n`)]).requests).toHaveLength(1)
  }
  const long = { code: 'target_too_long', detail: { limit: requestLine } }
  expect(readRequests([octetsOf(`${line(requestLine + 1)}\r\n`)]).fault).toEqual(long)
  expect(refusal(line(41), { requestLine: 40 })).toEqual(null)
  for (const rest of ['\r\nHost: a\r\n\r\n', '\n', 'a']) {
    expect(refusal(line(41) + rest, { requestLine: 40 }), rest).toEqual({
      code: 'target_too_long',
      detail: { limit: 40 },
    })
  }
  expect(refusal(`${line(40)}\r\nHost: a\r\n\r\n`, { requestLine: 40 })).toBeNull()
})

test('the header section has a limit, 431 beyond it: at it, one below, one above', () => {
  const section = (length: number): string =>
    `GET / HTTP/1.1\r\nHost: a\r\nx:${'b'.repeat(length - 13)}\r\n\r\n`
  const large = (limit: number): object => ({ code: 'head_too_large', detail: { limit } })
  for (const length of [99, 100]) expect(read(section(length), { head: 100 }).requests).toHaveLength(1)
  for (const length of [101, 102, 103, 500])
    expect(refusal(section(length), { head: 100 })).toEqual(large(100))
  const { head: limit } = DEFAULT_LIMITS
  expect(readRequests([octetsOf(section(limit))]).requests).toHaveLength(1)
  expect(readRequests([octetsOf(section(limit + 1))]).fault).toEqual(large(limit))
})

test('a request line and a header section may both be at their limits', () => {
  const first = `GET /${'a'.repeat(26)} HTTP/1.1\r\n`
  const limits = { requestLine: first.length - 2, head: 30 }
  const lines = `Host: a\r\nx:${'b'.repeat(17)}\r\n`
  expect(lines).toHaveLength(30)
  for (const before of ['', '\r\n']) {
    expect(read(`${before}${first}${lines}\r\n${GOOD}`, limits).requests).toHaveLength(2)
    expect(refusal(`${before}${first}c${lines}\r\n`, limits)).toEqual({
      code: 'head_too_large',
      detail: { limit: 30 },
    })
  }
})

test('field lines have a limit, 431 beyond it: at it, one below, one above', () => {
  const lines = (count: number): string =>
    head('Host: a', ...Array.from({ length: count - 1 }, (_, at) => `x-${at}: b`))
  for (const count of [99, 100]) expect(read(lines(count)).requests).toHaveLength(1)
  expect(refusal(lines(101))).toEqual({ code: 'fields_too_many', detail: { limit: 100 } })
})

test('a line is refused as soon as it is whole, and beyond the limit nothing is looked at', () => {
  const first = 'GET / HTTP/1.1\r\n'
  expect(refusal(`${first}a\r\n`)!.code).toBe('head_faulty')
  expect(refusal(`${first}a: b\rc`)!.code).toBe('field_faulty')
  expect(refusal(`${first}Host: a\r\nHost: b\r\n`)!.code).toBe('field_faulty')
  expect(refusal('get / HTTP/1.1\r\n')!.code).toBe('method_faulty')
  // Of 20 octets, "Host: a" and its end take 9.
  const limits = { head: 20 }
  for (const line of ['x: y\0', 'xxxxx', 'x : y', ' x: y', 'x: \ry']) {
    const within = `${line.padEnd(9, 'z')}\r\n`
    expect(refusal(`${first}Host: a\r\n${within}\r\n`, limits)?.code, line).toMatch(/^(?:field|head)_faulty$/)
    const crossing = `${line.padStart(18, 'z')}\r\n`
    expect(refusal(`${first}Host: a\r\n${crossing}\r\n`, limits), line).toEqual({
      code: 'head_too_large',
      detail: { limit: 20 },
    })
  }
})

test('every fault of a head is found, whatever else is there', () => {
  for (const [text, code] of [
    ['G(T / HTTP/1.1\r\n\r\n', 'method_faulty'],
    ['GET a HTTP/1.1\r\n\r\n', 'target_faulty'],
    ['GET http://u@a/ HTTP/1.1\r\n\r\n', 'host_faulty'],
    ['GET / HTTP/2.0\r\n\r\n', 'version_unsupported'],
    ['GET /\r\n\r\n', 'head_faulty'],
    [head('Host : a'), 'field_faulty'],
    [head(), 'host_faulty'],
    [head('Host: a', 'Content-Length: x'), 'length_invalid'],
    [head('Host: a', 'Content-Length: 1', 'Transfer-Encoding: chunked'), 'framing_faulty'],
    [head('Host: a', 'Transfer-Encoding: gzip, chunked'), 'coding_unsupported'],
    [head('Host: a', 'Expect: a'), 'expectation_unmet'],
    [`${head('Host: a', 'Transfer-Encoding: chunked')}x`, 'framing_faulty'],
    [`${head('Host: a', 'Transfer-Encoding: chunked')}0;${'a'.repeat(300)}`, 'chunk_extensions_too_large'],
  ] as const) {
    expect(refusal(text)?.code, text).toBe(code)
    expect(read(GOOD + text).requests, text).toHaveLength(1)
  }
})

test('a request cut short is waited for, wherever it is cut', () => {
  const text = `\r\n${head('Host: a', 'Content-Length: 3')}abc`
  for (let end = 0; end < text.length; end++) {
    const { requests, fault } = read(text.slice(0, end))
    expect({ requests, fault }, String(end)).toEqual({ requests: [], fault: null })
  }
})

test('what is left is given to whoever takes the connection over, once', () => {
  const reader = readerOf()
  reader.push(octetsOf(`CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\n\r\nabc`))
  expect(reader.head()!.method).toBe('CONNECT')
  expect([reader.pending, reader.pendingLength]).toEqual([true, 3])
  expect(reader.rest()).toEqual(octetsOf('abc'))
  expect([reader.pending, reader.pendingLength]).toEqual([false, 0])
  expect(reader.rest()).toHaveLength(0)
})

test('what is left of a body is known by its length, and not by its chunks', () => {
  const reader = readerOf()
  reader.push(octetsOf(`${head('Host: a', 'Content-Length: 3')}a`))
  reader.head()
  expect([reader.left, reader.over]).toEqual([3, false])
  expect(reader.piece()).toEqual(octetsOf('a'))
  expect([reader.left, reader.over, reader.piece()]).toEqual([2, false, null])
  reader.push(octetsOf(`bc${head('Host: a', 'Transfer-Encoding: chunked')}1\r\na`))
  expect(reader.piece()).toEqual(octetsOf('bc'))
  expect([reader.left, reader.over]).toEqual([0, true])
  reader.head()
  expect(reader.piece()).toEqual(octetsOf('a'))
  expect([reader.left, reader.over]).toEqual([null, false])
  reader.push(octetsOf('\r\n0\r\n\r\n'))
  expect(reader.piece()).toBeNull()
  expect([reader.left, reader.over]).toEqual([0, true])
})

test('a reader that forgot what came before reads on', () => {
  const reader = readerOf()
  for (let time = 0; time < 3; time++) {
    reader.push(octetsOf(GOOD))
    expect(reader.head()!.headers['host']).toBe('a')
    reader.forget()
  }
})

test('twice the octets take twice the steps: each is turned into text a few times at most', () => {
  const steps = (text: string): number => {
    let count = 0
    const reader = new RequestReader({
      limits: DEFAULT_LIMITS,
      authority: 'a',
      latin1: (octets, from, to) => {
        count += to - from
        return latin1(octets, from, to)
      },
    })
    reader.push(octetsOf(text))
    while (reader.head() !== null) while (reader.piece() !== null);
    return count
  }
  const chunks = (count: number): string =>
    `${head('Host: a', 'Transfer-Encoding: chunked')}${'1\r\na\r\n'.repeat(count)}0\r\n\r\n`
  for (const text of [GOOD.repeat(1_000), GOOD.repeat(2_000), chunks(5_000), chunks(10_000)]) {
    expect(steps(text)).toBeLessThanOrEqual(3 * text.length)
  }
})

const token = fc.stringMatching(/^[!#$%&'*+\-.^_`|~0-9A-Z]{1,8}$/).filter((method) => method !== 'CONNECT')
const path = fc.stringMatching(/^\/[!$-;=@-Z_a-z~]{0,20}$/)
const query = fc.option(fc.stringMatching(/^[!$-~]{0,20}$/))
const name = fc.stringMatching(/^x-[!#$%&'*+\-.^_`|~0-9a-z]{1,8}$/)
const value = fc.stringMatching(/^(?:[!-~\x80-\xff](?:[\t\x20-~\x80-\xff]{0,9}[!-~\x80-\xff])?)?$/)
const octets = fc.string({ unit: 'binary-ascii', maxLength: 50 })
const message = fc
  .record({
    method: token,
    path,
    query,
    fields: fc.uniqueArray(fc.tuple(name, value), { maxLength: 6, selector: ([one]) => one }),
    chunks: fc.array(octets, { maxLength: 4 }),
    isChunked: fc.boolean(),
  })
  .map((made) => {
    const lines = made.fields.map(([field, text]) => `${field}:${text}\r\n`).join('')
    const body = made.chunks.join('')
    const chunks = made.chunks
      .filter((chunk) => chunk !== '')
      .map((chunk) => `${chunk.length.toString(16)}\r\n${chunk}\r\n`)
    const framed = made.isChunked
      ? `Transfer-Encoding: chunked\r\n\r\n${chunks.join('')}0\r\n\r\n`
      : `Content-Length: ${body.length}\r\n\r\n${body}`
    const target = made.path + (made.query === null ? '' : `?${made.query}`)
    return { made, body, text: `${made.method} ${target} HTTP/1.1\r\nHost: a\r\n${lines}${framed}` }
  })

test('requests are read as what they were made from, in any cuts', () => {
  fc.assert(
    fc.property(fc.array(message, { maxLength: 4 }), fc.array(fc.nat(2_000)), (messages, places) => {
      const sent = octetsOf(messages.map(({ text }) => text).join(''))
      const { requests, fault, rest } = readRequests([sent])
      expect({ fault, rest }).toEqual({ fault: null, rest: '' })
      expect(
        requests.map(({ head: { method, path: at, query: asked, headers }, body }) => ({
          head: [method, at, asked, Object.entries(headers).filter(([field]) => field.startsWith('x-'))],
          body,
        })),
      ).toEqual(
        messages.map(({ made, body }) => ({ head: [made.method, made.path, made.query, made.fields], body })),
      )
      expect(readRequests(inPieces(sent, 1)).requests).toEqual(requests)
      expect(readRequests(cut(sent, places)).requests).toEqual(requests)
    }),
  )
})

test('faulty octets give the same fault in any cuts, code and detail', () => {
  const limits = { requestLine: 30, head: 60, fields: 4, chunkExtensions: 12 }
  const part = fc.oneof(
    message.map(({ text }) => text),
    fc.constantFrom(
      'GET / HTTP/1.1\r\n',
      'Host: a\r\n',
      '\r\n',
      '\n',
      '\r',
      'Transfer-Encoding: chunked\r\n\r\n',
      '3;a\r\nabc\r\n',
      '\0',
    ),
    octets,
  )
  fc.assert(
    fc.property(fc.array(part, { maxLength: 8 }), fc.array(fc.nat(600)), (parts, places) => {
      const sent = octetsOf(parts.join(''))
      const whole = readRequests([sent], { limits })
      expect(readRequests(inPieces(sent, 1), { limits })).toEqual(whole)
      expect(readRequests(cut(sent, places), { limits })).toEqual(whole)
    }),
    { numRuns: 500 },
  )
})

test('nothing but a fault is thrown', () => {
  expect(faultOf(() => readerOfText('\0').head()).code).toBe('head_faulty')
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (random) => {
      readRequests([random])
    }),
  )
})

function readerOfText(text: string): ReturnType<typeof readerOf> {
  const reader = readerOf()
  reader.push(octetsOf(text))
  return reader
}

test('memory is free once all of it was given and every piece of it came back', () => {
  const request = 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\n'
  const reader = new RequestReader({ limits: DEFAULT_LIMITS, authority: 'a', latin1 })
  const push = (text: string): ArrayBufferLike => {
    const octets = octetsOf(text).slice()
    reader.push(octets)
    return octets.buffer
  }
  // One body in two reads.
  const first = push(`${request}ab`)
  expect(reader.head()).not.toBeNull()
  expect(reader.returned(reader.piece()!)).toBe(first)
  const second = push('c')
  const rest = reader.piece()!
  expect(reader.returned(rest)).toBe(second)
  expect(reader.returned(rest)).toBeNull() // and not twice
  // Two bodies in one read, of which the first is kept by somebody.
  push(`${request}abc${request}def`)
  expect([reader.head() === null, reader.piece()?.byteLength]).toEqual([false, 3])
  expect(reader.head()).not.toBeNull()
  expect(reader.returned(reader.piece()!)).toBeNull()
  // A piece while more of its read waits to be given.
  push(`${request}abc${GOOD}`)
  expect(reader.head()).not.toBeNull()
  expect(reader.returned(reader.piece()!)).toBeNull()
})

test('what is discarded is free but where somebody has a piece of it', () => {
  const request = 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 6\r\n\r\nabc'
  for (const [text, pieces, free] of [
    [request, 0, true],
    [request, 1, false],
    [`${request}def${request}`, 1, false],
  ] as const) {
    const reader = new RequestReader({ limits: DEFAULT_LIMITS, authority: 'a', latin1 })
    const octets = octetsOf(text).slice()
    reader.push(octets)
    expect(reader.head()).not.toBeNull()
    for (let count = 0; count < pieces; count++) expect(reader.piece()).not.toBeNull()
    expect(reader.discard() === octets.buffer).toBe(free)
    expect(reader.pending).toBe(false)
  }
})
