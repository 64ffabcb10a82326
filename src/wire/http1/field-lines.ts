/**
 * Field lines. RFC 9112 section 5.
 *
 *   in     text of one code unit per octet, from `at` to `end`: whole lines, each with its LF
 *   out    name as received and value without the white space around it, line by line
 *   Fault  head_faulty, field_faulty
 *
 * Where the RFC lets a recipient repair a line (obs-fold, white space before the colon, a bare LF),
 * we refuse: two parsers would read it in two ways.
 *
 * @module
 */
import { Fault } from '../../fault.ts'
import { COLON, CR, HTAB, IN_TOKEN, LF, SP } from './octets.ts'

// Name, colon, value, CRLF; again and again. It stops behind the last line that is one, without
// trying anything twice: neither a name nor a value holds what ends it.
const LINES = /(?:[!#$%&'*+\-.^_`|~0-9A-Za-z]+:[\t\x20-\x7e\x80-\xff]*\r\n)*/y

/** Calls `take` for each line. */
export function readFieldLines(
  text: string,
  at: number,
  end: number,
  take: (name: string, value: string) => void,
): void {
  LINES.lastIndex = at
  LINES.test(text)
  const good = Math.min(LINES.lastIndex, end)
  while (at < good) {
    const colon = text.indexOf(':', at)
    const lineEnd = text.indexOf('\r', colon)
    let from = colon + 1
    let to = lineEnd
    if (text.charCodeAt(from) === SP) from++
    if (isBlank(text.charCodeAt(from)) || isBlank(text.charCodeAt(to - 1))) {
      while (from < to && isBlank(text.charCodeAt(from))) from++
      while (to > from && isBlank(text.charCodeAt(to - 1))) to--
    }
    take(text.slice(at, colon), text.slice(from, to))
    at = lineEnd + 2
  }
  if (at < end) throw flawOf(text, at)
}

function isBlank(code: number): boolean {
  return code === SP || code === HTAB
}

/** Says what is wrong with the line at `start`. */
function flawOf(text: string, start: number): Fault {
  let at = start
  while (IN_TOKEN[text.charCodeAt(at)] === true) at++
  const code = text.charCodeAt(at)
  if (code === COLON && at > start) return valueFlaw(text, text.slice(start, at), at + 1)
  if (!isBlank(code)) {
    return new Fault('head_faulty', {
      reason: 'a line is no field: it does not begin with a name and a colon',
    })
  }
  if (at === start) {
    return new Fault('head_faulty', { reason: 'a line begins with white space: folded fields are not taken' })
  }
  return new Fault('field_faulty', {
    name: text.slice(start, at),
    reason: 'white space stands before its colon',
  })
}

function valueFlaw(text: string, name: string, from: number): Fault {
  const lf = text.indexOf('\n', from)
  const line = text.slice(from, lf < 0 ? text.length : lf)
  const endsWell = line.charCodeAt(line.length - 1) === CR && lf >= 0 && text.charCodeAt(lf) === LF
  const inner = endsWell ? line.slice(0, -1) : line
  const reason =
    endsWell || !/^[\t\x20-\x7e\x80-\xff]*$/.test(inner)
      ? 'the value has an octet that no field may hold'
      : 'its line ends with LF alone'
  return new Fault('field_faulty', { name: name.toLowerCase(), reason })
}
