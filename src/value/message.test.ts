import { expect, test } from 'vitest'
import type { FaultCode } from '../fault.ts'
import { headersFrom } from './headers.ts'
import {
  bodyJson,
  bodyText,
  type RequestValue,
  type ResponseValue,
  request,
  revive,
  sameValue,
} from './message.ts'
import { decodePacked, encodePacked } from './packed.ts'

const fault = (code: FaultCode): unknown => expect.objectContaining({ code })
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)

test('a request value is written with a method and a target; the rest has defaults (27)', () => {
  const value = request('GET', '/a?b')
  expect({ ...value, headers: { ...value.headers } }).toEqual({
    method: 'GET',
    path: '/a',
    query: 'b',
    mount: '',
    http: null,
    client: null,
    protocol: 'http',
    upgrade: null,
    timeoutMs: null,
    headers: { host: 'localhost' },
    context: {},
    body: null,
  })
  expect(Object.isFrozen(value.headers)).toBe(true)
  expect(Object.getPrototypeOf(value.headers)).toBeNull()
})

test('what is told is taken as it is (27)', () => {
  const parts = {
    mount: '/api',
    http: '2',
    client: '::1',
    protocol: 'https',
    upgrade: ['websocket'],
    timeoutMs: 0,
    context: { a: 1 },
  } as const
  expect(request('GET', '/', parts)).toEqual(expect.objectContaining(parts))
})

test('host is what the headers say, else what the target names, else localhost (9)', () => {
  expect(request('GET', '/', { headers: { Host: 'a:80' } }).headers['host']).toBe('a:80')
  expect(request('GET', 'http://b/').headers['host']).toBe('b')
  expect(request('CONNECT', 'c:443').headers['host']).toBe('c:443')
  expect(request('GET', '/').headers['host']).toBe('localhost')
})

test('a body is text, bytes or JSON data; null is none, and empty is one (32)', () => {
  expect(request('POST', '/', { body: 'é' }).body).toEqual(bytes('é'))
  expect(request('POST', '/', { body: new Uint8Array([1]) }).body).toEqual(new Uint8Array([1]))
  expect(request('POST', '/', { body: '' }).body).toEqual(new Uint8Array(0))
  expect(request('POST', '/', { body: null }).body).toBeNull()
  expect(request('POST', '/').body).toBeNull()
  const sent = request('POST', '/', { json: { a: null } })
  expect(bodyText(sent)).toBe('{"a":null}')
  expect(sent.headers['content-type']).toBe('application/json')
  const typed = request('POST', '/', { json: null, headers: { 'Content-Type': 'application/x+json' } })
  expect(bodyText(typed)).toBe('null')
  expect(typed.headers['content-type']).toBe('application/x+json')
})

test('a request that no server would take cannot be written (1, 2, 6, 7, 9)', () => {
  for (const method of ['', 'get', 'G T', 'GÉT', 'get\r\n']) {
    expect(() => request(method, '/'), method).toThrow(fault('method_faulty'))
  }
  expect(() => request('GET', 'a')).toThrow(fault('target_faulty'))
  expect(() => request('GET', '/ ')).toThrow(fault('target_faulty'))
  expect(() => request('GET', '/', { headers: { host: 'a b' } })).toThrow(fault('host_faulty'))
  expect(() => request('GET', '/', { headers: { host: '' } })).toThrow(fault('host_faulty'))
  expect(() => request('GET', '/', { headers: { host: 'a', Host: 'a' } })).toThrow(fault('field_faulty'))
  expect(() => request('GET', '/', { headers: { 'x-a': 'a\nb' } })).toThrow(fault('field_faulty'))
})

test('a body is read as text or as JSON, and refused when it is neither (27)', () => {
  expect(bodyText({ body: null })).toBeNull()
  expect(bodyText({ body: bytes('\ufeffé') })).toBe('\ufeffé')
  expect(bodyJson({ body: bytes('{"a":[1]}') })).toEqual({ a: [1] })
  expect(() => bodyText({ body: new Uint8Array([0xff]) })).toThrow(fault('body_malformed'))
  for (const body of [null, bytes(''), bytes('{'), new Uint8Array([0xff])]) {
    expect(() => bodyJson({ body })).toThrow(fault('body_malformed'))
  }
})

test('equality is by own keys and values; prototypes and the order of members do not count (28)', () => {
  const value = request('POST', '/a', { body: 'hi', context: { a: [1, { b: 2 }] }, headers: { 'x-a': '1' } })
  const twin = Object.fromEntries(Object.entries(value).reverse()) as unknown as RequestValue
  expect(
    sameValue(value, { ...twin, headers: { 'x-a': '1', host: 'localhost' }, body: Buffer.from('hi') }),
  ).toBe(true)
  const others: Partial<RequestValue>[] = [
    { path: '/b' },
    { body: null },
    { body: bytes('') },
    { body: bytes('hj') },
    { body: bytes('hi ') },
    { headers: {} },
    { headers: { ...value.headers, 'x-a': '2' } },
    { headers: { ...value.headers, 'x-b': '1' } },
    { context: {} },
    { context: { a: [1, { b: 3 }] } },
    { context: { a: { 0: 1, 1: { b: 2 } } } },
    { upgrade: [] },
    { timeoutMs: 0 },
  ]
  for (const other of others) {
    expect(sameValue(value, { ...value, ...other }), JSON.stringify(other)).toBe(false)
    expect(sameValue({ ...value, ...other }, value), JSON.stringify(other)).toBe(false)
  }
})

test('null and empty bodies are different values (32)', () => {
  const [none, empty] = [request('POST', '/'), request('POST', '/', { body: '' })]
  expect(sameValue(none, empty)).toBe(false)
  expect(sameValue(empty, request('POST', '/', { body: new Uint8Array(0) }))).toBe(true)
})

test('a request is no response, and an inherited member is none of its own (28)', () => {
  const answered: ResponseValue = {
    status: 200,
    contentType: null,
    headers: {},
    trailers: null,
    context: {},
    body: null,
  }
  expect(sameValue(request('GET', '/'), answered)).toBe(false)
  const inheriting = { ...answered, headers: Object.create({ a: '1' }) as {} }
  expect(sameValue(inheriting, { ...answered, headers: { a: '1' } })).toBe(false)
  expect(sameValue(inheriting, answered)).toBe(true)
})

test('revive restores what structured clone and JSON lose: prototypes and freezing (28)', () => {
  const sent = request('POST', '/', { body: 'hi', headers: { 'x-a': '1' }, context: { a: 1 } })
  const arrived = revive(structuredClone(sent))
  expect(sameValue(arrived, sent)).toBe(true)
  for (const part of [arrived.headers, arrived.context]) {
    expect(Object.getPrototypeOf(part)).toBeNull()
    expect(Object.isFrozen(part)).toBe(true)
  }
  const answered = structuredClone(decodePacked(encodePacked({ ...response, trailers: { y: ['1', '2'] } })))
  const { headers, trailers } = revive(answered as ResponseValue)
  for (const part of [headers, trailers!]) {
    expect(Object.getPrototypeOf(part)).toBeNull()
    expect(Object.isFrozen(part)).toBe(true)
  }
  expect(revive(response).trailers).toBeNull()
})

test('revive freezes the values of repeated fields too, as reading a written form does (28)', () => {
  const value = { ...response, trailers: { y: ['1', '2'] } }
  for (const one of [decodePacked(encodePacked(value)) as ResponseValue, revive(structuredClone(value))]) {
    expect(Object.isFrozen(one.headers['x'])).toBe(true)
    expect(Object.isFrozen(one.trailers!['y'])).toBe(true)
  }
})

test('names that objects know survive clone and revival (6, 28)', () => {
  const headers = headersFrom([
    ['host', 'a'],
    ['__proto__', 'b'],
    ['constructor', 'c'],
  ])
  const sent = { ...request('GET', '/'), headers }
  const arrived = revive(structuredClone(sent))
  expect(Object.keys(arrived.headers)).toEqual(['host', '__proto__', 'constructor'])
  expect(arrived.headers['__proto__']).toBe('b')
  expect(sameValue(arrived, sent)).toBe(true)
})

const response: ResponseValue = {
  status: 200,
  contentType: 'text/plain',
  headers: { x: ['1', '2'] },
  trailers: null,
  context: {},
  body: bytes('hi'),
}
