/**
 * Writing bodies for handlers that take them as they flow: bytes, items as JSON lines, parts of a form. What is
 * all here is sent as it is, and may be sent again.
 *
 * @module
 */
import { asyncValues, bytePieces } from '../call/byte-source.ts'
import { mapped } from '../call/mapped.ts'
import { LINES_TYPE } from '../codec/lines.ts'
import { utf8Bytes } from '../value/utf8.ts'
import type { BodyWriter, Written } from './body.ts'
import { FlowingInput } from './flowing-input.ts'
import { writeJson } from './json-body.ts'
import { writeParts } from './parts-body.ts'
import { unfit } from './texts.ts'

/** Fault: input_invalid for what is no such body. */
export const writeFlowing: BodyWriter = ({ as, mediaTypes }, value) => {
  if (as === 'chunks') return writeBytes(mediaTypes, value)
  return as === 'items' ? writeItems(value) : writeParts(value)
}

function writeBytes(mediaTypes: readonly string[], value: unknown): Written {
  const usual = mediaTypes.find((type) => !type.includes('*')) ?? 'application/octet-stream'
  // A file knows what it is.
  if (value instanceof Blob) return [value.type === '' ? usual : value.type, value]
  if (value instanceof Uint8Array) return [usual, value]
  const pieces = bytePieces(value)
  if (pieces === null) throw unfit(['body'], 'must be bytes, a Blob, a stream or an iterable of bytes')
  return [usual, new FlowingInput(pieces)]
}

function writeItems(value: unknown): Written {
  const line = (item: unknown, at: number): string => `${writeJson(item, ['body', at])}\n`
  if (Array.isArray(value)) return [LINES_TYPE, utf8Bytes(value.map(line).join(''))]
  const items = asyncValues(value)
  if (items === null) throw unfit(['body'], 'must be items, as an iterable')
  let at = 0
  return [LINES_TYPE, new FlowingInput(mapped(items, (item) => utf8Bytes(line(item, at++))))]
}
