/**
 * Forms with files, on their way to a function in another language: the parts of one behind the line of its call, or
 * small files beside their data.
 *
 *   parts   for each its head, u32 and so many octets of JSON; its pieces, u32 and so many octets; 0 at its end
 *   files   their octets one behind the other, and where each belongs in the line
 *
 * @module
 */
import { encodeJson } from '../codec/json.ts'
import { Fault } from '../fault.ts'
import { isFileSchema } from '../schema/json-check/file.ts'
import type { JsonSchema } from '../schema/json-schema.ts'
import type { Part } from '../stream/part.ts'
import { isRecord } from '../value/data.ts'
import { joinBytes, utf8Bytes } from '../value/utf8.ts'

const END = new Uint8Array(4)

/** Faults: those of the parts. */
export async function* partsAsBytes(parts: AsyncIterable<Part>): AsyncGenerator<Uint8Array> {
  for await (const { name, filename, mediaType, stream } of parts) {
    yield sized(utf8Bytes(encodeJson({ name, filename, mediaType })))
    for await (const piece of stream) if (piece.byteLength > 0) yield sized(piece)
    yield END
  }
}

function sized(bytes: Uint8Array): Uint8Array {
  const size = new Uint8Array(4)
  new DataView(size.buffer).setUint32(0, bytes.byteLength)
  return joinBytes([size, bytes], 4 + bytes.byteLength)
}

/** A file that was in data, as the line says it. */
export interface PlacedFile {
  /** Names and numbers that lead to it; null stands there. */
  readonly at: readonly (string | number)[]
  readonly name: string
  readonly type: string
  /** Bytes. */
  readonly size: number
}

/** Data without their files, and those. */
export interface Apart {
  readonly data: Readonly<Record<string, unknown>>
  readonly files: readonly PlacedFile[]
  readonly bytes: AsyncIterable<Uint8Array>
}

/** Members of an object whose schema says that they are files, or lists of them. */
export type FileMembers = readonly string[]

/** Fault: setup_faulty for a file in another place. */
export function fileMembers(schema: JsonSchema | undefined, what: string): FileMembers {
  const members: string[] = []
  const seen = new Set<unknown>()
  for (const [name, one] of Object.entries(isRecord(schema?.['properties']) ? schema['properties'] : {})) {
    const file = isRecord(one) && !isFileSchema(one) ? one['items'] : one
    if (!isFileSchema(file)) continue
    members.push(name)
    seen.add(file)
  }
  if (hasFile(schema, seen, 0)) {
    const fix = 'A form has files as members of its object, or as the items of one'
    throw new Fault('setup_faulty', { what, reason: 'a file is where no form has one', fix })
  }
  return members
}

function hasFile(schema: unknown, but: ReadonlySet<unknown>, depth: number): boolean {
  if (typeof schema !== 'object' || schema === null || depth > 64 || but.has(schema)) return false
  return isFileSchema(schema) || Object.values(schema).some((one) => hasFile(one, but, depth + 1))
}

/** Takes the files out of data; null where there are none. `way` leads to the data within the line. */
export function filesApart(
  data: Readonly<Record<string, unknown>>,
  members: FileMembers,
  way: readonly string[],
): Apart | null {
  const files: File[] = []
  const placed: PlacedFile[] = []
  const place = (value: unknown, at: readonly (string | number)[]): unknown => {
    if (Array.isArray(value)) return value.map((one, index) => place(one, [...at, index]))
    if (!(value instanceof File)) return value
    files.push(value)
    placed.push({ at, name: value.name, type: value.type, size: value.size })
    return null
  }
  const rest: Record<string, unknown> = { ...data }
  for (const name of members) if (Object.hasOwn(rest, name)) rest[name] = place(rest[name], [...way, name])
  return files.length === 0 ? null : { data: rest, files: placed, bytes: bytesOf(files) }
}

async function* bytesOf(files: readonly File[]): AsyncGenerator<Uint8Array> {
  for (const file of files) yield new Uint8Array(await file.arrayBuffer())
}
