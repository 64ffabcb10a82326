import { expect, test } from 'vitest'
import type { FaultCode } from '../fault.ts'
import { checkHost, requestTarget } from './target.ts'

const fault = (code: FaultCode): unknown => expect.objectContaining({ code })

test('origin-form gives path and query as received; without "?" the query is null (2, 5, RFC 9112 3.2.1)', () => {
  const cases: [string, string, string | null][] = [
    ['/', '/', null],
    ['/?', '/', ''],
    ['/a%20b/?x=1&y', '/a%20b/', 'x=1&y'],
    ['/a??b?', '/a', '?b?'],
    ['//evil.example/a', '//evil.example/a', null],
    ['/http://a/', '/http://a/', null],
  ]
  for (const [target, path, query] of cases) {
    expect(requestTarget('GET', target), target).toEqual({ path, query, authority: null })
  }
})

test('absolute-form gives its path, and "/" when that is empty (2, RFC 9112 3.2.2)', () => {
  const cases: [string, string, string, string | null, string][] = [
    ['GET', 'http://a.example/b?c', '/b', 'c', 'a.example'],
    ['GET', 'HTTPS://a:8080/', '/', null, 'a:8080'],
    ['GET', 'http://a', '/', null, 'a'],
    ['GET', 'http://[::1]:80?q', '/', 'q', '[::1]:80'],
    ['OPTIONS', 'http://a', '*', null, 'a'],
    ['OPTIONS', 'http://a/', '/', null, 'a'],
    ['OPTIONS', 'http://a?q', '/', 'q', 'a'],
  ]
  for (const [method, target, path, query, authority] of cases) {
    expect(requestTarget(method, target), target).toEqual({ path, query, authority })
  }
})

test('authority-form is for CONNECT, and needs a port (2, RFC 9112 3.2.3)', () => {
  expect(requestTarget('CONNECT', 'a:443')).toEqual({ path: 'a:443', query: null, authority: 'a:443' })
  for (const target of ['a', 'a:', '/', '*', 'http://a/', 'a:443/', 'u@a:443', '']) {
    expect(() => requestTarget('CONNECT', target), target).toThrow(/target|host/)
  }
  expect(() => requestTarget('GET', 'a:443')).toThrow(fault('target_faulty'))
})

test('"*" is for OPTIONS (2, RFC 9112 3.2.4)', () => {
  expect(requestTarget('OPTIONS', '*')).toEqual({ path: '*', query: null, authority: null })
  for (const method of ['GET', 'POST', 'HEAD']) {
    expect(() => requestTarget(method, '*'), method).toThrow(fault('target_faulty'))
  }
})

test('a target is visible ASCII without a fragment (RFC 9112 3.2)', () => {
  for (const target of [
    '',
    '/a b',
    '/a#b',
    '/é',
    '/a\0',
    '/a\r\n',
    '/\x7f',
    'a',
    '?a',
    'ftp://a/',
    'http:/a',
    'http:a',
  ]) {
    expect(() => requestTarget('GET', target), JSON.stringify(target)).toThrow(fault('target_faulty'))
  }
})

test('an authority is a host and perhaps a port: no user, no emptiness (9, RFC 9110 4.2.4, 7.2)', () => {
  for (const host of ['a', 'a.example:80', '127.0.0.1', '[::1]', '[::1]:8080', 'a:', 'xn--nxasmq6b', 'a_b']) {
    expect(() => checkHost(host), host).not.toThrow()
  }
  for (const host of [
    '',
    ':80',
    'u@a',
    'a b',
    'a/b',
    'a:80:90',
    'a:123456',
    '[::1',
    '::1',
    'a,b:x',
    'a#b',
    'é',
    'a?b',
  ]) {
    expect(() => checkHost(host), host).toThrow(fault('host_faulty'))
  }
  for (const target of ['http://', 'http:///a', 'http://u@a/', 'http://u:p@a/']) {
    expect(() => requestTarget('GET', target), target).toThrow(fault('host_faulty'))
  }
})
