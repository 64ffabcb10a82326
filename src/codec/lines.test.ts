import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isFault } from '../fault.ts'
import { utf8Bytes } from '../value/utf8.ts'
import { DEFAULT_BOUNDS } from './format.ts'
import { decodeLines, encodeLine, type LineLimits } from './lines.ts'

/** Reads octets in pieces of `size`, each in the same memory. */
async function decode(
  body: Uint8Array | string,
  size = Number.POSITIVE_INFINITY,
  limits?: LineLimits,
): Promise<unknown[]> {
  const bytes = typeof body === 'string' ? utf8Bytes(body) : body
  const items: unknown[] = []
  for await (const item of decodeLines(cut(bytes, size), limits)) items.push(item)
  return items
}

async function* cut(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  const room = new Uint8Array(Math.min(size, bytes.length))
  for (let at = 0; at < bytes.length; at += size) {
    const piece = bytes.subarray(at, at + size)
    room.set(piece)
    yield room.subarray(0, piece.length)
  }
}

const data = fc.jsonValue().filter((one) => !JSON.stringify(one).includes('"__proto__":'))

test('any items that are written are read back, in one piece as in single octets', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(data, { maxLength: 5 }),
      fc.integer({ min: 1, max: 9 }),
      async (items, size) => {
        const body = items.map(encodeLine).join('')
        const read = JSON.parse(JSON.stringify(items)) as unknown
        for (const one of [body, body.trimEnd()]) {
          expect(await decode(one)).toEqual(read)
          expect(await decode(one, 1)).toEqual(read)
          expect(await decode(one, size)).toEqual(read)
        }
      },
    ),
  )
})

test('lines end with LF or CRLF, the last one with the stream, and blank ones are none', async () => {
  for (const [body, items] of [
    ['', []],
    ['\n\r\n \t\r\n', []],
    ['1\n2\n', [1, 2]],
    ['1\r\n2', [1, 2]],
    ['\n\n{"a":1}\n\n"b"\n ', [{ a: 1 }, 'b']],
    [' 1 \n', [1]],
    ['"a\u2028b"\n"\u0085"', ['a\u2028b', '\u0085']],
  ] as const)
    for (const size of [1, 2, 100]) expect(await decode(body, size), JSON.stringify(body)).toEqual(items)
})

test('what is no line of JSON is malformed, and the items before it are given', async () => {
  for (const line of [
    '{',
    '1 2',
    '1\r2',
    '\ufeff1',
    '{"__proto__":1}',
    '{"a":1,"a":1}',
    '"\\ud800"',
    '1e400',
    '1\u2028',
  ])
    await expect(decode(`1\n${line}\n`), line).rejects.toMatchObject({ code: 'body_malformed' })
  await expect(decode(Uint8Array.from([0x22, 0xff, 0x22]))).rejects.toMatchObject({ code: 'body_malformed' })
  const items = decodeLines(cut(utf8Bytes('1\n{'), 1))
  expect(await items.next()).toEqual({ done: false, value: 1 })
  await expect(items.next()).rejects.toMatchObject({ code: 'body_malformed' })
})

test('an item is given when its line is here', async () => {
  const chunks = async function* (): AsyncGenerator<Uint8Array> {
    yield utf8Bytes('1\n')
    throw new Error('The item waited for more')
  }
  expect(await decodeLines(chunks()).next()).toEqual({ done: false, value: 1 })
})

test('a line may reach its limits and not exceed them, however many there are', async () => {
  const line = '"abcdefg"'
  const limits = { line: line.length }
  for (const size of [1, 4, 1_000]) {
    expect(await decode(`${line}\n${line}\n${line}`, size, limits)).toHaveLength(3)
    for (const body of [`${line} \n`, `${line} `, `1\n${line}\r\n`, ' '.repeat(20)])
      await expect(decode(body, size, limits), body).rejects.toMatchObject({
        code: 'body_too_large',
        detail: { bytes: null, limit: 9 },
      })
  }
  const bounds = { ...DEFAULT_BOUNDS, values: 3 }
  expect(await decode('[1,2]\n'.repeat(10), 1_000, { bounds })).toHaveLength(10)
  await expect(decode('[1,2,3]\n', 1_000, { bounds })).rejects.toMatchObject({ code: 'body_too_complex' })
})

test('a long line that comes in many pieces costs no more than its length', async () => {
  const text = 'a'.repeat(1_000_000)
  expect(await decode(encodeLine(text), 7)).toEqual([text])
})

test('what is no data is not written', () => {
  for (const item of [undefined, 1n, Number.NaN]) expect(() => encodeLine(item)).toThrow(TypeError)
  expect(encodeLine({ a: 'x\ny' })).toBe('{"a":"x\\ny"}\n')
})

test('any octets are items or a fault, the same in one piece as in single octets', async () => {
  const outcome = async (bytes: Uint8Array, size: number): Promise<unknown> => {
    try {
      return await decode(bytes, size)
    } catch (error) {
      expect(isFault(error), String(error)).toBe(true)
      return (error as Error).message
    }
  }
  const octets = fc.oneof(
    fc.uint8Array({ maxLength: 40 }),
    fc
      .array(fc.constantFrom('\n', '\r', '1', '"', 'a', ' ', '[', ']', '{', '}', ':', ','))
      .map((all) => utf8Bytes(all.join(''))),
  )
  await fc.assert(
    fc.asyncProperty(octets, async (bytes) => {
      expect(await outcome(bytes, 1)).toEqual(await outcome(bytes, 1_000))
    }),
  )
})
