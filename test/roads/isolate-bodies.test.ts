/**
 * Bodies to and from threads and processes of `isolate`: what is handed over is never a buffer of an app's, which
 * may keep what it gave and was given (clause 14).
 */
import { perform, request } from 'hagaki'
import { isolate } from 'hagaki/isolate'
import { expect, onTestFinished, test } from 'vitest'
import { closeApp, openApp } from '../../src/call/life.ts'
import { serverFacts } from '../../src/call/server-facts.ts'

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
