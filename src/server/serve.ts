/**
 * `serve`: an app behind a listening server.
 *
 * @module
 */
import type { Socket } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import { heldTo } from '../call/budgets.ts'
import { closeApp, drainApp, openApp } from '../call/life.ts'
import { consoleLog } from '../call/log.ts'
import { serverFacts } from '../call/server-facts.ts'
import type { App, Environment, Limits, Log } from '../contract.ts'
import { Fault } from '../fault.ts'
import { type BudgetOption, budgetOf } from './budget.ts'
import { provideNodeCodings } from './codings.ts'
import type { Engine, MakeEngine, Reasons, TlsOptions } from './engine.ts'
import { listen } from './listen.ts'
import { checkReasons } from './reasons.ts'

export interface ServeOptions {
  /** 0 takes any free port. By default 9292. */
  readonly port?: number
  /** Where to listen, by default 127.0.0.1: this machine alone. */
  readonly host?: string
  /** The path of a unix socket to listen on, instead of host and port. */
  readonly unix?: string
  /** With it, TLS alone is spoken. */
  readonly tls?: TlsOptions
  /** By default `http1`, our own engine. */
  readonly server?: ServerKind
  readonly log?: Log
  /** By default `production`. */
  readonly environment?: Environment
  /** How many processes serve this app, for `server.workers`: it starts none. */
  readonly workers?: number
  /** What differs from the default limits, in bytes and milliseconds. */
  readonly limits?: Partial<Limits>
  /**
   * The memory that bodies may take that are buffered at once: "256mb", bytes, or false for no bound. By
   * default a quarter of the machine's or the container's, and 64 MiB at least. Of several `workers` each
   * has its share.
   */
  readonly budget?: BudgetOption
  /** Reason phrases by status, for those that differ from the registered ones. */
  readonly reasons?: Reasons
}

/** Milliseconds in which who was let in may finish a handshake, and send its request. */
const ARRIVAL_MS = 1_000
/** So many turns of the loop without a new client: the kernel has no more. */
const QUIET_TURNS = 3
/** More than its queue holds; new clients may come as fast as they are taken. */
const MOST_TURNS = 1_000

export type ServerKind = 'http1' | 'node-http'

/** Each is loaded where it serves, with what it needs of Node: V8 collects the more often the more there is. */
const ENGINES: { readonly [K in ServerKind]: () => Promise<MakeEngine> } = {
  http1: async () => (await import('./http1/engine.ts')).http1Engine,
  'node-http': async () => (await import('./node-http/engine.ts')).nodeEngine,
}

/** How a server is to stop. */
export interface CloseOptions {
  /** Cuts what is under way. By default false. */
  readonly now?: boolean
  /**
   * False where others go on serving at this address, so that nobody has to be sent elsewhere: the port
   * closes without a pause, and the app is told when no new call comes. By default true.
   */
  readonly pause?: boolean
}

export interface Running {
  /** 0 on a unix socket. */
  readonly port: number
  readonly host: string
  /** Where a client on this machine reaches it, such as "http://127.0.0.1:9292" or "unix:/run/app.sock". */
  readonly url: string
  /**
   * Tells the app, goes on accepting for `limits.drainPauseMs`, lets what was accepted finish within
   * `limits.drainTimeoutMs`, then closes what the app had opened. Called again with `{ now: true }`
   * it cuts what is still under way.
   */
  close(how?: CloseOptions): Promise<void>
}

/**
 * Binds the port, opens what the app needs, and resolves once requests are answered. What arrives
 * in between waits.
 *
 *   Fault  setup_faulty: a port in use or not ours, a host that is not here, an unknown server,
 *          limit or reason, a budget that is no size, a certificate that is none; and whatever the app's own opening rejects with
 */
export async function serve(app: App, options: ServeOptions = {}): Promise<Running> {
  const { port: wanted = 9292, host = '127.0.0.1', unix, log = consoleLog } = options
  const { environment = 'production', workers = 1 } = options
  provideNodeCodings()
  const { limits } = serverFacts(options.limits === undefined ? {} : { limits: options.limits })
  const budget = budgetOf(options.budget, { workers, limits }, log)
  const makeEngine = await engineOf(options.server ?? 'http1')
  const engine = await makeEngine({
    app,
    log,
    limits,
    budget,
    tls: options.tls === undefined ? null : (await import('./tls.ts')).checkTls(options.tls),
    reasons: checkReasons(options.reasons ?? {}),
  })
  const port = await listen(engine.listener, unix === undefined ? { port: wanted, host } : { path: unix })
  // Such as too many open files: what was refused then is not worth the process.
  engine.listener.on('error', (error) => log.error({ err: error }, 'A connection was not accepted'))
  // With TLS an engine hears of a connection when it is secure, which it may never be.
  const handshaking = new Set<Socket>()
  if (options.tls !== undefined) {
    engine.listener.on('connection', (socket: Socket) => {
      handshaking.add(socket)
      socket.once('close', () => handshaking.delete(socket))
    })
  }
  const name = unix === undefined ? host : 'localhost'
  const server = heldTo(budget, serverFacts({ name, port, workers, environment, limits }))
  try {
    await openApp(app, server)
  } catch (error) {
    void engine.close()
    engine.shut()
    for (const socket of handshaking) socket.destroy()
    throw error
  }
  engine.open(server)

  const protocol = options.tls === undefined ? 'http' : 'https'
  const stopping = new AbortController()
  let closing: Promise<void> | null = null
  const stop = async ({ now = false, pause = true }: CloseOptions): Promise<void> => {
    if (pause) drainApp(app)
    if (pause && !now) await wait(limits.drainPauseMs, undefined, { signal: stopping.signal }).catch(() => {})
    engine.retire()
    await letIn(engine.listener)
    const closed = engine.close()
    const timeoutMs = now || stopping.signal.aborted ? 0 : limits.drainTimeoutMs
    const patience = { ref: false, signal: stopping.signal }
    const arrival = wait(Math.min(ARRIVAL_MS, timeoutMs), undefined, patience).catch(() => {})
    // Closed when nobody is left, neither in a handshake nor before a first request.
    const arrived = Promise.race([closed, arrival]).then(() => {
      if (!pause) drainApp(app)
    })
    await engine.drain(timeoutMs, arrived)
    for (const socket of handshaking) socket.destroy()
    await closed
    await closeApp(app)
  }
  return {
    port,
    host: name,
    url: unix === undefined ? `${protocol}://${reachable(host)}:${port}` : `unix:${unix}`,
    close: (how = {}) => {
      if (how.now === true && closing !== null) {
        stopping.abort()
        engine.cut()
      }
      closing ??= stop(how)
      return closing
    },
  }
}

/**
 * Takes the clients that the kernel has let in: with the listening socket it would reset them. Node takes
 * one in each turn of its loop, and reads what it has sent in the next.
 */
async function letIn(listener: Engine['listener']): Promise<void> {
  let quiet = 0
  const came = (): void => {
    quiet = 0
  }
  listener.on('connection', came)
  for (let turn = 0; quiet < QUIET_TURNS && turn < MOST_TURNS; turn++) {
    quiet++
    await new Promise((resolve) => setImmediate(resolve))
  }
  listener.off('connection', came)
}

async function engineOf(kind: ServerKind): Promise<MakeEngine> {
  if (Object.hasOwn(ENGINES, kind)) return ENGINES[kind]()
  const known = Object.keys(ENGINES).map((name) => `'${name}'`)
  throw new Fault('setup_faulty', {
    what: `server: ${JSON.stringify(kind)}`,
    reason: 'there is no such server',
    fix: `Use ${known.join(' or ')}`,
  })
}

function reachable(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1'
  if (host === '::') return '[::1]'
  return host.includes(':') ? `[${host}]` : host
}
