/**
 * Where an upstream is, from how people write it.
 *
 * @module
 */
import { Fault } from '../../fault.ts'
import { isHost } from '../../value/target.ts'

export interface Place {
  /** As written, for the log: clients are not told where we send them. */
  readonly url: string
  readonly secure: boolean
  /** What `node:net` is told. */
  readonly at: { readonly host: string; readonly port: number } | { readonly path: string }
  /** What `host` names there. */
  readonly authority: string
  /** The raw path in front of every other, "" for none. */
  readonly base: string
}

/**
 * "http://old:3000", "https://old/base", or "unix:/run/old.sock".
 *
 *   Fault  setup_faulty
 */
export function placeOf(given: string | URL): Place {
  const url = String(given)
  if (url.startsWith('unix:')) return unixPlace(url)
  const parsed = URL.canParse(url) ? new URL(url) : null
  if (parsed === null || !/^https?:$/.test(parsed.protocol)) throw unfit(url, 'it is no address of a server')
  const { protocol, hostname, host, port, pathname, search, hash, username, password } = parsed
  if (username !== '' || password !== '') throw unfit(url, 'it has a name or a password', AUTHORIZATION)
  if (search !== '' || hash !== '') throw unfit(url, 'it has a query or a fragment')
  if (!isHost(host)) throw unfit(url, 'its host is neither a name nor an address')
  const secure = protocol === 'https:'
  return {
    url,
    secure,
    at: { host: hostname.replace(/^\[|\]$/g, ''), port: Number(port || (secure ? 443 : 80)) },
    authority: host,
    base: pathname.endsWith('/') ? pathname.slice(0, -1) : pathname,
  }
}

function unixPlace(url: string): Place {
  const path = url.slice('unix:'.length)
  if (!path.startsWith('/') || path.includes('\0')) throw unfit(url, 'it names no socket')
  return { url, secure: false, at: { path }, authority: 'localhost', base: '' }
}

const FORMS = 'Write it like "http://old:3000", "https://old.example/base" or "unix:/run/old.sock"'
const AUTHORIZATION = 'Set the field authorization of the requests instead'

function unfit(url: string, reason: string, fix = FORMS): Fault {
  return new Fault('setup_faulty', { what: `http(${JSON.stringify(url)})`, reason, fix })
}
