import { expect, test } from 'vitest'
import type { FaultCode } from '../fault.ts'
import { request } from './message.ts'
import {
  decodePacked,
  encodePacked,
  headEnd,
  headText,
  MAX_PACKED_HEAD,
  packHead,
  packTexts,
} from './packed.ts'

const fault = (code: FaultCode): unknown => expect.objectContaining({ code })
const value = request('POST', '/a', { body: 'hi' })

test('a length, a JSON text, the body: nothing else (29)', () => {
  const bytes = encodePacked(value)
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0)
  const head = JSON.parse(new TextDecoder().decode(bytes.subarray(4, 4 + length))) as Record<string, unknown>
  expect(Object.keys(head)).toEqual([
    'v',
    'kind',
    'method',
    'path',
    'query',
    'mount',
    'http',
    'client',
    'protocol',
    'upgrade',
    'timeoutMs',
    'headers',
    'context',
    'body',
  ])
  expect([head['v'], head['kind'], head['headers'], head['body']]).toEqual([
    1,
    'request',
    ['host', 'localhost'],
    2,
  ])
  expect(new TextDecoder().decode(bytes.subarray(4 + length))).toBe('hi')
})

test('the body that is unpacked is a view on the bytes: nothing is copied (14)', () => {
  const bytes = encodePacked(value)
  expect(decodePacked(bytes).body!.buffer).toBe(bytes.buffer)
  const within = new Uint8Array([7, ...bytes, 7]).subarray(1, -1)
  expect(decodePacked(within).body).toEqual(value.body)
})

test('headers and context that are unpacked are frozen and have a null prototype (6, 28)', () => {
  const { headers, context } = decodePacked(encodePacked({ ...value, context: { a: 1 } }))
  for (const part of [headers, context]) {
    expect(Object.isFrozen(part)).toBe(true)
    expect(Object.getPrototypeOf(part)).toBeNull()
  }
})

test('values share no byte: writing into one changes no other (14, 29)', () => {
  const packed = Array.from({ length: 40 }, (_, at) =>
    encodePacked(request('POST', `/${at}`, { body: 'hi' })),
  )
  const before = packed.map((bytes) => bytes.slice())
  packed[20]!.fill(0xff)
  packed.forEach((bytes, at) => at === 20 || expect(bytes).toEqual(before[at]))
})

test('what JSON escapes is escaped, also where nothing else is out of the ordinary (29)', () => {
  for (const [part, written] of [
    [{ headers: { host: 'a', 'x-a': 'a\tb' } }, '"x-a","a\\tb"'],
    [{ headers: { host: 'a', etag: '"a"' } }, '"etag","\\"a\\""'],
    [{ client: 'a\u0001' }, '"client":"a\\u0001"'],
    [{ client: 'a\\b\n' }, '"client":"a\\\\b\\n"'],
    [{ client: '\u007f' }, '"client":"\u007f"'],
  ] as const) {
    const bytes = encodePacked({ ...value, ...part })
    expect(headIn(bytes)).toContain(written)
    expect(decodePacked(bytes)).toMatchObject(part)
  }
})

test('what a program transfers away takes nothing from calls under way (14, 29)', () => {
  const ofCalls = [packHead('"a"'), packTexts('"a"', '{"text":"hi"}')!]
  const before = ofCalls.map((bytes) => bytes.slice())
  const bytes = encodePacked(value)
  structuredClone(bytes.buffer, { transfer: [bytes.buffer] })
  expect(ofCalls).toEqual(before)
})

test('what was transferred away makes no later value fail (14, 29)', () => {
  const bytes = encodePacked(value)
  structuredClone(bytes.buffer, { transfer: [bytes.buffer] })
  expect(decodePacked(encodePacked(value)).body).toEqual(value.body)
})

test('a member that stands in the head twice is refused: readers would disagree on it (29)', () => {
  const text = headIn(encodePacked(request('GET', '/')))
  const twice: [string, string][] = [
    ['"method":"GET"', '"method":"GET","method":"POST"'],
    ['"method":"GET"', '"method":"GET","m\\u0065thod":"GET"'],
    ['"context":{}', '"context":{"a":{"b":1,"b":1}}'],
    ['"context":{}', '"context":{"a":[{"__proto__":1,"__proto__":2}]}'],
    ['"body":null', '"body":{"length":1,"length":null}'],
    ['"body":null', '"body":null,"other":{"a":{}},"other":1'],
  ]
  for (const [from, to] of twice) {
    expect(text).toContain(from)
    expect(() => decodePacked(packHead(text.replace(from, to))), to).toThrow(fault('value_faulty'))
  }
  const colons = text.replace('"context":{}', '"context":{"a:b\\":":":{}","c":[":"]}')
  expect(decodePacked(packHead(colons)).context).toEqual({ 'a:b":': ':{}', c: [':'] })
})

test('what others could not read alike is not written: lone surrogates, and what is no number (29)', () => {
  expect(() => encodePacked({ ...value, client: '\ud800' })).toThrow(fault('value_faulty'))
  for (const timeoutMs of [Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53]) {
    expect(() => encodePacked({ ...value, timeoutMs })).toThrow(fault('value_faulty'))
  }
})

test('a client that is no text is refused (29)', () => {
  const text = headIn(encodePacked(request('GET', '/')))
  const written = packHead(text.replace('"client":null', '"client":"\\ud800"'))
  expect(() => decodePacked(written)).toThrow(fault('value_faulty'))
  const sound = packHead(text.replace('"client":null', '"client":"\\ud83d\\ude00"'))
  expect(decodePacked(sound)).toHaveProperty('client', '😀')
})

test('a time that is left is written in whole milliseconds, and never below none (27, 29)', () => {
  const written = (timeoutMs: number): unknown => {
    const arrived = decodePacked(encodePacked({ ...value, timeoutMs }))
    return 'timeoutMs' in arrived ? arrived.timeoutMs : undefined
  }
  expect([1500.4, 0.2, -3, 0].map(written)).toEqual([1500, 0, 0, 0])
})

test('a head may have 64 KiB in either direction and not one byte more (29)', () => {
  for (const size of [MAX_PACKED_HEAD - 1, MAX_PACKED_HEAD]) {
    const packed = packHead(`"${'a'.repeat(size - 2)}"`)
    expect(packed.byteLength).toBe(4 + size)
    expect(headIn(packed)).toBe(`"${'a'.repeat(size - 2)}"`)
  }
  const over = MAX_PACKED_HEAD + 1
  expect(() => packHead(`"${'a'.repeat(over - 2)}"`)).toThrow(fault('value_faulty'))
  const announced = new Uint8Array(4 + over)
  new DataView(announced.buffer).setUint32(0, over)
  expect(() => headEnd(announced)).toThrow(fault('value_faulty'))
})

test('the limit is on bytes and not on characters (29)', () => {
  expect(() => packHead(`"${'é'.repeat(MAX_PACKED_HEAD / 2)}"`)).toThrow(fault('value_faulty'))
})

function headIn(bytes: Uint8Array): string {
  return headText(bytes, headEnd(bytes))
}
