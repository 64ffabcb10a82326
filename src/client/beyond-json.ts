/**
 * What is not, or not surely, JSON: bytes, text, forms, and the formats that a client was given. Loaded
 * with the first such call: a page without one does not carry it.
 *
 * @module
 */
import { CallFault } from '../call-fault.ts'
import { boundsOf, type Format } from '../codec/format.ts'
import { mediaType } from '../value/media-type.ts'
import { utf8Bytes, utf8Text } from '../value/utf8.ts'
import type { Written } from './body.ts'
import type { ClientHandler, ClientTakes } from './client-contract.ts'
import { writeForm } from './forms.ts'
import { holdsFiles } from './holds-files.ts'
import { parseJson, writeJson } from './json-body.ts'
import { unfit } from './texts.ts'

type Path = readonly string[]
type Formats = readonly Format[]

/** Writes a body as its handler takes it. Faults: input_invalid, setup_faulty. */
export function writeBeyondJson(takes: ClientTakes, value: unknown, formats: Formats): Written {
  const { as, mediaTypes } = takes
  const path = takes.body === 'member' ? ['body'] : []
  const usual = mediaTypes.find((type) => !type.includes('*')) ?? 'application/octet-stream'
  if (as === 'bytes') {
    // A file knows what it is.
    if (value instanceof Blob) return [value.type === '' ? usual : value.type, value]
    if (value instanceof Uint8Array) return [usual, value]
    throw unfit(path, 'must be bytes: a Uint8Array, a Blob or a File')
  }
  if (as === 'text') {
    if (typeof value === 'string' && value.isWellFormed()) return [usual, utf8Bytes(value)]
    throw unfit(path, 'must be well-formed text')
  }
  const type = mediaTypes.find((one) => one === 'application/json' || formatOf(one, formats) !== undefined)
  // A form says less than data do, so it is for files, and for handlers that read nothing else.
  const readsForms = mediaTypes.some((one) => one.includes('form'))
  if (readsForms && (type === undefined || holdsFiles(value))) return writeForm(takes, value, path)
  if (type === undefined) throw unknownFormat(mediaTypes)
  const format = formatOf(type, formats)
  return [type, format === undefined ? utf8Bytes(writeJson(value, path)) : encoded(format, value, path)]
}

/** What an answer holds; undefined for what is no JSON. Fault: call_faulty for what is nothing else either. */
export async function readBeyondJson(
  to: string,
  gives: ClientHandler['gives'],
  body: Uint8Array | null,
  contentType: string | null,
  formats: Formats,
): Promise<unknown> {
  const bytes = body ?? new Uint8Array(0)
  if (gives === 'bytes') return bytes
  if (gives === 'text') return utf8Text(bytes) ?? faulty(to, 'it is not UTF-8')
  const type = mediaType(contentType ?? '')
  const format = type === null ? undefined : formatOf(type.essence, formats)
  if (type === null || format === undefined) return parseJson(bytes)
  try {
    return await format.decode(bytes, type, boundsOf(bytes.byteLength))
  } catch (error) {
    return faulty(to, `it is not ${format.name}`, error)
  }
}

function faulty(to: string, reason: string, cause?: unknown): never {
  throw new CallFault('call_faulty', { to, reason }, cause)
}

function formatOf(mediaType: string, formats: Formats): Format | undefined {
  return formats.find((format) => format.mediaType === mediaType)
}

function encoded({ encode }: Format, value: unknown, path: Path): Uint8Array {
  try {
    const written = encode!(value)
    return typeof written === 'string' ? utf8Bytes(written) : written
  } catch (error) {
    throw unfit(path, (error as Error).message)
  }
}

function unknownFormat(mediaTypes: readonly string[]): CallFault<'setup_faulty'> {
  const fix = 'Give it one: client(contract, transport, { formats: [cbor] })'
  const reason = `it has no format for ${mediaTypes.join(' or ')}`
  return new CallFault('setup_faulty', { what: 'The client', reason, fix })
}
