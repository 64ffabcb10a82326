/** Calls by name, and what keeps a link going: `spec/frames.md`, "Calls by name" and "The life of a link". */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isFault } from '../../fault.ts'
import type { Carried } from '../../value/message.ts'
import { utf8Bytes } from '../../value/utf8.ts'
import {
  decodeGoAway,
  decodeNumber,
  decodeTimeout,
  encodeGoAway,
  encodeNumber,
  encodeTimeout,
} from './control.ts'
import { contractMark, isMark } from './mark.ts'
import { decodeCall, decodeResult, encodeCall, encodeResult, MAX_NAME } from './named.ts'

const context = { user: 'anna', roles: ['a', { b: null }] } as unknown as Carried
const bodies = [null, new Uint8Array(0), utf8Bytes('{"a":1}'), { length: 70_000 }, { length: null }]

test('a call and a result come back as they were, with data, without, and with data to come', () => {
  for (const body of bodies) {
    const call = { name: 'notes.add', timeoutMs: 5_000, context }
    expect(decodeCall(encodeCall(call, body))).toEqual({ head: call, body })
    for (const gives of ['data', 'items'] as const) {
      expect(decodeResult(encodeResult({ gives, context }, body))).toEqual({ head: { gives, context }, body })
    }
  }
})

test('data that are a text are written as their octets', () => {
  const texts = fc.oneof(fc.string({ maxLength: 5_000 }), fc.string({ unit: 'binary' }))
  fc.assert(
    fc.property(texts, fc.constantFrom('add', 'ajoutée'), (text, name) => {
      const call = { name, timeoutMs: null, context }
      expect(encodeCall(call, text)).toEqual(encodeCall(call, utf8Bytes(text)))
      const result = { gives: 'data', context } as const
      expect(encodeResult(result, text)).toEqual(encodeResult(result, utf8Bytes(text)))
    }),
  )
})

test('any name of 1 to 256 octets comes back, and no other is written', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (name) => {
      const fits = name !== '' && Buffer.byteLength(name) <= MAX_NAME
      const written = (): Uint8Array => encodeCall({ name, timeoutMs: null, context: {} }, null)
      if (fits) expect(decodeCall(written()).head.name).toBe(name)
      else expect(written).toThrow(expect.objectContaining({ code: 'value_faulty' }))
    }),
  )
  const name = '\ud800'
  expect(() => encodeCall({ name, timeoutMs: null, context: {} }, null)).toThrow('its name')
})

test('a head is the same however it is written: what nearly all are like is read at a glance', () => {
  const size = fc.oneof(fc.nat(9), fc.integer({ min: 0, max: 2 ** 53 }), fc.constant(-1), fc.constant(1.5))
  const whole = fc.oneof(fc.constant(null), size)
  const members = fc.record({
    v: fc.constant(1),
    kind: fc.constant('call'),
    name: fc.oneof(fc.constantFrom('add', 'notes.add', 'a-b_c.d'), fc.string({ maxLength: 4 })),
    timeoutMs: whole,
    context: fc.constant({}),
    body: whole,
  })
  fc.assert(
    fc.property(members, fc.boolean(), fc.nat(9), (head, isData, octets) => {
      const { v, context, body } = head
      const told = isData ? { v, kind: 'result', gives: 'data', context, body } : head
      const decode: (payload: Uint8Array) => unknown = isData ? decodeResult : decodeCall
      const read = (json: string): unknown => {
        const text = Buffer.from(json)
        const behind = Buffer.alloc(octets, 0x31)
        try {
          return decode(new Uint8Array(Buffer.concat([encodeNumber(text.length), text, behind])))
        } catch (error) {
          return isFault(error) ? [error.code, error.detail] : error
        }
      }
      expect(read(JSON.stringify(told))).toEqual(read(JSON.stringify(told, null, 1)))
    }),
  )
})

test('whatever comes as a call or a result is one, or a fault: nothing else is thrown', () => {
  const members = fc.record(
    {
      v: fc.constantFrom(1, 2, '1'),
      kind: fc.constantFrom('call', 'result', 'request'),
      name: fc.oneof(fc.string(), fc.jsonValue()),
      gives: fc.oneof(fc.constantFrom('data', 'items'), fc.jsonValue()),
      timeoutMs: fc.oneof(fc.constant(null), fc.jsonValue()),
      context: fc.oneof(fc.constant({}), fc.jsonValue()),
      body: fc.oneof(fc.constant(null), fc.nat(9), fc.jsonValue()),
    },
    { requiredKeys: [] },
  )
  const octets = fc.oneof(
    fc.uint8Array({ maxLength: 40 }),
    fc.tuple(members, fc.uint8Array({ maxLength: 9 })).map(([head, body]) => {
      const text = Buffer.from(JSON.stringify(head))
      return new Uint8Array(Buffer.concat([encodeNumber(text.length), text, body]))
    }),
  )
  fc.assert(
    fc.property(octets, (payload) => {
      for (const decode of [decodeCall, decodeResult, decodeGoAway, decodeTimeout, decodeNumber]) {
        try {
          decode(payload)
        } catch (error) {
          expect(isFault(error), String(error)).toBe(true)
        }
      }
    }),
    { numRuns: 500 },
  )
})

test('a timeout is in whole milliseconds, and can be none', () => {
  for (const [ms, told] of [
    [0, 0],
    [-5, 0],
    [1.2, 2],
    [60_000, 60_000],
    [Number.POSITIVE_INFINITY, null],
    [2 ** 40, null],
  ] as const) {
    expect(decodeTimeout(encodeTimeout(ms)), String(ms)).toBe(told)
  }
})

test('a go-away comes back as it was, and its reason is cut', () => {
  expect(decodeGoAway(encodeGoAway({ last: 7, reason: 'it stops' }))).toEqual({ last: 7, reason: 'it stops' })
  expect(decodeGoAway(encodeGoAway({ last: 0, reason: '\u0001'.repeat(5_000) })).reason).toHaveLength(1_000)
  for (const away of [null, {}, { last: 1 }, { last: 1.5, reason: '' }, { last: 2 ** 32, reason: '' }]) {
    expect(() => decodeGoAway(utf8Bytes(JSON.stringify(away)))).toThrow(
      expect.objectContaining({ code: 'frame_faulty' }),
    )
  }
})

test('a mark is the same for the same contract however its members stand, and another for any other', () => {
  expect(contractMark('')).toBe(fnv('""'))
  expect(contractMark({ b: [1, { d: null, c: 'é' }], a: undefined })).toBe(
    fnv('{"b":[1,{"c":"é","d":null}]}'),
  )
  fc.assert(
    fc.property(fc.jsonValue(), (data) => {
      const mark = contractMark(data)
      expect(isMark(mark)).toBe(true)
      expect(contractMark(reversed(data))).toBe(mark)
    }),
  )
  expect(contractMark({ a: 1 })).not.toBe(contractMark({ a: 2 }))
})

/** FNV-1a of 64 bits as its authors write it down. */
function fnv(text: string): string {
  let hash = 14695981039346656037n
  for (const octet of Buffer.from(text)) hash = BigInt.asUintN(64, (hash ^ BigInt(octet)) * 1099511628211n)
  return hash.toString(16).padStart(16, '0')
}

function reversed(data: unknown): unknown {
  if (Array.isArray(data)) return data.map(reversed)
  if (typeof data !== 'object' || data === null) return data
  return Object.fromEntries(
    Object.entries(data)
      .reverse()
      .map(([name, value]) => [name, reversed(value)]),
  )
}
