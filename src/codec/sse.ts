/**
 * Server-sent events (WHATWG HTML, section 9.2).
 *
 * @module
 */
import { Fault } from '../fault.ts'

export interface ServerSentEvent {
  /** "message" where the stream names none. */
  readonly event: string
  readonly data: string
  /** The last id that the stream named; "" before the first. */
  readonly id: string
  /** The last time to wait before coming back that the stream named, in milliseconds; null before the first. */
  readonly retryMs: number | null
}

/** How long the lines of one event may be together, in UTF-16 code units. */
export const MAX_EVENT: number = 1024 * 1024

/** What a stream sends while nothing is given: a comment, which every reader passes over. */
export const HEARTBEAT = ':\n\n'

/**
 * Writes one event. A CR or LF in the data begins another `data` line and never another field.
 *
 *   id   what a reader that comes back names as the last it has seen. Throws TypeError for one that it
 *        could not name in a field of its request: empty, with blanks at its ends, or control characters
 */
export function encodeEvent(data: string, event?: string, id?: string | null): string {
  const name = event === undefined ? '' : `event: ${event.replaceAll(/[\r\n]/g, ' ')}\n`
  const lines = /[\r\n]/.test(data) ? data.split(/\r\n|\r|\n/) : [data]
  return `${idLine(id ?? null)}${name}${lines.map((line) => `data: ${line}\n`).join('')}\n`
}

/** Writes how long a reader is to wait before it comes back, in milliseconds. */
export function encodeRetry(ms: number): string {
  if (!Number.isSafeInteger(ms) || ms < 0) throw new TypeError(`Cannot write ${ms} as milliseconds to wait`)
  return `retry: ${ms}\n\n`
}

// A NUL would make readers pass the id over, a line break would end it, and a field value loses its blanks.
function idLine(id: string | null): string {
  if (id === null) return ''
  if (
    typeof id !== 'string' ||
    !/^[^\0-\x20\x7f](?:[^\0-\x1f\x7f]*[^\0-\x20\x7f])?$/.test(id) ||
    !id.isWellFormed()
  )
    throw new TypeError(`Cannot write ${JSON.stringify(id)} as the id of an event`)
  return `id: ${id}\n`
}

/**
 * Reads events as they arrive; lines end with CR, LF or both, in any cutting. An event that the
 * stream's end cuts off is dropped, as the standard says. Comments are passed over. `limit` is that of
 * the lines of one event together, in UTF-16 code units. Fault: body_too_large.
 */
export async function* decodeEvents(
  chunks: AsyncIterable<Uint8Array>,
  limit: number = MAX_EVENT,
): AsyncGenerator<ServerSentEvent, void, undefined> {
  let event = ''
  let data: string[] = []
  let size = 0
  let id = ''
  let retryMs: number | null = null
  for await (const line of lines(chunks, limit)) {
    if (line === '') {
      if (data.length > 0)
        yield { event: event === '' ? 'message' : event, data: data.join('\n'), id, retryMs }
      event = ''
      data = []
      size = 0
      continue
    }
    const colon = line.indexOf(':')
    const field = colon < 0 ? line : line.slice(0, colon)
    const value = colon < 0 ? '' : line.slice(line[colon + 1] === ' ' ? colon + 2 : colon + 1)
    if (field === 'data') {
      data.push(value)
      size += line.length // with the field's name, so that empty lines count as well
      if (size > limit) throw tooLarge(limit)
    } else if (field === 'event') event = value
    else if (field === 'id' && !value.includes('\0')) id = value
    else if (field === 'retry' && /^[0-9]{1,15}$/.test(value)) retryMs = Number(value)
  }
}

// Every code unit is looked at once, however the text is cut: a line's pieces are kept apart until its end.
async function* lines(
  chunks: AsyncIterable<Uint8Array>,
  limit: number,
): AsyncGenerator<string, void, undefined> {
  const decoder = new TextDecoder() // drops one byte order mark, as the standard says
  let begun: string[] = []
  let size = 0
  let afterCr = false
  for await (const chunk of chunks) {
    const text = decoder.decode(chunk, { stream: true })
    if (text === '') continue
    // A line ends with its CR; the LF that may follow, even in the next chunk, belongs to it.
    const parts = (afterCr && text.startsWith('\n') ? text.slice(1) : text).split(/\r\n|\r|\n/)
    afterCr = text.endsWith('\r')
    const last = parts.pop()!
    for (const part of parts) {
      yield begun.length === 0 ? part : begun.join('') + part
      begun = []
      size = 0
    }
    begun.push(last)
    size += last.length
    if (size > limit) throw tooLarge(limit)
  }
}

function tooLarge(limit: number): Fault {
  return new Fault('body_too_large', { bytes: null, limit })
}
