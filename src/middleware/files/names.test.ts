import { expect, test } from 'vitest'
import type { FaultCode } from '../../fault.ts'
import { askedNames, extensionOf, isHidden, isOddOnWindows, mayServe } from './names.ts'

const fault = (code: FaultCode): unknown => expect.objectContaining({ code })

test('a path gives the names that it goes through, and whether it ends as a folder (3)', () => {
  const cases: [string, string[], boolean][] = [
    ['/', [], true],
    ['/a', ['a'], false],
    ['/a/b%20c.txt', ['a', 'b c.txt'], false],
    ['/a/', ['a'], true],
    ['/.well-known/x', ['.well-known', 'x'], false],
    ['/...', ['...'], false],
    ['/%252e%252e', ['%2e%2e'], false],
    ['/C:', ['C:'], false],
  ]
  for (const [path, names, folder] of cases) {
    expect(askedNames(path, path === '/...', 'posix'), path).toEqual({ names, folder })
  }
})

test('an empty name is no name: "//a" must not be another way to "/a"', () => {
  for (const path of ['//', '//a', '/a//', '/a//b', '///etc/passwd']) {
    expect(askedNames(path, true, 'posix'), path).toBe(null)
  }
})

test('dot segments and encoded separators are refused, as everywhere (3)', () => {
  for (const path of [
    '/..',
    '/%2e%2e/x',
    '/..%2fx',
    '/..%5cx',
    '/a%00',
    '/%c0%ae%c0%ae/x',
    '/a%2fb',
    '/\\x',
  ]) {
    expect(() => askedNames(path, true, 'posix'), path).toThrow(fault('path_faulty'))
  }
})

test('a name with a dot in front is hidden wherever it stands, but for /.well-known (RFC 8615 3)', () => {
  for (const path of ['/.env', '/.git/config', '/a/.b/c', '/a/.well-known/x', '/.well-known/.x', '/%2eenv']) {
    expect(askedNames(path, false, 'posix'), path).toBe(null)
    expect(askedNames(path, true, 'posix'), path).not.toBe(null)
  }
  expect(isHidden(['a.b', 'c.'])).toBe(false)
})

test('what Windows takes for another file, a stream or a device is no name there', () => {
  const odd = [
    'C:',
    'a.txt:stream',
    'a.txt::$DATA',
    'a.txt.',
    'a.txt ',
    'a*',
    'a?',
    'a|b',
    '<a>',
    'a"b',
    'a\x01',
    'PROGRA~1',
    'con',
    'NUL',
    'aux.txt',
    'Com1',
    'lpt9.log',
    'COM¹',
    'conin$',
  ]
  for (const name of odd) expect(isOddOnWindows(name), name).toBe(true)
  for (const name of ['a.txt', 'console', 'com', 'com10', 'null', 'a~b', 'nul2.txt', 'a b', 'é']) {
    expect(isOddOnWindows(name), name).toBe(false)
  }
  expect(askedNames('/a.txt::$DATA', false, 'windows')).toBe(null)
  expect(askedNames('/con/a', false, 'windows')).toBe(null)
})

test('an extension is what follows the last dot, in lower case', () => {
  const cases = { 'a.TXT': 'txt', 'a.tar.gz': 'gz', a: '', '.env': '', '.a.js': 'js', 'a.': '' }
  for (const [name, extension] of Object.entries(cases)) expect(extensionOf(name), name).toBe(extension)
})

test('a link is followed where the policy says, and never to what is hidden', () => {
  const how = { dotfiles: false, separator: '/', caseless: false }
  const may = (follow: 'inside' | 'none' | 'any', real: string, root = '/srv', asked = 'a'): boolean =>
    mayServe({ real, root, asked }, { ...how, follow })
  const cases: [real: string, none: boolean, inside: boolean, any: boolean][] = [
    ['/srv/a', true, true, true],
    ['/srv/b', false, true, true],
    ['/srv/b/c', false, true, true],
    ['/srv/.env', false, false, false],
    ['/srv/b/.git/c', false, false, false],
    ['/srv2/a', false, false, true],
    ['/etc/passwd', false, false, true],
    ['/srv', false, false, true],
    ['/', false, false, true],
  ]
  for (const [real, none, inside, any] of cases) {
    expect([may('none', real), may('inside', real), may('any', real)], real).toEqual([none, inside, any])
  }
  expect([may('inside', '/a', '/'), may('inside', '/b/a', '/')]).toEqual([true, true])
})

test('where the disk ignores case, a name in another case is another name', () => {
  const how = { follow: 'inside', dotfiles: false, separator: '/' } as const
  const place = { real: '/srv/Admin/x', root: '/srv', asked: 'admin/x' }
  expect(mayServe(place, { ...how, caseless: true })).toBe(false)
  expect(mayServe(place, { ...how, caseless: false })).toBe(true)
  expect(mayServe({ ...place, asked: 'Admin/x' }, { ...how, caseless: true })).toBe(true)
  expect(mayServe({ ...place, asked: 'link' }, { ...how, caseless: true })).toBe(true)
})
