/**
 * Prints, as JSON, how many bytes of heap each of the worst bodies is decoded to. Of a kind that is
 * refused, the largest body that is not. A process of its own, with `--expose-gc`: nothing else may allocate meanwhile.
 *
 * @module
 */
import { decodeCbor } from '../../src/codec/cbor.ts'
import type { Bounds } from '../../src/codec/format.ts'
import { decodeJson } from '../../src/codec/json.ts'
import { decodeMsgpack } from '../../src/codec/msgpack.ts'
import { isFault } from '../../src/fault.ts'
import { MEASURED } from './measured.ts'
import { WORST_CBOR, WORST_MSGPACK } from './worst-binary.ts'
import { WORST_JSON } from './worst-json.ts'

const SIZE = MEASURED.bytes
const BOUNDS = MEASURED.bounds

const collect = (globalThis as { gc?: () => void }).gc!
const held: unknown[] = []

function heapOf(decode: Decode, bytes: Uint8Array): number {
  collect()
  const before = taken()
  held[0] = decode(bytes, BOUNDS)
  collect()
  const after = taken()
  held.length = 0
  return after - before
}

function isTaken(decode: Decode, bytes: Uint8Array): boolean {
  try {
    decode(bytes, BOUNDS)
    return true
  } catch (error) {
    if (isFault(error) && error.code === 'body_too_complex') return false
    throw error
  }
}

// Byte strings have their octets elsewhere.
function taken(): number {
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return heapUsed + arrayBuffers
}

/** From `SIZE` down, to some two thirds of what is refused at each step. */
function largestTaken(decode: Decode, body: (size: number) => Uint8Array): Measured {
  for (let size = SIZE; size > 100; size = Math.floor(size * 0.65)) {
    const bytes = body(size)
    if (isTaken(decode, bytes)) return { bytes: bytes.length, heap: heapOf(decode, bytes) }
  }
  throw new Error('none is taken')
}

type Decode = (bytes: Uint8Array, bounds: Bounds) => unknown

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
