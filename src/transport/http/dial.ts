/**
 * Connecting, over TCP, TLS or a unix socket.
 *
 * @module
 */
import { connect as connectPlain, type NetConnectOpts, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import type { Road } from './road.ts'

/** Milliseconds of silence after which the kernel asks whether the other side is still there. */
const PROBE_MS = 60_000

/** Begins to connect. `connected` is called once, over TLS after the handshake. */
export function dial({ place, settings, addresses, sessions }: Road, connected: () => void): Socket {
  const options: NetConnectOpts = {
    ...place.at,
    lookup: addresses.lookup,
    allowHalfOpen: true, // an answer may come before all of its request is sent
    noDelay: true,
    keepAlive: true,
    keepAliveInitialDelay: PROBE_MS,
  }
  if (!place.secure) return connectPlain(options, connected)
  const { servername } = settings.tls
  const secure = connectTls(
    {
      ...options,
      ...sessions.options(),
      ALPNProtocols: ['http/1.1'],
      ...(servername === undefined ? {} : { servername }),
    },
    connected,
  )
  return secure.on('session', (session) => sessions.keep(session))
}

/** What an error says, for the log. */
export function said(error: NodeJS.ErrnoException): string {
  return error.code === undefined ? error.message : `${error.code}: ${error.message}`
}

const REFUSALS: ReadonlyMap<string, string> = new Map([
  ['ECONNREFUSED', 'nobody listens there'],
  ['ENOENT', 'nobody listens there'],
  ['ENOTFOUND', 'its name has no address'],
  ['EAI_AGAIN', 'its name could not be looked up'],
  ['ETIMEDOUT', 'nobody answers there'],
  ['EHOSTUNREACH', 'no way leads there'],
  ['ENETUNREACH', 'no way leads there'],
])

/** Why no connection came about: for clients, and for the log. */
export function refusal(error: NodeJS.ErrnoException | null): [reason: string, cause: string] {
  if (error === null) return ['the connection was closed', 'the connection was closed']
  const { code = '' } = firstOf(error)
  return [REFUSALS.get(code) ?? 'no connection came about', said(error)]
}

// One error for all addresses of a name.
function firstOf(error: NodeJS.ErrnoException): NodeJS.ErrnoException {
  return (error as { readonly errors?: readonly NodeJS.ErrnoException[] }).errors?.[0] ?? error
}
