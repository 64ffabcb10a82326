/** RFC 9112 section 3, RFC 9110 sections 2.5 and 9.1. */
import { expect, test } from 'vitest'
import { faultOf } from '../../../test/fuzz/fault-of.ts'
import { readRequestLine } from './request-line.ts'

test('method, target and version, with one space between (RFC 9112 3)', () => {
  expect(readRequestLine('GET /a?b HTTP/1.1')).toEqual({
    method: 'GET',
    http: '1.1',
    path: '/a',
    query: 'b',
    authority: null,
  })
  for (const line of [
    '',
    'GET',
    'GET /',
    'GET / ',
    'GET HTTP/1.1',
    ' / HTTP/1.1',
    'GET  HTTP/1.1',
    'GET/ HTTP/1.1',
    'GET /HTTP/1.1',
    'GET /\tHTTP/1.1',
    'HTTP/1.1',
    ' HTTP/1.1',
  ]) {
    expect(faultOf(() => readRequestLine(line)).code, line).toBe('head_faulty')
  }
})

test('a space more between the parts, or at an end, is refused (RFC 9112 3)', () => {
  for (const line of [
    'GET  / HTTP/1.1',
    'GET /  HTTP/1.1',
    'GET / a HTTP/1.1',
    ' GET / HTTP/1.1',
    'GET / HTTP/1.1 ',
  ]) {
    expect(['head_faulty', 'target_faulty'], line).toContain(faultOf(() => readRequestLine(line)).code)
  }
})

test('a method is a token without lower case (RFC 9110 9.1)', () => {
  for (const method of ['GET', 'QUERY', 'M-SEARCH', "!#$%&'*+-.^_`|~09AZ"]) {
    expect(readRequestLine(`${method} / HTTP/1.1`).method).toBe(method)
  }
  for (const method of ['get', 'Get', 'G(T', 'G\tT', 'G\0', 'G\xc9T', '"GET"']) {
    expect(faultOf(() => readRequestLine(`${method} / HTTP/1.1`))).toEqual({
      code: 'method_faulty',
      detail: { method },
    })
  }
})

test('a later minor version is read as 1.1, another major one is 505 (RFC 9110 2.5)', () => {
  expect(readRequestLine('GET / HTTP/1.0').http).toBe('1.0')
  for (const version of ['1.1', '1.2', '1.9'])
    expect(readRequestLine(`GET / HTTP/${version}`).http).toBe('1.1')
  for (const version of ['0.9', '2.0', '3.0', '9.9']) {
    expect(faultOf(() => readRequestLine(`GET / HTTP/${version}`))).toEqual({
      code: 'version_unsupported',
      detail: { version },
    })
  }
})

test('a version is "HTTP/", a digit, ".", a digit (RFC 9112 2.3)', () => {
  for (const version of [
    'http/1.1',
    'HTTP/1',
    'HTTP/1.',
    'HTTP/11',
    'HTTP/1.10',
    'HTTP/1,1',
    'HTTP/+1.1',
    'RTSP/1.0',
  ]) {
    expect(faultOf(() => readRequestLine(`GET / ${version}`)).code, version).toBe('head_faulty')
  }
})

test('a target is what the method may use (RFC 9112 3.2)', () => {
  expect(readRequestLine('OPTIONS * HTTP/1.1').path).toBe('*')
  expect(readRequestLine('CONNECT a:1 HTTP/1.1').authority).toBe('a:1')
  expect(readRequestLine('GET http://a/b HTTP/1.1')).toMatchObject({ path: '/b', authority: 'a' })
  expect(faultOf(() => readRequestLine('GET * HTTP/1.1')).code).toBe('target_faulty')
  expect(faultOf(() => readRequestLine('GET /#a HTTP/1.1')).code).toBe('target_faulty')
  expect(faultOf(() => readRequestLine('GET http://u@a/ HTTP/1.1')).code).toBe('host_faulty')
})
