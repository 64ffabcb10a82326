import { expect, test } from 'vitest'
import { roomFor } from './room.ts'

test('room is as large as asked for, zero, and of nobody else', () => {
  const rooms = [0, 1, 3, 4, 5, 4_096, 4_097, 100_000, 1_000, 1_000].map((bytes) => {
    const room = roomFor(bytes)
    expect(room.byteLength).toBe(bytes)
    expect(room.every((byte) => byte === 0)).toBe(true)
    return room
  })
  rooms.forEach((room, at) => room.fill(at + 1))
  rooms.forEach((room, at) => expect(room.every((byte) => byte === at + 1)).toBe(true))
})

test('small ones share a buffer, large ones have their own', () => {
  // A buffer may be full behind one of them.
  const [one, other, third, large] = [roomFor(101), roomFor(101), roomFor(101), roomFor(5_000)]
  expect(other.buffer === one.buffer || other.buffer === third.buffer).toBe(true)
  for (const small of [one, other, third]) expect(small.byteOffset % 4).toBe(0)
  expect(large.buffer.byteLength).toBe(5_000)
})
