/** Properties that the written forms share: any value comes back, and hostile input is refused. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { anyValue as value } from '../../test/values/arbitrary.ts'
import { isFault } from '../fault.ts'
import { headersFrom } from './headers.ts'
import { type Carried, type RequestValue, type ResponseValue, revive, sameValue } from './message.ts'
import { decodePacked, encodePacked, MAX_PACKED_HEAD } from './packed.ts'
import { decodeText, encodeText } from './text.ts'

type Value = RequestValue | ResponseValue

test('what is packed comes back the same (29)', () => {
  fc.assert(fc.property(value, (one) => sameValue(decodePacked(encodePacked(one)), one)))
})

test('what is written as text comes back the same (30)', () => {
  fc.assert(fc.property(value, (one) => sameValue(decodeText(encodeText(one)), one)))
})

test('what comes back is written the same again: the packed form is canonical (29)', () => {
  fc.assert(
    fc.property(value, (one) => {
      const bytes = encodePacked(one)
      expect(encodePacked(decodePacked(bytes))).toEqual(bytes)
      expect(encodePacked(decodeText(encodeText(one)))).toEqual(bytes)
    }),
  )
})

test('equal values whose fields are in the same order give equal bytes (28, 29)', () => {
  fc.assert(
    fc.property(value, (one) => {
      const other = { ...(backwards(one) as Value), headers: one.headers } as Value
      fc.pre(sameValue(one, other))
      expect(encodePacked(other)).toEqual(encodePacked(one))
    }),
  )
})

test('a value survives structuredClone (27)', () => {
  fc.assert(fc.property(value, (one) => sameValue(structuredClone(one), one)))
})

test('what is revived behind a structured clone is the value, with what cloning lost (28)', () => {
  fc.assert(
    fc.property(value, (one) => {
      const revived = revive(structuredClone(one))
      expect(sameValue(revived, one)).toBe(true)
      for (const part of [
        revived.headers,
        revived.context,
        'trailers' in revived ? revived.trailers : null,
      ]) {
        if (part === null) continue
        expect([Object.getPrototypeOf(part), Object.isFrozen(part)]).toEqual([null, true])
        // Fields hold lists, carried values may hold anything.
        if (part !== revived.context) {
          expect(Object.values(part).every((one) => Object.isFrozen(one))).toBe(true)
        }
      }
    }),
  )
})

test('packed bytes cut at any place are refused (29)', () => {
  fc.assert(
    fc.property(value, (one) => {
      const bytes = encodePacked(one)
      for (let end = 0; end < bytes.byteLength; end++) {
        const found = verdict(() => decodePacked(bytes.subarray(0, end)))
        if (found !== 'value_faulty') throw new Error(`cut at ${end} of ${bytes.byteLength}: ${found}`)
      }
    }),
    { numRuns: 10 },
  )
})

test('packed bytes with any bit flipped give a value or a fault, never another error (29)', () => {
  fc.assert(
    fc.property(value, fc.infiniteStream(fc.integer({ min: 0, max: 7 })), (one, bits) => {
      const bytes = encodePacked(one)
      for (let at = 0; at < bytes.byteLength; at++) {
        const flipped = bytes.slice()
        flipped[at]! ^= 1 << bits.next().value!
        isRefusal(
          verdict(() => decodePacked(flipped)),
          `flipped at ${at}`,
        )
      }
    }),
    { numRuns: 10 },
  )
})

test('text cut at any place, or with any character replaced, gives a value or a fault (30)', () => {
  const characters = fc.infiniteStream(
    fc.constantFrom('"', '\\', '{', '[', ':', ',', '0', '\0', '\ud800', 'é', ' '),
  )
  fc.assert(
    fc.property(value, characters, (one, stream) => {
      const text = encodeText(one)
      for (let at = 0; at < text.length; at++) {
        isRefusal(
          verdict(() => decodeText(text.slice(0, at))),
          `cut at ${at}`,
        )
        const replaced = text.slice(0, at) + stream.next().value! + text.slice(at + 1)
        isRefusal(
          verdict(() => decodeText(replaced)),
          `replaced at ${at}`,
        )
      }
    }),
    { numRuns: 5 },
  )
})

test('any bytes and any JSON give a value or a fault, never another error (29, 30)', () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => refused(() => decodePacked(bytes))))
  fc.assert(
    fc.property(fc.json(), (json) => {
      refused(() => decodeText(json))
      refused(() => decodePacked(framed(json)))
    }),
  )
})

test('heads with members of any kind give a value or a fault, never another error (29, 30)', () => {
  fc.assert(
    fc.property(value, fc.nat(), fc.jsonValue(), (one, which, member) => {
      const data = JSON.parse(encodeText(one)) as Record<string, unknown>
      const names = Object.keys(data)
      const text = JSON.stringify({ ...data, [names[which % names.length]!]: member })
      refused(() => decodeText(text))
      refused(() => decodePacked(framed(text)))
    }),
  )
})

test('nesting deeper than any stack is refused, not overflowed (29, 30)', () => {
  const depth = 30_000 // within the 64 KiB of a packed head
  for (const nested of [
    '['.repeat(depth) + ']'.repeat(depth),
    `${'{"a":'.repeat(10_000)}0${'}'.repeat(10_000)}`,
  ]) {
    const context = `{"a":${nested}}`
    const deep = JSON.stringify(JSON.parse(encodeText(sample))).replace(
      '"context":{}',
      `"context":${context}`,
    )
    expect(deep.length).toBeLessThan(MAX_PACKED_HEAD)
    expect(verdict(() => decodeText(deep))).toBe('value_faulty')
    expect(verdict(() => decodePacked(framed(flatHeaders(deep))))).toBe('value_faulty')
    const carrying = { ...sample, context: JSON.parse(context) as Carried }
    expect(verdict(() => encodePacked(carrying))).toBe('value_faulty')
    expect(verdict(() => encodeText(carrying))).toBe('value_faulty')
  }
})

test('what no language could read back is not written: a carried value is JSON with whole numbers (29)', () => {
  const circular: Record<string, unknown> = {}
  circular['self'] = circular
  const unwritable = [
    undefined,
    () => 0,
    Symbol('a'),
    1n,
    0.5,
    Number.NaN,
    2 ** 53,
    circular,
    new Date(0),
    new Map(),
  ]
  for (const data of [...unwritable, new Uint8Array(1), '\ud800', { '\ud800': 1 }]) {
    for (const member of [data, [data], { in: data }]) {
      const carrying = { ...sample, context: { member } as unknown as Carried }
      expect(
        verdict(() => encodePacked(carrying)),
        typeof data,
      ).toBe('value_faulty')
      expect(
        verdict(() => encodeText(carrying)),
        typeof data,
      ).toBe('value_faulty')
    }
  }
})

test('a carried zero has no sign: it comes back equal (28, 29)', () => {
  const carrying = { ...sample, context: { n: -0 } }
  expect(sameValue(decodePacked(encodePacked(carrying)), carrying)).toBe(true)
})

test('a packed head may have 64 KiB and not one byte more (29)', () => {
  const spare = MAX_PACKED_HEAD - (encodePacked(padded(0)).byteLength - 4)
  expect(encodePacked(padded(spare - 1)).byteLength).toBe(4 + MAX_PACKED_HEAD - 1)
  expect(sameValue(decodePacked(encodePacked(padded(spare))), padded(spare))).toBe(true)
  expect(verdict(() => encodePacked(padded(spare + 1)))).toBe('value_faulty')
  const over = framed(`{"v":1,"pad":"${'a'.repeat(MAX_PACKED_HEAD)}"}`)
  expect(verdict(() => decodePacked(over))).toBe('value_faulty')
})

const sample: RequestValue = {
  method: 'GET',
  path: '/',
  query: null,
  mount: '',
  http: null,
  client: null,
  protocol: 'http',
  upgrade: null,
  timeoutMs: null,
  headers: headersFrom([['host', 'a']]),
  context: {},
  body: null,
}

function padded(size: number): RequestValue {
  return { ...sample, client: 'a'.repeat(size) }
}

function flatHeaders(text: string): string {
  return text.replace('"headers":{"host":"a"}', '"headers":["host","a"]').replace(/\}$/, ',"body":null}')
}

function framed(json: string): Uint8Array {
  const text = new TextEncoder().encode(json)
  const bytes = new Uint8Array(4 + text.byteLength)
  new DataView(bytes.buffer).setUint32(0, text.byteLength)
  bytes.set(text, 4)
  return bytes
}

/** The same data with the members of every object the other way round; lists and fields keep their order. */
function backwards(data: unknown): unknown {
  if (Array.isArray(data)) return data.map(backwards)
  if (typeof data !== 'object' || data === null || data instanceof Uint8Array) return data
  const turned = Object.create(null) as Record<string, unknown>
  for (const [name, member] of Object.entries(data).reverse())
    turned[name] = name === 'headers' || name === 'trailers' ? member : backwards(member)
  return turned
}

function verdict(run: () => unknown): string {
  try {
    run()
  } catch (error) {
    return isFault(error) ? error.code : `${String(error)}`
  }
  return 'taken'
}

function isRefusal(found: string, where = ''): void {
  if (!['taken', 'value_faulty', 'field_faulty'].includes(found)) throw new Error(`${where} ${found}`)
}

function refused(run: () => unknown): void {
  isRefusal(verdict(run))
}
