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
}

/** How long the lines of one event may be together, in UTF-16 code units. */
export const MAX_EVENT: number = 1024 * 1024

/** Writes one event. A CR or LF in the data begins another `data` line and never another field. */
export function encodeEvent(data: string, event?: string): string {
  const name = event === undefined ? '' : `event: ${event.replaceAll(/[\r\n]/g, ' ')}\n`
  const lines = /[\r\n]/.test(data) ? data.split(/\r\n|\r|\n/) : [data]
  return `${name}${lines.map((line) => `data: ${line}\n`).join('')}\n`
}

/**
 * Reads events as they arrive; lines end with CR, LF or both, in any cutting. An event that the
 * stream's end cuts off is dropped, as the standard says. Comments, `id` and `retry` are passed
 * over. Fault: body_too_large.
 */
export async function* decodeEvents(
  chunks: AsyncIterable<Uint8Array>,
): AsyncGenerator<ServerSentEvent, void, undefined> {
  let event = ''
  let data: string[] = []
  let size = 0
  for await (const line of lines(chunks)) {
    if (line === '') {
      if (data.length > 0) yield { event: event === '' ? 'message' : event, data: data.join('\n') }
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
      if (size > MAX_EVENT) throw tooLarge()
    } else if (field === 'event') event = value
  }
}

// Every code unit is looked at once, however the text is cut: a line's pieces are kept apart until its end.
async function* lines(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string, void, undefined> {
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
    if (size > MAX_EVENT) throw tooLarge()
  }
}

function tooLarge(): Fault {
  return new Fault('body_too_large', { bytes: null, limit: MAX_EVENT })
}
