/**
 * From what was typed to options of `serve`.
 *
 * @module
 */
import { resolve } from 'node:path'
import type { ServeOptions } from '../server/serve.ts'
import type { ServeCommand } from './command.ts'
import { readTls } from './tls-files.ts'

/** Plain data: it also goes to worker processes. */
export type PlainOptions = Omit<ServeOptions, 'log'>

/** Reads the files that were named. Fault: setup_faulty. */
export function serveOptions(command: ServeCommand): PlainOptions {
  const { port, host, unix, server, tls, environment, limits, budget } = command
  return {
    ...(unix === null ? { port, host } : { unix: resolve(unix) }),
    ...(server === null ? {} : { server }),
    ...(tls === null ? {} : { tls: readTls(tls) }),
    environment,
    limits,
    ...(budget === null ? {} : { budget }),
  }
}
