/**
 * A log that keeps its entries, and how a test gets one.
 *
 * @module
 */
import { expect } from 'vitest'
import { isPromise } from '../../src/call/after.ts'
import { Call } from '../../src/call/call.ts'
import { silentLog } from '../../src/call/log.ts'
import { optionsOf, perform } from '../../src/call/perform.ts'
import { serverFacts } from '../../src/call/server-facts.ts'
import { use } from '../../src/call/use.ts'
import type { App, Log, Outcome, Server } from '../../src/contract.ts'
import { lint } from '../../src/lint/lint.ts'
import { type LogEntry, type LogOptions, log } from '../../src/middleware/log.ts'
import { type RequestParts, request } from '../../src/value/message.ts'

export const SERVER: Server = serverFacts({ now: () => 0, random: (bytes) => new Uint8Array(bytes) })

/** Entries with their levels. */
export class Book implements Log {
  readonly entries: ({ level: string; message: string } & LogEntry)[] = []
  debug(): void {}
  info(fields: LogEntry, message = ''): void {
    this.entries.push({ level: 'info', message, ...fields })
  }
  warn(fields: LogEntry, message = ''): void {
    this.entries.push({ level: 'warn', message, ...fields })
  }
  error(fields: LogEntry, message = ''): void {
    this.entries.push({ level: 'error', message, ...fields })
  }
}

export async function entryOf(
  app: App,
  target = '/',
  parts: RequestParts = {},
  options: LogOptions = {},
  method = 'GET',
): Promise<Book['entries'][number]> {
  const to = new Book()
  const logged = use(app, lint, log({ to, ...options }), lint)
  await perform(logged, request(method, target, parts), { server: SERVER }).catch(() => {})
  expect(to.entries).toHaveLength(1)
  return to.entries[0]!
}

/** The entry of a call whose outcome is told, as a server does. */
export async function endedWith(app: App, outcome: Outcome): Promise<Book['entries'][number]> {
  const to = new Book()
  const value = request('GET', '/')
  const call = new Call(SERVER, silentLog)
  const result = use(app, log({ to }))('GET', '/', value.headers, optionsOf(value, call, SERVER), SERVER)
  if (!isPromise(result)) await result
  await call.settle(outcome)
  return to.entries[0]!
}
