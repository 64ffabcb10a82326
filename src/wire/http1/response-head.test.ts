/** RFC 9112 sections 4 to 7, RFC 9110 section 15.2.2. */
import { expect, test } from 'vitest'
import { faultOf } from '../../../test/fuzz/fault-of.ts'
import { fieldLines, interim, lastChunk, statusLine, switchingLines } from './response-head.ts'

test('a status line ends with its phrase, which may be empty (RFC 9112 4)', () => {
  expect(statusLine(200, 'OK')).toBe('HTTP/1.1 200 OK\r\n')
  expect(statusLine(299, '')).toBe('HTTP/1.1 299 \r\n')
})

test('field lines are the pairs in their order (RFC 9112 5)', () => {
  expect(fieldLines([])).toBe('')
  expect(fieldLines(['a', 'b', 'set-cookie', 'c', 'set-cookie', ''])).toBe(
    'a: b\r\nset-cookie: c\r\nset-cookie: \r\n',
  )
})

test('an interim response is a whole head (RFC 9110 15.2)', () => {
  expect(interim(103, 'Early Hints', { link: ['<a>', '<b>'] })).toBe(
    'HTTP/1.1 103 Early Hints\r\nlink: <a>\r\nlink: <b>\r\n\r\n',
  )
  expect(interim(100, 'Continue', {})).toBe('HTTP/1.1 100 Continue\r\n\r\n')
})

test('the last chunk is followed by the trailers and an empty line (RFC 9112 7.1)', () => {
  expect(lastChunk(null)).toBe('0\r\n\r\n')
  expect(lastChunk({})).toBe('0\r\n\r\n')
  expect(lastChunk({ a: ['b', 'c'], d: 'e' })).toBe('0\r\na: b\r\na: c\r\nd: e\r\n\r\n')
})

test("the protocol switched to is the app's choice, else the client's first (RFC 9110 15.2.2)", () => {
  const end = 'connection: upgrade\r\n'
  expect(switchingLines([], ['a', 'b'])).toBe(`${end}upgrade: a\r\n`)
  expect(switchingLines(['x', '1', 'upgrade', 'b', 'y', '2'], ['a', 'b'])).toBe(
    `x: 1\r\ny: 2\r\n${end}upgrade: b\r\n`,
  )
  expect(switchingLines(['upgrade', 'WebSocket'], ['websocket'])).toBe(`${end}upgrade: WebSocket\r\n`)
})

test('a protocol that the client did not name is not switched to (RFC 9110 7.8)', () => {
  for (const chosen of ['c', '', 'a, b']) {
    expect(faultOf(() => switchingLines(['upgrade', chosen], ['a', 'b'])).code, chosen).toBe('result_faulty')
  }
})
