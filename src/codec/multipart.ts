/**
 * `multipart/form-data` in memory: entries of texts and files (RFC 7578).
 *
 * @module
 */
import { Fault } from '../fault.ts'
import type { MediaType } from '../value/media-type.ts'
import { parseSize } from '../value/size.ts'
import { joinBytes, utf8Text } from '../value/utf8.ts'
import { type Entries, type Format, malformed, tooComplex } from './format.ts'
import { DEFAULT_PART_LIMITS, MultipartParser } from './multipart-parser.ts'
import type { PartHead } from './part-head.ts'

/** Sizes in bytes, or written "5mb". What is left out is bounded by the body alone, and by 1,000 parts. */
export interface MultipartOptions {
  /** Of all files together. */
  readonly files?: number | string
  /** Of one file. */
  readonly file?: number | string
  /** How many files. */
  readonly count?: number
  /** How many parts, files and texts together: 1,000 at most. */
  readonly parts?: number
}

interface FileLimits {
  readonly files: number
  readonly file: number
  readonly count: number
}

/**
 * A format whose entries are texts and `File` objects, with the name and the type their sender gave them. A
 * part without a name for a file is a text; one with an empty name and no bytes is what browsers send for
 * an input that was left empty, and no entry.
 *
 *   Fault  setup_faulty: a size or a number that is none
 */
export function multipart(options: MultipartOptions = {}): Format {
  const { files, file, count = Number.POSITIVE_INFINITY, parts = DEFAULT_PART_LIMITS.parts } = options
  const limits = { files: sizeOf(files), file: sizeOf(file), count: checkCount('count', count) }
  if (parts > DEFAULT_PART_LIMITS.parts) throw faulty('parts', parts, 'it is above 1,000')
  const partLimits = { ...DEFAULT_PART_LIMITS, parts: checkCount('parts', parts) }
  return {
    name: 'multipart',
    mediaType: 'multipart/form-data',
    gives: 'entries',
    holdsFiles: true,
    decode: (bytes, type) => decode(bytes, new MultipartParser(boundaryOf(type), partLimits), limits),
    encode: null,
  }
}

function boundaryOf({ parameters }: MediaType): string | undefined {
  return parameters.get('boundary')
}

function decode(bytes: Uint8Array, parser: MultipartParser, limits: FileLimits): Entries {
  const entries: (readonly [name: string, value: string | File])[] = []
  const room = new FileRoom(limits)
  let head: PartHead | null = null
  let pieces: Uint8Array[] = []
  for (const event of parser.push(bytes)) {
    if (event.kind === 'head') {
      head = event.head
      pieces = []
      if (isFile(head)) room.begin()
    } else if (event.kind === 'bytes') {
      pieces.push(event.bytes)
      if (isFile(head!)) room.take(event.bytes.byteLength)
    } else {
      const value = valueOf(head!, pieces)
      if (value !== null) entries.push([head!.name, value])
    }
  }
  parser.end()
  return entries
}

function isFile({ filename }: PartHead): boolean {
  return filename !== null
}

/** Counts files and their bytes against the limits. */
class FileRoom {
  readonly #limits: FileLimits
  #count = 0
  #all = 0
  #one = 0

  constructor(limits: FileLimits) {
    this.#limits = limits
  }

  begin(): void {
    this.#one = 0
    if (++this.#count > this.#limits.count) throw tooComplex('files', this.#limits.count)
  }

  take(bytes: number): void {
    this.#one += bytes
    this.#all += bytes
    const { file, files } = this.#limits
    if (this.#one > file) throw new Fault('body_too_large', { bytes: null, limit: file })
    if (this.#all > files) throw new Fault('body_too_large', { bytes: null, limit: files })
  }
}

function valueOf({ filename, type }: PartHead, pieces: readonly Uint8Array[]): string | File | null {
  if (filename !== null) {
    if (filename === '' && pieces.length === 0) return null
    // A Blob copies what it is made of.
    return new File(pieces as Uint8Array<ArrayBuffer>[], filename, {
      type: type === null ? '' : written(type),
    })
  }
  if (!/^(?:utf-8|us-ascii)$/i.test(type?.parameters.get('charset') ?? 'utf-8'))
    throw malformed('a part is in another charset than UTF-8')
  const text = utf8Text(joinBytes(pieces))
  if (text === null) throw malformed('a part has a text that is not UTF-8')
  return text
}

function written({ essence, parameters }: MediaType): string {
  const charset = parameters.get('charset')
  return charset === undefined ? essence : `${essence}; charset=${charset}`
}

function sizeOf(size: number | string | undefined): number {
  return size === undefined ? Number.POSITIVE_INFINITY : parseSize(size)
}

function checkCount(what: string, count: number): number {
  if (count === Number.POSITIVE_INFINITY || (Number.isSafeInteger(count) && count >= 0)) return count
  throw faulty(what, count, 'it is no whole number')
}

function faulty(what: string, given: number, reason: string): Fault {
  const fix = 'Write multipart({ files: "5mb", count: 10, parts: 100 })'
  return new Fault('setup_faulty', { what: `${what} of multipart, ${given}`, reason, fix })
}
