import { expect, test } from 'vitest'
import { perform } from '../call/perform.ts'
import { use } from '../call/use.ts'
import type { App } from '../contract.ts'
import type { FaultCode } from '../fault.ts'
import { bodyJson, type RequestParts, request } from '../value/message.ts'
import { fullPath } from '../value/path.ts'
import { json } from '../value/result.ts'
import { mount } from './mount.ts'

const fault = (code: FaultCode): unknown => expect.objectContaining({ code })

/** Answers which app it is, and what it was called with. */
function naming(name: string): App {
  return (_method, path, _headers, { mount: prefix, query }) => json({ name, path, mount: prefix, query })
}

async function ask(app: App, target: string, parts?: RequestParts, method = 'GET'): Promise<unknown> {
  return bodyJson(await perform(app, request(method, target, parts)))
}

test('the longest prefix takes a call, by whole segments, whatever the order (4)', async () => {
  const app = mount({ '/': naming('root'), '/api': naming('api'), '/api/v2': naming('v2') })
  const cases: [string, string, string, string][] = [
    ['/', 'root', '/', ''],
    ['/apis', 'root', '/apis', ''],
    ['/ap', 'root', '/ap', ''],
    ['/API', 'root', '/API', ''],
    ['/api', 'api', '/', '/api'],
    ['/api/', 'api', '/', '/api'],
    ['/api/v', 'api', '/v', '/api'],
    ['/api/v2', 'v2', '/', '/api/v2'],
    ['/api/v2/a/b', 'v2', '/a/b', '/api/v2'],
    ['/api//v2', 'api', '//v2', '/api'],
    ['//api', 'root', '//api', ''],
  ]
  for (const [target, name, path, prefix] of cases) {
    expect(await ask(app, target), target).toEqual({ name, path, mount: prefix, query: null })
  }
})

test('the prefix is kept as it was received, and the rest stays encoded (2, 4)', async () => {
  const app = mount({ '/a b/é': naming('odd') })
  expect(await ask(app, '/a%20b/%c3%a9/c%2Cd?x=%20')).toEqual({
    name: 'odd',
    path: '/c%2Cd',
    mount: '/a%20b/%c3%a9',
    query: 'x=%20',
  })
})

test('another spelling of a prefix leads to the same app, and none leads around it (3)', async () => {
  const app = mount({ '/admin': naming('admin'), '/': naming('root') })
  for (const target of ['/%61dmin/x', '/admi%6e/x', '/admin/x']) {
    expect(await ask(app, target), target).toEqual(expect.objectContaining({ name: 'admin', path: '/x' }))
  }
  for (const target of [
    '/admin%2Fx',
    '/x/..%2fadmin',
    '/./admin',
    '/x/../admin',
    '/%2e/admin',
    '/admin%5Cx',
  ]) {
    expect(await ask(app, target), target).toEqual(expect.objectContaining({ code: 'path_faulty' }))
  }
})

test('mounts add up, and the full path can be rebuilt (4)', async () => {
  const inner: App = (_method, path, _headers, options) => json(fullPath(options.mount, path))
  const app = mount({ '/a': mount({ '/b': mount({ '/': inner }) }) })
  expect(await ask(app, '/a/b/c%20d')).toBe('/a/b/c%20d')
  expect(await ask(app, '/c', { mount: '/outer' })).toEqual(
    expect.objectContaining({ code: 'route_missing' }),
  )
  expect(await ask(mount({ '/c': inner }), '/c/d', { mount: '/outer' })).toBe('/outer/c/d')
})

test('a guard outside sees the path and the mount that it always saw (4)', async () => {
  const seen: string[] = []
  const app = use(mount({ '/a': naming('a') }), (next) => (method, path, headers, options, server) => {
    const result = next(method, path, headers, options, server)
    seen.push(path, options.mount)
    return result
  })
  await ask(app, '/a/b')
  expect(seen).toEqual(['/a/b', ''])
})

test('what no prefix takes is 404, and names the path (4)', async () => {
  const answered = await perform(mount({ '/a': naming('a') }), request('GET', '/b'))
  expect([answered.status, bodyJson(answered)]).toEqual([
    404,
    expect.objectContaining({ code: 'route_missing', data: { path: '/b' } }),
  ])
})

test('OPTIONS * is answered by the app at the root, else by the server itself (2, RFC 9110 9.3.7)', async () => {
  const rooted = mount({ '/': naming('root'), '/a': naming('a') })
  expect(await ask(rooted, '*', {}, 'OPTIONS')).toEqual({ name: 'root', path: '*', mount: '', query: null })
  const answered = await perform(mount({ '/a': naming('a') }), request('OPTIONS', '*'))
  expect([answered.status, answered.body]).toEqual([204, null])
})

test('a synchronous app stays synchronous', () => {
  const value = request('GET', '/a/b')
  const seen: unknown[] = []
  const outer: App = (...call) => {
    const result = mount({ '/a': naming('a') })(...call)
    seen.push(Array.isArray(result))
    return result
  }
  return perform(outer, value).then(() => expect(seen).toEqual([true]))
})

test('a prefix is a path of whole segments, not encoded, and there once', () => {
  for (const prefix of ['', 'api', '//', '/a//', '/a//b', '/a%20b', '/a?b', '/a#b', '/a\\b']) {
    expect(() => mount({ [prefix]: naming('a') }), prefix).toThrow(fault('setup_faulty'))
  }
  expect(() => mount({ '/a': naming('a'), '/a/b': naming('b') })).not.toThrow()
})

test('what is no app is refused where it is written', () => {
  for (const apps of [undefined, [], naming('a'), { '/a': undefined }, { '/': 'a' }]) {
    expect(() => mount(apps as never)).toThrow(fault('setup_faulty'))
  }
})

test('a prefix that no path could ever have is refused where it is written (3)', () => {
  for (const prefix of ['/.', '/..', '/a/../b', '/a\0']) {
    expect(() => mount({ [prefix]: naming('a') }), JSON.stringify(prefix)).toThrow(fault('setup_faulty'))
  }
})

test('a prefix with a slash at its end is a folder: GET of it without is sent there (RFC 9110 15.4.9)', async () => {
  const site = mount({ '/in': mount({ '/docs/': naming('docs') }) })
  for (const method of ['GET', 'HEAD']) {
    const { status, headers } = await perform(site, request(method, '/in/%64ocs?a=b'))
    expect([status, headers['location']]).toEqual([308, '/in/%64ocs/?a=b'])
  }
  expect(await ask(site, '/in/docs/', {})).toMatchObject({ name: 'docs', path: '/', mount: '/in/docs' })
  expect(await ask(site, '/in/docs', {}, 'POST')).toMatchObject({ name: 'docs', path: '/' })
  expect(() => mount({ '/docs/': naming('a'), '/docs': naming('b') })).toThrow(fault('setup_faulty'))
})
