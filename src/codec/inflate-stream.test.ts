import { deflateSync, gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Fault } from '../fault.ts'
import { joinBytes, utf8Bytes } from '../value/utf8.ts'
import { flowingCodings, inflated } from './inflate-stream.ts'

const code = { gzip: gzipSync, deflate: deflateSync } as const
const CODINGS = ['gzip', 'deflate'] as const

async function* cut(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

async function inflate(coding: 'gzip' | 'deflate', bytes: Uint8Array, size = 1_000): Promise<Uint8Array> {
  const pieces: Uint8Array[] = []
  for await (const piece of inflated([coding], cut(bytes, size))) pieces.push(piece)
  return joinBytes(pieces)
}

test('what was coded is given back, however it is cut', async () => {
  const bytes = fc.uint8Array({ maxLength: 2_000 })
  await fc.assert(
    fc.asyncProperty(
      bytes,
      fc.integer({ min: 1, max: 300 }),
      fc.constantFrom(...CODINGS),
      async (given, size, coding) => {
        expect([...(await inflate(coding, code[coding](given), size))]).toEqual([...given])
      },
    ),
    { numRuns: 60 },
  )
})

test('what is cut off, no such data, or has something behind its end is malformed', async () => {
  for (const coding of CODINGS) {
    const whole = code[coding]('abc'.repeat(100))
    const wrong = [
      whole.subarray(0, -1),
      whole.subarray(0, 5),
      new Uint8Array(0),
      Buffer.from('plain text'),
      Buffer.concat([whole, Buffer.from('x')]),
      // Of zlib data that come twice, the second end is that of the first.
      ...(coding === 'gzip' ? [Buffer.concat([whole, whole])] : []),
      Buffer.concat([whole, Buffer.alloc(4)]),
    ]
    for (const [at, bytes] of wrong.entries())
      await expect(inflate(coding, bytes, 7), `${coding} ${at}`).rejects.toMatchObject({
        code: 'body_malformed',
      })
  }
})

test('a bomb is refused once more comes out than its bytes could mean', async () => {
  const bomb = gzipSync(Buffer.alloc(50 * 1024 * 1024))
  let size = 0
  const reading = (async () => {
    for await (const piece of inflated(['gzip'], cut(bomb, 1_000))) size += piece.byteLength
  })()
  await expect(reading).rejects.toMatchObject({ code: 'body_too_large' })
  expect(size).toBeLessThanOrEqual(200 * bomb.byteLength)
  const small = gzipSync(Buffer.alloc(4 * 1024 * 1024)) // 4 KiB
  await expect(inflate('gzip', small)).rejects.toMatchObject({ code: 'body_too_large' })
})

test('a source that breaks off says why, and who leaves ends the source at once', async () => {
  const lost = new Fault('request_aborted', { reason: 'gone' })
  const breaking = async function* (): AsyncGenerator<Uint8Array> {
    yield gzipSync('abc').subarray(0, 5)
    throw lost
  }
  await expect(inflated(['gzip'], breaking()).next()).rejects.toBe(lost)
  let returned = false
  const endless: AsyncIterableIterator<Uint8Array> = {
    [Symbol.asyncIterator]: () => endless,
    next: () => new Promise(() => {}),
    return: async () => {
      returned = true
      return { done: true, value: undefined }
    },
  }
  const left = inflated(['gzip'], endless)
  void left.next()
  await left.return!()
  expect(returned).toBe(true)
})

test('codings are named as those of whole bodies are, and are at most three', () => {
  for (const [field, codings] of [
    [undefined, []],
    ['identity', []],
    ['gzip', ['gzip']],
    ['X-GZIP', ['gzip']],
    ['identity, deflate', ['deflate']],
    ['gzip, deflate,gzip', ['gzip', 'deflate', 'gzip']],
  ] as const)
    expect(flowingCodings(field), field).toEqual(codings)
  for (const field of ['br', 'gzip, br', 'gzip, gzip, gzip, gzip', 'gzip;q=1'])
    expect(() => flowingCodings(field), field).toThrow(
      expect.objectContaining({ code: 'content_coding_unsupported' }),
    )
})

test('several codings are undone in turn, each with its checks, and together are no larger bomb', async () => {
  const undone = async (bytes: Uint8Array): Promise<Uint8Array> => {
    const pieces: Uint8Array[] = []
    for await (const piece of inflated(['gzip', 'deflate', 'gzip'], cut(bytes, 100))) pieces.push(piece)
    return joinBytes(pieces)
  }
  const coded = (bytes: Uint8Array): Uint8Array => gzipSync(deflateSync(gzipSync(bytes)))
  const text = utf8Bytes('葉書 '.repeat(5_000))
  expect([...(await undone(coded(text)))]).toEqual([...text])
  const cutOff = gzipSync(deflateSync(gzipSync(text).subarray(0, -1)))
  await expect(undone(cutOff)).rejects.toMatchObject({ code: 'body_malformed' })
  const bomb = coded(Buffer.alloc(100 * 1024 * 1024))
  expect(bomb.byteLength).toBeLessThan(1_000)
  await expect(undone(bomb)).rejects.toMatchObject({ code: 'body_too_large' })
})
