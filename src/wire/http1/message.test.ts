/** Properties of the http form: what is carried comes back, and hostile octets are refused. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { anyRequest, anyResponse } from '../../../test/values/arbitrary.ts'
import type { ResponseHeaders } from '../../contract.ts'
import { isFault } from '../../fault.ts'
import { withField } from '../../value/headers.ts'
import { encodeHttp } from '../../value/http.ts'
import { httpPart } from '../../value/http-part.ts'
import { type RequestValue, type ResponseValue, request, sameValue } from '../../value/message.ts'
import { utf8Bytes } from '../../value/utf8.ts'
import { decodeHttpRequest, decodeHttpResponse } from './message.ts'

const hosts = fc.constantFrom('a', 'example.com:8080', '[::1]:1', '127.0.0.1')
const asked: fc.Arbitrary<RequestValue> = fc
  .tuple(anyRequest, hosts)
  .map(([one, host]) => ({ ...one, headers: withField(one.headers, 'host', host) }))
const methods = fc.constantFrom('GET', 'HEAD', 'POST', 'CONNECT')
const bodied = fc
  .tuple(anyResponse, fc.boolean())
  .map(([one, plain]): ResponseValue => ({ ...one, trailers: plain ? null : filled(one.trailers) }))

/** Repeated trailers are joined, and what is empty adds nothing to a list. */
function filled(trailers: ResponseHeaders | null): ResponseHeaders | null {
  if (trailers === null) return null
  const entries = Object.entries(trailers).map(([name, value]) => [
    name,
    typeof value === 'string' ? value : value.map((one) => one || 'a'),
  ])
  return Object.fromEntries(entries) as ResponseHeaders
}

test('a request that was written is read as the part of it that HTTP carries (31)', () => {
  fc.assert(
    fc.property(asked, (one) => {
      expect(decodeHttpRequest(encodeHttp(one))).toEqual(httpPart(one))
      return sameValue(decodeHttpRequest(encodeHttp(one)), httpPart(one))
    }),
    { numRuns: 300 },
  )
})

test('a response that was written is read as that part, by the method of its request (31)', () => {
  fc.assert(
    fc.property(bodied, methods, (one, method) => {
      const written = writtenOrNull(one, method)
      if (written === null) return true
      expect(decodeHttpResponse(written, method)).toEqual(httpPart(one, method))
      return sameValue(decodeHttpResponse(written, method), httpPart(one, method))
    }),
    { numRuns: 300 },
  )
})

/** What has trailers that come twice and may not cannot be written: null. */
function writtenOrNull(one: ResponseValue, method: string): Uint8Array | null {
  try {
    return encodeHttp(one, method)
  } catch (error) {
    if (isFault(error) && ['field_faulty', 'value_faulty'].includes(error.code)) return null
    throw error
  }
}

test('the part that is carried is carried whole: there is nothing more to lose (31)', () => {
  fc.assert(fc.property(asked, (one) => sameValue(httpPart(httpPart(one)), httpPart(one))))
  fc.assert(
    fc.property(bodied, methods, (one, method) => {
      if (writtenOrNull(one, method) === null) return true
      return sameValue(httpPart(httpPart(one, method), method), httpPart(one, method))
    }),
  )
})

test('a message cut at any octet is refused: no length, no chunk and no head ends early (RFC 9112 6.3, 8)', () => {
  const framed = fc.oneof(asked, bodied)
  fc.assert(
    fc.property(framed, (one) => {
      const octets = 'method' in one ? encodeHttp(one) : writtenOrNull(one, 'GET')
      if (octets === null) return
      for (let end = 0; end < octets.length; end++) {
        const found = verdict(() => decode(one, octets.subarray(0, end)))
        if (found === 'taken' || found.includes(' '))
          throw new Error(`cut at ${end} of ${octets.length}: ${found}`)
      }
    }),
    { numRuns: 40 },
  )
})

test('a message with an octet more is refused: the next one begins elsewhere (RFC 9112 6.3)', () => {
  fc.assert(
    fc.property(fc.oneof(asked, bodied), fc.nat(255), (one, octet) => {
      const octets = 'method' in one ? encodeHttp(one) : writtenOrNull(one, 'GET')
      if (octets === null) return
      expect(verdict(() => decode(one, Uint8Array.from([...octets, octet])))).toBe('value_faulty')
    }),
  )
})

test('any octet changed, left out or put in gives a value or a fault, never another error (31)', () => {
  const octets = fc.infiniteStream(
    fc.constantFrom(...utf8Bytes('\r\n\t :;,/"0a-'), 0, 0x0b, 0x7f, 0x80, 0xff),
  )
  fc.assert(
    fc.property(fc.oneof(asked, bodied), octets, (one, stream) => {
      const written = 'method' in one ? encodeHttp(one) : writtenOrNull(one, 'GET')
      if (written === null) return
      for (let at = 0; at < written.length; at++) {
        const octet = stream.next().value!
        const [before, after] = [written.subarray(0, at), written.subarray(at + 1)]
        for (const changed of [
          [...before, octet, ...after],
          [...before, ...after],
          [...before, octet, octet, ...after],
        ]) {
          const found = verdict(() => decode(one, Uint8Array.from(changed)))
          if (found.includes(' ')) throw new Error(`at ${at}: ${found}`)
        }
      }
    }),
    { numRuns: 20 },
  )
})

test('any octets give a value or a fault, never another error (31)', () => {
  const starts = fc.constantFrom('', 'GET / HTTP/1.1\r\n', 'HTTP/1.1 200 OK\r\n', 'HTTP/1.1 100 \r\n\r\n')
  fc.assert(
    fc.property(starts, fc.uint8Array({ maxLength: 60 }), (start, rest) => {
      const octets = Uint8Array.from([...utf8Bytes(start), ...rest])
      for (const found of [
        verdict(() => decodeHttpRequest(octets)),
        verdict(() => decodeHttpResponse(octets, 'GET')),
      ]) {
        expect(found).not.toContain(' ')
      }
    }),
  )
})

test('the octets that are read are left as they are (14)', () => {
  const chunked = 'transfer-encoding: chunked\r\n\r\n1\r\na\r\n2\r\nbc\r\n0\r\n\r\n'
  for (const start of ['POST / HTTP/1.1\r\nhost: a\r\n', 'HTTP/1.1 200 OK\r\n']) {
    const octets = utf8Bytes(start + chunked)
    const before = octets.slice()
    const read = start.startsWith('POST') ? decodeHttpRequest(octets) : decodeHttpResponse(octets, 'GET')
    expect(read.body).toEqual(utf8Bytes('abc'))
    expect(octets).toEqual(before)
  }
})

test('what HTTP cannot say is not written (31)', () => {
  const sound = request('GET', '/', { headers: { 'x-a': '1' } })
  const faulty: Partial<RequestValue>[] = [
    { method: 'get' },
    { method: 'GET / HTTP/1.1\r\nx: y' },
    { path: '/a b' },
    { path: '/a\r\nb' },
    { path: 'a' },
    { path: '*' },
    { path: '*', method: 'OPTIONS', query: 'a' },
    { query: 'a b' },
    { query: 'a#b' },
    { mount: 'a' },
    { upgrade: ['a\nb'] },
    { headers: {} },
    { headers: { host: 'a b' } },
    { headers: { host: 'a', 'x-a': 'a\r\nb: c' } },
    { headers: { host: 'a', 'x-a': '\u010a' } },
    { headers: { host: 'a', 'x-a': ' a' } },
    { headers: { host: 'a', 'X-A': 'a' } },
    { headers: { host: 'a', 'x a': 'a' } },
    { headers: { host: 'a', expect: 'wonders' } },
    { headers: { host: 'a', 'x-a': 'a'.repeat(64 * 1024) } },
  ]
  for (const members of faulty) {
    expect(
      verdict(() => encodeHttp({ ...sound, ...members })),
      JSON.stringify(members).slice(0, 80),
    ).toBe('value_faulty')
  }
})

test('what HTTP cannot answer is not written (31)', () => {
  const sound: ResponseValue = {
    status: 200,
    contentType: null,
    headers: {},
    trailers: null,
    context: {},
    body: utf8Bytes('a'),
  }
  const faulty: [Partial<ResponseValue>, string][] = [
    [{ status: 100 }, 'GET'],
    [{ status: 600 }, 'GET'],
    [{ status: 200.5 }, 'GET'],
    [{ contentType: 'a\r\nb' }, 'GET'],
    [{ headers: { 'content-type': 'a' } }, 'GET'],
    [{ headers: { 'x-a': ['fine', 'a\nb'] } }, 'GET'],
    [{ headers: { etag: ['"a"', '"b"'] } }, 'GET'],
    [{ headers: { 'content-length': '1, 1' } }, 'HEAD'],
    [{ trailers: { 'x-a': 'a\nb' } }, 'GET'],
    [{ trailers: { 'x-a': 'a'.repeat(64 * 1024) } }, 'GET'],
  ]
  for (const [members, method] of faulty) {
    expect(
      verdict(() => encodeHttp({ ...sound, ...members }, method)),
      JSON.stringify(members).slice(0, 80),
    ).toBe('value_faulty')
  }
})

function decode(one: RequestValue | ResponseValue, octets: Uint8Array): unknown {
  return 'method' in one ? decodeHttpRequest(octets) : decodeHttpResponse(octets, 'GET')
}

function verdict(run: () => unknown): string {
  try {
    run()
  } catch (error) {
    return isFault(error) ? error.code : `no fault: ${String(error)}`
  }
  return 'taken'
}
