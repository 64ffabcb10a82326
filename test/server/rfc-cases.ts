/**
 * Requests that the RFCs speak about, with the status that answers them.
 *
 * @module
 */
import type { DifferenceName } from './differences.ts'

export interface RfcCase {
  /** Section and rule. */
  readonly rule: string
  readonly octets: string
  /** Status, or those that the RFC leaves open. */
  readonly status: number | readonly number[]
  /** The row of the table of differences that says what `node-http` does instead. */
  readonly differs?: DifferenceName
}

const GET = 'GET / HTTP/1.1\r\nHost: a\r\n'
const POST = 'POST / HTTP/1.1\r\nHost: a\r\n'
const CHUNKED = `${POST}Transfer-Encoding: chunked\r\n\r\n`

const each = (
  rule: string,
  status: RfcCase['status'],
  octets: readonly string[],
  differs?: RfcCase['differs'],
): RfcCase[] =>
  octets.map((one) => ({ rule, octets: one, status, ...(differs === undefined ? {} : { differs }) }))

const line = (text: string): string => `${text}\r\nHost: a\r\n\r\n`
const field = (text: string): string => `${GET}${text}\r\n\r\n`
const chunks = (text: string): string => CHUNKED + text

export const RFC_CASES: readonly RfcCase[] = [
  // RFC 9112 section 2.
  ...each('9112 2.2: CRLF ends lines, LF alone does not', 400, [
    'GET / HTTP/1.1\nHost: a\n\n',
    'GET / HTTP/1.1\nHost: a\r\n\r\n',
    'GET / HTTP/1.1\r\nHost: a\n\r\n',
    'GET / HTTP/1.1\r\nHost: a\r\nX: b\n\r\n',
  ]),
  ...each('9112 2.2: a CR that no LF follows is refused', 400, [
    'GET / HTTP/1.1\rHost: a\r\n\r\n',
    'GET / HTTP/1.1\r\nHost: a\r\rX: b\r\n\r\n',
    field('X: a\rb'),
    'GET / HTTP/1.1\r\nHost: a\r\n\rX',
  ]),
  ...each('9112 2.2: white space between the request line and the first field is refused', 400, [
    'GET / HTTP/1.1\r\n Host: a\r\n\r\n',
    'GET / HTTP/1.1\r\n\tHost: a\r\n\r\n',
    'GET / HTTP/1.1\r\n \r\nHost: a\r\n\r\n',
  ]),
  ...each('9112 2.2: one empty line before a request is let pass', 200, [`\r\n${GET}\r\n`]),
  ...each(
    '9112 2.3: the name of the protocol is HTTP, in capitals',
    [400, 505],
    [
      line('GET / http/1.1'),
      line('GET / Http/1.1'),
      line('GET / HTTPS/1.1'),
      line('GET / HTT/1.1'),
      line('GET / XHTTP/1.1'),
    ],
  ),
  ...each(
    '9112 2.3: a version is two digits with a dot between',
    [400, 505],
    [
      line('GET / HTTP/1'),
      line('GET / HTTP/1.'),
      line('GET / HTTP/.1'),
      line('GET / HTTP/11'),
      line('GET / HTTP/1.1.1'),
      line('GET / HTTP/1.10'),
      line('GET / HTTP/01.1'),
      line('GET / HTTP/1,1'),
      line('GET / HTTP/-1.1'),
      line('GET / HTTP/1.1a'),
      line('GET / HTTP/a.b'),
      line('GET / HTTP/1 .1'),
    ],
  ),
  ...each(
    '9110 2.5: another major version is not ours',
    [400, 505],
    [line('GET / HTTP/0.9'), line('GET / HTTP/2.0'), line('GET / HTTP/3.0'), line('GET / HTTP/9.9')],
  ),
  ...each('9112 3: a request line has three parts', 400, [
    line('GET'),
    line('GET HTTP/1.1'),
    line('/ HTTP/1.1'),
    line('GET / HTTP/1.1 x'),
    line('GET / x HTTP/1.1'),
    line(' GET / HTTP/1.1'),
    line('GET\t/\tHTTP/1.1'),
    line('GET /\tHTTP/1.1'),
    line('GET\x0b/ HTTP/1.1'),
  ]),
  ...each('9112 2.3: a request line without a version is HTTP/0.9', [400, 505], [line('GET /')]),
  ...each('9112 3: no white space stands behind the version', 400, [
    line('GET / HTTP/1.1 '),
    line('GET / HTTP/1.1\t'),
  ]),
  ...each(
    '9112 3: one space stands between the parts',
    400,
    [line('GET  / HTTP/1.1'), line('GET /  HTTP/1.1')],
    'spaces',
  ),
  ...each('9110 9.1: a method is a token', 400, [
    line('G(T / HTTP/1.1'),
    line('G\xe9T / HTTP/1.1'),
    line('"GET" / HTTP/1.1'),
    line('GET, / HTTP/1.1'),
    line('G\0T / HTTP/1.1'),
    line('{} / HTTP/1.1'),
  ]),
  ...each('9110 9.1: a method is case-sensitive', 400, [line('get / HTTP/1.1'), line('Get / HTTP/1.1')]),
  // Section 3.2: targets.
  ...each('9112 3.2: a target has no fragment, space, control or octet above 7E', 400, [
    line('GET /# HTTP/1.1'),
    line('GET /a#b HTTP/1.1'),
    line('GET /\0 HTTP/1.1'),
    line('GET /\x01 HTTP/1.1'),
    line('GET /\x7f HTTP/1.1'),
    line('GET /\x80 HTTP/1.1'),
    line('GET /\xff HTTP/1.1'),
  ]),
  ...each('9112 3.2: a target is in one of four forms', 400, [
    line('GET a HTTP/1.1'),
    line('GET ?a HTTP/1.1'),
    line('GET a/b HTTP/1.1'),
    line('GET * HTTP/1.1'),
    line('POST * HTTP/1.1'),
    line('GET a:80 HTTP/1.1'),
    line('GET http: HTTP/1.1'),
    line('GET http:// HTTP/1.1'),
    line('GET http:/a HTTP/1.1'),
    line('GET ftp://a/ HTTP/1.1'),
    line('GET http://u@a/ HTTP/1.1'),
    line('GET http://a:b/ HTTP/1.1'),
    line('GET http://[::1/ HTTP/1.1'),
    line('CONNECT / HTTP/1.1'),
    line('CONNECT a HTTP/1.1'),
    line('CONNECT a: HTTP/1.1'),
    line('CONNECT http://a:80 HTTP/1.1'),
  ]),
  ...each('9112 3.2: targets that are', 200, [
    line('GET /?a=b&c HTTP/1.1'),
    line('GET //a HTTP/1.1'),
    line('GET /%00%zz HTTP/1.1'),
    line("GET /-._~!$&'()*+,;=:@ HTTP/1.1"),
    line('GET http://b/c HTTP/1.1'),
    line('GET HTTPS://b HTTP/1.1'),
    line('OPTIONS * HTTP/1.1'),
  ]),
  ...each('9112 3.2: HTTP/1.1 has one host, which is valid', 400, [
    'GET / HTTP/1.1\r\n\r\n',
    'GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n',
    'GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n',
    'GET / HTTP/1.1\r\nHost: a, b\r\n\r\n',
    'GET / HTTP/1.1\r\nHost: a b\r\n\r\n',
    'GET / HTTP/1.1\r\nHost: http://a\r\n\r\n',
    'GET / HTTP/1.1\r\nHost: a/\r\n\r\n',
    'GET / HTTP/1.1\r\nHost: a?b\r\n\r\n',
    'GET / HTTP/1.1\r\nHost: a#b\r\n\r\n',
    'GET / HTTP/1.1\r\nHost: u@a\r\n\r\n',
    'GET / HTTP/1.1\r\nHost: a:80:80\r\n\r\n',
    'GET / HTTP/1.1\r\nHost: a:b\r\n\r\n',
    'GET / HTTP/1.1\r\nHost: [::1\r\n\r\n',
    'GET / HTTP/1.1\r\nHost: a\\b\r\n\r\n',
    'GET / HTTP/1.1\r\nHost: \xe9\r\n\r\n',
    'GET http://a/ HTTP/1.1\r\n\r\n',
  ]),
  ...each('9112 3.2: hosts that are', 200, [
    'GET / HTTP/1.1\r\nHost:\r\n\r\n',
    'GET / HTTP/1.1\r\nHost: a.b-c:65535\r\n\r\n',
    'GET / HTTP/1.1\r\nHost: [::1]:80\r\n\r\n',
    'GET / HTTP/1.1\r\nhOST:a\r\n\r\n',
    'GET / HTTP/1.0\r\n\r\n',
  ]),
  // Section 5: fields.
  ...each('9112 5.1: no white space stands between name and colon', 400, [
    field('X : a'),
    field('X\t: a'),
    'GET / HTTP/1.1\r\nHost : a\r\n\r\n',
    `${POST}Content-Length : 0\r\n\r\n`,
    `${POST}Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n`,
  ]),
  ...each('9110 5.1: a name is a token', 400, [
    field(': a'),
    field('X'),
    field('X Y: a'),
    field('X(: a'),
    field('X@Y: a'),
    field('"X": a'),
    field('X\0: a'),
    field('X\xe9: a'),
    field('[X]: a'),
    field('X/Y: a'),
    field('X\x7f: a'),
  ]),
  ...each('9110 5.5: a value has no CR, LF, NUL or other control', 400, [
    field('X: a\0b'),
    field('X: \0'),
    field('X: a\x01b'),
    field('X: a\x08b'),
    field('X: a\x0bb'),
    field('X: a\x0cb'),
    field('X: a\x1bb'),
    field('X: a\x7fb'),
    field('X: a\nb'),
  ]),
  ...each('9110 5.5: a value may be empty, hold tabs and octets from 80 on', 200, [
    field('X:'),
    field('X: \t '),
    field('X: a\tb'),
    field('X: \x80\xff'),
    field('X:a'),
    field("!#$%&'*+-.^_`|~09azAZ: a"),
  ]),
  ...each('9112 5.2: folded fields are refused', 400, [
    field('X: a\r\n b'),
    field('X: a\r\n\tb'),
    field('X:\r\n a'),
    field('X: a\r\n \r\nY: b'),
    `${POST}Transfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n`,
    `${POST}Content-Length:\r\n 0\r\n\r\n`,
  ]),
  // Section 6: bodies.
  ...each('9110 8.6: a length is digits, and one', 400, [
    `${POST}Content-Length:\r\n\r\n`,
    `${POST}Content-Length: a\r\n\r\n`,
    `${POST}Content-Length: -1\r\n\r\n`,
    `${POST}Content-Length: +1\r\n\r\na`,
    `${POST}Content-Length: 1.0\r\n\r\na`,
    `${POST}Content-Length: 0x1\r\n\r\na`,
    `${POST}Content-Length: 1 1\r\n\r\na`,
    `${POST}Content-Length: 1,1\r\n\r\na`,
    `${POST}Content-Length: 1\r\nContent-Length: 1\r\n\r\na`,
    `${POST}Content-Length: 1\r\nContent-Length: 2\r\n\r\nab`,
    `${POST}Content-Length: 99999999999999999999\r\n\r\n`,
    `${POST}Content-Length: "1"\r\n\r\na`,
  ]),
  ...each('9110 8.6: lengths that are', 200, [
    `${POST}Content-Length: 0\r\n\r\n`,
    `${POST}Content-Length: 1\r\n\r\na`,
    `${POST}Content-Length: 0000000001\r\n\r\na`,
    `${GET}Content-Length: 1\r\n\r\na`,
  ]),
  ...each('9112 6.1: a coding and a length in one request', 400, [
    `${POST}Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n`,
    `${POST}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
    `${POST}Content-Length: 0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
    `${POST}Transfer-Encoding:\r\nContent-Length: 1\r\n\r\na`,
  ]),
  ...each('9112 6.3: chunked comes last and once', 400, [
    `${POST}Transfer-Encoding: chunked, gzip\r\n\r\n`,
    `${POST}Transfer-Encoding: gzip\r\n\r\n`,
    `${POST}Transfer-Encoding: identity\r\n\r\n`,
    `${POST}Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n`,
    `${POST}Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
    `${POST}Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n`,
    `${POST}Transfer-Encoding: xchunked\r\n\r\n`,
    `${POST}Transfer-Encoding: "chunked"\r\n\r\n0\r\n\r\n`,
    `${POST}Transfer-Encoding: chunked;q=1\r\n\r\n0\r\n\r\n`,
    `${POST}Transfer-Encoding: \x0bchunked\r\n\r\n0\r\n\r\n`,
    `${POST}Transfer-Encoding: chunked\xa0\r\n\r\n0\r\n\r\n`,
  ]),
  ...each('9112 6.1: a coding before chunked is 501', 501, [
    `${POST}Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n`,
    `${POST}Transfer-Encoding: x, chunked\r\n\r\n0\r\n\r\n`,
  ]),
  ...each('9112 6.1: HTTP/1.0 has no transfer coding', 400, [
    'POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
  ]),
  ...each('9112 7: coding names are case-insensitive', 200, [
    `${POST}Transfer-Encoding: CHUNKED\r\n\r\n0\r\n\r\n`,
    `${POST}transfer-encoding:Chunked \r\n\r\n0\r\n\r\n`,
  ]),
  // Section 7: chunks.
  ...each('9112 7.1: a chunk begins with its size in hexadecimal digits', 400, [
    chunks('\r\n'),
    chunks('g\r\n'),
    chunks('0x1\r\na\r\n0\r\n\r\n'),
    chunks('-1\r\n'),
    chunks('+1\r\na\r\n0\r\n\r\n'),
    chunks(' 1\r\na\r\n0\r\n\r\n'),
    chunks('1,\r\na\r\n0\r\n\r\n'),
    chunks('1_0\r\n'),
    chunks(';a\r\n'),
    chunks('ffffffffffffffffff\r\n'),
  ]),
  ...each('9112 7.1: a chunk ends where its size says, with CRLF', 400, [
    chunks('1\r\nab\r\n0\r\n\r\n'),
    chunks('1\r\na\n0\r\n\r\n'),
    chunks('1\r\na0\r\n\r\n'),
    chunks('2\r\na\r\n0\r\n\r\n'),
    chunks('1\na\r\n0\r\n\r\n'),
    chunks('1\r\na\r\n0\n\r\n'),
    chunks('1\ra\r\n0\r\n\r\n'),
    chunks('1\r\na\r0\r\n\r\n'),
  ]),
  ...each('9112 7.1.1: an extension has a name, and a value that is token or string', 400, [
    chunks('1;a=b\nc\r\na\r\n0\r\n\r\n'),
    chunks('1;\0\r\na\r\n0\r\n\r\n'),
    chunks('1;a="\r\na\r\n0\r\n\r\n'),
  ]),
  ...each('9112 7.1.1: an extension has a name', 400, [chunks('1;=a\r\na\r\n0\r\n\r\n')], 'extensionNames'),
  ...each('9112 7.1: chunks that are', 200, [
    chunks('0\r\n\r\n'),
    chunks('1\r\na\r\n0\r\n\r\n'),
    chunks('A\r\n0123456789\r\na\r\n0123456789\r\n0\r\n\r\n'),
    chunks('0001\r\na\r\n000\r\n\r\n'),
    chunks('1;a\r\na\r\n0;b=c\r\n\r\n'),
    chunks('1;a="b;c\\"d"\r\na\r\n0\r\n\r\n'),
    chunks('2\r\n\r\n\r\n0\r\n\r\n'),
  ]),
  ...each('9112 7.1.2: trailer fields are field lines', 400, [
    chunks('0\r\nX\r\n\r\n'),
    chunks('0\r\n X: a\r\n\r\n'),
    chunks('0\r\nX : a\r\n\r\n'),
    chunks('0\r\nX: a\0\r\n\r\n'),
    chunks('0\r\nX: a\n\r\n'),
  ]),
  ...each('9112 7.1.2: trailer fields that are', 200, [chunks('0\r\nX: a\r\nY:\r\n\r\n')]),
  // RFC 9110 sections 7 to 10.
  ...each('9110 7.6.1: connection nominates nothing that the request relies on', 400, [
    field('Connection: host'),
    field('Connection: close, authorization'),
    `${POST}Connection: content-length\r\nContent-Length: 1\r\n\r\na`,
  ]),
  ...each('9110 5.3: a field that may come once comes once', 400, [
    field('Content-Type: a/b\r\nContent-Type: a/b'),
    field('Authorization: a\r\nAuthorization: b'),
    field('User-Agent: a\r\nuser-agent: b'),
    field('Range: bytes=0-1\r\nRange: bytes=2-3'),
  ]),
  ...each('9110 10.1.1: an expectation that is not 100-continue is 417', 417, [
    field('Expect: a'),
    field('Expect: 100-continue, a'),
    field('Expect: 200-ok'),
    field('Expect: 100-continue=a'),
  ]),
  ...each('9110 10.1.1: HTTP/1.0 has no expectations', 200, ['GET / HTTP/1.0\r\nExpect: a\r\n\r\n']),
]
