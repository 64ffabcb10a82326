/**
 * Heads of answers as text of one code unit per octet, with the date, and with what was made for others
 * like them. RFC 9112 sections 4 to 6, RFC 9110 section 6.6.1.
 *
 * @module
 */
import type { Outgoing } from '../../call/outgoing.ts'
import type { Server } from '../../contract.ts'
import { reasonPhrase } from '../../value/status.ts'
import { fieldLines, statusLine } from '../../wire/http1/response-head.ts'

/** How many content types of a status have the start of their heads kept. */
const KEPT = 32
/** Lengths below this many octets have their line kept: most answers of an API. */
const SHORT = 1_024

export class Heads {
  readonly #server: Server
  readonly #reasons: { readonly [status: number]: string }
  readonly #starts = new Map<number, Map<string, string>>()
  #last = { status: 0, contentType: '', start: '' }
  #date = ''
  #second: number | null = null

  /** `reasons`: phrases by status, for those that differ from the registered ones. */
  constructor(server: Server, reasons: { readonly [status: number]: string }) {
    this.#server = server
    this.#reasons = reasons
  }

  phrase(status: number): string {
    return this.#reasons[status] ?? reasonPhrase(status)
  }

  statusLine(status: number): string {
    return statusLine(status, this.phrase(status))
  }

  /** Looks at the clock: the date is made once a second. */
  turn(): void {
    const now = this.#server.now()
    const second = Math.floor(now / 1_000)
    if (second === this.#second) return
    this.#second = second
    this.#date = `date: ${new Date(now).toUTCString()}\r\n`
    this.#starts.clear()
    this.#last = { status: 0, contentType: '', start: '' }
  }

  /** A whole head, with its empty line. `lines` of the connection go in between. */
  of({ status, fields, length }: Outgoing, lines: string): string {
    const start =
      fields.length === 2 && fields[0] === 'content-type'
        ? this.#start(status, fields[1]!)
        : this.statusLine(status) + fieldLines(fields) + (names(fields, 'date') ? '' : this.#date)
    return start + lines + (length === null ? '\r\n' : lengthEnd(length))
  }

  // What nearly every head begins with: the status, the content type and the date.
  #start(status: number, contentType: string): string {
    const last = this.#last
    if (last.status === status && last.contentType === contentType) return last.start
    const start = this.#keptStart(status, contentType)
    this.#last = { status, contentType, start }
    return start
  }

  #keptStart(status: number, contentType: string): string {
    let starts = this.#starts.get(status)
    if (starts === undefined) {
      starts = new Map()
      this.#starts.set(status, starts)
    }
    let start = starts.get(contentType)
    if (start === undefined) {
      start = `${this.statusLine(status)}content-type: ${contentType}\r\n${this.#date}`
      if (starts.size < KEPT) starts.set(contentType, start)
    }
    return start
  }
}

const LENGTH_ENDS: string[] = Array.from({ length: SHORT }, (_, length) => writtenEnd(length))

function lengthEnd(length: number): string {
  return LENGTH_ENDS[length] ?? writtenEnd(length)
}

function writtenEnd(length: number): string {
  return `content-length: ${length}\r\n\r\n`
}

/** True when flat pairs have a field of that name. */
function names(flat: readonly string[], name: string): boolean {
  for (let at = 0; at < flat.length; at += 2) if (flat[at] === name) return true
  return false
}
