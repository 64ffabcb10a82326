/**
 * `files`: a folder as an app. RFC 9110, contract clauses 3, 4, 15, 20 and 22.
 *
 * @module
 */
import { isPromise } from '../call/after.ts'
import { living } from '../call/life.ts'
import type { App, ResponseHeaders, Result } from '../contract.ts'
import { Fault } from '../fault.ts'
import { isAcceptable } from '../value/accept.ts'
import { fullPath } from '../value/path.ts'
import { troubleOf } from './files/disk.ts'
import { mediaTypeOf } from './files/media-types.ts'
import { type Asked, askedNames, extensionOf, type Platform } from './files/names.ts'
import type { Representation } from './files/representation.ts'
import { type Call, chosen, refusal, send } from './files/send.ts'
import { type FilesOptions, type Settings, settingsOf } from './files/settings.ts'
import { type Entry, Store, type Stored } from './files/store.ts'

export type { FilesOptions } from './files/settings.ts'

type Answer = Result | Promise<Result>

const PLATFORM: Platform = process.platform === 'win32' ? 'windows' : 'posix'
const ALLOW = ['GET', 'HEAD', 'OPTIONS'] as const

/** The key of the fallback: those of others are paths, as they were received. */
const FALLBACK = 'fallback'

/**
 * Serves the regular files of a folder, read-only, below wherever it is mounted: with validators,
 * conditions, ranges, and no way out of the folder. Files up to 64 KiB are kept in memory and
 * answered without a promise; larger ones are streamed. A change is served a second later at most.
 *
 * What may not be shown is missing like what is not there: names with a dot in front, links that lead
 * out, what this process may not read (which is logged), and whatever is no regular file.
 *
 *   in     a path, or a `file:` URL; relative paths start at the working directory
 *   Fault  setup_faulty for a folder that is none or an option that is wrong; per call path_faulty,
 *          route_missing, method_not_allowed. 412, 416 and 503 are answered
 */
export function files(folder: string | URL, options: FilesOptions = {}): App {
  const settings = settingsOf(folder, options)
  const app = typeof settings.fallback === 'function' ? settings.fallback : null
  const get = getter(settings, app)
  const served: App = (method, path, headers, call, server) => {
    if (method === 'GET' || method === 'HEAD') return get({ method, path, headers, options: call, server })
    if (app !== null) return app(method, path, headers, call, server)
    if (method === 'OPTIONS') return [204, null, { allow: ALLOW.join(', ') }, null]
    throw new Fault('method_not_allowed', { method, allow: ALLOW })
  }
  return living(served, app === null ? [] : [app])
}

function getter(settings: Settings, app: App | null): (call: Call) => Answer {
  const store = new Store(settings)

  function get(call: Call): Answer {
    // Known by the path as it was received, which was decoded when it became known.
    const known = store.fresh(call.path, call.server)
    if (known !== undefined) {
      const file = chosen(known, call.headers)
      if (file.bytes !== null) return give(known, call.path, call, null, file)
    }
    const asked = askedNames(call.path, settings.dotfiles, PLATFORM)
    return asked === null ? missing(call) : find(call.path, asked, call, true)
  }

  function find(key: string, asked: Asked, call: Call, again: boolean): Answer {
    const found = store.find(key, asked, call.server)
    const go = (stored: Stored): Answer => {
      if (stored === 'folder') return toFolder(call, settings.cacheControl)
      return stored === null ? instead(key, asked, call) : give(stored, key, call, again ? asked : null)
    }
    return isPromise(found) ? found.then(go, (error: unknown) => failed(error, call)) : go(found)
  }

  // `again` is what to look for once more when the file has gone since the disk was asked, if anything.
  function give(
    entry: Entry,
    key: string,
    call: Call,
    again: Asked | null,
    file: Representation = chosen(entry, call.headers),
  ): Answer {
    const sent = send(file, call)
    if (!isPromise(sent)) return sent
    const gone = (): Answer => {
      store.forget(key)
      return again === null ? missing(call) : find(key, again, call, false)
    }
    return sent.then(
      (result) => result ?? gone(),
      (error: unknown) => {
        const trouble = troubleOf(error)
        if (trouble === 'missing') return gone()
        // A coding that may not be read takes nothing from the file.
        const without = trouble === 'forbidden' && file !== entry.plain
        return without ? give(entry, key, call, again, entry.plain) : failed(error, call)
      },
    )
  }

  function instead(key: string, asked: Asked, call: Call): Answer {
    const { fallback } = settings
    if (!Array.isArray(fallback) || key === FALLBACK || !isPage(asked, call)) return missing(call)
    return find(FALLBACK, { names: fallback as readonly string[], folder: false }, call, true)
  }

  function missing({ method, path, headers, options, server }: Call): Answer {
    if (app !== null) return app(method, path, headers, options, server)
    throw new Fault('route_missing', { path: fullPath(options.mount, path) })
  }

  function failed(error: unknown, call: Call): Answer {
    const trouble = troubleOf(error)
    if (trouble === 'other') throw error
    if (trouble === 'missing') return missing(call)
    call.options.log.warn({ err: error }, 'A file could not be read')
    if (trouble === 'forbidden') return missing(call)
    return refusal(new Fault('files_busy', {}), call.options, { 'retry-after': '1' })
  }

  return get
}

// A script or a picture that is not there must not be answered with a page, and kept as that.
function isPage({ names }: Asked, { headers }: Call): boolean {
  return (
    mediaTypeOf(extensionOf(names.at(-1) ?? '')) === undefined && isAcceptable(headers['accept'], 'text/html')
  )
}

// From the mount on, and with one slash in front: with two it would lead to another host.
function toFolder({ path, options }: Call, cacheControl: string | null): Result {
  const query = options.query === null ? '' : `?${options.query}`
  const location = `${fullPath(options.mount, path).replace(/^\/+/, '/')}/${query}`
  const headers: ResponseHeaders =
    cacheControl === null ? { location } : { location, 'cache-control': cacheControl }
  return [301, null, headers, null]
}
