/**
 * Where a server's messages go when it is given no log.
 *
 * @module
 */
import type { Log } from '../contract.ts'

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

function print(level: string, fields: object, message = ''): void {
  const { err, ...rest } = fields as { err?: unknown }
  const details = Object.keys(rest).length === 0 ? '' : ` ${JSON.stringify(rest)}`
  const trace =
    err === undefined ? '' : `\n${err instanceof Error ? (err.stack ?? err.message) : String(err)}`
  console.error(`${new Date().toISOString()} ${level} ${message}${details}${trace}`)
}
