/** `files`: what is answered for which file. RFC 9110; contract clauses 3, 4 and 20 to 22. */
import { mkdirSync, symlinkSync } from 'node:fs'
import { join, relative } from 'node:path'
import { pathToFileURL } from 'node:url'
import { type App, bodyJson, mount, perform, request, text } from 'hagaki'
import { files } from 'hagaki/middleware'
import { expect, test } from 'vitest'
import { folder, get, linted, octets, put } from './folder.ts'

const fault = (code: string): unknown => expect.objectContaining({ code })
const LARGE = 'l'.repeat(70_000)

test('a file is answered with its octets, its type and its validators', async () => {
  const app = linted(folder({ 'a/b.css': 'p {}', 'l.txt': LARGE }))
  for (const [target, body, type] of [
    ['/a/b.css', 'p {}', 'text/css; charset=utf-8'],
    ['/l.txt', LARGE, 'text/plain; charset=utf-8'],
  ] as const) {
    const answer = await get(app, target)
    expect([answer.status, answer.contentType, octets(answer) === body]).toEqual([200, type, true])
    expect(answer.headers).toMatchObject({
      etag: expect.stringMatching(/^(?:W\/)?"[!#-~]+"$/),
      'last-modified': 'Sun, 09 Sep 2001 01:46:40 GMT',
      'cache-control': 'no-cache',
      'accept-ranges': 'bytes',
      'x-content-type-options': 'nosniff',
    })
    expect(answer.headers['vary']).toBe(undefined)
  }
})

test('files of any size around the largest that is kept are whole, and so is an empty one', async () => {
  const root = folder()
  for (const size of [0, 1, 65_535, 65_536, 65_537, 131_072, 131_073])
    put(root, `${size}.bin`, Buffer.alloc(size, 'abcdefg'))
  const app = linted(root)
  for (const size of [0, 1, 65_535, 65_536, 65_537, 131_072, 131_073]) {
    for (const _again of [1, 2]) {
      const answer = await get(app, `/${size}.bin`)
      expect([answer.status, octets(answer).length]).toEqual([200, size])
      expect(Buffer.alloc(size, 'abcdefg').equals(answer.body ?? Buffer.alloc(0))).toBe(true)
    }
  }
})

test('HEAD has the fields of GET, and no body (RFC 9110 9.3.2)', async () => {
  const app = linted(folder({ 'a.txt': 'abc', 'l.txt': LARGE }))
  for (const [target, length] of [
    ['/a.txt', '3'],
    ['/l.txt', '70000'],
  ] as const) {
    const got = await get(app, target)
    const { status, contentType, headers, body } = await perform(
      app,
      request('HEAD', target, { headers: { range: 'bytes=0-0' } }),
    )
    expect([status, contentType, body]).toEqual([200, got.contentType, null])
    expect(headers).toEqual({ ...got.headers, 'content-length': length })
  }
})

test('OPTIONS tells the methods, and others are 405 with them (RFC 9110 9.3.7, 15.5.6)', async () => {
  const app = linted(folder({ 'a.txt': 'abc' }))
  for (const target of ['/a.txt', '/none', '*']) {
    const { status, headers, body } = await perform(app, request('OPTIONS', target))
    expect([status, headers['allow'], body]).toEqual([204, 'GET, HEAD, OPTIONS', null])
  }
  for (const method of ['POST', 'PUT', 'DELETE', 'PATCH', 'TRACE', 'PROPFIND']) {
    const answer = await perform(app, request(method, '/a.txt'))
    expect([answer.status, answer.headers['allow'], bodyJson(answer)]).toEqual([
      405,
      'GET, HEAD, OPTIONS',
      fault('method_not_allowed'),
    ])
  }
})

test('what is not there is 404 with the whole path (4)', async () => {
  const app = mount({ '/static': linted(folder({ 'a.txt': 'abc' })) })
  for (const path of ['/none', '/a.txt/', '/a.txt/b', '/b/c', '/']) {
    const answer = await get(app, `/static${path}`)
    expect([answer.status, bodyJson(answer)], path).toEqual([
      404,
      expect.objectContaining({ code: 'route_missing', data: { path: `/static${path}` } }),
    ])
  }
})

test('a name of any characters is found by its encoded path, in whatever spelling (RFC 3986 2.1)', async () => {
  const app = linted(folder({ 'a b/é%20#?.txt': 'odd', '100%': 'percent', ['__proto__']: 'proto' }))
  for (const [target, body] of [
    ['/a%20b/%C3%A9%2520%23%3F.txt', 'odd'],
    ['/%61%20b/%c3%a9%2520%23%3f.txt', 'odd'],
    ['/100%25', 'percent'],
    ['/__proto__', 'proto'],
  ] as const) {
    for (const _again of [1, 2]) expect(octets(await get(app, target)), target).toBe(body)
  }
  expect((await get(app, '/100%')).status).toBe(400)
  expect((await get(app, '/a%2520b')).status).toBe(404)
})

test('a folder is its index, behind a slash; without one the client is led there (4)', async () => {
  const app = mount({ '/s': linted(folder({ 'index.html': 'top', 'a/index.html': 'in a', 'b/c.txt': 'c' })) })
  expect([octets(await get(app, '/s/')), octets(await get(app, '/s/a/'))]).toEqual(['top', 'in a'])
  for (const [target, location] of [
    ['/s/a', '/s/a/'],
    ['/s/a?', '/s/a/?'],
    ['/s/a?b=c/&d', '/s/a/?b=c/&d'],
    ['/%73/%61', '/%73/%61/'],
  ]) {
    const answer = await get(app, target!)
    expect([answer.status, answer.headers['location'], answer.body], target).toEqual([301, location, null])
  }
  // One without an index is not even said to be there.
  expect([(await get(app, '/s/b')).status, (await get(app, '/s/b/')).status]).toEqual([404, 404])
})

test('no redirect leads to another host', async () => {
  const root = folder({ 'evil.example/index.html': 'x' })
  const app = linted(root)
  for (const target of ['//evil.example', '///evil.example', '/%2Fevil.example', '/%5Cevil.example']) {
    const { status, headers } = await get(app, target)
    expect([status >= 400, headers['location']], target).toEqual([true, undefined])
  }
  const { headers } = await perform(files(root), request('GET', '/evil.example', { mount: '/' }))
  expect(headers['location']).toBe('/evil.example/')
})

test('a known file is answered without a promise', async () => {
  const app = linted(folder({ 'a.txt': 'abc', 'l.txt': LARGE }))
  const seen = async (method: string, target: string, headers = {}): Promise<string> => {
    let result: unknown
    const direct: App = (...call) => {
      result = app(...call)
      return text('')
    }
    await perform(direct, request(method, target, { headers }))
    const now = Array.isArray(result)
    await result
    return String(now)
  }
  expect(await seen('GET', '/a.txt')).toBe('false')
  await get(app, '/a.txt')
  await get(app, '/l.txt')
  expect(await seen('GET', '/a.txt')).toBe('true')
  expect(await seen('HEAD', '/l.txt')).toBe('true')
  expect(await seen('GET', '/l.txt', { 'if-none-match': '*' })).toBe('true')
  expect(await seen('GET', '/a.txt', { range: 'bytes=0-0' })).toBe('true')
})

test('a folder is a path, relative or not, a link to one, or a file: URL', async () => {
  const root = folder({ 'a.txt': 'abc' })
  mkdirSync(join(root, 'sub'))
  symlinkSync(root, join(root, 'sub', 'link'))
  for (const given of [
    root,
    `${root}/`,
    relative(process.cwd(), root),
    pathToFileURL(root),
    join(root, 'sub', 'link'),
  ]) {
    expect(octets(await get(files(given), '/a.txt')), String(given)).toBe('abc')
  }
})
