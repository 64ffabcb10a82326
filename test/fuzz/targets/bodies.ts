/**
 * Bodies of requests and of answers: JSON, server-sent events.
 *
 * @module
 */
import { DEFAULT_BOUNDS } from '../../../src/codec/format.ts'
import { decodeJson, encodeJson } from '../../../src/codec/json.ts'
import { decodeEvents, encodeEvent, type ServerSentEvent } from '../../../src/codec/sse.ts'
import { octetsOf } from '../octets.ts'
import { cut, inPieces } from '../read-requests.ts'
import { holds, same, type Target, taken } from '../target.ts'

export const json: Target = {
  name: 'json',
  holds:
    'data is what JSON.parse gives, without __proto__, names twice, odd numbers, half pairs, too deep nests',
  seeds: [
    '{"a":[1,-2.5e3,null,true,"\\u00e9\\n"],"b":{"":{}}}',
    '"\\ud83d\\ude00"',
    '{"a":1,"b":{"a":2},"0":9007199254740991,"c":1e308}',
    '[[[[[[[[[[[[]]]]]]]]]]]]',
    '{"__proto":1}',
    ' 7 ',
    `${'['.repeat(DEFAULT_BOUNDS.depth)}${']'.repeat(DEFAULT_BOUNDS.depth)}`,
  ],
  words: [
    '"__proto__":',
    '"__\\u0070roto__":',
    '{"',
    '":',
    '[[[[[[[[[[[[[[[[',
    ']]]]]]]]]]]]]]]]',
    '\xef\xbb\xbf',
    '1e999',
    '9007199254740992',
    '\\ud800',
    ',"a":',
    '\\"',
  ],
  check(octets) {
    const data = taken(['body_malformed', 'body_too_complex'], () => ({ data: decodeJson(octets) }))
    if (data === null) return
    const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(octets)
    same('it is what JSON.parse gives', data.data, JSON.parse(text))
    holds('it is no deeper than the limit', depth(data.data) <= DEFAULT_BOUNDS.depth, () => text)
    const again = decodeJson(octetsOf(Buffer.from(encodeJson(data.data)).toString('latin1')))
    // JSON has no -0 and writes none.
    same('it is read as it was written', JSON.stringify(again), JSON.stringify(data.data))
  },
}

// Also the place where a member named __proto__ would be seen: it is an own member of what JSON.parse gives.
function depth(data: unknown): number {
  holds('every number is finite', typeof data !== 'number' || Number.isFinite(data), () => String(data))
  holds('every text is well formed', typeof data !== 'string' || data.isWellFormed(), () => data)
  if (typeof data !== 'object' || data === null) return 0
  holds('no member is named __proto__', !Object.hasOwn(data, '__proto__'), () => Object.keys(data))
  for (const name of Object.keys(data)) holds('every name is well formed', name.isWellFormed(), () => name)
  let deepest = 0
  for (const one of Object.values(data)) deepest = Math.max(deepest, depth(one))
  return deepest + 1
}

export const sse: Target = {
  name: 'sse',
  holds: 'cuts change nothing; events are read as they are written, and none is slipped into another',
  seeds: [
    'data: a\n\n',
    'event: b\r\ndata: c\r\ndata:d\r\n\r\n: comment\n\ndata\n\n',
    '\xef\xbb\xbfdata: \xc3\xa9\r\rid: 1\nretry: 2\n\n',
  ],
  words: ['data: ', 'data:', 'event: ', '\r\n', '\n\n', '\r\r', ': ', '\xe2\x80\xa8', '\xef\xbb\xbf'],
  async check(octets) {
    const whole = await read([octets])
    same('octet by octet as in one piece', await read(inPieces(octets, 1)), whole)
    same('cut anywhere as in one piece', await read(cut(octets, [octets[0] ?? 0, octets.length >> 1])), whole)
    const text = new TextDecoder().decode(octets)
    const written = new TextEncoder().encode(encodeEvent(text, text))
    const [only, ...more] = await read([written])
    same('one event is one event', more, [])
    same('its data is what was written', only?.data, text.replaceAll(/\r\n|\r/g, '\n'))
  },
}

async function read(pieces: Iterable<Uint8Array>): Promise<ServerSentEvent[]> {
  const events: ServerSentEvent[] = []
  for await (const event of decodeEvents(
    (async function* () {
      yield* pieces
    })(),
  ))
    events.push(event)
  return events
}
