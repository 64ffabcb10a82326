import fc from 'fast-check'
import { expect, test } from 'vitest'
import { anyRequest, anyResponse, anyValue } from '../../test/values/arbitrary.ts'
import { isFault } from '../fault.ts'
import { type BodyMember, readHead } from './head.ts'
import { headersFrom } from './headers.ts'
import { repeatsMember } from './members.ts'
import { type RequestValue, type ResponseValue, request, sameValue } from './message.ts'
import { decodePacked, encodePacked } from './packed.ts'
import { readPlainHead } from './plain-head.ts'
import { utf8Bytes, utf8Text } from './utf8.ts'

const ASCII = fc.string({ unit: fc.constantFrom(...'ab/;=1 ,.-_*'), maxLength: 6 }).map((text) => text.trim())
const plainFields = fc.dictionary(fc.constantFrom('host', 'accept', 'x-a', 'user-agent', '__proto__'), ASCII)

/** Values whose head is printable ASCII. */
const plainValue = fc
  .oneof(
    fc
      .tuple(anyRequest, plainFields)
      .filter(([{ path }]) => path !== '*')
      .map(([one, fields]) => ({
        ...one,
        upgrade: null,
        timeoutMs: 5_000,
        headers: headersFrom(Object.entries(fields)),
      })),
    fc
      .tuple(anyResponse, plainFields)
      .map(([one, headers]) => ({ ...one, contentType: 'text/plain', headers, trailers: headers })),
  )
  .map((one) => ({ ...one, context: { user: { id: 1 } } }))

/** Any, and as many of these: of any by chance, hardly one may be plain. */
const someValue = fc.oneof(anyValue, plainValue)

test('a head of printable ASCII in its order is read plainly (29)', () => {
  fc.assert(
    fc.property(plainValue, (one) => {
      const bytes = encodePacked(one)
      expect(readPlainHead(bytes, 4, headEnd(bytes))).not.toBeNull()
    }),
  )
})

test('what is read plainly is what JSON would have given (29)', () => {
  let plain = 0
  fc.assert(
    fc.property(someValue, (one) => {
      if (agrees(headOf(encodePacked(one)))) plain++
    }),
    { numRuns: 300 },
  )
  expect(plain).toBeGreaterThan(0)
})

test('and so it is with any octet left out, replaced or put in (29)', () => {
  const octets = fc.infiniteStream(
    fc.constantFrom(...utf8Bytes('"\\,:[]{} 0a-_/?#'), 0, 9, 10, 0x7f, 0x80, 0xc3, 0xa9, 0xff),
  )
  fc.assert(
    fc.property(someValue, octets, (one, stream) => {
      const head = headOf(encodePacked(one))
      for (let at = 0; at < head.length; at++) {
        const octet = stream.next().value!
        const [before, after] = [head.subarray(0, at), head.subarray(at + 1)]
        agrees(Uint8Array.from([...before, ...after]))
        agrees(Uint8Array.from([...before, octet, ...after]))
        agrees(Uint8Array.from([...before, octet, ...head.subarray(at)]))
      }
    }),
    { numRuns: 20 },
  )
})

test('it is left to JSON to read what is written otherwise, and to refuse what is faulty (29)', () => {
  const head = utf8Text(headOf(encodePacked(request('GET', '/', { headers: { 'x-a': '1' } }))))!
  const others: [string, string][] = [
    ['{"v"', '{ "v"'],
    ['"method":"GET"', '"method":"\\u0047ET"'],
    ['"method":"GET"', '"method":"get"'],
    ['"method":"GET"', '"method":""'],
    ['"path":"/"', '"path":"a"'],
    ['"path":"/"', '"path":"/é"'],
    ['"timeoutMs":null', '"timeoutMs":01'],
    ['"timeoutMs":null', '"timeoutMs":-1'],
    ['"timeoutMs":null', '"timeoutMs":9007199254740993'],
    ['"x-a","1"', '"x-a","1 "'],
    ['"x-a","1"', '"x-a"," 1"'],
    ['"x-a","1"', '"x-a","\u007f"'],
    ['"x-a","1"', '"X-A","1"'],
    ['"x-a","1"', '"","1"'],
    ['"x-a","1"', '"x-a"'],
    ['"x-a","1"', '"x-a","1",'],
    ['"x-a","1"', '"x-a","\\n"'],
    ['"context":{}', '"context":{"a":1,"a":2}'],
    ['"context":{}', '"context":{"b":1,"a":2}'],
    ['"context":{}', '"context":[]'],
    ['"body":null}', '"body":null,"method":"POST"}'],
    ['"body":null}', '"body":null} '],
    ['"body":null}', '"body":null'],
    ['"body":null}', '"body":{"length":-1}}'],
  ]
  for (const [from, to] of others) {
    expect(head).toContain(from)
    const changed = utf8Bytes(head.replace(from, () => to))
    expect(readPlainHead(changed, 0, changed.length), to).toBeNull()
  }
})

test('nothing behind the head is read as a part of it (29)', () => {
  const bytes = encodePacked(request('POST', '/', { body: '}' }))
  const end = headEnd(bytes)
  expect(bytes[end - 1]).toBe(bytes[end])
  expect(readPlainHead(bytes, 4, end - 1)).toBeNull()
  expect(readPlainHead(bytes, 4, end)).not.toBeNull()
})

test('escapes of field values are undone, and what they make is checked (7, 29)', () => {
  const tags = { etag: '"a\\b"', accept: 'a;q="\\""', 'sec-ch-ua': '"Not;A=Brand";v="8"' }
  const value = request('GET', '/', { headers: tags })
  const bytes = encodePacked(value)
  expect(sameValue(readPlainHead(bytes, 4, headEnd(bytes))!.value, value)).toBe(true)
  for (const escape of ['\\n', '\\u0000', '\\u010a', '\\ud800', ' \\"']) {
    const text = utf8Text(headOf(bytes))!.replace('\\"a\\\\b\\"', () => escape)
    const head = utf8Bytes(text)
    expect(readPlainHead(head, 0, head.length), escape).toBeNull()
  }
})

test('a field is looked up by all of its name, however fields were ordered before (6, 29)', () => {
  const names = ['host', 'accept', 'accept-encoding', 'accept-language', 'cookie', 'x-a', 'x-request-id']
  const orders = fc.array(fc.shuffledSubarray(names), { minLength: 2, maxLength: 6 })
  fc.assert(
    fc.property(orders, (lists) => {
      for (const list of lists) {
        const headers = headersFrom(list.map((name): [string, string] => [name, name]))
        const value = { ...request('GET', '/'), headers }
        expect(Object.entries(decodePacked(encodePacked(value)).headers)).toEqual(Object.entries(headers))
      }
    }),
  )
})

test('fields that come again are joined or listed, and singletons refused (6, 29)', () => {
  const twice = (kind: 'request' | 'response', name: string): unknown => {
    const base = kind === 'request' ? request('GET', '/') : ANSWER
    const text = utf8Text(headOf(encodePacked(base)))!
    const head = utf8Bytes(
      text.replace('"headers":[', `"headers":["${name}","1","${name}","2",`).replace(',]', ']'),
    )
    return readPlainHead(head, 0, head.length)?.value.headers[name]
  }
  expect([twice('request', 'accept'), twice('request', 'cookie'), twice('request', 'x-a')]).toEqual([
    '1, 2',
    '1; 2',
    '1, 2',
  ])
  expect(twice('response', 'set-cookie')).toEqual(['1', '2'])
  expect(Object.isFrozen(twice('response', 'set-cookie'))).toBe(true)
  expect(() => twice('request', 'content-length')).toThrow(expect.objectContaining({ code: 'field_faulty' }))
})

const ANSWER: ResponseValue = {
  status: 200,
  contentType: null,
  headers: {},
  trailers: null,
  context: {},
  body: null,
}

/** True when it was read plainly; then JSON says the same. */
function agrees(head: Uint8Array): boolean {
  let plain: ReturnType<typeof readPlainHead>
  try {
    plain = readPlainHead(head, 0, head.length)
  } catch (error) {
    if (!isFault(error)) throw error
    expect(() => slowly(head)).toThrow()
    return false
  }
  if (plain === null) return false
  const { value, body } = slowly(head)
  const other = { ...value, body: null } as RequestValue | ResponseValue
  if (sameValue(plain.value, other) && JSON.stringify(plain.body) === JSON.stringify(body)) return true
  throw new Error(`read otherwise: ${utf8Text(head)}`)
}

function slowly(head: Uint8Array): { readonly value: object; readonly body: BodyMember } {
  const text = utf8Text(head)!
  const data: unknown = JSON.parse(text)
  if (repeatsMember(text, data)) throw new Error('a member twice')
  return readHead(data, 'packed')
}

function headOf(bytes: Uint8Array): Uint8Array {
  return bytes.slice(4, headEnd(bytes))
}

function headEnd(bytes: Uint8Array): number {
  return 4 + new DataView(bytes.buffer, bytes.byteOffset).getUint32(0)
}
