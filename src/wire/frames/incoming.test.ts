/** Bodies that arrive against credit: `spec/frames.md`, "Calls". */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { MAX_DATA } from './frame.ts'
import { IncomingBody, WINDOW } from './incoming.ts'

const bytes = (length: number, octet = 1): Uint8Array => new Uint8Array(length).fill(octet)

/** A body, and what it has granted so far. */
function body(length: number | null = null): { readonly body: IncomingBody; readonly granted: number[] } {
  const granted: number[] = []
  return { body: new IncomingBody(length, (octets) => granted.push(octets)), granted }
}

test('nothing is granted before the first read', async () => {
  const { body: one, granted } = body(10)
  await settled()
  expect(granted).toEqual([])
  void one.read()
  expect(granted).toEqual([WINDOW])
})

test('no more than a window is granted and not yet taken, and no less than half of one', async () => {
  const { body: one, granted } = body()
  let [sum, taken] = [0, 0]
  const first = one.read()
  for (let sent = 0; sent < 40; sent++) {
    sum = granted.reduce((total, octets) => total + octets, 0)
    expect(sum - taken).toBeLessThanOrEqual(WINDOW)
    expect(sum - taken).toBeGreaterThan(WINDOW / 2 - MAX_DATA)
    one.accept(bytes(MAX_DATA))
    taken += (await (sent === 0 ? first : one.read()))!.byteLength
  }
  expect(taken).toBe(40 * MAX_DATA)
  expect(Math.min(...granted), 'much and rarely').toBeGreaterThanOrEqual(WINDOW / 2)
})

test('a reader that stops gets no more than a window', async () => {
  const { body: one, granted } = body()
  const first = one.read()
  for (let at = 0; at < 4; at++) one.accept(bytes(MAX_DATA))
  await first
  await settled()
  expect(granted).toEqual([WINDOW])
  expect(() => one.accept(bytes(1))).toThrow('data without credit')
})

test('data without credit is refused to the octet', () => {
  expect(() => body().body.accept(bytes(1))).toThrow('data without credit')
  const { body: one } = body()
  void one.read()
  for (let at = 0; at < 4; at++) one.accept(bytes(MAX_DATA))
  expect(() => one.accept(bytes(1))).toThrow('data without credit')
})

test('a known length is exact: more and fewer octets are refused', async () => {
  const { body: more } = body(3)
  void more.read()
  more.accept(bytes(3))
  expect(() => more.accept(bytes(1))).toThrow('more octets than the length')
  const { body: fewer } = body(3)
  void fewer.read()
  fewer.accept(bytes(2))
  expect(() => fewer.end(null)).toThrow('fewer octets than the length')
  const { body: exact } = body(3)
  const first = exact.read()
  exact.accept(bytes(3))
  exact.end(null)
  expect([await first, await exact.read()]).toEqual([bytes(3), null])
})

test('nothing follows the end', () => {
  const { body: one } = body()
  void one.read()
  one.end(null)
  expect(() => one.end(null)).toThrow('a second end')
  expect(() => one.accept(bytes(1))).toThrow('data after the end')
})

test('an end without a read is the end of the body, and grants nothing', async () => {
  const { body: one, granted } = body(0)
  one.end({ digest: 'a' })
  expect(await one.read()).toBe(null)
  expect(await one.read()).toBe(null)
  expect(one.trailers()).toEqual({ digest: 'a' })
  expect(granted).toEqual([])
})

test('trailers are there after the end and not before', () => {
  const { body: one } = body()
  expect(one.trailers()).toBe(null)
  one.end({ digest: 'a' })
  expect(one.trailers()).toEqual({ digest: 'a' })
})

test('what had arrived can be read when the body breaks off, and then why it did', async () => {
  const { body: one } = body()
  const first = one.read()
  one.accept(bytes(2))
  expect(await first).toEqual(bytes(2))
  one.accept(bytes(3))
  one.fail(new Error('gone'))
  one.fail(new Error('again'))
  expect(await one.read()).toEqual(bytes(3))
  await expect(one.read()).rejects.toThrow('gone')
  await expect(one.read()).rejects.toThrow('gone')
  expect(one.isOver).toBe(true)
})

test('a reader that waits is woken by data, by the end and by a failure', async () => {
  const cases: [act: (one: IncomingBody) => void, outcome: unknown][] = [
    [(one) => one.accept(bytes(1)), bytes(1)],
    [(one) => one.end(null), null],
    [(one) => one.fail(new Error('gone')), 'gone'],
  ]
  for (const [act, outcome] of cases) {
    const { body: one } = body()
    const reading = one.read().catch((error: Error) => error.message)
    await settled()
    act(one)
    expect(await reading).toEqual(outcome)
  }
})

test('what waits is given in few pieces, whatever the frames were, and unchanged', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 700 }), { maxLength: 300 }), async (sizes) => {
      const { body: one } = body()
      const first = one.read()
      let at = 0
      const sent = sizes.map((size) => Uint8Array.from({ length: size }, () => at++ & 0xff))
      for (const piece of sent) one.accept(piece)
      one.end(null)
      const pieces: Uint8Array[] = []
      for (let piece = await first; piece !== null; piece = await one.read()) pieces.push(piece)
      expect(Buffer.concat(pieces).equals(Buffer.concat(sent))).toBe(true)
      expect(pieces.length).toBeLessThanOrEqual(24)
      for (const piece of pieces) expect(piece.byteLength).toBeLessThanOrEqual(MAX_DATA)
    }),
  )
})

function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
