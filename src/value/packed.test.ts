import { expect, test } from 'vitest'
import type { FaultCode } from '../fault.ts'
import { request } from './message.ts'
import { decodePacked, encodePacked, MAX_PACKED_HEAD, packHead, unpackHead } from './packed.ts'

const fault = (code: FaultCode): unknown => expect.objectContaining({ code })
const value = request('POST', '/a', { body: 'hi' })

test('a length, a JSON text, the body: nothing else (29)', () => {
  const bytes = encodePacked(value)
  const length = new DataView(bytes.buffer).getUint32(0)
  const head = JSON.parse(new TextDecoder().decode(bytes.subarray(4, 4 + length))) as Record<string, unknown>
  expect(Object.keys(head)).toEqual([
    'v',
    'kind',
    'method',
    'path',
    'query',
    'mount',
    'http',
    'client',
    'protocol',
    'upgrade',
    'timeoutMs',
    'headers',
    'context',
    'body',
  ])
  expect([head['v'], head['kind'], head['headers'], head['body']]).toEqual([
    1,
    'request',
    ['host', 'localhost'],
    2,
  ])
  expect(new TextDecoder().decode(bytes.subarray(4 + length))).toBe('hi')
})

test('the body that is unpacked is a view on the bytes: nothing is copied (14)', () => {
  const bytes = encodePacked(value)
  expect(decodePacked(bytes).body!.buffer).toBe(bytes.buffer)
  const within = new Uint8Array([7, ...bytes, 7]).subarray(1, -1)
  expect(decodePacked(within).body).toEqual(value.body)
})

test('headers and context that are unpacked are frozen and have a null prototype (6, 28)', () => {
  const { headers, context } = decodePacked(encodePacked({ ...value, context: { a: 1 } }))
  for (const part of [headers, context]) {
    expect(Object.isFrozen(part)).toBe(true)
    expect(Object.getPrototypeOf(part)).toBeNull()
  }
})

test('a time that is left is written in whole milliseconds, and never below none (27, 29)', () => {
  const written = (timeoutMs: number): unknown => {
    const arrived = decodePacked(encodePacked({ ...value, timeoutMs }))
    return 'timeoutMs' in arrived ? arrived.timeoutMs : undefined
  }
  expect([1500.4, 0.2, -3, 0].map(written)).toEqual([1500, 0, 0, 0])
})

test('a head may have 64 KiB in either direction and not one byte more (29)', () => {
  for (const size of [MAX_PACKED_HEAD - 1, MAX_PACKED_HEAD]) {
    const packed = packHead(`"${'a'.repeat(size - 2)}"`)
    expect(packed.byteLength).toBe(4 + size)
    expect(unpackHead(packed).head).toBe('a'.repeat(size - 2))
  }
  const over = MAX_PACKED_HEAD + 1
  expect(() => packHead(`"${'a'.repeat(over - 2)}"`)).toThrow(fault('value_faulty'))
  const announced = new Uint8Array(4 + over)
  new DataView(announced.buffer).setUint32(0, over)
  expect(() => unpackHead(announced)).toThrow(fault('value_faulty'))
})

test('the limit is on bytes and not on characters (29)', () => {
  expect(() => packHead(`"${'é'.repeat(MAX_PACKED_HEAD / 2)}"`)).toThrow(fault('value_faulty'))
})
