/**
 * How a stream of items says that it failed: as its last event, or as its last line. Either holds a problem
 * (RFC 9457) as JSON, and neither can be an item, whatever its schema.
 *
 * @module
 */
import { encodeEvent } from './sse.ts'

/** Items are events of the usual name, "message". */
export const FAILURE_EVENT = 'failure'

/** Items are JSON, which never begins so: a reader that knows nothing of this fails, and takes it for no item. */
const FAILURE_MARK = '!'

export function failureEvent(json: string): string {
  return encodeEvent(json, FAILURE_EVENT)
}

export function failureLine(json: string): string {
  return `${FAILURE_MARK}${json}\n`
}

/** The JSON of a line that says so; null for any other line. */
export function failureOfLine(line: string): string | null {
  return line.startsWith(FAILURE_MARK) ? line.slice(FAILURE_MARK.length) : null
}
