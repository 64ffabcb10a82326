/**
 * MessagePack, `application/vnd.msgpack`: the data domain and nothing else of it.
 *
 * Read: integers and floats of every size, texts, byte strings, lists, objects, booleans and nil, with heads
 * of any length. Refused: extension types, timestamps too, and names that are no text. Written: the shortest
 * head, and the shorter float that is the number; members in the order of the data.
 *
 * https://github.com/msgpack/msgpack/blob/master/spec.md
 *
 * @module
 */
import { ByteWriter } from './byte-writer.ts'
import { type Bounds, DEFAULT_BOUNDS, type Format, malformed } from './format.ts'
import { finite, type Kind, readData, type Source } from './read-data.ts'
import { type Sink, writeData } from './write-data.ts'

export const msgpack: Format = {
  name: 'msgpack',
  mediaType: 'application/vnd.msgpack',
  alsoReads: ['application/msgpack', 'application/x-msgpack'],
  gives: 'data',
  decode: (bytes, _, bounds) => decodeMsgpack(bytes, bounds),
  encode: encodeMsgpack,
}

/** Data of a body. Faults: body_malformed, body_too_complex. */
export function decodeMsgpack(bytes: Uint8Array, bounds: Bounds = DEFAULT_BOUNDS): unknown {
  return readData(bytes, bounds, head)
}

/** Throws TypeError for what is no data. */
export function encodeMsgpack(data: unknown): Uint8Array<ArrayBuffer> {
  const sink = new MsgpackSink()
  writeData(data, sink)
  return sink.writer.take()
}

function head(source: Source): Kind {
  const first = source.uint8()
  if (first < 0x80) return value(source, first)
  if (first < 0x90) return sized(source, 'object', first & 0x0f)
  if (first < 0xa0) return sized(source, 'list', first & 0x0f)
  if (first < 0xc0) return sized(source, 'text', first & 0x1f)
  if (first >= 0xe0) return value(source, first - 0x100)
  switch (first) {
    case 0xc0:
      return value(source, null)
    case 0xc2:
    case 0xc3:
      return value(source, first === 0xc3)
    case 0xc4:
      return sized(source, 'bytes', source.uint8())
    case 0xc5:
      return sized(source, 'bytes', source.uint16())
    case 0xc6:
      return sized(source, 'bytes', source.uint32())
    case 0xca:
      return value(source, finite(source.view.getFloat32(source.take(4))))
    case 0xcb:
      return value(source, finite(source.view.getFloat64(source.take(8))))
    case 0xcc:
      return value(source, source.uint8())
    case 0xcd:
      return value(source, source.uint16())
    case 0xce:
      return value(source, source.uint32())
    case 0xcf:
      return value(source, source.uint64())
    case 0xd0:
      return value(source, source.view.getInt8(source.take(1)))
    case 0xd1:
      return value(source, source.view.getInt16(source.take(2)))
    case 0xd2:
      return value(source, source.view.getInt32(source.take(4)))
    case 0xd3:
      return value(source, int64(source))
    case 0xd9:
      return sized(source, 'text', source.uint8())
    case 0xda:
      return sized(source, 'text', source.uint16())
    case 0xdb:
      return sized(source, 'text', source.uint32())
    case 0xdc:
      return sized(source, 'list', source.uint16())
    case 0xdd:
      return sized(source, 'list', source.uint32())
    case 0xde:
      return sized(source, 'object', source.uint16())
    case 0xdf:
      return sized(source, 'object', source.uint32())
    case 0xc1:
      throw malformed('it has a head that is reserved')
    default:
      throw malformed('it has an extension type, and none is known here')
  }
}

function value(source: Source, one: number | boolean | null): Kind {
  source.value = one
  return 'value'
}

function sized(source: Source, kind: Kind, size: number): Kind {
  source.size = size
  return kind
}

function int64(source: Source): number {
  const at = source.take(8)
  // Exact wherever the whole is: what is rounded is beyond anyway.
  const number = source.view.getInt32(at) * 2 ** 32 + source.view.getUint32(at + 4)
  if (Number.isSafeInteger(number)) return number
  throw malformed('it has a whole number beyond 2^53 - 1: send it as text')
}

class MsgpackSink implements Sink {
  readonly writer = new ByteWriter()

  nothing(): void {
    this.writer.uint8(0xc0)
  }

  boolean(value: boolean): void {
    this.writer.uint8(value ? 0xc3 : 0xc2)
  }

  number(value: number): void {
    const { writer } = this
    if (!Number.isSafeInteger(value)) {
      const short = Math.fround(value) === value
      writer.uint8(short ? 0xca : 0xcb)
      if (short) writer.float32(value)
      else writer.float64(value)
    } else if (value >= 0) this.#positive(value)
    else this.#negative(value)
  }

  text(value: string): void {
    this.writer.text(value, this.#textHead)
  }

  bytes(value: Uint8Array): void {
    const { length } = value
    const { writer } = this
    if (length <= 0xff) {
      writer.uint8(0xc4)
      writer.uint8(length)
    } else this.#long(0xc5, length)
    writer.bytes(value)
  }

  list(items: number): void {
    if (items < 16) this.writer.uint8(0x90 | items)
    else this.#long(0xdc, items)
  }

  object(members: number): void {
    if (members < 16) this.writer.uint8(0x80 | members)
    else this.#long(0xde, members)
  }

  readonly #textHead = (length: number): void => {
    if (length < 32) this.writer.uint8(0xa0 | length)
    else if (length <= 0xff) {
      this.writer.uint8(0xd9)
      this.writer.uint8(length)
    } else this.#long(0xda, length)
  }

  // Sixteen bits, or thirty-two by the code that follows.
  #long(code: number, length: number): void {
    if (length <= 0xffff) {
      this.writer.uint8(code)
      this.writer.uint16(length)
    } else {
      this.writer.uint8(code + 1)
      this.writer.uint32(length)
    }
  }

  #positive(value: number): void {
    const { writer } = this
    if (value < 0x80) return writer.uint8(value)
    if (value <= 0xff) {
      writer.uint8(0xcc)
      writer.uint8(value)
    } else if (value <= 0xffff) {
      writer.uint8(0xcd)
      writer.uint16(value)
    } else if (value <= 0xffffffff) {
      writer.uint8(0xce)
      writer.uint32(value)
    } else {
      writer.uint8(0xcf)
      writer.uint64(value)
    }
  }

  // Two's complement: the writer takes the low bits of what it is given.
  #negative(value: number): void {
    const { writer } = this
    if (value >= -0x20) return writer.uint8(value & 0xff)
    if (value >= -0x80) {
      writer.uint8(0xd0)
      writer.uint8(value & 0xff)
    } else if (value >= -0x8000) {
      writer.uint8(0xd1)
      writer.uint16(value & 0xffff)
    } else if (value >= -0x80000000) {
      writer.uint8(0xd2)
      writer.uint32(value >>> 0)
    } else {
      writer.uint8(0xd3)
      writer.uint32(Math.floor(value / 2 ** 32) >>> 0)
      writer.uint32(value >>> 0)
    }
  }
}
