/** Content codings undone: by the web's streams, and by Node's zlib in their place, with the same outcome. */

import * as zlib from 'node:zlib'
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { isFault } from 'hagaki'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { decodeContent, knownCodings, provideCoding, type UndoCoding } from '../../src/codec/coding.ts'
import { inflate } from '../../src/codec/inflate.ts'
import { provideNodeCodings } from '../../src/server/codings.ts'

const { zstdCompressSync } = zlib as { zstdCompressSync?: (bytes: Uint8Array) => Uint8Array }
const CODE: Readonly<Record<string, (bytes: Uint8Array) => Uint8Array>> = {
  gzip: gzipSync,
  deflate: deflateSync,
  br: brotliCompressSync,
  zstd: zstdCompressSync ?? gzipSync,
}
const PLAIN = new TextEncoder().encode('a postcard, and another. '.repeat(40))
const MEBIBYTE = 1024 * 1024

const undo = (bytes: Uint8Array, field: string, limit = 10 * MEBIBYTE): Promise<Uint8Array> =>
  decodeContent(new Uint8Array(bytes), field, { limit })

const joined = (...pieces: readonly (Uint8Array | readonly number[])[]): Uint8Array =>
  Uint8Array.from(pieces.flatMap((piece) => [...piece]))

const web: Readonly<Record<string, UndoCoding>> = {
  gzip: (bytes, limit) => inflate('gzip', bytes, limit),
  deflate: (bytes, limit) => inflate('deflate', bytes, limit),
}

describe.each([
  ['the web’s streams', () => {}],
  ['zlib of Node', provideNodeCodings],
])('by %s', (kind, provide) => {
  let names: readonly string[] = []
  beforeAll(() => {
    provide()
    names = knownCodings()
  })
  afterAll(() => {
    for (const [name, one] of Object.entries(web)) provideCoding(name, one)
  })

  test('which codings there are', () => {
    expect(names).toEqual(
      expect.arrayContaining(kind.startsWith('zlib') ? ['br', 'deflate', 'gzip'] : ['deflate', 'gzip']),
    )
    expect(names).toEqual([...names].sort())
  })

  test('what was coded comes out, from the last coding to the first', async () => {
    for (const name of names) {
      for (const plain of [
        PLAIN,
        new Uint8Array(0),
        new Uint8Array(300_000),
        crypto.getRandomValues(new Uint8Array(50_000)),
      ]) {
        expect(Buffer.compare(await undo(CODE[name]!(plain), name), plain), name).toBe(0)
      }
    }
    const both = deflateSync(gzipSync(PLAIN))
    for (const field of [
      'gzip, deflate',
      'GZIP,Deflate',
      'x-gzip, deflate',
      'gzip, identity, deflate',
      ' gzip ,\tdeflate',
    ])
      expect(await undo(both, field), field).toEqual(PLAIN)
  })

  test('a body that is cut off anywhere is malformed', async () => {
    for (const name of names) {
      const whole = CODE[name]!(PLAIN)
      for (let size = 0; size < whole.length; size++) {
        await expect(undo(whole.subarray(0, size), name), `${name} ${size}`).rejects.toMatchObject({
          code: 'body_malformed',
        })
      }
    }
  })

  test('what stands behind the end is malformed, another member too', async () => {
    for (const name of names) {
      const whole = CODE[name]!(PLAIN)
      const others = name === 'gzip' ? [whole] : []
      for (const more of [
        [0],
        [0, 0, 0, 0],
        [0x1f],
        [0x1f, 0x8b],
        [...'more'].map((letter) => letter.charCodeAt(0)),
        ...others,
      ])
        await expect(undo(joined(whole, more), name), name).rejects.toMatchObject({ code: 'body_malformed' })
    }
  })

  test('what is no such data is malformed', async () => {
    for (const name of names) {
      for (const body of [PLAIN, new Uint8Array(100), new Uint8Array(0), deflateRawSync(PLAIN)])
        await expect(undo(body, name), name).rejects.toMatchObject({ code: 'body_malformed' })
    }
    for (const name of ['gzip', 'deflate']) {
      const broken = Uint8Array.from(CODE[name]!(PLAIN))
      broken[broken.length - 6]! ^= 1
      await expect(undo(broken, name), name).rejects.toMatchObject({ code: 'body_malformed' })
    }
  })

  test('what comes out may reach the limit and not exceed it, whatever the coding', async () => {
    for (const name of names) {
      const coded = CODE[name]!(PLAIN)
      for (const limit of [PLAIN.length, PLAIN.length + 1])
        expect(await undo(coded, name, limit)).toEqual(PLAIN)
      for (const limit of [0, 1, PLAIN.length - 1])
        await expect(undo(coded, name, limit), name).rejects.toMatchObject({
          code: 'body_too_large',
          detail: { bytes: null, limit },
        })
    }
    // In between it is held to it as well.
    const bomb = gzipSync(gzipSync(new Uint8Array(8 * MEBIBYTE)))
    await expect(undo(bomb, 'gzip, gzip', MEBIBYTE)).rejects.toMatchObject({ code: 'body_too_large' })
  })

  test('few bytes do not become many, however many are allowed', async () => {
    const coded = gzipSync(new Uint8Array(4 * MEBIBYTE))
    const most = coded.length * 200
    expect(most).toBeGreaterThan(MEBIBYTE / 2)
    await expect(undo(coded, 'gzip', 1024 * MEBIBYTE)).rejects.toMatchObject({
      code: 'body_too_large',
      detail: { limit: Math.max(MEBIBYTE, most) },
    })
    expect(await undo(gzipSync(new Uint8Array(MEBIBYTE)), 'gzip', 1024 * MEBIBYTE)).toHaveLength(MEBIBYTE)
  })

  test('any octets are content or a fault', async () => {
    for (const name of names) {
      const whole = CODE[name]!(PLAIN)
      const mutated = fc
        .tuple(fc.nat(whole.length - 1), fc.integer({ min: 1, max: 255 }))
        .map(([at, bits]) => {
          const bytes = Uint8Array.from(whole)
          bytes[at]! ^= bits
          return bytes
        })
      await fc.assert(
        fc.asyncProperty(fc.oneof(fc.uint8Array({ maxLength: 64 }), mutated), async (bytes) => {
          try {
            await undo(bytes, name, 4_000)
          } catch (error) {
            expect(isFault(error), String(error)).toBe(true)
          }
        }),
        { numRuns: 60 },
      )
    }
  })
})

test('identity is no coding, and gives the same bytes', async () => {
  for (const field of ['identity', 'Identity', 'identity, identity', ''])
    expect(await decodeContent(PLAIN, field, { limit: PLAIN.length })).toBe(PLAIN)
  await expect(decodeContent(PLAIN, 'identity', { limit: PLAIN.length - 1 })).rejects.toMatchObject({
    code: 'body_too_large',
  })
})

test('a coding that is not known is told, with those that are (RFC 9110 15.5.16)', async () => {
  for (const [field, coding] of [
    ['compress', 'compress'],
    ['gzip, x-br', 'x-br'],
    ['gzip;q=1', 'gzip;q=1'],
    ['__proto__', '__proto__'],
    ['*', '*'],
    ['gzip, gzip, gzip, gzip', 'gzip, gzip, gzip, gzip'],
  ] as const) {
    await expect(undo(PLAIN, field), field).rejects.toMatchObject({
      code: 'content_coding_unsupported',
      status: 415,
      detail: { coding, accepts: knownCodings() },
    })
  }
})

test('three codings are undone', async () => {
  expect(await undo(gzipSync(gzipSync(gzipSync(PLAIN))), 'gzip, gzip, gzip')).toEqual(PLAIN)
})
