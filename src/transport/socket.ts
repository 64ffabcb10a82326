/**
 * `socket`: an app that other processes run, on this machine or another, behind a socket. What runs it
 * is `hagaki work`.
 *
 * @module
 */
import { X509Certificate } from 'node:crypto'
import { connect as connectTcp, type Socket } from 'node:net'
import { connect as connectTls, createSecureContext } from 'node:tls'
import { consoleLog } from '../call/log.ts'
import type { Transport } from '../call/transport.ts'
import { Fault } from '../fault.ts'
import { parseDuration } from '../value/duration.ts'
import { contractMark } from '../wire/frames/mark.ts'
import { type LinkAddress, nameOf, parseAddress } from './address.ts'
import { type ByName, byPool } from './by-name.ts'
import { type LinkOwner, socketLink } from './link.ts'
import { Pool } from './pool.ts'
import type { Started } from './slot.ts'

export type { ByName, ByNameOptions } from './by-name.ts'

/** TLS of links over TCP. PEM. */
export interface SocketTls {
  /** Who may have signed the worker's certificate; by default, who the system trusts. */
  readonly ca?: string | Uint8Array
  /** The certificate that shows who we are, and its key. */
  readonly cert?: string | Uint8Array
  readonly key?: string | Uint8Array
  /** The name that the worker's certificate is for, where that is not the host. */
  readonly servername?: string
}

export interface SocketOptions {
  /** With it, links over TCP speak TLS. */
  readonly tls?: SocketTls
  /**
   * True to carry context there and take what comes back: by default over unix sockets, and where `tls`
   * has a certificate of ours.
   */
  readonly trusted?: boolean
  /** How many links, by default one to each address; a call goes to the one with the fewest. */
  readonly links?: number
  /** How long an answer may take to begin, such as "30s". The call alone is given up. By default as long as it takes. */
  readonly timeout?: number | string
  /** How long a connection may take to be there and to say hello, by default "5s". */
  readonly connectTimeout?: number | string
  /** How often a link is asked for a sign of life, by default "10s"; false for never. */
  readonly ping?: number | string | false
  /** The contract that calls are made by: a worker that offers another is told of in the log. */
  readonly contract?: object
}

export interface SocketTransport extends Transport, ByName {
  /** Ends its links, for a program without a server: with `remote`, the server's stop does. */
  close(): Promise<void>
}

/**
 * Links to workers at one or several addresses: "unix:/run/notes.sock", "tcp://10.0.0.5:7000". They come
 * back by themselves, with growing pauses; calls wait for one for 5 s, or twice as long as one took to be there, then
 * they are refused (503). What a worker has not begun goes to another; a safe call whose link is lost before its answer is sent once more.
 *
 *   Fault  setup_faulty: an address that is none, faulty options
 */
export function socket(at: string | readonly string[], options: SocketOptions = {}): SocketTransport {
  const what = `socket(${JSON.stringify(at)})`
  const addresses = [at].flat().map((one) => parseAddress(one, what))
  const [first] = addresses
  if (first === undefined) throw unfit(what, 'it has no address', 'Write such as "unix:/run/notes.sock"')
  const { links = addresses.length, ping = '10s', connectTimeout = '5s', timeout, tls, contract } = options
  if (!Number.isInteger(links) || links < 1 || links > 256)
    throw unfit(what, `${links} is no number of links`, 'Use 1 to 256')
  checkTls(tls, addresses, what)
  const expected = contract === undefined ? null : contractMark(contract)
  const name = nameOf(first)
  const connectMs = parseDuration(connectTimeout)
  const pool = new Pool({
    name,
    size: links,
    timeoutMs: timeout === undefined ? null : parseDuration(timeout),
    optional: true,
    late: 'cancel',
    repeatsSafe: true,
    jitter: true,
    startMs: connectMs,
    fix: 'Look whether it runs there: hagaki work app.ts --listen ...',
    pingMs: ping === false ? null : parseDuration(ping),
    isTrusted: options.trusted ?? addresses.every((one) => one.kind === 'unix' || tls?.cert !== undefined),
    start: (owner, _, place) => connected(addresses[place % addresses.length]!, tls, owner),
    ready: (offered) => {
      if (expected !== null && offered !== expected)
        consoleLog.warn(
          { worker: name, offered, expected },
          'A worker offers another contract than its caller has',
        )
    },
  })
  return byPool(pool)
}

function connected(address: LinkAddress, tls: SocketTls | undefined, owner: LinkOwner): Started {
  const raw = opened(address, tls)
  const link = socketLink(raw, owner)
  const gone = new Promise<void>((resolve) => raw.once('close', () => resolve()))
  return {
    link,
    stop: async () => {
      link.end('the pool is closed')
      await gone
    },
    kill: () => void raw.destroy(),
  }
}

/** Milliseconds without a word before the system looks whether the other machine is there. */
const KEEP_ALIVE_MS = 30_000

function opened(address: LinkAddress, tls: SocketTls | undefined): Socket {
  if (address.kind === 'unix') return connectTcp({ path: address.path })
  const { host, port } = address
  const raw =
    tls === undefined ? connectTcp({ host, port }) : connectTls({ host, port, ...tlsOptions(host, tls) })
  raw.setNoDelay(true)
  raw.setKeepAlive(true, KEEP_ALIVE_MS)
  return raw
}

function tlsOptions(host: string, { ca, cert, key, servername }: SocketTls): object {
  const isName = !/^[0-9.]+$|:/.test(host) // an address is no server name (RFC 6066 section 3)
  return {
    ...(ca !== undefined && { ca: pem(ca) }),
    ...(cert !== undefined && { cert: pem(cert) }),
    ...(key !== undefined && { key: pem(key) }),
    ...((servername !== undefined || isName) && { servername: servername ?? host }),
    minVersion: 'TLSv1.2',
  }
}

function checkTls(tls: SocketTls | undefined, addresses: readonly LinkAddress[], what: string): void {
  if (tls === undefined) return
  if (addresses.some(({ kind }) => kind === 'unix'))
    throw unfit(what, 'tls is for links over TCP', 'Leave it out: a unix socket does not leave the machine')
  if ((tls.cert === undefined) !== (tls.key === undefined))
    throw unfit(what, 'cert and key go together', 'Give both, or neither')
  try {
    // Which Node would pass over, and then believe nobody.
    if (tls.ca !== undefined) new X509Certificate(tls.ca)
    createSecureContext(tlsOptions('', tls))
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw unfit(what, reason, 'Give certificates and the private key in PEM form', error)
  }
}

function pem(text: string | Uint8Array): string | Buffer {
  return typeof text === 'string' ? text : Buffer.from(text)
}

function unfit(what: string, reason: string, fix: string, cause?: unknown): Fault {
  return new Fault('setup_faulty', { what, reason, fix }, cause)
}
