/**
 * Where a server's messages go when it is given no log.
 *
 * @module
 */
import type { Log } from '../contract.ts'
import { type Fault, isFault } from '../fault.ts'

/** One line a message on standard error: time, level, message, fields. */
export const consoleLog: Log = Object.freeze({
  debug: () => {},
  info: (fields: object, message?: string) => print('info', fields, message),
  warn: (fields: object, message?: string) => print('warn', fields, message),
  error: (fields: object, message?: string) => print('error', fields, message),
})

/** Says nothing. */
export const silentLog: Log = Object.freeze({
  debug: () => {},
  info: () => {},
  warn: () => {},
  error: () => {},
})

/**
 * Logs what an app threw. A fault says all in its message, and its stack would be ours; anything
 * else comes with the stack that leads to it.
 *
 *   fields   what the entry is about, such as the path
 */
export function logThrown(log: Log, thrown: unknown, fields: object): void {
  if (!looksLikeFault(thrown)) log.error({ ...fields, err: thrown }, 'The app threw')
  else if (thrown.cause === undefined) log.error({ ...fields, code: thrown.code }, thrown.message)
  else log.error({ ...fields, code: thrown.code, err: thrown.cause }, thrown.message)
}

function looksLikeFault(thrown: unknown): thrown is Fault {
  try {
    return isFault(thrown)
  } catch {
    return false // a value that throws when it is looked at
  }
}

function print(level: string, fields: object, message = ''): void {
  const { err, ...rest } = fields as { err?: unknown }
  const details = Object.keys(rest).length === 0 ? '' : ` ${JSON.stringify(rest)}`
  const trace =
    err === undefined ? '' : `\n${err instanceof Error ? (err.stack ?? err.message) : thrownText(err)}`
  console.error(`${new Date().toISOString()} ${level} ${message}${details}${trace}`)
}

/**
 * What was thrown and is no Error, as a log says it: an object by its message, or by the names of its members, whose
 * values may be secrets. Never throws.
 */
export function thrownText(thrown: unknown): string {
  try {
    if (typeof thrown !== 'object' || thrown === null) return String(thrown)
    const text = 'toString' in thrown ? String(thrown) : PLAIN
    if (text !== PLAIN) return text
    const { message } = thrown as { readonly message?: unknown }
    const said =
      typeof message === 'string' ? message : `its members are ${Object.keys(thrown).join(', ') || 'none'}`
    return `an object that is no Error: ${said}`
  } catch {
    return 'what cannot be shown'
  }
}

const PLAIN = '[object Object]'
