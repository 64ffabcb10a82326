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
  if (isForm(given)) return mapped(asyncValues(given)!, ofEntry)
  const values = given instanceof Uint8Array ? null : asyncValues(given)
  return values === null ? null : mapped(values, checked)
}

/** The same of a form or a list, where nothing flows; else null. Throws TypeError for what is no part. */
export function wholeParts(given: unknown): readonly PartSource[] | null {
  const parts = isForm(given) ? [...given].map(ofEntry) : Array.isArray(given) ? given.map(checked) : null
  return parts?.every(({ body }) => isWhole(body)) === true ? parts : null
}

function isForm(given: unknown): given is FormData {
  return typeof FormData === 'function' && given instanceof FormData
}

function isWhole(body: unknown): boolean {
  return typeof body === 'string' || body instanceof Uint8Array || isBlob(body)
}

function isBlob(body: unknown): body is Blob {
  return typeof Blob === 'function' && body instanceof Blob
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

// A file says its name and type by itself; one without a name has none to be sent by, and would be a text.
function named(part: PartSource): PartSource {
  const { body } = part
  if (!isBlob(body)) return part
  const filename = part.filename ?? ((body as Partial<File>).name || 'blob')
  const mediaType = part.mediaType ?? (body.type === '' ? undefined : body.type)
  return { ...part, filename, ...(mediaType !== undefined && { mediaType }) }
}
