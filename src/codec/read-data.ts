/**
 * Data of formats whose every item says in its head what it is and how long: CBOR and MessagePack.
 *
 *   in     bytes, bounds, and how heads are read
 *   out    data: objects with the usual prototype, byte strings as copies
 *   Fault  body_malformed, body_too_complex
 *
 * Nothing is made of a head before the bytes that it asks for are there and their cost is counted: a head
 * may say 4 GiB. A copy of a byte string neither keeps the body alive nor changes with it.
 *
 * @module
 */
import { utf8Text } from '../value/utf8.ts'
import { type Bounds, malformed, tooComplex } from './format.ts'

export type Kind = 'value' | 'text' | 'bytes' | 'list' | 'object'

/** Reads the head at `source.at`: sets `source.value` for a value and `source.size` for all others. */
export type ReadHead = (source: Source) => Kind

/**
 * Bytes that V8 takes at most, measured on the worst bodies of each kind. A number named as a member
 * may make room for all the numbers below it.
 */
const HEAP = {
  value: 24,
  text: 32,
  unit: 2,
  bytes: 256,
  container: 64,
  member: 96,
  place: 13,
  sparse: 300,
} as const

/** Whole data, and nothing behind it. */
export function readData(bytes: Uint8Array, bounds: Bounds, head: ReadHead): unknown {
  const source = new Source(bytes, bounds, head)
  source.count(1)
  const data = source.item(0)
  if (source.at !== bytes.length) throw malformed('something stands behind its data')
  return data
}

export class Source {
  readonly bytes: Uint8Array
  readonly view: DataView
  readonly #bounds: Bounds
  readonly #head: ReadHead
  at = 0
  size = 0
  value: number | boolean | null = null
  #values = 0
  #members = 0
  #heap = 0

  constructor(bytes: Uint8Array, bounds: Bounds, head: ReadHead) {
    this.bytes = bytes
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    this.#bounds = bounds
    this.#head = head
  }

  /** Where the next `length` bytes begin, and steps over them. */
  take(length: number): number {
    const { at } = this
    if (length > this.bytes.length - at) throw malformed('it ends within its data')
    this.at = at + length
    return at
  }

  uint8(): number {
    return this.view.getUint8(this.take(1))
  }

  uint16(): number {
    return this.view.getUint16(this.take(2))
  }

  uint32(): number {
    return this.view.getUint32(this.take(4))
  }

  /** Beyond 2^53 - 1 it is refused: no number here is rounded. */
  uint64(): number {
    const number = this.uint32() * 2 ** 32 + this.uint32()
    if (number > Number.MAX_SAFE_INTEGER)
      throw malformed('it has a whole number beyond 2^53 - 1: send it as text')
    return number
  }

  /** Values to come, before they are made: what a head claims counts, whatever is behind it. */
  count(values: number): void {
    this.#values += values
    if (this.#values > this.#bounds.values) throw tooComplex('values', this.#bounds.values)
  }

  item(depth: number): unknown {
    switch (this.#head(this)) {
      case 'value':
        this.#charge(HEAP.value)
        return this.value
      case 'text':
        return this.#text(HEAP.text)
      case 'bytes':
        return this.#copy()
      case 'list':
        return this.#list(depth + 1)
      case 'object':
        return this.#object(depth + 1)
    }
  }

  #list(depth: number): unknown[] {
    const { size } = this
    this.#enter(depth, size)
    // One that grew by pushing would have room for 17 from its first item on.
    // oxlint-disable-next-line unicorn/no-new-array
    const list = new Array<unknown>(size)
    for (let count = 0; count < size; count++) list[count] = this.item(depth)
    return list
  }

  #object(depth: number): Record<string, unknown> {
    const { size } = this
    this.#enter(depth, size)
    this.#members += size
    if (this.#members > this.#bounds.members) throw tooComplex('members', this.#bounds.members)
    const object: Record<string, unknown> = {}
    let highest = 0
    for (let count = 0; count < size; count++) {
      if (this.#head(this) !== 'text') throw malformed('it has a member whose name is no text')
      const name = this.#text(HEAP.member)
      if (name === '__proto__') throw malformed('it has a member named __proto__')
      if (Object.hasOwn(object, name)) throw malformed('it names a member twice')
      highest = this.#place(name, highest)
      object[name] = this.item(depth)
    }
    return object
  }

  #enter(depth: number, size: number): void {
    if (depth > this.#bounds.depth) throw tooComplex('depth', this.#bounds.depth)
    // Every item takes a byte at least.
    if (size > this.bytes.length - this.at) throw malformed('it ends within its data')
    this.#charge(HEAP.container)
    this.count(size)
  }

  // V8 keeps what is named by a number in a list with holes, until those would be more than about a thousand.
  #place(name: string, highest: number): number {
    const first = name.charCodeAt(0)
    if (!(first >= 0x30 && first <= 0x39)) return highest
    const index = Number(name)
    if (!(index > highest)) return highest
    if (index > highest * 2 + 2_048) {
      this.#charge(HEAP.sparse)
      return highest
    }
    this.#charge((index - highest) * HEAP.place)
    return index
  }

  #text(cost: number): string {
    const { size } = this
    const start = this.take(size)
    this.#charge(cost + size * HEAP.unit)
    const short = size <= SHORT ? asciiText(this.bytes, start, start + size) : null
    const text = short ?? utf8Text(this.bytes.subarray(start, start + size))
    if (text === null) throw malformed('it has a text that is not UTF-8')
    return text
  }

  #copy(): Uint8Array {
    const { size } = this
    const start = this.take(size)
    this.#charge(HEAP.bytes + size)
    return new Uint8Array(this.bytes.subarray(start, start + size))
  }

  #charge(bytes: number): void {
    this.#heap += bytes
    if (this.#heap > this.#bounds.heap) throw tooComplex('heap', this.#bounds.heap)
  }
}

/** Texts below 13 units are made at once; longer ones would be a rope of pieces. */
const SHORT = 12

// Null for what is not ASCII. A decoder costs more to call than this takes.
function asciiText(bytes: Uint8Array, start: number, end: number): string | null {
  let text = ''
  for (let at = start; at < end; at++) {
    const octet = bytes[at]!
    if (octet > 0x7f) return null
    text += String.fromCharCode(octet)
  }
  return text
}

/** A number of a float. Fault: body_malformed for NaN and infinities. */
export function finite(number: number): number {
  if (number - number !== 0) throw malformed('it has a number that is not finite')
  return number
}
