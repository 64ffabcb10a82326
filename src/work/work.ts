/**
 * `work`: an app that answers the calls of gateways over sockets and NATS. What calls it is `socket`, or `nats`.
 *
 * @module
 */
import { X509Certificate } from 'node:crypto'
import { createServer, type Server as Listener, type Socket } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import { createServer as createTlsServer } from 'node:tls'
import { heldTo } from '../call/budgets.ts'
import { closeApp, drainApp, openApp } from '../call/life.ts'
import { consoleLog } from '../call/log.ts'
import { serverFacts } from '../call/server-facts.ts'
import type { App, Environment, Limits, Log } from '../contract.ts'
import { Fault } from '../fault.ts'
import { type BudgetOption, budgetOf } from '../server/budget.ts'
import { listen } from '../server/listen.ts'
import { checkTls } from '../server/tls.ts'
import { addressText, type LinkAddress, parseAddress } from '../transport/address.ts'
import { type NatsAccess, natsSettings } from '../transport/nats/settings.ts'
import { subjectsOf } from '../transport/nats/subjects.ts'
import { Fronts } from './fronts.ts'
import type { NatsWorkSettings } from './over-nats.ts'

export type { NatsAccess, NatsTls } from '../transport/nats/settings.ts'

export interface WorkTls {
  /** The certificate chain and its key, PEM. */
  readonly cert: string | Uint8Array
  readonly key: string | Uint8Array
  /** Who must have signed the certificate that a caller shows. Without it, callers show none. */
  readonly ca?: string | Uint8Array
}

export interface WorkOptions {
  /** Where to listen: "unix:/run/notes.sock", "tcp://0.0.0.0:7000", or several. Port 0 takes any free one. */
  readonly listen?: string | readonly string[]
  /** NATS servers of one cluster, on which gateways find it by `name`: "nats://n1:4222". */
  readonly over?: string | readonly string[]
  /** What gateways call the app on NATS: letters, digits, "-" and "_". */
  readonly name?: string
  /** Who it is on NATS, where `over` does not say it. */
  readonly access?: NatsAccess
  /** With it, TCP speaks TLS. */
  readonly tls?: WorkTls
  /**
   * True to take the callers' word for who the clients are, and the context that they carry: by default
   * over unix sockets, where `tls.ca` says who may call, and where NATS is shown who this is.
   */
  readonly trusted?: boolean
  readonly log?: Log
  /** By default `production`. */
  readonly environment?: Environment
  /** `body`, `bodyTimeoutMs`, `bodyRate`, `budgetTimeoutMs` and `drainTimeoutMs` are those that matter here. */
  readonly limits?: Partial<Limits>
  /** Memory for the bodies that its calls hold together, such as "256mb": as for `serve`. */
  readonly budget?: BudgetOption
}

export interface Working {
  /** Where callers reach it, as `socket` takes them; on NATS, "nats://n1:4222 as notes". */
  readonly addresses: readonly string[]
  /**
   * Takes no new calls, lets those under way finish within `limits.drainTimeoutMs`, then closes what the
   * app had opened. Called again with `{ now: true }` it cuts what is still under way.
   */
  close(how?: { readonly now?: boolean }): Promise<void>
}

/**
 * Opens what the app needs, listens, and resolves once calls are answered.
 *
 *   Fault  setup_faulty: an address that is none or taken, a certificate that is none, a limit; and
 *          whatever the app's own opening rejects with
 */
export async function work(app: App, options: WorkOptions): Promise<Working> {
  const { log = consoleLog, environment = 'production', tls } = options
  const addresses = [options.listen ?? []]
    .flat()
    .map((one) => parseAddress(one, `listen: ${JSON.stringify(one)}`))
  const natsWork = natsSettingsOf(options)
  if (addresses.length === 0 && natsWork === null) throw noAddress()
  const server = serverFacts({ environment, ...(options.limits !== undefined && { limits: options.limits }) })
  heldTo(budgetOf(options.budget, server, log), server)
  const secure = tls === undefined ? null : secureOptions(tls)
  await openApp(app, server)
  const listeners: Listener[] = []
  const bound: string[] = []
  const fronts = new Fronts(app, natsWork, server, log)
  try {
    for (const address of addresses) {
      const isTrusted = options.trusted ?? (address.kind === 'unix' || tls?.ca !== undefined)
      const listener = listenerOf(address, secure, (socket) => fronts.links.take(socket, isTrusted))
      listener.on('error', (error) => log.error({ err: error }, 'A connection was not accepted'))
      bound.push(await bind(listener, address))
      listeners.push(listener)
    }
    await fronts.open()
    if (natsWork !== null) bound.push(`${natsWork.nats.addresses.join(', ')} as ${natsWork.name}`)
  } catch (error) {
    for (const listener of listeners) listener.close()
    await fronts.close(Promise.resolve()) // and with it who came meanwhile
    await closeApp(app)
    throw error
  }

  const stopping = new AbortController()
  const stop = async (isNow: boolean): Promise<void> => {
    drainApp(app)
    for (const listener of listeners) listener.close()
    const patience = wait(isNow ? 0 : server.limits.drainTimeoutMs, undefined, {
      signal: stopping.signal,
      ref: false,
    })
    await fronts.close(patience.catch(() => {}))
    await closeApp(app)
  }
  let closing: Promise<void> | null = null
  return {
    addresses: bound,
    close: ({ now = false } = {}) => {
      if (now && closing !== null) stopping.abort()
      closing ??= stop(now)
      return closing
    },
  }
}

function natsSettingsOf({ over, name, access = {}, trusted }: WorkOptions): NatsWorkSettings | null {
  const what = 'work(app, { over, name })'
  if (over === undefined) return null
  if (name === undefined) {
    const fix = "Write name: 'notes', as gateways do: nats('nats://n1', 'notes')"
    throw new Fault('setup_faulty', { what, reason: 'it has no name', fix })
  }
  const nats = natsSettings(over, access, what)
  return { nats, name, subjects: subjectsOf(name, what), isTrusted: trusted ?? nats.isAuthenticated }
}

function listenerOf(address: LinkAddress, secure: object | null, taken: (socket: Socket) => void): Listener {
  if (address.kind === 'unix' || secure === null) return createServer(taken)
  const listener = createTlsServer(secure, taken)
  // Who does not finish a handshake is nobody's fault; without a listener it would be an exception.
  listener.on('tlsClientError', (_, socket) => socket.destroy())
  return listener
}

async function bind(listener: Listener, address: LinkAddress): Promise<string> {
  if (address.kind === 'unix') {
    await listen(listener, { path: address.path })
    return addressText(address)
  }
  const port = await listen(listener, { port: address.port, host: address.host })
  return addressText({ ...address, port })
}

function secureOptions(tls: WorkTls): object {
  const { cert, key } = checkTls(tls)
  const asks =
    tls.ca === undefined ? {} : { ca: checkCa(tls.ca), requestCert: true, rejectUnauthorized: true }
  return { cert, key, ...asks, minVersion: 'TLSv1.2', handshakeTimeout: 10_000 }
}

// Node would pass over what is no certificate, and then let nobody in.
function checkCa(ca: string | Uint8Array): string | Buffer {
  const pem = typeof ca === 'string' ? ca : Buffer.from(ca)
  try {
    new X509Certificate(pem)
    return pem
  } catch (error) {
    const fix = 'Give certificates in PEM form: BEGIN CERTIFICATE'
    throw new Fault('setup_faulty', { what: 'tls.ca', reason: 'it is no certificate', fix }, error)
  }
}

function noAddress(): Fault {
  const fix = 'Write listen: "unix:/run/notes.sock", or over: "nats://n1" and name: "notes"'
  return new Fault('setup_faulty', { what: 'work(...)', reason: 'it has nowhere to listen', fix })
}
