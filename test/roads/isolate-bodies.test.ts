/**
 * Bodies to and from threads and processes of `isolate`: what is handed over is never a buffer of an app's, which
 * may keep what it gave and was given (clause 14).
 */
import { perform, request } from 'hagaki'
import { isolate } from 'hagaki/isolate'
import { expect, onTestFinished, test } from 'vitest'
import { closeApp, openApp } from '../../src/call/life.ts'
import { serverFacts } from '../../src/call/server-facts.ts'

const TEXTS = new URL('./modules/texts.ts', import.meta.url)
const KEEPING = new URL('./modules/keeping.ts', import.meta.url)
/** Around what goes with a head, what is handed over, one frame, and a window. In octets. */
const SIZES = [0, 1, 4_095, 4_096, 16_384, 65_535, 65_536, 65_537, 262_144, 1_000_000]

test.each([{ threads: 1 }, { processes: 1 }])('no body is taken from who gave it, with %o', async (kind) => {
  const app = isolate(KEEPING, kind)
  await openApp(app, serverFacts())
  onTestFinished(() => closeApp(app))
  const given = SIZES.map((size, at) => new Uint8Array(size).fill(at + 1))
  for (const body of given) {
    // A body of ours, the same one twice; then one of theirs, twice.
    for (const method of ['POST', 'POST', 'GET', 'GET']) {
      const answer = await perform(app, request(method, '/', method === 'POST' ? { body } : {}))
      expect(Buffer.compare(answer.body!, body), `${method} ${body.byteLength}`).toBe(0)
    }
  }
  const held = given.map((body) => [body.byteLength, body.reduce((sum, one) => sum + one, 0)])
  expect(held).toEqual(SIZES.map((size, at) => [size, size * (at + 1)])) // ours is as it was
  const { body } = await perform(app, request('GET', '/kept'))
  expect(JSON.parse(new TextDecoder().decode(body!))).toEqual(held.flatMap((one) => [one, one])) // and theirs
})

test('a text comes as its octets in UTF-8, whatever it is made of and however long (18, 22)', async () => {
  const app = isolate(TEXTS)
  await openApp(app, serverFacts())
  onTestFinished(() => closeApp(app))
  const texts = ['', 'a', 'é', '€', '😀', '\ud800', 'a\udc00é'].flatMap((piece) =>
    [1, 90, 1_365, 16_384, 21_845, 21_846, 32_768, 65_535, 65_536, 65_537].map(
      (times) => [piece, times] as const,
    ),
  )
  // Together: none may be sent in the place of another one.
  await Promise.all(
    texts.map(async ([piece, times]) => {
      const target = `/?${encodeURIComponent(JSON.stringify([piece, times]))}`
      const octets = Buffer.from(piece.repeat(times))
      const { body } = await perform(app, request('GET', target))
      expect(Buffer.compare(body!, octets), `${times} times ${JSON.stringify(piece)}`).toBe(0)
      const head = await perform(app, request('HEAD', target))
      expect(head.headers['content-length'] ?? '0').toBe(String(octets.byteLength))
    }),
  )
})
