/**
 * Nearly valid requests: each part is mostly as the grammar has it, and now and then what somebody has
 * sent to a parser that took it.
 *
 * @module
 */
import fc from 'fast-check'

/** What follows each request, so that a parser that loses count is seen. */
export const NEXT = 'GET /next HTTP/1.1\r\nHost: next\r\n\r\n'

/** Mostly one of the good ones. */
function mostly(good: readonly string[], odd: readonly string[]): fc.Arbitrary<string> {
  return fc.oneof(
    { weight: 12, arbitrary: fc.constantFrom(...good) },
    { weight: 1, arbitrary: fc.constantFrom(...odd) },
  )
}

const method = mostly(
  ['GET', 'POST', 'PUT', 'HEAD', 'DELETE', 'OPTIONS', 'PATCH'],
  ['get', 'Post', 'CONNECT', 'FOO', 'M-SEARCH', 'G(T', '', 'PRI', 'GE\tT', 'TRACE', 'QUERY', 'A'],
)
const space = mostly([' '], ['  ', '\t', '', '\x0b', ' \t'])
const target = mostly(
  ['/', '/a', '/a/b?c=d', '/?', '/%2F', '//a', '/a;b=c', '/a?b?c', "/~!$&'()*+,;=:@", '/a"b<c>d{e|f}^`\\'],
  [
    '*',
    'http://a.example/b',
    'http://a.example',
    'HTTPS://a.example:8080?c',
    'http://u@a.example/',
    'http:///b',
    'ftp://a.example/',
    'a.example:80',
    'a',
    '/a#b',
    '/\x00',
    '/\x80',
    '/\x7f',
    '?a',
    'http://[::1]:80/',
    'http://a.example:x/',
    '/a\tb',
  ],
)
const version = mostly(
  ['HTTP/1.1', 'HTTP/1.0'],
  [
    'HTTP/1.2',
    'HTTP/2.0',
    'HTTP/0.9',
    'http/1.1',
    'HTTP/1',
    'HTTP/1.10',
    'RTSP/1.0',
    'ICE/1.0',
    'HTTP/11',
    '',
  ],
)
const lineEnd = mostly(['\r\n'], ['\n', '\r', '\r\r\n', '\n\r', ' \r\n', '\t\r\n', '\0\r\n'])
const host = mostly(
  ['Host: a.example', 'host:a:80', 'HOST:\ta ', 'Host:'],
  [
    'Host: a b',
    'Host: a, b',
    'Host: u@a',
    'Host: a/b',
    'Host: [::1]:80',
    'Host: a:80:80',
    'Host: a:x',
    'Host: a\r\nHost: a',
    'X: y',
    'Host : a',
    'Host: \xe9',
    'Host: a:123456',
  ],
)
const name = mostly(
  ['A', 'x-a', 'Accept', 'Cookie', '__proto__', 'a_b', "!#$%&'*+-.^_`|~"],
  ['a b', '', 'a\x00', 'a\xe9', 'a(', ' a', '\ta', '"a"', 'a\t', 'a ', 'Content-Type', 'User-Agent'],
)
const value = mostly(
  ['b', '', ' b', '\tb\t', ' b  c ', ' \xe9', ' "a, b"', ' a, b'],
  [' \0', ' \x01', ' \x7f', ' a\x0bb', ' a\rb', ' a\nb', ' a\r\n b', ' a\r\n\tb', ' \x1b'],
)
const field = fc.tuple(name, value).map(([left, right]) => `${left}:${right}`)
const engine = fc.constantFrom(
  'Connection: close',
  'Connection: keep-alive',
  'Connection: x-a',
  'Connection: close\t',
  'connection: KEEP-ALIVE, Close',
  'Connection: upgrade\r\nUpgrade: echo',
  'Connection: host',
  'Upgrade: echo',
  'Expect: 100-continue',
  'Expect: 200-ok',
  'TE: trailers',
  'Keep-Alive: 5',
  'Proxy-Connection: close',
  'Transfer-Encoding',
  'a line',
)
const length = mostly(
  ['3', '0', '003', '3 ', '3\t'],
  [
    '',
    '-1',
    '+3',
    '3,3',
    '3, 3',
    '0x3',
    '3e0',
    '3.0',
    ' ',
    '9'.repeat(16),
    '9'.repeat(30),
    '3 3',
    '3;a',
    '\xb2',
    '3\x0b',
  ],
)
const coding = mostly(
  ['chunked', 'Chunked', ' chunked ', '\tchunked\t'],
  [
    'gzip, chunked',
    'chunked, gzip',
    'chunked, chunked',
    'identity',
    '',
    ' ',
    'xchunked',
    'chunked;a=b',
    'chunked,',
    ', chunked',
    'gzip',
    '\x0bchunked',
    '"chunked"',
    'chunked\0',
    'chun ked',
  ],
)
const extension = mostly(
  ['', ';a', ';a=b', ';a="b"', ';a="b;\\"c\\r"', ';a;b=c'],
  [
    ';',
    ' ;a',
    '; a',
    ';a =b',
    ';a= b',
    ' ',
    '\t',
    ';a="b',
    ';a=b"',
    ';=b',
    ';a=',
    ' a',
    ';\0',
    ';a="\0"',
    ';a="\r\n"',
    ';\xe9',
  ],
)
const size = mostly(
  ['3', '03', '0000003'],
  ['', '-3', '+3', '0x3', ' 3', '3 ', '2', '4', 'ffffffffffffffffff', 'g', '3h', '00000000000000000003'],
)
const chunk = fc
  .tuple(size, extension, lineEnd, fc.constantFrom('abc', '\r\n0', 'GET', '\0\xff\n'), lineEnd)
  .map((parts) => parts.join(''))
const trailers = fc.array(
  fc.tuple(field, lineEnd).map((parts) => parts.join('')),
  { maxLength: 1 },
)
const chunks = fc
  .tuple(
    fc.array(chunk, { maxLength: 2 }),
    mostly(['0', '000'], ['', '0 ', '0x', '-0', '00000000000000000000']),
    extension,
    lineEnd,
    trailers,
    lineEnd,
  )
  .map(([before, last, extended, end, fields, empty]) =>
    [...before, last, extended, end, ...fields, empty].join(''),
  )

/** How the body is framed, and the body. */
const body = fc.oneof(
  { weight: 3, arbitrary: fc.constant(['', '']) },
  { weight: 3, arbitrary: length.map((digits) => [`Content-Length: ${digits}\r\n`, 'abc']) },
  {
    weight: 5,
    arbitrary: fc
      .tuple(coding, chunks)
      .map(([codings, octets]) => [`Transfer-Encoding:${codings}\r\n`, octets]),
  },
  {
    weight: 1,
    arbitrary: chunks.map((octets) => ['Content-Length: 3\r\nTransfer-Encoding: chunked\r\n', octets]),
  },
  { weight: 1, arbitrary: fc.constant(['Content-Length: 3\r\nContent-Length: 3\r\n', 'abc']) },
  {
    weight: 1,
    arbitrary: chunks.map((octets) => [
      'Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n',
      octets,
    ]),
  },
)

const line = fc.tuple(fc.oneof({ weight: 3, arbitrary: field }, { weight: 1, arbitrary: engine }), lineEnd)

const request = fc
  .tuple(
    mostly([''], ['\r\n', '\r\n\r\n', '\n', '\r', ' ', '\0']),
    fc.tuple(method, space, target, space, version).map((parts) => parts.join('')),
    lineEnd,
    host,
    lineEnd,
    fc.array(
      line.map((parts) => parts.join('')),
      { maxLength: 3 },
    ),
    body,
    lineEnd,
  )
  .map(([before, first, end, authority, authorityEnd, lines, [framing, octets], empty]) =>
    [before, first, end, authority, authorityEnd, ...lines, framing, empty, octets].join(''),
  )

/** One octet changed, put in or taken out, somewhere. */
const scratched = fc
  .tuple(request, fc.nat(400), fc.constantFrom(...'\r\n\t \0\x7f\xff:;,/"0aZ', ''), fc.nat(1))
  .map(
    ([text, at, put, gone]) =>
      text.slice(0, at % (text.length + 1)) + put + text.slice((at % (text.length + 1)) + gone),
  )

/** One or two requests, and the one that follows them; one character is one octet. */
export const sent: fc.Arbitrary<string> = fc
  .tuple(
    fc.oneof({ weight: 3, arbitrary: request }, { weight: 1, arbitrary: scratched }),
    fc.oneof({ weight: 4, arbitrary: fc.constant('') }, { weight: 1, arbitrary: request }),
  )
  .map((parts) => parts.join('') + NEXT)
