/**
 * Forms: data as names with texts or files. A form without files is
 * `application/x-www-form-urlencoded` where the handler reads that, else `multipart/form-data` (RFC 7578).
 *
 * Multipart is written here and not by `FormData`, which makes CRLF of every LF in a text.
 *
 * @module
 */

import { utf8Bytes } from '../value/utf8.ts'
import { writeQuery } from '../value/write-query.ts'
import type { ClientTakes } from './client-contract.ts'
import { randomId } from './random-id.ts'
import { textsOf, unfit, wordsOf } from './texts.ts'

type Entry = readonly [name: string, value: string | Blob]

/** Writes an object as a form of one of the handler's media types. Fault: input_invalid. */
export function writeForm(
  takes: ClientTakes,
  value: unknown,
  path: readonly string[],
): readonly [mediaType: string, body: Uint8Array | Blob] {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw unfit(path, 'must be an object')
  const entries = Object.entries(value).flatMap(([name, member]) => entriesOf(name, member, takes))
  const plain = takes.mediaTypes.find((type) => type.endsWith('form-urlencoded'))
  const isMultipart = takes.mediaTypes.includes('multipart/form-data')
  const hasFiles = entries.some(([, one]) => typeof one !== 'string')
  if (plain === undefined || (isMultipart && hasFiles)) return multipart(entries)
  return [plain, utf8Bytes(writeQuery(entries.map(([name, one]) => [name, textOnly(name, one)])))]
}

function entriesOf(name: string, value: unknown, takes: ClientTakes): Entry[] {
  if (value === undefined) return []
  const values = Array.isArray(value) ? (value as unknown[]) : [value]
  return values.length > 0 && values.every((one) => one instanceof Blob)
    ? values.map((file) => [name, file])
    : textsOf(name, value, wordsOf(takes, name)).map((text) => [name, text])
}

function multipart(entries: readonly Entry[]): readonly [mediaType: string, body: Blob] {
  const boundary = randomId()
  const parts = entries.flatMap(([name, value]) => [
    `--${boundary}\r\ncontent-disposition: form-data; name="${quoted(name)}"`,
    typeof value === 'string' ? '' : fileHead(value),
    '\r\n\r\n',
    value,
    '\r\n',
  ])
  return [`multipart/form-data; boundary=${boundary}`, new Blob([...parts, `--${boundary}--\r\n`])]
}

// A file without a name has none to be sent by, and would be a text.
function fileHead({ name, type }: Blob & { readonly name?: string }): string {
  const mediaType = type === '' ? 'application/octet-stream' : type
  return `; filename="${quoted(name === undefined || name === '' ? 'blob' : name)}"\r\ncontent-type: ${mediaType}`
}

function textOnly(name: string, value: string | Blob): string {
  if (typeof value === 'string') return value
  throw unfit([name], 'is a file, which this form has not')
}

// A quoted string (RFC 9110 5.6.4), which is read as it was meant. Browsers write %22, and their readers cannot tell
// whether that was meant; of controls nobody could.
function quoted(name: string): string {
  return name.replaceAll(/["\\]/g, '\\$&').replaceAll(/[\x00-\x1f\x7f]/g, encodeURIComponent)
}
