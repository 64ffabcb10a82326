/** Frames on a byte stream: `spec/frames.md`, "Framing". */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { encodeFrame, FrameReader } from './codec.ts'
import {
  CREDIT,
  DATA,
  END,
  type Frame,
  frame,
  HELLO,
  MAX_DATA,
  MAX_FRAME,
  MAX_PAYLOAD,
  MAX_WORDS,
  PING,
  PONG,
  REQUEST,
  TIMEOUT,
} from './frame.ts'

test('the octets are those of the table', () => {
  const octets = encodeFrame(frame(CREDIT, 258, new Uint8Array([0, 1, 0, 0])))
  expect(Buffer.from(octets).toString('hex')).toBe('00000009060000010200010000')
})

test('what is written is read, whatever it holds', () => {
  fc.assert(
    fc.property(fc.array(anyFrame), (frames) => {
      expect(readAll([streamOf(frames)])).toEqual({ frames, fault: null, isBetween: true })
    }),
  )
})

test('any cutting gives what one piece gives: the same frames, then the same fault', () => {
  const garbage = fc.oneof(fc.constant(new Uint8Array()), fc.uint8Array({ maxLength: 20 }))
  fc.assert(
    fc.property(fc.array(anyFrame), garbage, fc.array(fc.nat(400)), (frames, tail, cuts) => {
      const stream = Buffer.concat([streamOf(frames), tail])
      const whole = readAll([stream])
      expect(readAll(cut(stream, cuts))).toEqual(whole)
      expect(
        readAll(
          cut(
            stream,
            Array.from(stream, (_, at) => at),
          ),
        ),
      ).toEqual(whole)
    }),
  )
})

test('a stream may end between frames and nowhere else', () => {
  const stream = streamOf([
    frame(HELLO, 0, new Uint8Array(20)),
    frame(END, 3),
    frame(DATA, 3, new Uint8Array(9)),
  ])
  const between = [0, 29, 38, stream.length]
  for (let end = 0; end <= stream.length; end++) {
    expect(readAll([stream.subarray(0, end)]).isBetween, String(end)).toBe(between.includes(end))
  }
})

test('a length is 5 to 196,608, and judged at its last octet', () => {
  for (const length of [0, 1, 4, MAX_FRAME + 1, 2 ** 31, 2 ** 32 - 1]) {
    const octets = u32(length)
    expect(readAll([octets.subarray(0, 3)]).fault).toBe(null)
    expect(readAll([octets]).fault).toContain(`a frame of ${length} octets`)
  }
  for (const length of [5, MAX_FRAME]) expect(readAll([u32(length)]).fault).toBe(null)
})

test('a type is in the table, and judged at its octet', () => {
  for (const type of [0, 16, 127, 255]) {
    expect(readAll([Buffer.from([0, 0, 0, 5, type])]).fault).toContain(`unknown type ${type}`)
  }
})

test('data has 1 to 65,536 octets, numbers have 4 and words 8,192, judged before they are here', () => {
  for (const [type, octets] of [
    [DATA, 0],
    [DATA, MAX_DATA + 1],
    [CREDIT, 3],
    [CREDIT, 5],
    [TIMEOUT, 3],
    [PING, 0],
    [PONG, 5],
    [HELLO, MAX_WORDS + 1],
  ] as const) {
    const front = Buffer.concat([u32(5 + octets), Buffer.from([type])])
    expect(readAll([front]).fault).toContain(`type ${type} with ${octets} octets`)
  }
  for (const octets of [1, MAX_DATA]) {
    const data = frame(DATA, 1, new Uint8Array(octets))
    expect(readAll([encodeFrame(data)]).frames).toEqual([data])
  }
})

test('the largest frame passes, octet by octet as well', () => {
  const largest = frame(REQUEST, 1, new Uint8Array(MAX_PAYLOAD).fill(7))
  const octets = encodeFrame(largest)
  expect(octets.byteLength).toBe(4 + MAX_FRAME)
  expect(readAll([octets]).frames).toEqual([largest])
  expect(
    readAll(
      cut(
        octets,
        Array.from({ length: 3_000 }, (_, at) => at),
      ),
    ).frames,
  ).toEqual([largest])
})

test('the frames before a faulty one are given', () => {
  const sound = frame(END, 1)
  const read = readAll([Buffer.concat([encodeFrame(sound), u32(4), encodeFrame(sound)])])
  expect(read.frames).toEqual([sound])
  expect(read.fault).toContain('a frame of 4 octets')
})

test('what waits does not keep what was fed alive, and payloads are no Buffers', () => {
  const reader = new FrameReader()
  const octets = encodeFrame(frame(DATA, 1, new Uint8Array([1, 2, 3])))
  const fed = Buffer.concat([octets, octets.subarray(0, 10)])
  const [first] = [...reader.feed(fed)]
  expect(first!.payload).toEqual(new Uint8Array([1, 2, 3]))
  fed.fill(0) // as a stream may do with a buffer that it uses again
  const [second] = [...reader.feed(octets.subarray(10))]
  expect(second!.payload).toEqual(new Uint8Array([1, 2, 3]))
  expect(Buffer.isBuffer(first!.payload)).toBe(false)
  expect(second!.payload.buffer.byteLength).toBe(octets.byteLength)
})

const payload = fc.oneof(
  fc.uint8Array({ maxLength: 40 }),
  fc.uint8Array({ minLength: 300, maxLength: 3_000 }),
)
const anyFrame: fc.Arbitrary<Frame> = fc
  .tuple(fc.integer({ min: 1, max: 14 }), fc.integer({ min: 0, max: 2 ** 32 - 1 }), payload)
  .map(([type, call, bytes]) => {
    if (type === CREDIT || (type >= TIMEOUT && type <= PONG))
      return frame(type as Frame['type'], call, new Uint8Array([0, 0, 1, 0]))
    if (type === DATA) return frame(type, call, bytes.length === 0 ? new Uint8Array(1) : bytes)
    return frame(type as Frame['type'], call, bytes)
  })

interface Read {
  readonly frames: Frame[]
  readonly fault: string | null
  readonly isBetween: boolean
}

function readAll(pieces: readonly Uint8Array[]): Read {
  const reader = new FrameReader()
  const frames: Frame[] = []
  try {
    for (const piece of pieces) for (const one of reader.feed(piece)) frames.push(one)
  } catch (error) {
    return { frames, fault: (error as Error).message, isBetween: false }
  }
  return { frames, fault: null, isBetween: reader.isBetween }
}

function streamOf(frames: readonly Frame[]): Buffer {
  return Buffer.concat(frames.map(encodeFrame))
}

function cut(stream: Uint8Array, at: readonly number[]): Uint8Array[] {
  const places = [...new Set(at)].filter((place) => place > 0 && place < stream.length).sort((a, b) => a - b)
  return [0, ...places].map((place, index) => stream.subarray(place, places[index] ?? stream.length))
}

function u32(value: number): Buffer {
  const octets = Buffer.alloc(4)
  octets.writeUInt32BE(value)
  return octets
}
