/**
 * Bytes that grow as they are written.
 *
 * @module
 */
const encoder = new TextEncoder()

export class ByteWriter {
  #bytes = new Uint8Array(512)
  #view = new DataView(this.#bytes.buffer)
  #size = 0

  uint8(value: number): void {
    const at = this.#room(1)
    this.#bytes[at] = value
  }

  uint16(value: number): void {
    const at = this.#room(2)
    this.#view.setUint16(at, value)
  }

  uint32(value: number): void {
    const at = this.#room(4)
    this.#view.setUint32(at, value)
  }

  /** A whole number from 0 to 2^53 - 1. */
  uint64(value: number): void {
    this.uint32(Math.floor(value / 2 ** 32))
    this.uint32(value % 2 ** 32)
  }

  float32(value: number): void {
    const at = this.#room(4)
    this.#view.setFloat32(at, value)
  }

  float64(value: number): void {
    const at = this.#room(8)
    this.#view.setFloat64(at, value)
  }

  bytes(value: Uint8Array): void {
    const at = this.#room(value.length)
    this.#bytes.set(value, at)
  }

  /** Writes UTF-8; `head` is told its length first. */
  text(value: string, head: (length: number) => void): void {
    const length = asciiLength(value)
    if (length === null) {
      const octets = encoder.encode(value)
      head(octets.length)
      return this.bytes(octets)
    }
    head(length)
    const at = this.#room(length)
    for (let unit = 0; unit < length; unit++) this.#bytes[at + unit] = value.charCodeAt(unit)
  }

  /** What was written, as bytes of its own. */
  take(): Uint8Array<ArrayBuffer> {
    return this.#bytes.slice(0, this.#size)
  }

  // Where the next `length` bytes go.
  #room(length: number): number {
    const at = this.#size
    this.#size += length
    if (this.#size > this.#bytes.length) {
      const more = new Uint8Array(Math.max(this.#size, this.#bytes.length * 2))
      more.set(this.#bytes)
      this.#bytes = more
      this.#view = new DataView(more.buffer)
    }
    return at
  }
}

/** Longer texts are encoded by the platform, which costs more to call and less for each unit. */
const SHORT = 64

// Null for what is long, or not ASCII.
function asciiLength(text: string): number | null {
  if (text.length > SHORT) return null
  for (let at = 0; at < text.length; at++) if (text.charCodeAt(at) > 0x7f) return null
  return text.length
}
