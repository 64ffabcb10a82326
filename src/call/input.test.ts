import { expect, test } from 'vitest'
import { Fault, type FaultCode } from '../fault.ts'
import { Budget } from './budget.ts'
import { Charge } from './charge.ts'
import { type BodySource, SourceInput, WholeInput } from './input.ts'

const fault = (code: FaultCode, detail: object = {}): unknown =>
  expect.objectContaining({ code, detail: expect.objectContaining(detail) as unknown })
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
const text = (read: Uint8Array): string => new TextDecoder().decode(read)

/** A body in pieces that counts how often it was asked. */
class Pieces implements BodySource {
  readonly length: number | null
  readonly #pieces: readonly (string | Fault)[]
  reads = 0

  constructor(pieces: readonly (string | Fault)[], length: number | null = null) {
    this.#pieces = pieces
    this.length = length
  }

  async read(): Promise<Uint8Array | null> {
    const piece = this.#pieces[this.reads++]
    if (piece instanceof Fault) throw piece
    return piece === undefined ? null : bytes(piece)
  }

  trailers(): null {
    return null
  }
}

async function collect(pieces: AsyncIterable<Uint8Array>): Promise<string[]> {
  const read: string[] = []
  for await (const piece of pieces) read.push(text(piece))
  return read
}

test('every caller gets the same bytes, read once, together or one after the other (13)', async () => {
  const source = new Pieces(['ab', 'c', 'def'])
  const input = new SourceInput(source, 10)
  const [one, two] = await Promise.all([input.bytes(), input.bytes()])
  const three = await input.bytes()
  expect(text(one)).toBe('abcdef')
  expect(two).toBe(one)
  expect(three).toBe(one)
  expect(source.reads).toBe(4)
})

test('nothing is read before somebody asks (13)', async () => {
  const source = new Pieces(['ab'])
  const input = new SourceInput(source, 10)
  expect([input.length, input.absent, input.trailers(), source.reads]).toEqual([null, false, null, 0])
  input.stream()
  expect(source.reads).toBe(0)
})

test('a body may equal the limit and not exceed it, whether its length is known or not (13)', async () => {
  for (const length of [5, null]) {
    const read = (limit: number): Promise<Uint8Array> =>
      new SourceInput(new Pieces(['abc', 'de'], length), 5).bytes(limit)
    await expect(read(4)).rejects.toEqual(fault('body_too_large', { bytes: length, limit: 4 }))
    expect(text(await read(5))).toBe('abcde')
    expect(text(await read(6))).toBe('abcde')
  }
  const whole = new WholeInput(bytes('abcde'), 5)
  await expect(whole.bytes(4)).rejects.toEqual(fault('body_too_large', { bytes: 5, limit: 4 }))
  expect(text(await whole.bytes(5))).toBe('abcde')
  expect(text(await whole.bytes(6))).toBe('abcde')
})

test('without a limit the default of the server holds (13)', async () => {
  for (const limit of [2, 3]) {
    const inputs = [new SourceInput(new Pieces(['abc']), limit), new WholeInput(bytes('abc'), limit)]
    for (const input of inputs) {
      if (limit === 3) expect(text(await input.bytes())).toBe('abc')
      else await expect(input.bytes()).rejects.toEqual(fault('body_too_large', { limit }))
    }
  }
})

test('a declared length over the limit is refused before a byte is read (13)', async () => {
  const source = new Pieces(['abc'], 3)
  await expect(new SourceInput(source, 2).bytes()).rejects.toEqual(fault('body_too_large', { bytes: 3 }))
  expect(source.reads).toBe(0)
})

test('a refusal stops reading, and a larger limit resumes where it stopped (13)', async () => {
  const source = new Pieces(['abc', 'def', 'ghi'])
  const input = new SourceInput(source, 100)
  await expect(input.bytes(4)).rejects.toEqual(fault('body_too_large'))
  expect(source.reads).toBe(2)
  await expect(input.bytes(5)).rejects.toEqual(fault('body_too_large'))
  expect(source.reads).toBe(2)
  expect(text(await input.bytes(9))).toBe('abcdefghi')
  expect(source.reads).toBe(4)
})

test('each caller is judged by its own limit, also while others wait, and once all is here (13)', async () => {
  const input = new SourceInput(new Pieces(['abc', 'def']), 100)
  const [small, large] = await Promise.allSettled([input.bytes(3), input.bytes(6)])
  expect(small).toEqual({ status: 'rejected', reason: fault('body_too_large', { limit: 3 }) })
  expect(large.status === 'fulfilled' && text(large.value)).toBe('abcdef')
  await expect(input.bytes(5)).rejects.toEqual(fault('body_too_large', { limit: 5 }))
  expect(text(await input.bytes(6))).toBe('abcdef')
})

test('a stream is taken once (13)', async () => {
  for (const input of [new SourceInput(new Pieces(['a', 'bc']), 1), new WholeInput(bytes('abc'), 1)]) {
    expect((await collect(input.stream())).join('')).toBe('abc') // no limit holds for a stream
    expect(() => input.stream()).toThrow(fault('input_taken', { by: 'stream' }))
  }
})

test('a stream gives pieces as they come (13)', async () => {
  expect(await collect(new SourceInput(new Pieces(['a', 'bc']), 1).stream())).toEqual(['a', 'bc'])
  expect(await collect(new WholeInput(bytes('abc'), 1).stream())).toEqual(['abc'])
  expect(await collect(new WholeInput(bytes(''), 1).stream())).toEqual([])
})

test('bytes after a stream, and a stream after bytes, are faults, refused or not (13)', async () => {
  for (const make of [() => new SourceInput(new Pieces(['abc']), 9), () => new WholeInput(bytes('abc'), 9)]) {
    const streamed = make()
    streamed.stream()
    await expect(streamed.bytes()).rejects.toEqual(fault('input_taken', { by: 'stream' }))
    const read = make()
    await read.bytes()
    expect(() => read.stream()).toThrow(fault('input_taken', { by: 'bytes' }))
    const refused = make()
    await expect(refused.bytes(1)).rejects.toEqual(fault('body_too_large'))
    expect(() => refused.stream()).toThrow(fault('input_taken', { by: 'bytes' }))
  }
})

test('a body that breaks off stays broken, for everyone who asks (13)', async () => {
  const broken = new Fault('request_aborted', { reason: 'the connection was closed' })
  const source = new Pieces(['ab', broken, 'never'])
  const input = new SourceInput(source, 10)
  const asked = await Promise.allSettled([input.bytes(), input.bytes()])
  expect(asked.map((one) => one.status === 'rejected' && one.reason === broken)).toEqual([true, true])
  await expect(input.bytes()).rejects.toBe(broken)
  expect(source.reads).toBe(2)
})

test('a stream passes on what breaks it, after the pieces that came (13)', async () => {
  const broken = new Fault('request_aborted', { reason: 'the connection was closed' })
  const pieces = new SourceInput(new Pieces(['ab', broken]), 10).stream()[Symbol.asyncIterator]()
  expect(await pieces.next()).toEqual({ done: false, value: bytes('ab') })
  await expect(pieces.next()).rejects.toBe(broken)
})

test('an absent body is not an empty one, and both have length 0 and no bytes (13, 32)', async () => {
  const [absent, empty] = [new WholeInput(null, 1), new WholeInput(new Uint8Array(0), 1)]
  expect([absent.absent, empty.absent, new SourceInput(new Pieces([]), 1).absent]).toEqual([
    true,
    false,
    false,
  ])
  for (const input of [absent, empty]) {
    expect(input.length).toBe(0)
    expect(await input.bytes(0)).toEqual(new Uint8Array(0))
  }
})

test('an unknown length is null; a known one is told before anything is read (13)', async () => {
  expect(new SourceInput(new Pieces(['abc'], 3), 9).length).toBe(3)
  expect(new SourceInput(new Pieces(['abc']), 9).length).toBeNull()
  expect(await new SourceInput(new Pieces([]), 0).bytes()).toEqual(new Uint8Array(0))
})

test('trailers are those of the source (13)', async () => {
  const source = new Pieces(['a'])
  const fields = Object.freeze({ x: '1' })
  source.trailers = () => (source.reads > 1 ? (fields as never) : null)
  const input = new SourceInput(source, 9)
  expect(input.trailers()).toBeNull()
  await input.bytes()
  expect(input.trailers()).toBe(fields)
})

const KB = 1024

/** A budget of 1,200 KiB, of which bodies may take 600, and what has arrived of those who wait 150. */
function budgeted(waitMs = 1_000): { budget: Budget; charge: () => Charge } {
  const budget = new Budget({ total: 1_200 * KB, waitMs, now: () => 0, after: () => {}, turn: setImmediate })
  return { budget, charge: () => new Charge(budget) }
}

test('what is buffered is charged before the first read: its length, or the limit when that is unknown', async () => {
  for (const [length, limit, charged] of [
    [3, 500, 3],
    [null, 500, 500],
    [null, 9_999 * KB, 600 * KB],
  ] as const) {
    const { budget, charge } = budgeted()
    const source = new Pieces(['abc'], length)
    const read = source.read.bind(source)
    const seen: number[] = []
    source.read = () => {
      seen.push(budget.used)
      return read()
    }
    const own = charge()
    expect(text(await new SourceInput(source, limit, own).bytes())).toBe('abc')
    expect({ length, seen: seen[0], after: budget.used }).toEqual({ length, seen: charged, after: 3 })
    own.release()
    expect(budget.used).toBe(0)
  }
})

test('a body that is too large is charged nothing, nor one that no wait would make room for', async () => {
  const { budget, charge } = budgeted()
  const refused = (length: number, limit: number): Promise<unknown> =>
    new SourceInput(new Pieces(['a'], length), limit, charge()).bytes().catch((error: unknown) => error)
  expect(await refused(3, 2)).toEqual(fault('body_too_large', { bytes: 3, limit: 2 }))
  expect(await refused(600 * KB + 1, 9_999 * KB)).toEqual(fault('body_too_large', { limit: 600 * KB }))
  const chunked = new SourceInput(new Pieces(['a'.repeat(600 * KB), 'b']), 9_999 * KB, charge())
  await expect(chunked.bytes()).rejects.toEqual(fault('body_too_large', { bytes: null, limit: 600 * KB }))
  expect(budget.used).toBe(600 * KB) // it may be asked for again, and is over with its call
})

test('a body that finds no room waits unread, and everyone who asks for it waits with it', async () => {
  const { budget, charge } = budgeted()
  const first = charge()
  expect(first.take(600 * KB, {})).toBeNull()
  const source = new Pieces(['ab', 'c'])
  const held: number[] = []
  const holding = Object.assign(source, { hold: () => held.push(2) })
  const input = new SourceInput(holding, 500 * KB, charge())
  const asked = [input.bytes(200 * KB), input.bytes(300 * KB)]
  await new Promise((resolve) => setImmediate(resolve))
  expect([source.reads, budget.waiting, held]).toEqual([0, 1, [2]])
  first.release()
  expect((await Promise.all(asked)).map(text)).toEqual(['abc', 'abc'])
  expect([source.reads, budget.used]).toEqual([3, 3])
})

test('a larger limit is charged at once or refused, and never waited for', async () => {
  const { budget, charge } = budgeted()
  const input = new SourceInput(new Pieces(['a'.repeat(200 * KB), 'a'.repeat(200 * KB)]), 150 * KB, charge())
  await expect(input.bytes()).rejects.toEqual(fault('body_too_large'))
  const other = charge()
  expect(other.take(400 * KB, {})).toBeNull()
  await expect(input.bytes(400 * KB)).rejects.toEqual(fault('server_busy'))
  other.release()
  expect((await input.bytes(400 * KB)).byteLength).toBe(400 * KB)
  expect(budget.used).toBe(400 * KB)
})

test('what breaks off is let go at once, with what had come of it', async () => {
  const { budget, charge } = budgeted()
  const broken = new Fault('body_timeout', { limitMs: 1 })
  const input = new SourceInput(new Pieces(['ab', broken]), 10, charge())
  await expect(input.bytes()).rejects.toBe(broken)
  expect(budget.used).toBe(0)
  await expect(input.bytes()).rejects.toBe(broken)
  expect(budget.used).toBe(0)
})

test('a stream is charged nothing', async () => {
  const { budget, charge } = budgeted()
  const source = new Pieces(['abc'], 3)
  expect((await collect(new SourceInput(source, 9, charge()).stream())).join('')).toBe('abc')
  expect(budget.used).toBe(0)
})
