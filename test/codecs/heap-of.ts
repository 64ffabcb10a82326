/**
 * Prints, as JSON, how many bytes of heap each of the worst bodies is decoded to. Of a kind that is
 * refused, the largest body that is not. A process of its own, with `--expose-gc`: nothing else may allocate meanwhile.
 *
 * @module
 */
import { decodeCbor } from '../../src/codec/cbor.ts'
import { decodeJson } from '../../src/codec/json.ts'
import { decodeMsgpack } from '../../src/codec/msgpack.ts'
import { isFault } from '../../src/fault.ts'
import { WORST_CBOR, WORST_MSGPACK } from './worst-binary.ts'
import { WORST_JSON } from './worst-json.ts'

const collect = (globalThis as { gc?: () => void }).gc!
const held: unknown[] = []

function heapOf(decode: (bytes: Uint8Array) => unknown, bytes: Uint8Array): number | string {
  collect()
  const before = taken()
  try {
    held[0] = decode(bytes)
  } catch (error) {
    if (isFault(error)) return error.code
    throw error
  }
  collect()
  const after = taken()
  held.length = 0
  return after - before
}

// Byte strings have their octets elsewhere.
function taken(): number {
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return heapUsed + arrayBuffers
}

/** From 1 MiB down, to some two thirds of what is refused at each step. */
function largestTaken(decode: (bytes: Uint8Array) => unknown, body: (size: number) => Uint8Array): Measured {
  for (let size = 1024 * 1024; size > 100; size = Math.floor(size * 0.7)) {
    const bytes = body(size)
    const heap = heapOf(decode, bytes)
    if (typeof heap === 'number') return { bytes: bytes.length, heap }
    if (heap !== 'body_too_complex') throw new Error(heap)
  }
  throw new Error('none is taken')
}

interface Measured {
  readonly bytes: number
  readonly heap: number
}

const found: Record<string, Measured> = {}
const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text)
decodeJson(utf8('{"a":[1]}'))
for (const [what, text] of Object.entries(WORST_JSON))
  found[`json: ${what}`] = largestTaken(decodeJson, (size) => utf8(text(size)))
for (const [what, body] of Object.entries(WORST_CBOR)) found[`cbor: ${what}`] = largestTaken(decodeCbor, body)
for (const [what, body] of Object.entries(WORST_MSGPACK))
  found[`msgpack: ${what}`] = largestTaken(decodeMsgpack, body)
console.log(JSON.stringify(found))
