import { expect, test } from 'vitest'
import { contentRange, multipart, octets } from './partial.ts'
import { utf8Bytes, utf8Text } from './utf8.ts'

test('a content-range has both ends and the size of the whole (RFC 9110 14.4)', () => {
  expect(contentRange({ first: 0, last: 9 }, 10)).toBe('bytes 0-9/10')
})

test('several ranges are parts, each with its type and place, and the length is that of all (RFC 9110 14.6)', () => {
  const file = 'abcdefghij'
  const ranges = [
    { first: 7, last: 9 },
    { first: 0, last: 1 },
  ]
  const { contentType, pieces, length } = multipart(ranges, { contentType: 'text/css', size: 10 }, 'B')
  expect(contentType).toBe('multipart/byteranges; boundary=B')
  const text = pieces.map((piece) =>
    piece instanceof Uint8Array ? utf8Text(piece) : file.slice(piece.first, piece.last + 1),
  )
  expect(text.join('')).toBe(
    '--B\r\ncontent-type: text/css\r\ncontent-range: bytes 7-9/10\r\n\r\nhij\r\n' +
      '--B\r\ncontent-type: text/css\r\ncontent-range: bytes 0-1/10\r\n\r\nab\r\n--B--\r\n',
  )
  expect(length).toBe(utf8Bytes(text.join('')).byteLength)
  expect(pieces.reduce((sum, piece) => sum + octets(piece), 0)).toBe(length)
})
