/**
 * The chunked transfer coding: `ChunkedBody`, against a reader of it that knows no cuts.
 *
 * @module
 */
import { DEFAULT_LIMITS } from '../../../src/call/limits.ts'
import { isFault } from '../../../src/fault.ts'
import { ChunkedBody } from '../../../src/wire/http1/chunked.ts'
import { latin1 } from '../../../src/wire/http1/octets.ts'
import { cut, inPieces } from '../read-requests.ts'
import { holds, latin1Of, same, type Target } from '../target.ts'

// Small, so that chance meets them.
const LIMITS = { ...DEFAULT_LIMITS, head: 60, fields: 4, chunkExtensions: 30 }

export const chunked: Target = {
  name: 'chunked',
  holds: 'cuts change nothing; the body is what the sizes say; the octets behind it stay as they are',
  seeds: [
    '0\r\n\r\n',
    '3\r\nabc\r\n0\r\n\r\nGET',
    '1\r\na\r\n01\r\nb\r\nA;x="y;\\"";z\r\n0123456789\r\n0\r\na: b\r\nc:d\r\n\r\nPOST',
    '2 ; a = b\r\nxy\r\n00;a\r\nContent-Length: 3\r\n\r\n',
  ],
  words: [
    '\r\n',
    '0\r\n\r\n',
    '1\r\na\r\n',
    '4\r\n\r\n\r\n\r\n',
    ';a=b',
    ';a="b"',
    '\\"',
    'x: y\r\n',
    'ffffffffffffffff',
    'Fe\r\n',
  ],
  check(octets) {
    const whole = read(octets, [octets])
    same('octet by octet as in one piece', read(octets, inPieces(octets, 1)), whole)
    same('three by three as in one piece', read(octets, inPieces(octets, 3)), whole)
    const places = [octets[0] ?? 0, octets.length >> 1]
    same('cut anywhere as in one piece', read(octets, cut(octets, places)), whole)
    const { body, fault, over } = whole
    if (fault !== null) return
    const plain = plainly(latin1Of(octets))
    same(
      'what is taken is what the sizes say',
      { body, over },
      { body: plain.body, over: plain.end !== null },
    )
    if (over) same('it ends where its last line does', whole.rest, latin1Of(octets).slice(plain.end!))
  },
}

interface Read {
  /** What of it came, also before a fault. */
  readonly body: string
  readonly trailers: unknown
  readonly over: boolean
  readonly rest: string
  readonly fault: unknown
}

function read(octets: Uint8Array, pieces: Iterable<Uint8Array>): Read {
  const chunks = new ChunkedBody(LIMITS, latin1)
  let body = ''
  let at = 0
  try {
    for (const piece of pieces) {
      const copy = new Uint8Array(piece)
      for (let from = 0; from < copy.length && !chunks.over; ) {
        const stopped = chunks.take(copy, from)
        at += stopped - from
        if (chunks.piece !== null) body += latin1Of(chunks.piece)
        else holds('all is taken, or what breaks it is told', stopped > from, () => stopped)
        same(
          'what is behind the body is not touched',
          copy.subarray(stopped),
          new Uint8Array(piece.subarray(stopped)),
        )
        from = stopped
      }
      if (chunks.over) break
    }
  } catch (error) {
    if (!isFault(error)) throw error
    return { body, trailers: null, over: false, rest: '', fault: [error.code, error.detail] }
  }
  return { body, trailers: chunks.trailers, over: chunks.over, rest: latin1Of(octets).slice(at), fault: null }
}

/** Reads what was found to have no fault, by sizes alone. */
function plainly(text: string): { body: string; end: number | null } {
  let body = ''
  let at = 0
  for (;;) {
    const lineEnd = text.indexOf('\r\n', at)
    if (lineEnd < 0) return { body, end: null }
    const size = Number.parseInt(text.slice(at, lineEnd), 16)
    at = lineEnd + 2
    if (size === 0) {
      if (text.startsWith('\r\n', at)) return { body, end: at + 2 }
      const end = text.indexOf('\r\n\r\n', at)
      return { body, end: end < 0 ? null : end + 4 }
    }
    body += text.slice(at, at + size)
    at += size + 2
  }
}
