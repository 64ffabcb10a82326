/**
 * Status lines. RFC 9112 section 4.
 *
 * @module
 */
import { Fault } from '../../fault.ts'

export interface StatusLine {
  readonly status: number
  readonly http: '1.0' | '1.1'
}

// The phrase is for people, and may be empty; the space in front of it may not be missing.
const LINE = /^HTTP\/([0-9])\.([0-9]) ([0-9]{3}) [\t\x20-\x7e\x80-\xff]*$/

/**
 * Reads a status line, given without its end.
 *
 *   Fault  value_faulty, version_unsupported
 */
export function readStatusLine(line: string): StatusLine {
  const match = LINE.exec(line)
  if (match === null) throw faulty('its first line is no status line')
  const [, major = '', minor = '', digits = ''] = match
  if (major !== '1') throw new Fault('version_unsupported', { version: `${major}.${minor}` })
  const status = Number(digits)
  if (status < 100 || status > 599) throw faulty(`${digits} is no status`)
  return { status, http: minor === '0' ? '1.0' : '1.1' }
}

function faulty(reason: string): Fault {
  return new Fault('value_faulty', { form: 'http', reason })
}
