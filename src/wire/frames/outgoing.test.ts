/** Bodies that leave against credit: `spec/frames.md`, "Calls". */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { MAX_DATA } from './frame.ts'
import { MAX_CREDIT, OutgoingBody } from './outgoing.ts'

/** A body, the sizes of what it has sent, and what it has said about being wanted. */
function body(): { readonly body: OutgoingBody; readonly sent: Uint8Array[]; readonly wanted: boolean[] } {
  const sent: Uint8Array[] = []
  const wanted: boolean[] = []
  const one = new OutgoingBody(
    (piece) => sent.push(piece),
    (isWanted) => wanted.push(isWanted),
  )
  return { body: one, sent, wanted }
}

const sizes = (sent: readonly Uint8Array[]): number[] => sent.map((piece) => piece.byteLength)

test('nothing leaves without credit, and never more than was granted', async () => {
  const { body: one, sent } = body()
  const writing = one.write(new Uint8Array(10))
  await settled()
  expect(sizes(sent)).toEqual([])
  one.grant(4)
  await settled()
  expect(sizes(sent)).toEqual([4])
  one.grant(100)
  expect(await writing).toBe(true)
  expect(sizes(sent)).toEqual([4, 6])
})

test('a frame holds 65,536 octets at most', async () => {
  const { body: one, sent } = body()
  one.grant(MAX_CREDIT)
  await one.write(new Uint8Array(2 * MAX_DATA + 1))
  expect(sizes(sent)).toEqual([MAX_DATA, MAX_DATA, 1])
})

test('any chunks and grants: the octets arrive as they were, and never beyond the credit', async () => {
  const chunks = fc.array(fc.uint8Array({ maxLength: 50 }), { maxLength: 20 })
  await fc.assert(
    fc.asyncProperty(chunks, fc.array(fc.integer({ min: 1, max: 40 })), async (written, grants) => {
      const { body: one, sent } = body()
      let granted = 0
      const writing = (async () => {
        for (const chunk of written) await one.write(chunk)
      })()
      const all = Buffer.concat(written)
      for (const octets of [...grants, all.length + 1]) {
        granted += octets
        one.grant(octets)
        await settled()
        expect(Buffer.concat(sent).length).toBe(Math.min(granted, all.length))
      }
      await writing
      expect(Buffer.concat(sent).equals(all)).toBe(true)
    }),
    { numRuns: 40 },
  )
})

test('credit adds up to 2^31 - 1 octets that are not sent yet, and no further', async () => {
  const { body: one } = body()
  one.grant(MAX_CREDIT)
  expect(() => one.grant(1)).toThrow('credit beyond all bounds')
  const { body: other } = body()
  other.grant(MAX_CREDIT)
  await other.write(new Uint8Array(5))
  other.grant(5)
  expect(() => other.grant(1)).toThrow('credit beyond all bounds')
})

test('a stop wakes a waiting writer and whoever waits to be asked', async () => {
  const { body: one, sent } = body()
  const writing = one.write(new Uint8Array(10))
  one.stop()
  expect(await writing).toBe(false)
  expect(await one.asked()).toBe(false)
  one.grant(10)
  expect(await one.write(new Uint8Array(1))).toBe(false)
  expect(sent).toEqual([])
})

test('what shall run at a stop runs once, and at once when that was before', () => {
  for (const first of [true, false]) {
    const { body: one } = body()
    let ran = 0
    if (first) one.stop()
    one.onStop(() => ran++)
    one.stop()
    one.stop()
    expect(ran).toBe(1)
  }
})

test('it is wanted from a grant until its octets are sent, its end, or a stop', async () => {
  const { body: spent, wanted } = body()
  spent.grant(3)
  spent.grant(3)
  await spent.write(new Uint8Array(5))
  expect(wanted).toEqual([true])
  await spent.write(new Uint8Array(1))
  expect(wanted).toEqual([true, false])
  for (const end of ['end', 'stop'] as const) {
    const { body: one, wanted: said } = body()
    one.grant(3)
    one[end]()
    one.grant(3)
    expect(said).toEqual([true, false])
  }
})

function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
