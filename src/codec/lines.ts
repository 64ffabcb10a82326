/**
 * JSON Lines (jsonlines.org), `application/jsonl`, also read as `application/x-ndjson`: one JSON text on each line.
 *
 * A line ends with LF, or CRLF; the last one may end with the stream, and then nobody can say whether the
 * stream was cut off right there. Lines of nothing but blanks are passed over: senders use them to stay in touch.
 *
 * @module
 */
import { Fault } from '../fault.ts'
import { type Bounds, DEFAULT_BOUNDS } from './format.ts'
import { decodeJson, encodeJson } from './json.ts'

export const LINES_TYPE = 'application/jsonl'

/** The media types that are read. */
export const LINES_TYPES: readonly string[] = [LINES_TYPE, 'application/x-ndjson']

/** How long one line may be, in bytes. */
export const MAX_LINE: number = 1024 * 1024

const LF = 0x0a

export interface LineLimits {
  /** Bytes of one line, by default 1 MiB. */
  readonly line?: number
  /** Of the data of one line. */
  readonly bounds?: Bounds
}

/** One item and the end of its line. Throws TypeError for what is no data. */
export function encodeLine(item: unknown): string {
  return `${encodeJson(item)}\n`
}

/**
 * Reads items as they arrive, in any cutting. Faults: body_too_large for a line; body_malformed and
 * body_too_complex as for a JSON body.
 */
export async function* decodeLines(
  chunks: AsyncIterable<Uint8Array>,
  { line: limit = MAX_LINE, bounds = DEFAULT_BOUNDS }: LineLimits = {},
): AsyncGenerator<unknown, void, undefined> {
  for await (const line of linesOf(chunks, limit)) if (!isBlank(line)) yield decodeJson(line, bounds)
}

/**
 * Lines without their ends, each good until the next is asked for. Every byte is looked at once, however the
 * stream is cut. Fault: body_too_large.
 */
export async function* linesOf(
  chunks: AsyncIterable<Uint8Array>,
  limit: number,
): AsyncGenerator<Uint8Array, void, undefined> {
  const begun = new Begun()
  for await (const chunk of chunks) {
    let start = 0
    for (let end = chunk.indexOf(LF); end >= 0; end = chunk.indexOf(LF, start)) {
      if (begun.size + end - start > limit) throw tooLarge(limit)
      const rest = chunk.subarray(start, end)
      yield begun.size === 0 ? rest : begun.take(rest)
      start = end + 1
    }
    if (begun.size + chunk.length - start > limit) throw tooLarge(limit)
    begun.add(chunk.subarray(start))
  }
  if (begun.size > 0) yield begun.take(NOTHING)
}

const NOTHING = new Uint8Array(0)

/** The line that has begun. A copy: whoever gave a chunk may use its memory again. */
class Begun {
  #bytes = NOTHING
  size = 0

  add(more: Uint8Array): void {
    const size = this.size + more.length
    if (size > this.#bytes.length) {
      const room = new Uint8Array(Math.max(size, 2 * this.#bytes.length))
      room.set(this.#bytes.subarray(0, this.size))
      this.#bytes = room
    }
    this.#bytes.set(more, this.size)
    this.size = size
  }

  /** The whole line, good until the next is begun. */
  take(rest: Uint8Array): Uint8Array {
    this.add(rest)
    const line = this.#bytes.subarray(0, this.size)
    this.size = 0
    return line
  }
}

// Blanks of JSON (RFC 8259 section 2).
function isBlank(line: Uint8Array): boolean {
  return line.every((octet) => octet === 0x20 || octet === 0x09 || octet === 0x0d)
}

function tooLarge(limit: number): Fault {
  return new Fault('body_too_large', { bytes: null, limit })
}
