/** RFC 9110 sections 5 to 7 and 10.1, RFC 9112 sections 3.2, 6 and 9; contract clauses 6 to 9. */
import { expect, test } from 'vitest'
import { faultOf } from '../../../test/fuzz/fault-of.ts'
import { collectFields, type RequestFields, requestFields } from './fields.ts'

function understood(lines: readonly string[], http: '1.0' | '1.1' = '1.1', limit = 100): RequestFields {
  const text = lines.map((line) => `${line}\r\n`).join('')
  return requestFields(collectFields(text, 0, text.length, limit), http)
}

const withHost = (...lines: string[]): RequestFields => understood(['Host: a', ...lines])
const refused = (...lines: string[]): string => faultOf(() => withHost(...lines)).code

test('names are lower case, repeats are joined in their order, cookies by ";" (6)', () => {
  const { headers } = withHost(
    'X-A: 1',
    'ACCEPT: b',
    'x-a: 2',
    'Cookie: c=d',
    'X-a:',
    'cookie: e=f',
    'accept: g',
  )
  expect({ ...headers }).toEqual({ host: 'a', 'x-a': '1, 2', accept: 'b, g', cookie: 'c=d; e=f' })
  expect(Object.keys(headers)).toEqual(['host', 'x-a', 'accept', 'cookie'])
})

test('headers are frozen and have no prototype: names are data (6)', () => {
  const { headers } = withHost('__proto__: a', 'constructor: b', 'toString: c')
  expect(Object.isFrozen(headers)).toBe(true)
  expect(Object.getPrototypeOf(headers)).toBeNull()
  expect({ ...headers }).toEqual({ host: 'a', ['__proto__']: 'a', constructor: 'b', tostring: 'c' })
})

test('what comes once may not come twice, in whatever case (RFC 9110 5.3)', () => {
  for (const name of ['Host', 'content-length', 'Content-Type', 'AUTHORIZATION', 'user-agent', 'Range']) {
    const value = name === 'content-length' ? '1' : 'a'
    expect(
      faultOf(() => understood(['Host: a', `${name}: ${value}`, `${name.toLowerCase()}: ${value}`])),
      name,
    ).toEqual({
      code: 'field_faulty',
      detail: { name: name.toLowerCase(), reason: 'it is given more than once' },
    })
  }
})

test('the lines have a limit: at it, one below, one above', () => {
  const lines = (count: number): string[] => [
    'Host: a',
    ...Array.from({ length: count - 1 }, (_, at) => `x-${at}: a`),
  ]
  expect(Object.keys(understood(lines(4), '1.1', 5).headers)).toHaveLength(4)
  expect(Object.keys(understood(lines(5), '1.1', 5).headers)).toHaveLength(5)
  expect(faultOf(() => understood(lines(6), '1.1', 5))).toEqual({
    code: 'fields_too_many',
    detail: { limit: 5 },
  })
  // Repeats are lines as well.
  expect(faultOf(() => understood(['Host: a', 'x: 1', 'x: 2', 'x: 3'], '1.1', 3)).code).toBe(
    'fields_too_many',
  )
})

test('fields of the connection, and those that it nominates, are not passed on (8)', () => {
  const { headers } = withHost(
    'Connection: close, X-Hop, Keep-Alive',
    'X-Hop: 1',
    'Keep-Alive: 5',
    'TE: trailers',
    'Proxy-Connection: close',
    'Upgrade: a',
    'HTTP2-Settings: b',
    'X-End: 2',
  )
  expect({ ...headers }).toEqual({ host: 'a', 'x-end': '2' })
  expect({ ...withHost('Transfer-Encoding: chunked').headers }).toEqual({ host: 'a' })
})

test('HTTP/1.1 asks for one host, which may be empty; HTTP/1.0 does not (RFC 9112 3.2)', () => {
  expect(faultOf(() => understood([])).code).toBe('host_faulty')
  expect(understood([], '1.0').headers['host']).toBeUndefined()
  expect(understood(['Host:']).headers['host']).toBe('')
  for (const host of ['a', 'a.example:80', '[::1]:80', 'a:', '127.0.0.1']) {
    expect(understood([`Host: ${host}`]).headers['host']).toBe(host)
  }
})

test('a host is a name or an address, in HTTP/1.0 as well (RFC 9110 7.2)', () => {
  for (const host of [
    'a b',
    'a/b',
    'u@a',
    'a:b',
    'a:1:2',
    '[::1',
    'a, b',
    'a?b',
    'a#b',
    '\xe9',
    'a:123456',
    ':80',
  ]) {
    expect(faultOf(() => understood([`Host: ${host}`])).code, host).toBe('host_faulty')
    expect(faultOf(() => understood([`Host: ${host}`], '1.0')).code, host).toBe('host_faulty')
  }
})

test('HTTP/1.1 persists unless told to close, HTTP/1.0 closes unless told to persist (RFC 9112 9.3)', () => {
  const persists = (http: '1.0' | '1.1', ...lines: string[]): boolean =>
    understood(['Host: a', ...lines], http).persists
  expect(persists('1.1')).toBe(true)
  expect(persists('1.1', 'Connection: close')).toBe(false)
  expect(persists('1.1', 'Connection: keep-alive, close')).toBe(false)
  expect(persists('1.1', 'Connection: keep-alive', 'Connection: close')).toBe(false)
  expect(persists('1.0')).toBe(false)
  expect(persists('1.0', 'Connection: Keep-Alive')).toBe(true)
  expect(persists('1.0', 'Connection: keep-alive, close')).toBe(false)
})

test('100-continue is the one expectation, and HTTP/1.0 has none (RFC 9110 10.1.1)', () => {
  expect(withHost('Expect: 100-Continue', 'Content-Length: 1').expects).toBe(true)
  expect(withHost('Expect: 100-continue', 'Transfer-Encoding: chunked').expects).toBe(true)
  expect(withHost('Expect: 100-continue').expects, 'without a body').toBe(false)
  expect(withHost('Content-Length: 1').expects).toBe(false)
  expect(understood(['Expect: a', 'Content-Length: 1'], '1.0').expects).toBe(false)
  for (const expect_ of ['', 'a', '100', '100-continue, a', '100-continue;a', '100-continue, 100-continue']) {
    expect(refused(`Expect: ${expect_}`, 'Content-Length: 1'), expect_).toBe('expectation_unmet')
  }
})

test('an upgrade is offered when the connection says so, and there is no body (RFC 9110 7.8)', () => {
  const offer = ['Connection: upgrade', 'Upgrade: a, b/1']
  expect(withHost(...offer).upgrade).toEqual(['a', 'b/1'])
  expect(Object.isFrozen(withHost(...offer).upgrade)).toBe(true)
  expect(withHost('Upgrade: a').upgrade).toBeNull()
  expect(withHost('Connection: upgrade').upgrade).toBeNull()
  expect(withHost(...offer, 'Content-Length: 1').upgrade).toBeNull()
  expect(withHost(...offer, 'Transfer-Encoding: chunked').upgrade).toBeNull()
  expect(withHost(...offer, 'Content-Length: 0').upgrade).toEqual(['a', 'b/1'])
  expect(understood(offer, '1.0').upgrade).toBeNull()
  expect(withHost('Connection: upgrade', 'Upgrade: h2c').upgrade, 'no longer offered that way').toBeNull()
  expect(withHost('Connection: upgrade', 'Upgrade: H2C, a').upgrade).toEqual(['H2C', 'a'])
})

test('trailers go to who asks for them, over HTTP/1.1 (RFC 9110 10.1.4)', () => {
  for (const te of ['trailers', 'Trailers', 'gzip, trailers', 'trailers;q=0.5, trailers']) {
    expect(withHost(`TE: ${te}`).takesTrailers, te).toBe(true)
  }
  for (const te of ['', 'gzip', 'trailersx']) expect(withHost(`TE: ${te}`).takesTrailers, te).toBe(false)
  expect(understood(['TE: trailers'], '1.0').takesTrailers).toBe(false)
})

test('framing is what length and coding say, both at once refused (RFC 9112 6)', () => {
  expect(withHost().length).toBe(0)
  expect(withHost('Content-Length: 3').length).toBe(3)
  expect(withHost('Transfer-Encoding: chunked').length).toBeNull()
  expect(refused('Content-Length: 3', 'Transfer-Encoding: chunked')).toBe('framing_faulty')
  expect(refused('Content-Length: 3, 3')).toBe('length_invalid')
  expect(refused('Transfer-Encoding: gzip', 'Transfer-Encoding: chunked')).toBe('coding_unsupported')
  expect(refused('Transfer-Encoding: chunked', 'Transfer-Encoding: chunked')).toBe('framing_faulty')
  expect(refused('Transfer-Encoding: chunked', 'Transfer-Encoding:')).toBe('framing_faulty')
  expect(refused('Transfer-Encoding:', 'Transfer-Encoding: chunked')).toBe('framing_faulty')
})

test('what frames or routes may not be nominated away (RFC 9110 7.6.1)', () => {
  for (const name of ['host', 'Content-Length', 'Authorization']) {
    expect(refused(`Connection: ${name}`), name).toBe('field_faulty')
  }
})
