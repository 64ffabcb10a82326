/**
 * The fields of one connection's requests. A kept connection mostly repeats them octet by octet, or
 * but for one value (a trace, a token): then what was understood is used again, and only what
 * differs is read. Values are immutable, so that this cannot be seen from outside.
 *
 * @module
 */
import { emptyFields, isFieldValue, stripBlanks } from '../../value/headers.ts'
import { KNOWN_FIELDS } from '../../value/known-fields.ts'
import { collectFields, type RequestFields, requestFields } from './fields.ts'

/** One line of a block that was read, and the field that it gave. */
interface Line {
  /** With its CRLF. */
  readonly text: string
  /** Where it begins in its block. */
  readonly at: number
  /** As received, with its colon. */
  readonly name: string
  /** Null for a field that the app does not see. */
  readonly key: string | null
  readonly value: string
  /** True for a field whose value says nothing to the engine, so that another value may take its place. */
  readonly plain: boolean
}

/** Fields whose values the engine reads. */
const READ: ReadonlySet<string> = new Set(['host', 'content-length', 'expect'])
/** How often more than one line may be new before a connection is taken for one that does not repeat itself. */
const MISSES = 3

export class RepeatedFields {
  #block = ''
  #http: '1.0' | '1.1' = '1.1'
  #fields: RequestFields | null = null
  #lines: readonly Line[] | null = null
  #other = -1
  #misses = 0

  /** Reads the lines between `at` and `end`. Faults: those of `collectFields` and `requestFields`. */
  read(text: string, at: number, end: number, http: '1.0' | '1.1', limit: number): RequestFields {
    const block = text.slice(at, end)
    const last = http === this.#http ? this.#fields : null
    if (last !== null) {
      if (block === this.#block) return last
      const fields = this.#misses < MISSES ? this.#butOne(last, text, at, end) : null
      if (fields !== null) return fields
      this.#misses++
    }
    const fields = requestFields(collectFields(text, at, end, limit), http)
    this.#block = block
    this.#http = http
    this.#fields = fields
    this.#lines = null
    this.#other = -1
    return fields
  }

  /** For connections that idle. */
  forget(): void {
    this.#block = ''
    this.#fields = null
    this.#lines = null
  }

  /** Reads a block of which one line alone is new, most likely the one that was new before. */
  #butOne(last: RequestFields, text: string, at: number, end: number): RequestFields | null {
    const lines = (this.#lines ??= linesOf(this.#block, last))
    const line = lines[this.#other]
    if (line === undefined || !this.#restIsSame(line, text, at, end)) {
      this.#other = lines.findIndex((one) => one.plain && this.#restIsSame(one, text, at, end))
      if (this.#other < 0) return null
    }
    const { at: start, name, text: old } = lines[this.#other]!
    const lineEnd = end - (this.#block.length - start - old.length)
    if (text.slice(at + start, at + start + name.length) !== name) return null
    const value = stripBlanks(text.slice(at + start + name.length, lineEnd - 2))
    if (text.indexOf('\r\n', at + start) !== lineEnd - 2 || !isFieldValue(value)) return null
    const fields = emptyFields()
    for (let index = 0; index < lines.length; index++) {
      const { key, value: before } = lines[index]!
      if (key !== null) fields[key] = index === this.#other ? value : before
    }
    const { length, persists, expects, upgrade, takesTrailers } = last
    return { headers: Object.freeze(fields), length, persists, expects, upgrade, takesTrailers }
  }

  #restIsSame({ at: start, text: old }: Line, text: string, at: number, end: number): boolean {
    const block = this.#block
    const behind = block.length - start - old.length
    return (
      end - behind >= at + start &&
      text.slice(at, at + start) === block.slice(0, start) &&
      text.slice(end - behind, end) === block.slice(block.length - behind)
    )
  }
}

/** The lines of a block that was read well; none where a line is not one field for itself. */
function linesOf(block: string, { headers }: RequestFields): readonly Line[] {
  const lines: Line[] = []
  const seen = new Set<string>()
  for (let at = 0; at < block.length; ) {
    const lineEnd = block.indexOf('\r\n', at) + 2
    const text = block.slice(at, lineEnd)
    const name = text.slice(0, text.indexOf(':') + 1)
    const field = name.slice(0, -1).toLowerCase()
    const value = headers[field]
    if (seen.has(field)) return []
    seen.add(field)
    const plain = value !== undefined && !READ.has(field) && KNOWN_FIELDS.get(field)?.hop !== true
    lines.push({ text, at, name, key: value === undefined ? null : field, value: value ?? '', plain })
    at = lineEnd
  }
  return lines
}
