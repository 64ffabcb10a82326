/**
 * Carried context in its written forms: what every language writes alike. Clauses 17 and 29.
 *
 * @module
 */
import { Fault } from '../fault.ts'
import { isRecord } from './data.ts'
import type { Carried } from './message.ts'

/** How deep carried values may nest. */
const MAX_DEPTH = 32

/**
 * Writes carried values as one JSON text each: members sorted by UTF-16 code units, no spaces
 * (RFC 8785 3.2.3), whole numbers only, because languages write others differently.
 *
 *   Fault  value_faulty: what is no such JSON, or nests deeper than 32
 */
export function writeCarried(context: Carried, form: string): string {
  return write(context, form, 0)
}

function write(value: unknown, form: string, depth: number): string {
  if (depth > MAX_DEPTH) throw faulty(form, `nests deeper than ${MAX_DEPTH}`)
  if (value === null || typeof value === 'boolean') return String(value)
  if (typeof value === 'string') return text(value, form)
  if (typeof value === 'number') {
    if (!Number.isSafeInteger(value))
      throw faulty(form, 'is a number that is not whole and safe; carry it as a string')
    return String(value)
  }
  if (Array.isArray(value))
    return `[${Array.from(value as unknown[], (one) => write(one, form, depth + 1)).join(',')}]`
  if (!isRecord(value)) throw faulty(form, 'is not JSON')
  const names = Object.keys(value).sort()
  if (names.length === 0) return '{}'
  return `{${names.map((name) => `${text(name, form)}:${write(value[name], form, depth + 1)}`).join(',')}}`
}

function text(value: string, form: string): string {
  if (!value.isWellFormed()) throw faulty(form, 'holds a lone surrogate')
  return JSON.stringify(value)
}

function faulty(form: string, reason: string): Fault {
  return new Fault('value_faulty', { form, reason: `a carried value ${reason}` })
}
