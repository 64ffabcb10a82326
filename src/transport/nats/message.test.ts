import { expect, test } from 'vitest'
import { FrameReader } from '../../wire/frames/codec.ts'
import { DATA, type Frame, frame } from '../../wire/frames/frame.ts'
import { messagesOf, overMessage, PROBE_MESSAGE, readMessage } from './message.ts'

const FRAMES = [1, 10, 70, 0, 300].map((octets, at) =>
  frame(DATA, at + 1, new Uint8Array(octets + 1).fill(at)),
)

test('frames are cut into messages of at most so many octets, counted, and read as they were', () => {
  for (const most of [6, 7, 14, 64, 100, 460, 100_000]) {
    const messages = [...messagesOf(FRAMES, 0xffff_fffe, most)]
    const reader = new FrameReader()
    const read: Frame[] = []
    messages.forEach((bytes, at) => {
      expect(bytes.byteLength).toBeLessThanOrEqual(most)
      const message = readMessage(bytes)
      if (message.is !== 'frames') throw new Error(message.is)
      expect(message.count).toBe((0xffff_fffe + at) % 2 ** 32)
      read.push(...reader.feed(message.bytes))
    })
    expect(read, String(most)).toEqual(FRAMES)
    expect(reader.isBetween).toBe(true)
  }
  expect([...messagesOf(FRAMES, 0, 100_000)]).toHaveLength(1)
})

test('a probe is one octet, and an end says why, at most so long', () => {
  expect(readMessage(PROBE_MESSAGE)).toEqual({ is: 'probe' })
  expect(readMessage(overMessage('because'))).toEqual({ is: 'over', reason: 'because' })
  expect(readMessage(new Uint8Array([3, 0xff]))).toEqual({ is: 'over', reason: '' })
  expect(overMessage('x'.repeat(5_000)).byteLength).toBe(1_001)
})

test('what is no message is refused', () => {
  for (const octets of [[], [0], [4], [1], [1, 0, 0, 0, 0], [2, 0], [255, 1, 2]])
    expect(() => readMessage(new Uint8Array(octets))).toThrow(/that is none/)
})
