/**
 * The app that every road carries: `/echo...` tells what arrived, the other paths answer in one way
 * each. `wsgi_app.py` is its twin.
 *
 * @module
 */
import { createHash } from 'node:crypto'
import { type App, app, Fault, type Result, redirect, stream, text } from 'hagaki'

/** What `/echo` tells of a request, as JSON. */
export interface Echo {
  readonly method: string
  readonly path: string
  readonly mount: string
  readonly query: string | null
  readonly http: string | null
  readonly client: string | null
  readonly protocol: string
  /** By name, in its order; without content-length, which HTTP asks for and a value does not have. */
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly body: { readonly bytes: number; readonly sha256: string } | null
}

const echo: App = app(async (method, path, headers, options) => {
  if (!path.startsWith('/echo')) return answers[path]!()
  const { query, mount, http, client, protocol, input } = options
  const body = input.absent ? null : await input.bytes()
  const told: Echo = {
    method,
    path,
    mount,
    query,
    http,
    client,
    protocol,
    headers: Object.entries(headers)
      .filter(([name]) => name !== 'content-length')
      .sort(([a], [b]) => (a < b ? -1 : 1)),
    body:
      body === null ? null : { bytes: body.length, sha256: createHash('sha256').update(body).digest('hex') },
  }
  return [200, 'application/json', {}, JSON.stringify(told)]
})
export default echo

const LARGE = 300_000

const answers: Readonly<Record<string, () => Result>> = {
  '/text': () => text('h\u00e9llo \u20ac\n'),
  '/bytes': () => [200, 'application/octet-stream', {}, new Uint8Array([0, 255, 254, 10, 13])],
  '/null': () => [200, null, {}, null],
  '/empty': () => [200, 'text/plain', {}, ''],
  '/inline': () => [200, 'text/plain', {}, 'i'.repeat(65_536)],
  '/beyond': () => [200, 'text/plain', {}, 'b'.repeat(65_537)],
  '/large': () => [200, 'text/plain', {}, 'x'.repeat(LARGE)],
  '/stream': () => [200, 'text/plain', {}, stream(chunks(['one ', '', 'tw\u00f6 ', 'x'.repeat(LARGE)]))],
  '/counted': () => [200, 'text/plain', { 'content-length': '7' }, stream(chunks(['one ', 'two']))],
  '/no-chunk': () => [200, 'text/plain', {}, stream(chunks([]))],
  '/no-content': () => [204, null, { 'x-a': 'b' }, null],
  '/not-modified': () => [304, null, { etag: '"1"' }, null],
  '/redirect': () => redirect('/there'),
  '/teapot': () => text('short and stout', 418),
  '/cookies': () => text('', 200, { 'set-cookie': ['a=1; Path=/', 'b=2'], 'x-one': 'only' }),
  '/latin1': () => text('', 200, { 'x-latin1': '\xe9\xff\x80' }),
  '/fault': () => {
    throw new Fault('route_missing', { path: '/fault' })
  },
  '/error': () => {
    throw new Error('a secret')
  },
  '/faulty': () => [99, null, {}, null],
}

async function* chunks(all: readonly string[]): AsyncGenerator<string> {
  for (const chunk of all) {
    await null
    yield chunk
  }
}
