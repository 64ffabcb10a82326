/**
 * A part of a form as it comes: its head, and what reads the rest of it.
 *
 * @module
 */

import { malformed } from '../codec/format.ts'
import { Fault } from '../fault.ts'
import { joinBytes, utf8Text } from '../value/utf8.ts'

/** What a handler is given of each part, in the order sent. Asking for the next one passes over its rest. */
export interface Part {
  readonly name: string
  /** What the sender calls the file: a text and no path. Null for a value that is no file. */
  readonly filename: string | null
  /** "type/subtype" as the sender says; null where it does not. */
  readonly mediaType: string | null
  /** Its bytes as they come, once. */
  readonly stream: AsyncIterable<Uint8Array>
  /** All of them, at most `limit`. Fault: body_too_large. */
  bytes(limit: number): Promise<Uint8Array>
  /** The same as text. Fault: body_malformed for what is not UTF-8. */
  text(limit: number): Promise<string>
}

export type PartHead = Pick<Part, 'name' | 'filename' | 'mediaType'>

export function partOf({ name, filename, mediaType }: PartHead, stream: AsyncIterable<Uint8Array>): Part {
  const bytes = (limit: number): Promise<Uint8Array> => wholePart(stream, limit)
  return {
    name,
    filename,
    mediaType,
    stream,
    bytes,
    text: async (limit) => {
      const text = utf8Text(await bytes(limit))
      if (text === null) throw malformed('a part has a text that is not UTF-8')
      return text
    },
  }
}

async function wholePart(stream: AsyncIterable<Uint8Array>, limit: number): Promise<Uint8Array> {
  const pieces: Uint8Array[] = []
  let size = 0
  for await (const piece of stream) {
    size += piece.byteLength
    if (size > limit) throw new Fault('body_too_large', { bytes: null, limit })
    pieces.push(piece)
  }
  return joinBytes(pieces, size)
}
