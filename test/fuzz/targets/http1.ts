/**
 * Requests out of octets: `RequestReader`.
 *
 * @module
 */
import { FAULT_CODES } from '../../../src/fault.ts'
import { cut, inPieces, type ReadingOptions, readRequests } from '../read-requests.ts'
import { holds, same, type Target } from '../target.ts'

// Small, so that chance meets them.
const LIMITS = { requestLine: 40, head: 120, fields: 6, chunkExtensions: 20 }

const REFUSALS: ReadonlySet<string> = new Set(
  FAULT_CODES.slice(0, FAULT_CODES.indexOf('body_too_large')).filter((code) => code !== 'head_timeout'),
)

const seeds = [
  'GET / HTTP/1.1\r\nHost: a\r\n\r\n',
  '\r\nGET /a?b HTTP/1.1\r\nHost: a:80\r\nAccept: */*\r\n\r\nHEAD / HTTP/1.0\r\n\r\n',
  'POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 3\r\n\r\nabcGET / HTTP/1.1\r\nhost: a\r\n\r\n',
  'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3;a=b\r\nabc\r\n2\r\nde\r\n0\r\nx: y\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n',
  'GET http://a.example/b HTTP/1.1\r\nHost: c\r\nTraceparent: 1\r\n\r\nGET / HTTP/1.1\r\nHost: c\r\nTraceparent: 2\r\n\r\nGET / HTTP/1.1\r\nHost: c\r\nTraceparent: 3\r\n\r\n',
  'CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\n\r\n',
  'OPTIONS * HTTP/1.1\r\nHost:\r\nConnection: upgrade, x\r\nUpgrade: echo\r\nx: 1\r\nTE: trailers\r\n\r\n',
  'PUT / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 1\r\nA: b\r\na: c\r\n\r\nz',
]

const words = [
  '\r\n',
  '\r\n\r\n',
  ' HTTP/1.1\r\n',
  ' HTTP/1.0\r\n',
  ' HTTP/1.2\r\n',
  'GET / HTTP/1.1\r\nHost: a\r\n',
  'Host: a\r\n',
  'Content-Length: 3\r\n',
  'Content-Length: ',
  'Transfer-Encoding: chunked\r\n',
  'Transfer-Encoding: ',
  'Connection: close\r\n',
  'Connection: ',
  'Upgrade: ',
  'Cookie: a\r\n',
  'Expect: 100-continue\r\n',
  'a:\r\n',
  ': \t',
  '0\r\n\r\n',
  '1\r\nx\r\n',
  ';a="\\""',
  'http://',
]

export const http1: Target = {
  name: 'http1',
  holds: 'cuts and what came before on the connection change nothing; all that is thrown is a fault',
  seeds,
  words,
  check(octets) {
    const heads: [unknown, Uint8Array][] = []
    const options: ReadingOptions = {
      limits: LIMITS,
      found: (head, { from, to }) => heads.push([head, octets.subarray(from, to)]),
    }
    const whole = readRequests([octets], options)
    const { fault } = whole
    holds('only refusals of requests', fault === null || REFUSALS.has(fault.code), () => fault)
    const limits = LIMITS
    same('octet by octet as in one piece', readRequests(inPieces(octets, 1), { limits }), whole)
    same('five by five as in one piece', readRequests(inPieces(octets, 5), { limits }), whole)
    const places = [octets[0] ?? 0, (octets[1] ?? 0) * 7, octets.length >> 1]
    same('cut anywhere as in one piece', readRequests(cut(octets, places), { limits }), whole)
    for (const [head, alone] of heads) {
      const fresh: unknown[] = []
      readRequests([alone], { limits, found: (one) => fresh.push(one) })
      same('a head says the same on a new connection', fresh, [head])
    }
  },
}
