import { expect, test } from 'vitest'
import type { Body, Result } from '../contract.ts'
import type { FaultCode } from '../fault.ts'
import { stream, takeover } from '../value/result.ts'
import { type Outgoing, outgoing } from './outgoing.ts'

const fault = (code: FaultCode): unknown => expect.objectContaining({ code })

function refuses(result: unknown, method = 'GET'): void {
  expect(() => outgoing(result as Result, method), `${method} ${String(JSON.stringify(result))}`).toThrow(
    fault('result_faulty'),
  )
}

function sends(
  status: number,
  headers: object,
  body: Body,
  method = 'GET',
  contentType: string | null = null,
): Outgoing {
  return outgoing([status, contentType, headers as Result[2], body], method)
}

test('a result is a list of four (21)', () => {
  for (const result of [
    undefined,
    null,
    'hi',
    200,
    {},
    [],
    [200],
    [200, null, {}],
    [200, null, {}, 'hi', 1],
  ]) {
    refuses(result)
  }
})

test('a status is a whole number from 200 to 599, or 101 with a takeover (20)', () => {
  for (const status of [
    0,
    99,
    100,
    101,
    102,
    199,
    600,
    999,
    -200,
    200.5,
    Number.NaN,
    '200',
    null,
    undefined,
  ]) {
    refuses([status, null, {}, null])
  }
  for (const status of [200, 299, 304, 404, 599]) expect(sends(status, {}, null).status).toBe(status)
  expect(
    sends(
      101,
      {},
      takeover(() => {}),
    ).status,
  ).toBe(101)
})

test('a takeover has status 101 or 200, and no other (20, 24)', () => {
  const took = takeover(() => {})
  expect(sends(101, { upgrade: 'websocket' }, took)).toEqual({
    status: 101,
    fields: ['upgrade', 'websocket'],
    body: took,
    length: null,
  })
  expect(sends(200, {}, took, 'CONNECT').status).toBe(200)
  for (const status of [100, 102, 199, 204, 304, 404, 426]) refuses([status, null, {}, took])
})

test('204, 205 and 304 carry no body (20, RFC 9110 15.3.5, 15.3.6, 15.4.5)', () => {
  for (const status of [204, 205, 304]) {
    for (const body of ['hi', new Uint8Array([1]), stream(['hi'])]) refuses([status, null, {}, body])
    expect(sends(status, {}, null).body).toBeNull()
  }
})

test('the length is told where there is one to tell: not with 204 and 304 (22, RFC 9110 8.6)', () => {
  expect([200, 205, 404, 204, 304].map((status) => sends(status, {}, null).length)).toEqual([
    0,
    0,
    0,
    null,
    null,
  ])
  expect(sends(200, {}, '').length).toBe(0)
  expect(sends(200, {}, 'é€').length).toBe(5)
  expect(sends(200, {}, new Uint8Array(7)).length).toBe(7)
  expect(sends(200, {}, stream(['a'])).length).toBeNull()
})

test('the body of HEAD is not sent, and its length is that of GET (20, RFC 9110 9.3.2)', () => {
  for (const body of ['hello', new Uint8Array(5)]) {
    expect(sends(200, {}, body, 'HEAD')).toEqual({ status: 200, fields: [], body: null, length: 5 })
  }
  expect(sends(200, {}, stream(['a']), 'HEAD')).toEqual({ status: 200, fields: [], body: null, length: null })
})

test('the content type has its own place, first among the fields (21)', () => {
  expect(sends(200, { 'x-a': '1' }, 'hi', 'GET', 'text/plain').fields).toEqual([
    'content-type',
    'text/plain',
    'x-a',
    '1',
  ])
  for (const contentType of [undefined, 1, {}, ['a/b'], 'a/b\r\nx: y', 'Ċ', ' a/b'])
    refuses([200, contentType, {}, ''])
  refuses([200, null, { 'content-type': 'text/plain' }, ''])
  refuses([200, 'text/plain', { 'content-type': 'text/plain' }, ''])
})

test('headers are lower-case names with strings or arrays of strings (7, 21)', () => {
  expect(sends(200, { 'set-cookie': ['a', 'b'], vary: 'c' }, null).fields).toEqual([
    'set-cookie',
    'a',
    'set-cookie',
    'b',
    'vary',
    'c',
  ])
  for (const headers of [
    undefined,
    null,
    'a',
    { A: '1' },
    { 'a b': '1' },
    { a: 1 },
    { a: null },
    { a: [1] },
  ]) {
    refuses([200, null, headers, null])
  }
  for (const value of ['a\r\nb: c', 'a\n', 'a\0', 'Ċ', ['fine', 'a\r']])
    refuses([200, null, { a: value }, null])
})

test('headers that would be lost are refused: a Headers, a Map or a list is no object of fields (21)', () => {
  for (const headers of [new Headers({ a: '1' }), new Map([['a', '1']]), [['a', '1']], ['a', '1']]) {
    refuses([200, null, headers, null])
  }
})

test('headers may have names that objects know (6, 21)', () => {
  const headers = JSON.parse('{"__proto__":"a","constructor":"b"}') as object
  expect(sends(200, headers, null).fields).toEqual(['__proto__', 'a', 'constructor', 'b'])
})

test('headers that inherit others are refused: those would be sent unchecked, or lost (21)', () => {
  refuses([200, null, Object.create({ 'x-a': 'a\r\nb' }) as object, null])
})

test('content-length is declared with a stream, on HEAD and on 304, and nowhere else (22)', () => {
  const five = { 'content-length': '5', a: '1' }
  expect(sends(200, five, stream(['hello']))).toEqual(
    expect.objectContaining({ fields: ['a', '1'], length: 5 }),
  )
  expect(sends(200, five, null, 'HEAD')).toEqual(expect.objectContaining({ fields: ['a', '1'], length: 5 }))
  expect(sends(304, five, null)).toEqual(expect.objectContaining({ fields: ['a', '1'], length: 5 }))
  for (const body of ['hello', new Uint8Array(5), null]) refuses([200, null, five, body])
})

test('a declared length is 1*DIGIT (22, RFC 9110 8.6)', () => {
  for (const value of ['', '-1', '+1', '1e3', '0x10', '5,5', '5.0', ['5'], ['5', '5'], 5, '9'.repeat(16)]) {
    refuses([200, null, { 'content-length': value }, stream(['hello'])])
  }
})

test('204 has no content-length, on HEAD neither (RFC 9110 8.6)', () => {
  refuses([204, null, { 'content-length': '5' }, null], 'HEAD')
})

test('framing and connection fields are the gateway’s (22)', () => {
  const names = [
    'transfer-encoding',
    'connection',
    'keep-alive',
    'te',
    'trailer',
    'upgrade',
    'proxy-connection',
  ]
  for (const name of names) refuses([200, null, { [name]: 'a' }, null])
  expect(sends(426, { upgrade: 'h2c' }, null).fields).toEqual(['upgrade', 'h2c']) // RFC 9110 15.5.22
})

test('a body is text, bytes, null, stream(...) or takeover(...): an unbranded iterable is none (23, 24)', () => {
  function* chunks(): Generator<string> {
    yield 'a'
  }
  const others = [
    undefined,
    1,
    {},
    ['a'],
    chunks(),
    new ArrayBuffer(1),
    new ReadableStream(),
    () => 'a',
    new Date(0),
  ]
  for (const body of others) refuses([200, null, {}, body])
  expect(sends(200, {}, Buffer.from('hi')).length).toBe(2)
})

test('a body that is none is refused on HEAD as it is on GET (23)', () => {
  for (const body of [undefined, 1, {}]) refuses([200, null, {}, body], 'HEAD')
})
