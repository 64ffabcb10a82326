/**
 * CBOR (RFC 8949), `application/cbor`: the data domain and nothing else of it.
 *
 * Read: integers, floats of every size, texts, byte strings, lists, objects, booleans and null, with heads
 * of any length. Refused: tags, indefinite lengths, undefined and other simple values, names that are no text.
 * Written: the shortest head, and the shortest float of 32 or 64 bits that is the number; members in the
 * order of the data, so it is "preferred" and not "deterministic" (section 4).
 *
 * @module
 */
import { ByteWriter } from './byte-writer.ts'
import { type Bounds, DEFAULT_BOUNDS, type Format, malformed } from './format.ts'
import { finite, type Kind, readData, type Source } from './read-data.ts'
import { type Sink, writeData } from './write-data.ts'

export const cbor: Format = {
  name: 'cbor',
  mediaType: 'application/cbor',
  gives: 'data',
  decode: (bytes, _, bounds) => decodeCbor(bytes, bounds),
  encode: encodeCbor,
}

/** Data of a body. Faults: body_malformed, body_too_complex. */
export function decodeCbor(bytes: Uint8Array, bounds: Bounds = DEFAULT_BOUNDS): unknown {
  return readData(bytes, bounds, head)
}

/** Throws TypeError for what is no data. */
export function encodeCbor(data: unknown): Uint8Array<ArrayBuffer> {
  const sink = new CborSink()
  writeData(data, sink)
  return sink.writer.take()
}

// Section 3: three bits of major type, five of argument.
function head(source: Source): Kind {
  const first = source.uint8()
  const info = first & 0x1f
  const major = first >> 5
  if (major === 7) return simple(source, info)
  if (major === 6) throw malformed('it has a tag, and no tag is known here')
  const argument = info < 24 ? info : longArgument(source, info)
  switch (major) {
    case 0:
      source.value = argument
      return 'value'
    case 1:
      source.value = -1 - argument
      if (Number.isSafeInteger(source.value)) return 'value'
      throw malformed('it has a whole number beyond 2^53 - 1: send it as text')
    default:
      source.size = argument
      return KINDS[major - 2]!
  }
}

const KINDS: readonly Kind[] = ['bytes', 'text', 'list', 'object']

function longArgument(source: Source, info: number): number {
  switch (info) {
    case 24:
      return source.uint8()
    case 25:
      return source.uint16()
    case 26:
      return source.uint32()
    case 27:
      return source.uint64()
    case 31:
      throw malformed('it has an item of indefinite length')
    default:
      throw malformed('it has a head that is reserved')
  }
}

// Section 3.3.
function simple(source: Source, info: number): Kind {
  switch (info) {
    case 20:
    case 21:
      source.value = info === 21
      return 'value'
    case 22:
      source.value = null
      return 'value'
    case 25:
      source.value = finite(halfFloat(source.uint16()))
      return 'value'
    case 26:
      source.value = finite(source.view.getFloat32(source.take(4)))
      return 'value'
    case 27:
      source.value = finite(source.view.getFloat64(source.take(8)))
      return 'value'
    case 31:
      throw malformed('it has an item of indefinite length')
    default:
      throw malformed('it has a simple value other than false, true and null')
  }
}

// RFC 8949 appendix D.
function halfFloat(bits: number): number {
  const exponent = (bits >> 10) & 0x1f
  const fraction = bits & 0x3ff
  const sign = bits & 0x8000 ? -1 : 1
  if (exponent === 0) return sign * fraction * 2 ** -24
  if (exponent !== 31) return sign * (fraction + 1024) * 2 ** (exponent - 25)
  return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN
}

class CborSink implements Sink {
  readonly writer = new ByteWriter()
  readonly #textHead = (length: number): void => this.#head(3, length)

  nothing(): void {
    this.writer.uint8(0xf6)
  }

  boolean(value: boolean): void {
    this.writer.uint8(value ? 0xf5 : 0xf4)
  }

  number(value: number): void {
    if (Number.isSafeInteger(value)) {
      if (value >= 0) this.#head(0, value)
      else this.#head(1, -1 - value)
    } else if (Math.fround(value) === value) {
      this.writer.uint8(0xfa)
      this.writer.float32(value)
    } else {
      this.writer.uint8(0xfb)
      this.writer.float64(value)
    }
  }

  text(value: string): void {
    this.writer.text(value, this.#textHead)
  }

  bytes(value: Uint8Array): void {
    this.#head(2, value.length)
    this.writer.bytes(value)
  }

  list(items: number): void {
    this.#head(4, items)
  }

  object(members: number): void {
    this.#head(5, members)
  }

  #head(major: number, argument: number): void {
    const { writer } = this
    const bits = major << 5
    if (argument < 24) writer.uint8(bits | argument)
    else if (argument <= 0xff) {
      writer.uint8(bits | 24)
      writer.uint8(argument)
    } else if (argument <= 0xffff) {
      writer.uint8(bits | 25)
      writer.uint16(argument)
    } else if (argument <= 0xffffffff) {
      writer.uint8(bits | 26)
      writer.uint32(argument)
    } else {
      writer.uint8(bits | 27)
      writer.uint64(argument)
    }
  }
}
