/**
 * From what was typed to options of `serve`.
 *
 * @module
 */
import type { ServeOptions } from '../server/serve.ts'
import type { ServeCommand } from './arguments.ts'
import { readTls } from './tls-files.ts'
import { unixPath } from './unix-socket.ts'

/** Plain data: it also goes to worker processes. */
export type PlainOptions = Omit<ServeOptions, 'log'>

/** Reads the files that were named and looks at the place to listen. Fault: setup_faulty. */
export async function serveOptions(command: ServeCommand): Promise<PlainOptions> {
  const { port, host, unix, server, tls, environment, limits } = command
  return {
    ...(unix === null ? { port, host } : { unix: await unixPath(unix) }),
    ...(server === null ? {} : { server }),
    ...(tls === null ? {} : { tls: readTls(tls) }),
    environment,
    limits,
  }
}
