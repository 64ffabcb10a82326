/**
 * Parts of a form that somebody gives to be sent.
 *
 * @module
 */
import { asyncValues, type ByteSource } from './byte-source.ts'
import { mapped } from './mapped.ts'

/** One part. A `File` says its name and type by itself. */
export interface PartSource {
  readonly name: string
  /** With one it is a file. */
  readonly filename?: string
  /** Such as "image/png". */
  readonly mediaType?: string
  readonly body: string | ByteSource
}

/** Parts in the order they are sent. */
export type PartSources = FormData | AsyncIterable<PartSource> | Iterable<PartSource>

/** The parts of what somebody gave; null for what gives none. What is no part makes the iteration throw TypeError. */
export function partSources(given: unknown): AsyncIterable<PartSource> | null {
  const values = asyncValues(given)
  if (values === null || given instanceof Uint8Array) return null
  const isForm = typeof FormData === 'function' && given instanceof FormData
  return mapped(values, isForm ? ofEntry : checked)
}

function ofEntry(entry: unknown): PartSource {
  const [name, body] = entry as [string, string | File]
  return named({ name, body })
}

function checked(part: unknown): PartSource {
  const { name, body } = (part ?? {}) as Partial<PartSource>
  if (typeof name !== 'string' || body === undefined)
    throw new TypeError('A part is { name, body }, perhaps with filename and mediaType')
  return named(part as PartSource)
}

function named(part: PartSource): PartSource {
  const { body } = part
  if (typeof Blob !== 'function' || !(body instanceof Blob)) return part
  const filename = part.filename ?? (body as Partial<File>).name
  const mediaType = part.mediaType ?? (body.type === '' ? undefined : body.type)
  return {
    ...part,
    ...(filename !== undefined && { filename }),
    ...(mediaType !== undefined && { mediaType }),
  }
}
