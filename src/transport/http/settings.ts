/**
 * What `http` may be told, checked where it is written, with a value for all that was not said.
 *
 * @module
 */
import { createSecureContext } from 'node:tls'
import { Fault } from '../../fault.ts'
import { knownOptions, unfit } from '../../middleware/setup.ts'
import { parseDuration } from '../../value/duration.ts'
import { isToken } from '../../value/headers.ts'
import { parseSize } from '../../value/size.ts'
import { isHost } from '../../value/target.ts'
import type { EjectOptions, HealthOptions, HttpOptions, HttpTlsOptions } from './options.ts'

/** Times in milliseconds, sizes in octets. */
export interface Settings {
  readonly name: string
  readonly connections: number
  readonly idle: number
  readonly idleMs: number
  readonly ageMs: number
  readonly connectMs: number
  readonly queue: number
  readonly queueMs: number
  readonly answerMs: number
  readonly tryMs: number
  readonly silenceMs: number
  readonly sendMs: number
  readonly retries: number
  readonly host: string
  readonly forwarded: 'x-forwarded' | 'forwarded' | false
  readonly via: string | false
  readonly expect: boolean
  readonly upgrade: boolean
  readonly connect: boolean
  readonly limits: { readonly head: number; readonly fields: number; readonly chunkExtensions: number }
  readonly tls: HttpTlsOptions
  readonly health: Health | null
  readonly eject: Eject | null
}

export interface Health {
  readonly path: string
  readonly intervalMs: number
  readonly timeoutMs: number
  readonly fall: number
  readonly rise: number
}

export interface Eject {
  readonly after: number
  readonly forMs: number
  readonly mostMs: number
}

const KNOWN = `name connections idle idleTimeout connectionAge connectTimeout queue queueTimeout timeout
  tryTimeout bodyTimeout sendTimeout retries host forwarded via expect upgrade connect limits tls health
  eject`.split(/\s+/)

/** What the extensions of all chunks of an answer may take, as of a request. */
const CHUNK_EXTENSIONS = 4_096
const MOST = 65_536

/** Fault: setup_faulty. */
export function settingsOf(options: HttpOptions): Settings {
  knownOptions(WHAT, options, KNOWN)
  const { timeout = '60s', tryTimeout = timeout, forwarded = 'x-forwarded', via = 'hagaki' } = options
  const { head = '16kb', fields = 100 } = knownOptions(`${WHAT} limits`, options.limits ?? {}, [
    'head',
    'fields',
  ])
  if (![false, 'x-forwarded', 'forwarded'].includes(forwarded))
    throw unfit(`${WHAT} forwarded`, 'it is none of them', 'Write "x-forwarded", "forwarded" or false')
  if (via !== false && !isToken(via)) throw unfit(`${WHAT} via`, 'it is no token', 'Write one word, or false')
  return {
    name: options.name ?? 'the upstream',
    connections: count('connections', options.connections ?? 256, 1),
    idle: count('idle', options.idle ?? 64, 0),
    idleMs: parseDuration(options.idleTimeout ?? '4s'),
    ageMs: parseDuration(options.connectionAge ?? '5m'),
    connectMs: parseDuration(options.connectTimeout ?? '5s'),
    queue: count('queue', options.queue ?? 1_024, 0),
    queueMs: parseDuration(options.queueTimeout ?? '5s'),
    answerMs: parseDuration(timeout),
    tryMs: parseDuration(tryTimeout),
    silenceMs: parseDuration(options.bodyTimeout ?? '60s'),
    sendMs: parseDuration(options.sendTimeout ?? '30s'),
    retries: count('retries', options.retries ?? 1, 0, 10),
    host: hostOf(options.host ?? 'keep'),
    forwarded,
    via,
    expect: options.expect === true,
    upgrade: options.upgrade !== false,
    connect: options.connect === true,
    limits: {
      head: parseSize(head),
      fields: count('limits.fields', fields, 1),
      chunkExtensions: CHUNK_EXTENSIONS,
    },
    tls: tlsOf(options.tls ?? {}),
    health: options.health === undefined ? null : healthOf(options.health),
    eject: options.eject === false ? null : ejectOf(options.eject ?? {}),
  }
}

const WHAT = 'http(url, options)'

function healthOf(given: string | HealthOptions): Health {
  const options = typeof given === 'string' ? { path: given } : given
  knownOptions(`${WHAT} health`, options, ['path', 'interval', 'timeout', 'fall', 'rise'])
  const { path, interval = '5s', timeout = '2s', fall = 3, rise = 2 } = options
  if (typeof path !== 'string' || !/^\/[!"$-~]*$/.test(path))
    throw unfit(`${WHAT} health`, 'its path is none', 'Write it like "/readyz"')
  return {
    path,
    intervalMs: parseDuration(interval),
    timeoutMs: parseDuration(timeout),
    fall: count('health.fall', fall, 1),
    rise: count('health.rise', rise, 1),
  }
}

function ejectOf(options: EjectOptions): Eject {
  knownOptions(`${WHAT} eject`, options, ['after', 'for', 'most'])
  const { after = 5, for: first = '10s', most = '5m' } = options
  return {
    after: count('eject.after', after, 1),
    forMs: parseDuration(first),
    mostMs: parseDuration(most),
  }
}

function tlsOf(options: HttpTlsOptions): HttpTlsOptions {
  knownOptions(`${WHAT} tls`, options, ['ca', 'cert', 'key', 'servername'])
  try {
    createSecureContext(contextOf(options))
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    const fix = 'Give certificates and their key in PEM form'
    throw new Fault('setup_faulty', { what: `${WHAT} tls`, reason, fix }, error)
  }
  return options
}

/** What `node:tls` is given. */
export function contextOf({ ca, cert, key }: HttpTlsOptions): Record<string, string | Buffer> {
  const context: Record<string, string | Buffer> = {}
  for (const [name, pem] of Object.entries({ ca, cert, key }))
    if (pem !== undefined) context[name] = typeof pem === 'string' ? pem : Buffer.from(pem)
  return context
}

function hostOf(host: string): string {
  if (isHost(host)) return host
  throw unfit(`${WHAT} host`, 'it is neither a name nor an address', 'Write "keep", "upstream" or a host')
}

function count(name: string, given: number, least: number, most = MOST): number {
  if (Number.isInteger(given) && given >= least && given <= most) return given
  throw unfit(`${WHAT} ${name}`, `${String(given)} is none`, `Write a number from ${least} to ${most}`)
}
