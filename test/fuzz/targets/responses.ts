/**
 * Responses out of octets: `ResponseReader`. The first octet chooses the method that is answered.
 *
 * @module
 */
import { FAULT_CODES, isFault } from '../../../src/fault.ts'
import { latin1 } from '../../../src/wire/http1/octets.ts'
import { ResponseReader } from '../../../src/wire/http1/response-reader.ts'
import { cut, inPieces } from '../read-requests.ts'
import { holds, same, type Target } from '../target.ts'

// Small, so that chance meets them.
const LIMITS = { head: 120, fields: 6, chunkExtensions: 20 }
const METHODS = ['GET', 'HEAD', 'CONNECT'] as const
/** Responses on one connection. */
const MOST = 4

const REFUSALS: ReadonlySet<string> = new Set([
  ...FAULT_CODES.slice(0, FAULT_CODES.indexOf('body_too_large')),
  'value_faulty',
])

export const responses: Target = {
  name: 'responses',
  holds:
    'cuts change nothing; all that is thrown is a fault; what is understood says nothing of the connection',
  seeds: [
    'aHTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabcHTTP/1.1 404 \r\ncontent-length: 0\r\n\r\n',
    'aHTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early\r\nlink: a\r\n\r\nHTTP/1.0 200 OK\r\n\r\nabc',
    'aHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3;a=b\r\nabc\r\n0\r\nx: y\r\n\r\nHTTP/1.1 204 No\r\n\r\n',
    'bHTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nHTTP/1.1 304 Not\r\ncontent-length: 9\r\n\r\n',
    'cHTTP/1.1 200 OK\r\n\r\noctets of somebody else',
    'aHTTP/1.1 101 Switching\r\nConnection: upgrade, x\r\nUpgrade: echo\r\nx: 1\r\n\r\nearly',
    'aHTTP/1.1 200 OK\r\na: b\r\nA: c\r\nkeep-alive: timeout=5\r\ncontent-length: 0\r\n\r\n',
  ],
  words: [
    '\r\n',
    '\r\n\r\n',
    'HTTP/1.1 200 OK\r\n',
    'HTTP/1.0 200 OK\r\n',
    'HTTP/1.1 100 \r\n\r\n',
    'HTTP/1.1 204 \r\n',
    'Content-Length: 3\r\n',
    'Content-Length: ',
    'Transfer-Encoding: chunked\r\n',
    'Connection: close\r\n',
    'Connection: ',
    'Upgrade: ',
    'a:\r\n',
    '0\r\n\r\n',
    '1\r\nx\r\n',
  ],
  check(octets) {
    const method = METHODS[(octets[0] ?? 0) % METHODS.length]!
    const answer = octets.subarray(1)
    const whole = read([answer], method)
    const { fault } = whole
    holds('only refusals', fault === null || REFUSALS.has(fault), () => fault)
    same('octet by octet as in one piece', read(inPieces(answer, 1), method), whole)
    same('five by five as in one piece', read(inPieces(answer, 5), method), whole)
    same(
      'cut anywhere as in one piece',
      read(cut(answer, [octets[1] ?? 0, answer.length >> 1]), method),
      whole,
    )
  },
}

interface Reading {
  readonly heads: readonly unknown[]
  readonly body: string
  readonly rest: string | null
  readonly isCut: boolean
  readonly fault: string | null
}

/** What is made of octets, and of the end of the connection behind them. */
function read(pieces: Iterable<Uint8Array>, method: string): Reading {
  const reader = new ResponseReader({ limits: LIMITS, latin1 })
  const heads: unknown[] = []
  let [body, open, count] = ['', false, 0]
  /** Of the response that is open. */
  let given = ''
  const advance = (): void => {
    while (count < MOST) {
      if (!open) {
        if (reader.untouched) reader.begin(method)
        const head = reader.head()
        if (head === null) return
        heads.push(head)
        for (const name of ['connection', 'transfer-encoding', 'trailer', 'keep-alive'])
          holds('nothing of the connection', head.headers[name] === undefined, () => head)
        if (head.status < 200 && head.status !== 101) continue
        open = true
      }
      for (let piece = reader.piece(); piece !== null; piece = reader.piece())
        given += latin1(piece, 0, piece.length)
      if (!reader.over) return
      body += `${given}|`
      given = ''
      heads.push(reader.trailers)
      open = false
      count++
      reader.begin(method)
    }
  }
  let fault: string | null = null
  try {
    for (const piece of pieces) {
      reader.push(piece.slice())
      advance()
    }
    reader.ended()
    advance()
  } catch (error) {
    if (!isFault(error)) throw error
    fault = error.code
  }
  body += given
  const rest = fault === null && !open ? latin1(reader.rest(), 0, reader.pendingLength) : null
  return { heads, body, rest, isCut: reader.cut, fault }
}
