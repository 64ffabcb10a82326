/**
 * Where NATS is, and who we are there.
 *
 * @module
 */
import { Fault } from '../../fault.ts'

/** PEM. */
export interface NatsTls {
  /** Who may have signed the server's certificate; by default, who the system trusts. */
  readonly ca?: string
  /** The certificate that shows who we are, and its key. */
  readonly cert?: string
  readonly key?: string
}

export interface NatsAccess {
  /** Instead of a name in the address: "nats://notes:secret@n1". */
  readonly token?: string
  /** What a `.creds` file holds: a JWT and its seed. */
  readonly creds?: string | Uint8Array
  /** With it, or with an address "tls://n1", the connection is encrypted. */
  readonly tls?: NatsTls
}

export interface NatsSettings {
  /** "nats(notes)", or what else wants it, for messages. */
  readonly what: string
  /** Without what is secret: "nats://n1:4222". */
  readonly addresses: readonly string[]
  readonly hosts: readonly string[]
  readonly user: string | null
  readonly pass: string | null
  readonly token: string | null
  readonly creds: Uint8Array | null
  /** Null where nothing is encrypted. */
  readonly tls: NatsTls | null
  /** True where NATS is shown who we are, and so knows who else is there. */
  readonly isAuthenticated: boolean
}

/** Fault: setup_faulty, which never repeats what may be a password. */
export function natsSettings(
  servers: string | readonly string[],
  { token, creds, tls }: NatsAccess,
  what: string,
): NatsSettings {
  const urls = [servers].flat().map((one) => urlOf(one, what))
  const [first] = urls
  if (first === undefined) throw unfit(what, 'it has no address', WRITE)
  const user = first.username === '' ? null : decoded(first.username, what)
  const pass = first.password === '' ? null : decoded(first.password, what)
  if (urls.some(({ username, password }) => username !== first.username || password !== first.password))
    throw unfit(what, 'its addresses have several users', 'Use one user for all servers')
  if (urls.some(({ protocol }) => protocol !== first.protocol))
    throw unfit(what, 'some addresses are nats:// and some tls://', 'Use one kind')
  if ([user, token, creds].filter((one) => one !== undefined && one !== null).length > 1)
    throw unfit(what, 'it says more than once who we are', 'Give a user, or a token, or creds')
  if ((tls?.cert === undefined) !== (tls?.key === undefined))
    throw unfit(what, 'cert and key go together', 'Give both, or neither')
  const isSecure = first.protocol === 'tls:' || tls !== undefined
  return {
    what,
    addresses: urls.map(({ protocol, host }) => `${protocol}//${host}`),
    hosts: urls.map(({ hostname, port }) => `${hostname}:${port === '' ? DEFAULT_PORT : port}`),
    user,
    pass,
    token: token ?? null,
    creds: creds === undefined ? null : typeof creds === 'string' ? new TextEncoder().encode(creds) : creds,
    tls: isSecure ? (tls ?? {}) : null,
    isAuthenticated: user !== null || token !== undefined || creds !== undefined || tls?.cert !== undefined,
  }
}

const DEFAULT_PORT = 4_222
const WRITE = 'Write such as "nats://n1", "nats://n1:4222" or "tls://user:password@n1"'

function urlOf(text: string, what: string): URL {
  try {
    const url = new URL(text)
    const isPlain = url.pathname.length <= 1 && url.search === '' && url.hash === ''
    if (/^(?:nats|tls):$/.test(url.protocol) && url.hostname !== '' && isPlain) return url
  } catch {}
  throw unfit(what, 'one of its addresses is none', WRITE)
}

function decoded(text: string, what: string): string {
  try {
    return decodeURIComponent(text)
  } catch (error) {
    throw unfit(what, 'user or password are not percent-encoded', WRITE, error)
  }
}

function unfit(what: string, reason: string, fix: string, cause?: unknown): Fault {
  return new Fault('setup_faulty', { what, reason, fix }, cause)
}
