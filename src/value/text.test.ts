import { expect, test } from 'vitest'
import { request } from './message.ts'
import { decodeText, encodeText } from './text.ts'

test('text is JSON that people can read: headers as an object, the body as it is (30)', () => {
  const value = request('POST', '/a', { body: 'hi\n', headers: { 'x-a': '1' } })
  const data = JSON.parse(encodeText(value)) as Record<string, unknown>
  expect(data['headers']).toEqual({ host: 'localhost', 'x-a': '1' })
  expect(data['body']).toBe('hi\n')
  expect(data).not.toHaveProperty('body64')
  expect(encodeText(value)).toMatch(/^\{\n {2}"v": 1,\n {2}"kind": "request"/)
})

test('a body that is not UTF-8 is written as base64, and never both (30)', () => {
  const data = JSON.parse(encodeText(request('POST', '/a', { body: new Uint8Array([0xff, 0]) }))) as object
  expect(data).toHaveProperty('body64', '/wA=')
  expect(data).not.toHaveProperty('body')
})

test('no body gives neither member; an empty one gives "" (30, 32)', () => {
  const none = JSON.parse(encodeText(request('GET', '/'))) as object
  expect(none).not.toHaveProperty('body')
  expect(none).not.toHaveProperty('body64')
  expect(JSON.parse(encodeText(request('GET', '/', { body: '' })))).toHaveProperty('body', '')
})

test('a leading byte order mark of the body is kept (30)', () => {
  const value = request('POST', '/', { body: '\ufeffhi' })
  expect(value.body!.byteLength).toBe(5)
  expect(decodeText(encodeText(value)).body).toEqual(value.body)
})

test('headers and context that are read are frozen and have a null prototype (6, 28)', () => {
  const { headers, context } = decodeText(encodeText({ ...request('GET', '/'), context: { a: 1 } }))
  for (const part of [headers, context]) {
    expect(Object.isFrozen(part)).toBe(true)
    expect(Object.getPrototypeOf(part)).toBeNull()
  }
})

test('a member that stands in it twice is refused, a field of the headers too (30)', () => {
  const text = encodeText(request('GET', '/'))
  for (const [from, to] of [
    ['"method": "GET"', '"method": "GET", "method": "POST"'],
    ['"host": "localhost"', '"host": "localhost", "host": "other"'],
    ['"context": {}', '"context": {}, "body": "", "body": ""'],
  ] as const) {
    expect(text).toContain(from)
    expect(() => decodeText(text.replace(from, to)), to).toThrow(
      expect.objectContaining({ code: 'value_faulty' }),
    )
  }
})
