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

/** Octets that one event may take before the stream is refused. */
export const MAX_EVENT: number = 1024 * 1024

/** Writes one event. A CR or LF in the data begins another `data` line and never another field. */
export function encodeEvent(data: string, event?: string): string {
  const name = event === undefined ? '' : `event: ${event.replaceAll(/[\r\n]/g, ' ')}\n`
  const lines = /[\r\n]/.test(data) ? data.split(/\r\n|\r|\n/) : [data]
  return `${name}${lines.map((line) => `data: ${line}\n`).join('')}\n`
}

/**
 * Reads events as they arrive; lines end with CR, LF or both, in any cutting. An event that the
 * stream's end cuts off is dropped, as the standard says. Fault: body_too_large.
 */
export async function* decodeEvents(
  chunks: AsyncIterable<Uint8Array>,
): AsyncGenerator<ServerSentEvent, void, undefined> {
  let event = ''
  let data: string[] = []
  let size = 0
  for await (const line of lines(chunks)) {
    size += line.length
    if (size > MAX_EVENT) throw new Fault('body_too_large', { bytes: null, limit: MAX_EVENT })
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
    if (field === 'data') data.push(value)
    else if (field === 'event') event = value
  }
}

async function* lines(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string, void, undefined> {
  const decoder = new TextDecoder()
  let rest = ''
  for await (const chunk of chunks) {
    rest += decoder.decode(chunk, { stream: true })
    // A CR at the very end may be half of a CRLF: wait for what follows.
    const held = rest.endsWith('\r') ? '\r' : ''
    const parts = rest.slice(0, rest.length - held.length).split(/\r\n|\r|\n/)
    rest = parts.pop()! + held
    yield* parts
    if (rest.length > MAX_EVENT) throw new Fault('body_too_large', { bytes: null, limit: MAX_EVENT })
  }
  if (rest.endsWith('\r')) yield rest.slice(0, -1)
}
