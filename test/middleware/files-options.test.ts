/** `files`: what its options change, and which make no sense. RFC 9110 12.5, RFC 8246. */
import { join } from 'node:path'
import {
  type App,
  bodyJson,
  closeApp,
  json,
  life,
  living,
  mount,
  openApp,
  perform,
  request,
  serverFacts,
} from 'hagaki'
import { type FilesOptions, files } from 'hagaki/middleware'
import { expect, test } from 'vitest'
import { folder, get, LONG_AGO, linted, octets, put } from './folder.ts'

const fault = (code: string): unknown => expect.objectContaining({ code })
const LARGE = 'l'.repeat(70_000)

test('the index may have another name, or none', async () => {
  const root = folder({ 'index.html': 'html', 'home.txt': 'home', 'a/home.txt': 'a' })
  const named = linted(root, { index: 'home.txt' })
  expect([octets(await get(named, '/')), (await get(named, '/')).contentType]).toEqual([
    'home',
    'text/plain; charset=utf-8',
  ])
  expect((await get(named, '/a')).headers['location']).toBe('/a/')
  const none = linted(root, { index: false })
  expect([
    (await get(none, '/')).status,
    (await get(none, '/a')).status,
    (await get(none, '/a/')).status,
  ]).toEqual([404, 404, 404])
})

test('extensions are tried in their order, behind the name as it is', async () => {
  const root = folder({
    'a.html': 'a.html',
    'a.txt': 'a.txt',
    b: 'b',
    'b.html': 'b.html',
    'c/x': '',
    'c.html': 'c.html',
  })
  const app = linted(root, { extensions: ['txt', 'html'] })
  for (const [target, body] of [
    ['/a', 'a.txt'],
    ['/b', 'b'],
    ['/c', 'c.html'],
  ] as const) {
    expect(octets(await get(app, target)), target).toBe(body)
  }
  expect((await get(app, '/a')).contentType).toBe('text/plain; charset=utf-8')
  expect([
    (await get(app, '/a/')).status,
    (await get(app, '/d')).status,
    (await get(app, '/')).status,
  ]).toEqual([404, 404, 404])
})

test('a fallback file answers for pages that are missing, and for nothing that is no page', async () => {
  const app = linted(folder({ 'app/index.html': 'app', 'a.js': '1' }), { fallback: '/app/index.html' })
  for (const target of ['/', '/users/7', '/users/j.doe', '/users/']) {
    const answer = await get(app, target, { accept: 'text/html,*/*;q=0.8' })
    expect([answer.status, octets(answer), answer.contentType], target).toEqual([
      200,
      'app',
      'text/html; charset=utf-8',
    ])
  }
  expect(octets(await get(app, '/a.js'))).toBe('1')
  for (const target of ['/b.js', '/logo.png', '/x/app.css', '/.env', '//a'])
    expect((await get(app, target)).status, target).toBe(404)
  expect((await get(app, '/users/7', { accept: 'application/json' })).status).toBe(404)
  expect((await get(app, '/%2e%2e')).status).toBe(400)
  expect((await get(linted(folder(), { fallback: 'none.html' }), '/users/7')).status).toBe(404)
})

test('a fallback app has every call that no file answers, untouched, and its life', async () => {
  const lives: string[] = []
  const inner: App = (method, path, _headers, { mount: prefix, query }) =>
    json({ method, path, prefix, query })
  const own = life(
    () => void lives.push('open'),
    () => void lives.push('close'),
  )
  const lived = living(inner, [], own)
  const app = mount({ '/m': files(folder({ 'a.txt': 'abc' }), { fallback: lived }) })
  expect(octets(await get(app, '/m/a.txt'))).toBe('abc')
  for (const [method, target, path] of [
    ['GET', '/m/none?x', '/none'],
    ['GET', '/m/.env?x', '/.env'],
    ['GET', '/m//a?x', '//a'],
    ['POST', '/m/a.txt?x', '/a.txt'],
    ['OPTIONS', '/m/a.txt?x', '/a.txt'],
  ] as const) {
    expect(bodyJson(await perform(app, request(method, target)))).toEqual({
      method,
      path,
      prefix: '/m',
      query: 'x',
    })
  }
  await openApp(app, serverFacts())
  await closeApp(app)
  expect(lives).toEqual(['open', 'close'])
})

test('types may be added, and what is unknown is octets', async () => {
  const root = folder({ 'a.foo': '', 'a.JS': '', 'a.ts': '', a: '', 'a.constructor': '' })
  const app = linted(root, { types: { foo: 'application/foo', '.TS': 'text/typescript; charset=utf-8' } })
  for (const [target, type] of [
    ['/a.foo', 'application/foo'],
    ['/a.JS', 'text/javascript; charset=utf-8'],
    ['/a.ts', 'text/typescript; charset=utf-8'],
    ['/a', 'application/octet-stream'],
    ['/a.constructor', 'application/octet-stream'],
  ] as const) {
    expect((await get(app, target)).contentType, target).toBe(type)
  }
})

test('cache-control is as told, and a year for what never changes (RFC 8246)', async () => {
  const root = folder({ 'a.txt': '', 'assets/app-3f9a1c.js': '', 'b/index.html': '' })
  const field = async (target: string, options: FilesOptions): Promise<unknown> =>
    (await get(linted(root, options), target)).headers['cache-control']
  expect(await field('/a.txt', { cacheControl: 'public, max-age=60' })).toBe('public, max-age=60')
  expect(await field('/a.txt', { cacheControl: null })).toBe(undefined)
  expect(await field('/b', { cacheControl: null })).toBe(undefined)
  expect(await field('/b', {})).toBe('no-cache')
  const app = linted(root, { immutable: /^\/assets\/.*-[0-9a-f]{6}\.\w+$/g })
  for (const [target, value] of [
    ['/assets/app-3f9a1c.js', 'public, max-age=31536000, immutable'],
    ['/%61ssets/app-3f9a1c.js', 'public, max-age=31536000, immutable'],
    ['/a.txt', 'no-cache'],
  ] as const) {
    expect((await get(app, target)).headers['cache-control'], target).toBe(value)
  }
})

test('a coding that lies beside the file is sent to whoever takes it, with its own tag (RFC 9110 12.5.3, 12.5.5)', async () => {
  const root = folder({
    'a.js': 'plain',
    'a.js.br': 'BR',
    'a.js.gz': 'GZIP',
    'b.js': 'alone',
    'l.js': LARGE,
    'l.js.gz': LARGE,
  })
  const app = linted(root, { precompressed: true })
  const seen = async (target: string, accept?: string): Promise<unknown[]> => {
    const answer = await get(app, target, accept === undefined ? {} : { 'accept-encoding': accept })
    return [octets(answer), answer.headers['content-encoding'], answer.headers['vary'], answer.contentType]
  }
  const type = 'text/javascript; charset=utf-8'
  expect(await seen('/a.js')).toEqual(['plain', undefined, 'accept-encoding', type])
  expect(await seen('/a.js', 'gzip, br')).toEqual(['BR', 'br', 'accept-encoding', type])
  expect(await seen('/a.js', 'gzip')).toEqual(['GZIP', 'gzip', 'accept-encoding', type])
  expect(await seen('/a.js', 'zstd')).toEqual(['plain', undefined, 'accept-encoding', type])
  expect(await seen('/b.js', 'gzip, br')).toEqual(['alone', undefined, undefined, type])
  expect(await seen('/l.js', 'gzip')).toEqual([LARGE, 'gzip', 'accept-encoding', type])

  const tags = new Set<unknown>()
  for (const accept of ['br', 'gzip', '']) {
    for (const target of ['/a.js', '/l.js']) {
      const { headers } = await get(app, target, { 'accept-encoding': accept })
      tags.add(headers['etag'])
      const again = await get(app, target, {
        'accept-encoding': accept,
        'if-none-match': String(headers['etag']),
      })
      expect([again.status, again.headers['vary'], again.headers['content-encoding']]).toEqual([
        304,
        'accept-encoding',
        undefined,
      ])
    }
  }
  expect(tags.size).toBe(5) // l.js has no br
  const part = await get(app, '/a.js', { 'accept-encoding': 'gzip', range: 'bytes=1-2' })
  expect([octets(part), part.headers['content-range'], part.headers['content-encoding']]).toEqual([
    'ZI',
    'bytes 1-2/4',
    'gzip',
  ])
})

test('codings are off by default, may be named, and are left out when older than their file', async () => {
  const root = folder({ 'a.js': 'plain', 'a.js.br': 'BR', 'a.js.gz': 'GZIP' })
  const body = async (options: FilesOptions): Promise<string> =>
    octets(await get(linted(root, options), '/a.js', { 'accept-encoding': 'gzip, br' }))
  expect(await body({})).toBe('plain')
  expect(await body({ precompressed: false })).toBe('plain')
  expect(await body({ precompressed: ['gzip'] })).toBe('GZIP')
  expect(await body({ precompressed: ['gzip', 'br'] })).toBe('GZIP')
  put(root, 'a.js', 'newer', LONG_AGO + 2)
  expect(await body({ precompressed: true })).toBe('BR')
  put(root, 'a.js', 'newer', LONG_AGO + 3)
  expect(await body({ precompressed: true })).toBe('newer')
})

test('what is set up wrongly is refused at once, and says how to do it', () => {
  const root = folder({ 'a.txt': 'abc' })
  const refused = (given: unknown, options: unknown, says: RegExp): void => {
    let thrown: unknown
    try {
      files(given as string, options as FilesOptions)
    } catch (error) {
      thrown = error
    }
    expect(thrown, JSON.stringify([given, options])).toEqual(fault('setup_faulty'))
    expect((thrown as Error).message).toMatch(says)
  }
  refused(join(root, 'none'), {}, /no such file.*Make the folder/)
  refused(join(root, 'a.txt'), {}, /not a folder/)
  refused('', {}, /"\."/)
  refused(undefined, {}, /Give a path/)
  refused(7, {}, /Give a path/)
  refused(new URL('https://a.example/'), {}, /file/)
  const wrong: [unknown, RegExp][] = [
    [null, /\{ \.\.\. \}/],
    ['public', /\{ \.\.\. \}/],
    [{ maxAge: 1 }, /maxAge: there is no such option.*cacheControl/],
    [{ index: 'a/b' }, /index/],
    [{ index: '..' }, /index/],
    [{ index: true }, /index/],
    [{ extensions: 'html' }, /\['html'\]/],
    [{ extensions: ['.html'] }, /without dots/],
    [{ extensions: [''] }, /extensions/],
    [{ fallback: '../a' }, /fallback/],
    [{ fallback: '' }, /fallback/],
    [{ fallback: 1 }, /fallback/],
    [{ follow: true }, /'inside', 'none' or 'any'/],
    [{ dotfiles: 'allow' }, /true or false/],
    [{ cacheControl: 'a\nb' }, /max-age/],
    [{ cacheControl: '' }, /max-age/],
    [{ cacheControl: 60 }, /max-age/],
    [{ immutable: 'x' }, /regular expression/],
    [{ precompressed: 'gzip' }, /precompressed/],
    [{ precompressed: ['deflate'] }, /br, zstd, gzip/],
    [{ types: { a: 'text' } }, /media type/],
    [{ types: { a: 'text/plain\r\nx: y' } }, /media type/],
    [{ memoryBytes: -1 }, /bytes/],
    [{ memoryBytes: NaN }, /bytes/],
    [{ memoryBytes: '16mb' }, /bytes/],
    [{ freshMs: null }, /milliseconds/],
  ]
  for (const [options, says] of wrong) refused(root, options, says)
})
