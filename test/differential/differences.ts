/**
 * Where our parser and Node's part, and are meant to. `docs/parser.md` shows this table, and a
 * difference that no row explains is a failure.
 *
 * @module
 */
import { createRequire } from 'node:module'
import type { FaultCode } from '../../src/fault.ts'

export interface Difference {
  readonly what: string
  readonly clause: string
  /** A code is a refusal by it. `closes`: no request is read behind this one. */
  readonly ours: FaultCode | 'refuses it' | 'takes it' | 'closes' | 'reads on'
  readonly theirs: 'take it' | 'refuse it' | 'read no body' | 'close' | 'read on'
  /** Octets that show it. */
  readonly example: string
  /** Whether the octets of the request, or those of the one before it, are of this kind. */
  readonly when: (request: Octets, before: Octets) => boolean
}

/** One character for each octet. */
export interface Octets {
  /** Without its end. */
  readonly line: string
  /** From the request line to the empty line. */
  readonly head: string
  /** What follows. */
  readonly body: string
}

const require = createRequire(import.meta.url)
const { METHODS } = require('undici/lib/llhttp/constants.js') as { METHODS: Record<string, number> }
const methodOf = ({ line }: Octets): string => line.slice(0, line.indexOf(' '))
const targetOf = ({ line }: Octets): string => line.split(' ')[1] ?? ''
const is10 = ({ line }: Octets): boolean => line.endsWith(' HTTP/1.0')
const AUTHORITY = /^(?:\[[0-9a-f:.]+\]|[\w.~%!$&'()*+,;=-]+)(?::\d{0,5})?$/i
const ONCE = /^(host|content-type|user-agent):/gim
/** All lines of `transfer-encoding` as one. */
const codings = (head: string): string =>
  [...head.matchAll(/^transfer-encoding:([^\r]*)/gim)].map(([, value]) => value).join(',')
const chunked = 'Host: a\r\nTransfer-Encoding: chunked\r\n\r\n'

export const DIFFERENCES: readonly Difference[] = [
  {
    what: 'A transfer coding in HTTP/1.0',
    clause: 'RFC 9112 6.1',
    ours: 'framing_faulty',
    theirs: 'take it',
    example: 'POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
    when: (request) => is10(request) && /^transfer-encoding:/im.test(request.head),
  },
  {
    what: 'An empty `Transfer-Encoding`',
    clause: 'RFC 9112 6.3',
    ours: 'framing_faulty',
    theirs: 'take it',
    example: 'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding:\r\n\r\n',
    when: ({ head }) => /^transfer-encoding:[ \t]*\r/im.test(head),
  },
  {
    what: '`Transfer-Encoding: , chunked`, or chunked and an empty line of it',
    clause: 'RFC 9110 5.6.1.2',
    ours: 'framing_faulty',
    theirs: 'take it',
    example: 'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: , chunked\r\n\r\n0\r\n\r\n',
    when: ({ head }) => /^[ \t,]*chunked[ \t,]*$/i.test(codings(head)) && codings(head).includes(','),
  },
  {
    what: 'A transfer coding before chunked',
    clause: 'RFC 9112 6.1',
    ours: 'coding_unsupported',
    theirs: 'take it',
    example: 'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n',
    when: ({ head }) => /[^ \t,].*,[ \t]*chunked[ \t,]*$/i.test(codings(head)),
  },
  {
    what: 'A chunk size of more than 13 digits',
    clause: 'RFC 9112 7.1',
    ours: 'framing_faulty',
    theirs: 'take it',
    example: `POST / HTTP/1.1\r\n${chunked}00000000000000\r\n\r\n`,
    when: ({ body }) => /(?:^|\n)[0-9a-f]{14}/i.test(body),
  },
  {
    what: 'A chunk extension without a name, or with `=` and no value',
    clause: 'RFC 9112 7.1.1',
    ours: 'framing_faulty',
    theirs: 'take it',
    example: `POST / HTTP/1.1\r\n${chunked}0;a=\r\n\r\n`,
    when: ({ body }) => /(?:^|\n)[0-9a-f]+[^\r\n]*(?:;=|;;|;\r|=[;\r])/i.test(body),
  },
  {
    what: 'A value of a chunk extension that is neither a token nor a quoted string',
    clause: 'RFC 9112 7.1.1',
    ours: 'framing_faulty',
    theirs: 'take it',
    example: `POST / HTTP/1.1\r\n${chunked}0;a=b"c"\r\n\r\n`,
    when: ({ body }) => /(?:^|\n)[0-9a-f]+[^\r\n]*=(?:[^\s";]+"|"[^\r\n]*\x7f)/i.test(body),
  },
  {
    what: 'More than one empty line before a request line, or a CR or LF alone there',
    clause: 'RFC 9112 2.2',
    ours: 'head_faulty',
    theirs: 'take it',
    example: '\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n',
    when: ({ head }) => /^[\r\n]/.test(head),
  },
  {
    what: 'A request line without a version, read as HTTP/0.9',
    clause: 'RFC 9112 3',
    ours: 'head_faulty',
    theirs: 'take it',
    example: 'GET /\r\nHost: a\r\n\r\n',
    when: ({ line }) => !/ [A-Z]+\/\d\.\d$/.test(line.split('\n')[0]!),
  },
  {
    what: '`RTSP/1.0` and `ICE/1.0` for a version',
    clause: 'RFC 9112 2.3',
    ours: 'head_faulty',
    theirs: 'take it',
    example: 'GET / RTSP/1.0\r\nHost: a\r\n\r\n',
    when: ({ line }) => / (?:RTSP|ICE)\/\d\.\d$/.test(line),
  },
  {
    what: 'Several spaces behind the method',
    clause: 'RFC 9112 3',
    ours: 'target_faulty',
    theirs: 'take it',
    example: 'GET  / HTTP/1.1\r\nHost: a\r\n\r\n',
    when: ({ line }) => /^[^ ]+ {2}/.test(line),
  },
  {
    what: 'Several spaces before the version',
    clause: 'RFC 9112 3',
    ours: 'target_faulty',
    theirs: 'take it',
    example: 'GET /  HTTP/1.1\r\nHost: a\r\n\r\n',
    when: ({ line }) => / {2}[A-Z]+\/\d\.\d$/.test(line),
  },
  {
    what: 'Octets from 80 to FF, or a fragment, in a target',
    clause: 'RFC 9112 3.2',
    ours: 'target_faulty',
    theirs: 'take it',
    example: 'GET /a#b HTTP/1.1\r\nHost: a\r\n\r\n',
    when: ({ line }) => /[#\x80-\xff]/.test(line),
  },
  {
    what: '`*` for another method than OPTIONS, or with more behind it',
    clause: 'RFC 9112 3.2.4',
    ours: 'target_faulty',
    theirs: 'take it',
    example: 'GET * HTTP/1.1\r\nHost: a\r\n\r\n',
    when: (request) =>
      targetOf(request).startsWith('*') && !(targetOf(request) === '*' && methodOf(request) === 'OPTIONS'),
  },
  {
    what: 'A target with another scheme than `http` or `https`',
    clause: 'RFC 9110 4.2',
    ours: 'target_faulty',
    theirs: 'take it',
    example: 'GET ftp://a/ HTTP/1.1\r\nHost: a\r\n\r\n',
    when: (request) => /^(?!https?:)[a-z][a-z0-9+.-]*:/i.test(targetOf(request)),
  },
  {
    what: 'An HTTP version other than 1.x',
    clause: 'RFC 9110 2.5',
    ours: 'version_unsupported',
    theirs: 'take it',
    example: 'GET / HTTP/2.0\r\nHost: a\r\n\r\n',
    when: ({ line }) => / HTTP\/[^1]\.\d$/.test(line),
  },
  {
    what: 'A field that comes once, twice',
    clause: 'RFC 9110 5.3',
    ours: 'field_faulty',
    theirs: 'take it',
    example: 'GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n',
    when: ({ head }) => {
      const names = [...head.matchAll(ONCE)].map(([, name]) => name!.toLowerCase())
      return new Set(names).size < names.length
    },
  },
  {
    what: '`Connection: host`, or another field that comes once',
    clause: 'RFC 9110 7.6.1',
    ours: 'field_faulty',
    theirs: 'take it',
    example: 'GET / HTTP/1.1\r\nHost: a\r\nConnection: host\r\n\r\n',
    when: ({ head }) => /^connection:(?:[^\r]*,)?[ \t]*host[ \t]*(?:,[^\r]*)?\r/im.test(head),
  },
  {
    what: 'HTTP/1.1 without `Host`',
    clause: 'RFC 9112 3.2',
    ours: 'host_faulty',
    theirs: 'take it',
    example: 'GET / HTTP/1.1\r\n\r\n',
    when: ({ head }) => !/^host:/im.test(head),
  },
  {
    what: 'A `Host` that is no host',
    clause: 'RFC 9110 7.2',
    ours: 'host_faulty',
    theirs: 'take it',
    example: 'GET / HTTP/1.1\r\nHost: a/b\r\n\r\n',
    when: ({ head }) => !AUTHORITY.test(/^host:[ \t]*([^\r]*?)[ \t]*\r/im.exec(head)?.[1] ?? 'a'),
  },
  {
    what: 'An absolute target whose authority is no host',
    clause: 'RFC 9110 4.2.4',
    ours: 'host_faulty',
    theirs: 'take it',
    example: 'GET http://u@a/ HTTP/1.1\r\nHost: a\r\n\r\n',
    when: (request) => !AUTHORITY.test(/^https?:\/\/([^/?]*)/i.exec(targetOf(request))?.[1] ?? 'a'),
  },
  {
    what: '`CONNECT` to what is no authority',
    clause: 'RFC 9112 3.2.3',
    ours: 'host_faulty',
    theirs: 'take it',
    example: 'CONNECT / HTTP/1.1\r\nHost: a\r\n\r\n',
    when: (request) => methodOf(request) === 'CONNECT' && !AUTHORITY.test(targetOf(request)),
  },
  {
    what: '`CONNECT` without a port',
    clause: 'RFC 9110 9.3.6',
    ours: 'target_faulty',
    theirs: 'take it',
    example: 'CONNECT a HTTP/1.1\r\nHost: a\r\n\r\n',
    when: (request) => methodOf(request) === 'CONNECT' && !/:\d+$/.test(targetOf(request)),
  },
  {
    what: 'An expectation other than 100-continue, once',
    clause: 'RFC 9110 10.1.1',
    ours: 'expectation_unmet',
    theirs: 'take it',
    example: 'GET / HTTP/1.1\r\nHost: a\r\nExpect: b\r\n\r\n',
    when: ({ head }) =>
      /^expect:(?![ \t]*100-continue[ \t]*\r)/im.test(head) || (head.match(/^expect:/gim) ?? []).length > 1,
  },
  {
    what: 'A length of more than 15 digits',
    clause: 'RFC 9110 8.6',
    ours: 'length_invalid',
    theirs: 'take it',
    example: 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000000000000\r\n\r\n',
    when: ({ head }) => /^content-length:[ \t]*\d{16,}/im.test(head),
  },
  {
    what: 'A method that is not in their list; `PRI`',
    clause: 'RFC 9110 9.1',
    ours: 'takes it',
    theirs: 'refuse it',
    example: 'FOO / HTTP/1.1\r\nHost: a\r\n\r\n',
    when: (request) => methodOf(request) === 'PRI' || !Object.hasOwn(METHODS, methodOf(request)),
  },
  {
    what: 'HTTP/1.2, which is read as the highest that is known',
    clause: 'RFC 9110 2.5',
    ours: 'takes it',
    theirs: 'refuse it',
    example: 'GET / HTTP/1.2\r\nHost: a\r\n\r\n',
    when: ({ line }) => / HTTP\/1\.[2-9]$/.test(line),
  },
  {
    what: 'A tab around the value of `Content-Length`',
    clause: 'RFC 9110 5.6.3',
    ours: 'takes it',
    theirs: 'refuse it',
    example: 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\t\r\n\r\na',
    when: ({ head }) => /^content-length:[^\r]*\t/im.test(head),
  },
  {
    what: 'A tab around the value of `Transfer-Encoding`',
    clause: 'RFC 9110 5.6.3',
    ours: 'takes it',
    theirs: 'refuse it',
    example: 'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding:\tchunked\t\r\n\r\n0\r\n\r\n',
    when: ({ head }) => /^transfer-encoding:[^\r]*\t/im.test(head),
  },
  {
    what: 'Blanks around the `;` and `=` of a chunk extension',
    clause: 'RFC 9112 7.1.1',
    ours: 'takes it',
    theirs: 'refuse it',
    example: `POST / HTTP/1.1\r\n${chunked}0 ; a = b\r\n\r\n`,
    when: ({ body }) => /(?:^|\n)[0-9a-f]+[^\r\n]*(?:[ \t][;=]|[;=][ \t])/i.test(body),
  },
  {
    // llhttp by itself reads the body, but for one whose coding it does not know: here by its tabs.
    what: 'An upgrade with a body, which we do not offer',
    clause: 'RFC 9110 7.8',
    ours: 'takes it',
    theirs: 'read no body',
    example:
      'POST / HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: b\r\nTransfer-Encoding:\tchunked\t\r\n\r\n1\r\na\r\n0\r\n\r\n',
    when: ({ head }) => /^upgrade:/im.test(head) && /^(?:content-length|transfer-encoding):/im.test(head),
  },
  {
    what: 'An upgrade with a body that is faulty',
    clause: 'RFC 9110 7.8',
    ours: 'refuses it',
    theirs: 'take it',
    example:
      'POST / HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: b\r\nTransfer-Encoding:\tchunked\t\r\n\r\nx\r\n',
    when: ({ head }) => /^upgrade:/im.test(head) && /^transfer-encoding:/im.test(head),
  },
  {
    what: 'A body of `CONNECT`',
    clause: 'RFC 9110 9.3.6',
    ours: 'takes it',
    theirs: 'read no body',
    example: 'CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\nContent-Length: 1\r\n\r\na',
    when: (request) =>
      methodOf(request) === 'CONNECT' && /^(?:content-length|transfer-encoding):/im.test(request.head),
  },
  {
    what: 'A request behind an upgrade with a body, or of HTTP/1.0, which we do not offer',
    clause: 'RFC 9110 7.8',
    ours: 'reads on',
    theirs: 'close',
    example:
      'GET / HTTP/1.0\r\nConnection: keep-alive, upgrade\r\nUpgrade: b\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n',
    when: (_, before) =>
      /^upgrade:/im.test(before.head) &&
      (is10(before) || /^(?:content-length|transfer-encoding):/im.test(before.head)),
  },
  {
    what: '`Proxy-Connection: close`, which we do not know',
    clause: 'RFC 9112 C.2.2',
    ours: 'reads on',
    theirs: 'close',
    example: 'GET / HTTP/1.1\r\nHost: a\r\nProxy-Connection: close\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n',
    when: (_, before) => /^proxy-connection:[ \t]*close/im.test(before.head),
  },
  {
    what: '`Connection: close` with a tab behind it',
    clause: 'RFC 9112 9.6',
    ours: 'closes',
    theirs: 'read on',
    example: 'GET / HTTP/1.1\r\nHost: a\r\nConnection: close\t\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n',
    when: (_, before) => /^connection:[^\r]*close\t/im.test(before.head),
  },
  {
    what: '`Connection: keep-alive` with a tab behind it in HTTP/1.0',
    clause: 'RFC 9112 9.3',
    ours: 'reads on',
    theirs: 'close',
    example: 'GET / HTTP/1.0\r\nConnection: keep-alive\t\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n',
    when: (_, before) => is10(before) && /^connection:[^\r]*keep-alive\t/im.test(before.head),
  },
  {
    what: '`Connection: keep-alive, close` in HTTP/1.0',
    clause: 'RFC 9112 9.3',
    ours: 'closes',
    theirs: 'read on',
    example: 'GET / HTTP/1.0\r\nConnection: keep-alive, close\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n',
    when: (_, before) =>
      is10(before) &&
      /^connection:[^\r]*keep-alive/im.test(before.head) &&
      /^connection:[^\r]*close/im.test(before.head),
  },
]

/** The table as `docs/parser.md` shows it. */
export function differencesTable(): string {
  const rows = DIFFERENCES.map(({ what, clause, ours, theirs }) => {
    const we = ours.includes('_') ? `refuse it, \`${ours}\`` : ours.replace(/s(?= |$)/, '')
    return `| ${what} | ${clause} | ${we} | ${theirs} |`
  })
  return ['| what | clause | we | they |', '| --- | --- | --- | --- |', ...rows].join('\n')
}
