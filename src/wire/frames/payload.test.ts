/** What frames carry: `spec/frames.md`, "Hello", "Calls" and "Errors". */
import { expect, test } from 'vitest'
import { FAULT_CODES, Fault, type FaultCode, isFault } from '../../fault.ts'
import { request } from '../../value/message.ts'
import { MAX_DATA, MAX_PAYLOAD } from './frame.ts'
import {
  decodeCancel,
  decodeCredit,
  decodeFailed,
  decodeHello,
  decodeRequest,
  decodeResponse,
  decodeTrailers,
  encodeCancel,
  encodeCredit,
  encodeFailed,
  encodeHello,
  encodeMessage,
  encodeTrailers,
} from './payload.ts'

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text)
const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes)
const fault = (code: FaultCode): unknown => expect.objectContaining({ code })
const { body: _, ...requestHead } = request('POST', '/notes?a=1', {
  headers: { 'x-one': '\xe9' },
  timeoutMs: 5,
})
const responseHead = { status: 200, contentType: 'text/plain', headers: {}, trailers: null, context: {} }

test('hello comes back as it was', () => {
  const hello = { v: 1, role: 'worker', name: 'r\u00e9port', inline: 0 } as const
  expect(decodeHello(encodeHello(hello), 'worker')).toEqual(hello)
})

test('hello is of this version and the other role, and takes 0 to 65,536 octets with a head', () => {
  const hello = { v: 1, role: 'caller', name: 'a', inline: MAX_DATA, more: true }
  const decode = (changes: object): unknown =>
    decodeHello(utf8(JSON.stringify({ ...hello, ...changes })), 'caller')
  expect(decode({})).toEqual({ v: 1, role: 'caller', name: 'a', inline: MAX_DATA })
  for (const changes of [
    { v: 2 },
    { v: '1' },
    { role: 'worker' },
    { role: undefined },
    { name: 1 },
    { inline: -1 },
    { inline: 1.5 },
    { inline: MAX_DATA + 1 },
    { inline: '5' },
    { inline: null },
  ]) {
    expect(() => decode(changes), JSON.stringify(changes)).toThrow(fault('frame_faulty'))
  }
  for (const payload of ['', '{', '[]', 'null', '\ufeff{}']) {
    expect(() => decodeHello(utf8(payload), 'caller'), payload).toThrow(fault('frame_faulty'))
  }
})

test('a head comes back as it was, with its body, without one, and with one that is to come', () => {
  for (const body of [null, utf8(''), utf8('hi'), { length: 5 }, { length: null }]) {
    expect(decodeRequest(encodeMessage(requestHead, body))).toMatchObject({ head: requestHead, body })
    expect(decodeResponse(encodeMessage(responseHead, body))).toMatchObject({ head: responseHead, body })
  }
})

test('a request is no response, nor the other way round', () => {
  expect(() => decodeResponse(encodeMessage(requestHead, null))).toThrow(fault('frame_faulty'))
  expect(() => decodeRequest(encodeMessage(responseHead, null))).toThrow(fault('frame_faulty'))
})

test('as many octets follow a head as it tells, at most 65,536', () => {
  const whole = encodeMessage(requestHead, new Uint8Array(MAX_DATA))
  expect(decodeRequest(whole).body).toHaveLength(MAX_DATA)
  expect(() => decodeRequest(whole.subarray(0, -1))).toThrow(fault('frame_faulty'))
  expect(() => decodeRequest(Buffer.concat([whole, utf8('x')]))).toThrow(fault('frame_faulty'))
  expect(() => decodeRequest(encodeMessage(requestHead, new Uint8Array(MAX_DATA + 1)))).toThrow(
    fault('frame_faulty'),
  )
})

test('a head cut anywhere is refused', () => {
  const whole = encodeMessage(requestHead, null)
  for (let end = 0; end < whole.length; end++) {
    expect(() => decodeRequest(whole.subarray(0, end)), String(end)).toThrow(fault('value_faulty'))
  }
})

test('a head over 65,536 octets is not written', () => {
  const headers = { 'x-long': 'x'.repeat(66_000) }
  expect(() => encodeMessage({ ...responseHead, headers }, null)).toThrow(fault('value_faulty'))
})

test('credit is 1 to 2^32 - 1 octets in four', () => {
  for (const octets of [1, 65_536, 2 ** 31 - 1, 2 ** 32 - 1]) {
    expect(decodeCredit(encodeCredit(octets))).toBe(octets)
    const within = Buffer.concat([utf8('abc'), encodeCredit(octets)]).subarray(3)
    expect(decodeCredit(within)).toBe(octets)
  }
  for (const payload of [
    encodeCredit(0),
    new Uint8Array(),
    new Uint8Array(3),
    new Uint8Array([0, 0, 0, 1, 0]),
  ]) {
    expect(() => decodeCredit(payload)).toThrow(fault('frame_faulty'))
  }
})

test('trailers are flat pairs, a field that comes again two of them', () => {
  expect(decodeTrailers(encodeTrailers(null))).toBe(null)
  expect(text(encodeTrailers({ digest: 'a', x: ['1', '2'] }))).toBe('["digest","a","x","1","x","2"]')
  expect(decodeTrailers(encodeTrailers({ digest: 'a', x: ['1', '2'] }))).toEqual([
    ['digest', 'a'],
    ['x', '1'],
    ['x', '2'],
  ])
  expect(decodeTrailers(utf8('[]'))).toEqual([])
})

test('trailers that no field line could be are refused', () => {
  for (const payload of [
    '{}',
    '["a"]',
    '["A","b"]',
    '["","b"]',
    '["a",1]',
    '["a","b\\r\\nc"]',
    '["a"," b"]',
    'x',
  ]) {
    expect(() => decodeTrailers(utf8(payload)), payload).toThrow(fault('frame_faulty'))
  }
})

test('trailers that no frame could hold are not written', () => {
  expect(() => encodeTrailers({ digest: 'x'.repeat(MAX_PAYLOAD) })).toThrow(fault('value_faulty'))
})

test('a cancel says why, at no great length', () => {
  expect(decodeCancel(encodeCancel('the client went away'))).toBe('the client went away')
  expect(decodeCancel(encodeCancel('x'.repeat(100_000)))).toBe('x'.repeat(1_000))
  for (const payload of ['', '{}', '{"reason":1}', '["a"]', 'gone']) {
    expect(() => decodeCancel(utf8(payload)), payload).toThrow(fault('frame_faulty'))
  }
})

test('a fault comes back with its code, detail and status', () => {
  const sent = new Fault('body_too_large', { bytes: 9, limit: 5 })
  const { code, detail, status, message } = decodeFailed(encodeFailed(sent), 'isolate(a.ts)')
  expect({ code, detail, status, message }).toEqual({
    code: 'body_too_large',
    detail: { bytes: 9, limit: 5 },
    status: 413,
    message: sent.message,
  })
})

test('what no frame can hold stands as app_failed: a detail is whatever an app has given', () => {
  const circular: Record<string, unknown> = {}
  circular['self'] = circular
  for (const detail of [circular, { reason: 1n }, { reason: 'x'.repeat(MAX_PAYLOAD) }]) {
    const sent = new Fault('result_faulty', { reason: 'a' })
    Object.assign(sent, { detail })
    expect(text(encodeFailed(sent))).toBe('{"code":"app_failed","detail":{}}')
  }
})

test('a failure whose code or detail nobody knows is a failure of the worker: 502', () => {
  for (const payload of [
    '{}',
    '[]',
    'null',
    '{"code":"of_tomorrow","detail":{}}',
    '{"code":"__proto__","detail":{}}',
    '{"code":"app_failed"}',
    '{"code":"method_not_allowed","detail":{}}',
  ]) {
    const { code, status, message } = decodeFailed(utf8(payload), 'wsgi')
    expect([code, status], payload).toEqual(['call_faulty', 502])
    expect(message).toContain('wsgi')
  }
  expect(() => decodeFailed(utf8('{'), 'wsgi')).toThrow(fault('frame_faulty'))
})

test('no code of the table makes a decoder throw, whatever its detail', () => {
  for (const code of FAULT_CODES) {
    for (const detail of [{}, { issues: 5, allow: 'x', accepts: null, limit: {} }]) {
      expect(isFault(decodeFailed(utf8(JSON.stringify({ code, detail })), 'wsgi')), code).toBe(true)
    }
  }
})
