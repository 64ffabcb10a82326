/**
 * The fields of one connection's requests. A kept connection mostly repeats them octet by octet, or
 * but for one value (a trace, a token): then what was understood is used again, and only what
 * differs is read. Values are immutable, so that this cannot be seen from outside.
 *
 *   again(text, at)       the fields of lines like the last ones, and `end`; null for others
 *   read(text, at, end)   the fields of any lines
 *
 * @module
 */
import type { RequestHeaders } from '../../contract.ts'
import { emptyFields, isFieldValue, stripBlanks } from '../../value/headers.ts'
import { KNOWN_FIELDS } from '../../value/known-fields.ts'
import { collectFields, type RequestFields, requestFields } from './fields.ts'

/** A line that was read, whose value says nothing to the engine: another one may take its place. */
interface PlainLine {
  readonly field: string
  /** The lines above it, its name and its colon. */
  readonly before: string
  /** Its CRLF, the lines below it, and the empty line. */
  readonly behind: string
}

/** Fields whose values the engine reads. */
const READ: ReadonlySet<string> = new Set(['host', 'content-length', 'expect'])
/** How often more than one line may be new before a connection is taken for one that does not repeat itself. */
const MISSES = 3
const CRLF = '\r\n'

export class RepeatedFields {
  /** Lines that were read, with the empty line. */
  #block = ''
  #http: '1.0' | '1.1' = '1.1'
  #fields: RequestFields | null = null
  #lines: readonly PlainLine[] | null = null
  /** The line that had another value last. */
  #changing: PlainLine | null = null
  #misses = 0
  /** Where the lines end that were given last, before their empty line. */
  end = 0

  /** Looks whether the lines at `at` are those that were read last, but perhaps for the value that changes. */
  again(text: string, at: number, http: '1.0' | '1.1'): RequestFields | null {
    if (this.#fields === null || http !== this.#http) return null
    if (this.#changing !== null) return this.#allBut(this.#changing, this.#fields, text, at)
    const end = at + this.#block.length
    if (text.slice(at, end) !== this.#block) return null
    this.end = end - CRLF.length
    return this.#fields
  }

  /** Reads the lines between `at` and `end`, with the empty line behind them. Faults: those of `collectFields` and `requestFields`. */
  read(text: string, at: number, end: number, http: '1.0' | '1.1', limit: number): RequestFields {
    if (this.#fields !== null && http === this.#http && this.#misses < MISSES) {
      const fields = this.#allButOne(this.#fields, text, at)
      if (fields !== null) return fields
    }
    const fields = requestFields(collectFields(text, at, end, limit), http)
    if (this.#fields !== null) this.#misses++
    this.#block = text.slice(at, end + CRLF.length)
    this.#http = http
    this.#fields = fields
    this.#lines = null
    this.#changing = null
    this.end = end
    return fields
  }

  /** For connections that idle. */
  forget(): void {
    this.#block = ''
    this.#fields = null
    this.#lines = null
    this.#changing = null
  }

  #allButOne(last: RequestFields, text: string, at: number): RequestFields | null {
    this.#lines ??= plainLines(this.#block, last)
    for (const line of this.#lines) {
      const fields = this.#allBut(line, last, text, at)
      if (fields === null) continue
      this.#changing = line
      return fields
    }
    return null
  }

  /** Reads lines that are all the same but for the value of `line`. */
  #allBut(line: PlainLine, last: RequestFields, text: string, at: number): RequestFields | null {
    const { field, before, behind } = line
    const from = at + before.length
    if (text.slice(at, from) !== before) return null
    const to = text.indexOf('\r', from)
    if (to < 0 || text.slice(to, to + behind.length) !== behind) return null
    const value = stripBlanks(text.slice(from, to))
    if (!isFieldValue(value)) return null
    this.end = to + behind.length - CRLF.length
    const fields = Object.assign(emptyFields(), last.headers)
    fields[field] = value
    const { length, persists, expects, upgrade, takesTrailers } = last
    return { headers: Object.freeze(fields), length, persists, expects, upgrade, takesTrailers }
  }
}

/** The plain lines of a block that was read well; none where two have one name. */
function plainLines(block: string, { headers }: RequestFields): readonly PlainLine[] {
  const lines: PlainLine[] = []
  const seen = new Set<string>()
  for (let at = 0; at < block.length - CRLF.length; ) {
    const lineEnd = block.indexOf(CRLF, at)
    const colon = block.indexOf(':', at)
    const field = block.slice(at, colon).toLowerCase()
    if (seen.has(field)) return []
    seen.add(field)
    if (isPlain(field, headers)) {
      lines.push({ field, before: block.slice(0, colon + 1), behind: block.slice(lineEnd) })
    }
    at = lineEnd + CRLF.length
  }
  return lines
}

function isPlain(field: string, headers: RequestHeaders): boolean {
  return headers[field] !== undefined && !READ.has(field) && KNOWN_FIELDS.get(field)?.hop !== true
}
