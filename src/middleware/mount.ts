/**
 * `mount`: several apps under one, each at a path prefix. Contract clause 4.
 *
 * @module
 */
import { living } from '../call/life.ts'
import type { App, Options } from '../contract.ts'
import { Fault } from '../fault.ts'
import { isRecord } from '../value/data.ts'
import { fullPath, segments } from '../value/path.ts'
import { redirect } from '../value/result.ts'
import { unfit } from './setup.ts'

interface Mounted {
  readonly app: App
  readonly prefix: readonly string[]
  /** Written with a slash at its end: relative links below it need that slash in the address. */
  readonly folder: boolean
}

/**
 * Routes by whole path segments, the longest prefix first. The app at a prefix sees the path behind
 * it, and the prefix as received in `options.mount`. "/" takes what no other does.
 *
 *   in     prefixes such as "/api" or "/api/v2", not percent-encoded; the order does not count.
 *          One that ends with a slash, such as "/static/", is a folder: a GET of "/static" is sent there
 *   Fault  setup_faulty for a prefix that is none, or twice the same, and for an app that is none; per
 *          call path_faulty and route_missing
 */
export function mount(apps: { readonly [prefix: string]: App }): App {
  if (!isRecord(apps)) throw unfit('mount(...)', 'it takes a plain object', "Write mount({ '/api': app })")
  const mounted = Object.keys(apps).map((prefix): Mounted => {
    const what = `mount({ ${JSON.stringify(prefix)} })`
    if (typeof apps[prefix] !== 'function') {
      throw unfit(what, 'it is no app', 'Where two modules import each other, one is not there yet')
    }
    const folder = prefix.length > 2 && prefix.endsWith('/')
    return { app: apps[prefix]!, prefix: parsePrefix(folder ? prefix.slice(0, -1) : prefix), folder }
  })
  mounted.sort((a, b) => b.prefix.length - a.prefix.length)
  checkDistinct(mounted)

  const routed: App = (method, path, headers, options, server) => {
    if (!path.startsWith('/')) return serverWide(mounted, path)(method, path, headers, options, server)
    const decoded = segments(path)
    for (const { app, prefix, folder } of mounted) {
      if (!prefix.every((segment, at) => segment === decoded[at])) continue
      if (prefix.length === 0) return app(method, path, headers, options, server)
      const cut = endOf(path, prefix.length)
      if (folder && cut === path.length && (method === 'GET' || method === 'HEAD')) {
        return redirect(`${fullPath(options.mount, path)}/${queryOf(options)}`, 308)
      }
      const inner = options.with({ mount: options.mount + path.slice(0, cut) })
      return app(method, path.slice(cut) || '/', headers, inner, server)
    }
    throw new Fault('route_missing', { path: fullPath(options.mount, path) })
  }
  return living(
    routed,
    mounted.map(({ app }) => app),
  )
}

// "*" of OPTIONS asks about the server (RFC 9110 9.3.7), and CONNECT names an authority: neither is
// below a prefix.
function serverWide(mounted: readonly Mounted[], path: string): App {
  const root = mounted.find(({ prefix }) => prefix.length === 0)
  if (root !== undefined) return root.app
  if (path === '*') return () => [204, null, {}, null]
  throw new Fault('route_missing', { path })
}

function parsePrefix(prefix: string): string[] {
  if (prefix === '/') return []
  const parts = prefix.split('/')
  if (
    parts.shift() !== '' ||
    parts.length === 0 ||
    parts.some((part) => part === '' || part === '.' || part === '..' || /[%?#\\\0-\x1f\x7f]/.test(part))
  ) {
    throw new Fault('setup_faulty', {
      what: `mount(${JSON.stringify(prefix)})`,
      reason: 'it is no path prefix',
      fix: 'Write it as "/api" or "/api/v2": a slash in front, nothing percent-encoded',
    })
  }
  return parts
}

function checkDistinct(mounted: readonly Mounted[]): void {
  const seen = new Set<string>()
  for (const { prefix } of mounted) {
    const name = `/${prefix.join('/')}`
    if (seen.has(name)) {
      throw new Fault('setup_faulty', {
        what: `mount(${name})`,
        reason: 'it is there twice',
        fix: 'Keep one of them',
      })
    }
    seen.add(name)
  }
}

function queryOf({ query }: Options): string {
  return query === null ? '' : `?${query}`
}

// Where the raw path goes on after its first `count` segments.
function endOf(path: string, count: number): number {
  let at = 0
  for (let left = count; left > 0 && at >= 0; left--) at = path.indexOf('/', at + 1)
  return at < 0 ? path.length : at
}
