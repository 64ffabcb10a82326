/**
 * Writing the parts of a form (RFC 7578), in the order they come.
 *
 * @module
 */
import { bytePieces } from '../call/byte-source.ts'
import { type PartSource, partSources, wholeParts } from '../call/part-source.ts'
import { mediaType as parseMediaType } from '../value/media-type.ts'
import { utf8Bytes } from '../value/utf8.ts'
import type { Written } from './body.ts'
import { FlowingInput } from './flowing-input.ts'
import { randomId } from './random-id.ts'
import { unfit } from './texts.ts'

/** A form of files and texts is all here, and files are not read into memory; other parts flow. Fault: input_invalid. */
export function writeParts(value: unknown): Written {
  const boundary = randomId()
  const type = `multipart/form-data; boundary=${boundary}`
  const whole = wholeParts(value)
  if (whole !== null) {
    const pieces = whole.flatMap((part) => [head(boundary, part), part.body as BlobPart, '\r\n'])
    return [type, new Blob([...pieces, end(boundary)])]
  }
  const parts = partSources(value)
  if (parts === null) throw unfit(['body'], 'must be parts, as an iterable, or a FormData')
  return [type, new FlowingInput(flowing(parts, boundary))]
}

async function* flowing(
  parts: AsyncIterable<PartSource>,
  boundary: string,
): AsyncGenerator<Uint8Array, void, undefined> {
  for await (const part of parts) {
    const { name, body } = part
    const pieces = bytePieces(typeof body === 'string' ? utf8Bytes(body) : body)
    if (pieces === null) throw unfit(['body'], `has a part ${name} that is neither text nor bytes`)
    yield utf8Bytes(head(boundary, part))
    yield* pieces
    yield utf8Bytes('\r\n')
  }
  yield utf8Bytes(end(boundary))
}

function head(boundary: string, { name, filename, mediaType }: PartSource): string {
  if (mediaType !== undefined && (parseMediaType(mediaType) === null || !/^[\t -~]*$/.test(mediaType)))
    throw unfit(['body'], `has a part ${name} of a media type that is none`)
  const file = filename === undefined ? '' : `; filename="${quoted(filename)}"`
  const type = mediaType === undefined ? '' : `content-type: ${mediaType}\r\n`
  return `--${boundary}\r\ncontent-disposition: form-data; name="${quoted(name)}"${file}\r\n${type}\r\n`
}

function end(boundary: string): string {
  return `--${boundary}--\r\n`
}

// As RFC 2045 and curl write it: what is read is what was given, a quotation mark too.
function quoted(text: string): string {
  if (/[\0-\x1f\x7f]/.test(text) || !text.isWellFormed())
    throw unfit(['body'], 'has a part whose name or file name no head can hold')
  return text.replaceAll(/["\\]/g, '\\$&')
}
