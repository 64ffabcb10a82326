/**
 * `http`: servers behind this one, reached over HTTP/1.1.
 *
 * @module
 */
import type { Transport } from '../../call/transport.ts'
import { unfit } from '../../middleware/setup.ts'
import type { HttpOptions } from './options.ts'
import { placeOf } from './place.ts'
import { settingsOf } from './settings.ts'
import { HttpTransport } from './transport.ts'

export type {
  Duration,
  EjectOptions,
  HeadLimits,
  HealthOptions,
  HttpOptions,
  HttpTlsOptions,
} from './options.ts'
export type { Transport }

/**
 * Carries calls to a server, or to one of several that do the same: `remote(http('http://old:3000'))` is
 * an app that is that server. Requests and answers pass as they are, but for what belongs to one
 * connection; bodies stream both ways, no faster than they are taken; upgrades are tunnelled.
 *
 *   to      "http://old:3000", "https://old.example/base", "unix:/run/old.sock", or several of them
 *   Fault   setup_faulty; per call call_refused (503), call_lost and call_faulty (502), call_timeout (504)
 *
 * RFC 9110 section 7, RFC 9112.
 */
export function http(to: string | URL | readonly (string | URL)[], options: HttpOptions = {}): Transport {
  const all = typeof to === 'string' || to instanceof URL ? [to] : to
  if (!Array.isArray(all) || all.length === 0)
    throw unfit('http(url)', 'it says not where to', "Write http('http://old:3000')")
  const places = all.map(placeOf)
  if (new Set(places.map(({ url }) => url)).size < places.length)
    throw unfit('http([...])', 'one is there twice', 'Keep one of them')
  return new HttpTransport(places, settingsOf(options))
}
