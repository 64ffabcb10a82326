/**
 * `serve`: an app behind a listening server.
 *
 * @module
 */
import { closeApp, openApp } from '../call/life.ts'
import { consoleLog } from '../call/log.ts'
import { serverFacts } from '../call/server-facts.ts'
import type { App, Limits, Log } from '../contract.ts'
import { Fault } from '../fault.ts'
import { listen } from './listen.ts'
import { NodeGateway } from './node-http/gateway.ts'
import { createNodeServer, gate } from './node-http/server.ts'

export interface ServeOptions {
  /** 0 takes any free port. By default 9292. */
  readonly port?: number
  /** Where to listen, by default 127.0.0.1: this machine alone. */
  readonly host?: string
  readonly server?: 'node-http'
  readonly log?: Log
  /** What differs from the default limits, in bytes and milliseconds. */
  readonly limits?: Partial<Limits>
}

export interface Running {
  readonly port: number
  readonly host: string
  /** Where a client on this machine reaches it, such as "http://127.0.0.1:9292". */
  readonly url: string
  /**
   * Stops accepting, lets calls under way finish within `limits.drainTimeoutMs`, then closes what
   * the app had opened. Called again with `{ now: true }` it cuts what is still under way.
   */
  close(how?: { readonly now?: boolean }): Promise<void>
}

/**
 * Binds the port, opens what the app needs, and resolves once requests are answered. What arrives
 * in between waits.
 *
 *   Fault  setup_faulty: a port in use or not ours, a host that is not here, an unknown server or
 *          limit; and whatever the app's own opening rejects with
 */
export async function serve(app: App, options: ServeOptions = {}): Promise<Running> {
  const { port: wanted = 9292, host = '127.0.0.1', server: kind = 'node-http', log = consoleLog } = options
  if (kind !== 'node-http') {
    const what = `server: ${JSON.stringify(kind)}`
    throw new Fault('setup_faulty', { what, reason: 'there is no such server', fix: "Use 'node-http'" })
  }
  const { limits } = serverFacts(options.limits === undefined ? {} : { limits: options.limits })
  const http = createNodeServer(limits)
  const waiting = gate(http)
  const port = await listen(http, wanted, host)
  // Such as too many open files: what was refused then is not worth the process.
  http.on('error', (error) => log.error({ err: error }, 'A connection was not accepted'))
  const server = serverFacts({ name: host, port, limits })
  try {
    await openApp(app, server)
  } catch (error) {
    waiting.shut()
    http.close()
    http.closeAllConnections()
    throw error
  }
  const gateway = new NodeGateway(app, server, log)
  waiting.open(gateway)

  let closing: Promise<void> | null = null
  const drain = async (timeoutMs: number): Promise<void> => {
    // Once every call is over, what is left has sent no whole head, or the rest of a body that
    // nobody reads; Node itself would wait for those, and no longer look at the time.
    const drained = gateway.drain(timeoutMs).then(() => http.closeAllConnections())
    await Promise.all([new Promise<void>((resolve) => http.close(() => resolve())), drained])
    await closeApp(app)
  }
  return {
    port,
    host,
    url: `http://${reachable(host)}:${port}`,
    close: (how) => {
      if (how?.now === true && closing !== null) gateway.cut()
      closing ??= drain(how?.now === true ? 0 : limits.drainTimeoutMs)
      return closing
    },
  }
}

function reachable(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1'
  if (host === '::') return '[::1]'
  return host.includes(':') ? `[${host}]` : host
}
