/**
 * The lines of a journal, as octets.
 *
 *   TAB {"text":"..."} LF
 *
 * Several processes append to one file, and each may be killed in the middle of a line. What it left has no
 * line feed, and the next line follows at once. The tab says where that one begins: JSON as we write it holds
 * none, so all before the last tab of a line was cut off, and was never accepted. (RFC 7464 does the same
 * with a character that is no space for JSON; this way each line is JSON for everybody.)
 *
 * @module
 */
import type { FileHandle } from 'node:fs/promises'

const TAB = 0x09
const FEED = 0x0a
const PIECE = 64 * 1024

/** Octets that a line may have: far more than any card, and not all of memory. */
const MOST_OCTETS = 64 * 1024

export interface Line {
  readonly json: Buffer
  /** Octets in front of it that were cut off. */
  readonly torn: number
  /** Where the next line begins, in octets from the beginning of the file. */
  readonly end: number
}

export function writeLine(entry: object): Buffer {
  return Buffer.from(`\t${JSON.stringify(entry)}\n`)
}

/** The whole lines between two places of a file. Throws Error for one that is too long. */
export async function* wholeLines(
  file: FileHandle,
  from: number,
  to: number,
): AsyncGenerator<Line, void, undefined> {
  let rest: Buffer = Buffer.alloc(0)
  let torn = 0
  let read = from
  let end = from
  while (read < to) {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(PIECE), 0, Math.min(PIECE, to - read), read)
    if (bytesRead === 0) return
    read += bytesRead
    rest = Buffer.concat([rest, buffer.subarray(0, bytesRead)])
    for (let feed = rest.indexOf(FEED); feed >= 0; feed = rest.indexOf(FEED)) {
      const begins = rest.lastIndexOf(TAB, feed) + 1
      end += torn + feed + 1
      yield { json: rest.subarray(begins, feed), torn: torn + Math.max(0, begins - 1), end }
      rest = rest.subarray(feed + 1)
      torn = 0
    }
    // Lines without an end, one behind the other, are no line that is too long.
    const begins = Math.max(0, rest.lastIndexOf(TAB))
    torn += begins
    rest = rest.subarray(begins)
    if (rest.length > MOST_OCTETS) throw new Error(`it has a line over ${MOST_OCTETS} octets`)
  }
}
