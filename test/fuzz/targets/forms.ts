/**
 * Whole values as octets and as text: the packed form, the text form.
 *
 * @module
 */
import { FAULT_CODES, type FaultCode } from '../../../src/fault.ts'
import { encodeHttp } from '../../../src/value/http.ts'
import { type RequestValue, type ResponseValue, request, sameValue } from '../../../src/value/message.ts'
import { decodePacked, encodePacked } from '../../../src/value/packed.ts'
import { decodeText, encodeText } from '../../../src/value/text.ts'
import { utf8Text } from '../../../src/value/utf8.ts'
import { decodeHttpRequest, decodeHttpResponse } from '../../../src/wire/http1/message.ts'
import { holds, latin1Of, same, type Target, taken } from '../target.ts'

type Value = RequestValue | ResponseValue

const REFUSALS: readonly FaultCode[] = ['value_faulty', 'field_faulty']

const VALUES: readonly Value[] = [
  request('GET', '/a?b=c', { headers: { accept: '*/*', cookie: 'a=b' } }),
  request('POST', '/notes', { json: { text: 'é', list: [1, null, true] }, timeoutMs: 30 }),
  request('PUT', '/%C3%A9', { body: new Uint8Array([0, 255]), mount: '/m', context: { user: { id: 7 } } }),
  {
    status: 200,
    contentType: 'text/plain',
    headers: { 'set-cookie': ['a=b', 'c=d'] },
    trailers: { x: 'y' },
    context: {},
    body: new Uint8Array([104, 105]),
  },
]

const words = [
  '"',
  '","',
  ':null',
  ',null',
  '{}',
  '[]',
  '\\u0000',
  '\\ud800',
  '"__proto__":1,',
  '"headers":[',
  '"trailers":[',
  '"body":',
  '{"length":null}',
  '1e3',
  '-0',
  'é',
].map((word) => Buffer.from(word).toString('latin1'))

export const packed: Target = {
  name: 'packed',
  holds: 'the fast reader and the general one agree; what was read is written and read as the same',
  seeds: VALUES.map((value) => latin1Of(encodePacked(value))),
  words: [...words, '\0\0\0', '\0\0\x01\0'],
  check(octets) {
    const value = taken(REFUSALS, () => decodePacked(octets))
    const spaced = withBlank(octets)
    if (spaced !== null) {
      const general = taken(REFUSALS, () => decodePacked(spaced))
      const agree = value === null || general === null ? value === general : sameValue(value, general)
      holds('a blank in front of the head changes nothing', agree, () => ({ value, general }))
    }
    if (value === null) return
    const again = encodePacked(value)
    holds('what is written is read as the same', sameValue(decodePacked(again), value), () => value)
    same('and is written as the same', latin1Of(encodePacked(decodePacked(again))), latin1Of(again))
  },
}

/** The same with a space in front of its JSON, which the fast reader does not take; null without a head. */
function withBlank(octets: Uint8Array): Uint8Array | null {
  if (octets.length < 5) return null
  const length = new DataView(octets.buffer, octets.byteOffset).getUint32(0)
  if (length === 0 || length >= 0xffff) return null
  const made = new Uint8Array(octets.length + 1)
  made.set(octets.subarray(4), 5)
  made[4] = 0x20
  new DataView(made.buffer).setUint32(0, length + 1)
  return made
}

export const text: Target = {
  name: 'text',
  holds: 'what was read is written and read as the same, and travels packed',
  seeds: VALUES.map((value) => Buffer.from(encodeText(value)).toString('latin1')),
  words: [...words, '"body64":"', '"body":"', '==', '": "'],
  check(octets) {
    const written = utf8Text(octets)
    if (written === null) return
    const value = taken(REFUSALS, () => decodeText(written))
    if (value === null) return
    const again = encodeText(value)
    holds('what is written is read as the same', sameValue(decodeText(again), value), () => value)
    same('and is written as the same', encodeText(decodeText(again)), again)
    const travelled = taken(['value_faulty'], () => decodePacked(encodePacked(value)))
    holds('it travels packed', travelled === null || sameValue(travelled, value), () => travelled)
  },
}

// Those of heads and framing as well: it is what a server reads.
const HTTP_REFUSALS = [
  ...FAULT_CODES.slice(0, FAULT_CODES.indexOf('body_too_large')),
  'value_faulty',
] as const

export const http: Target = {
  name: 'http-form',
  holds: 'what was read is written and read as the same',
  seeds: [
    ...VALUES.slice(0, 2).map((value) => latin1Of(encodeHttp(value))),
    'HTTP/1.1 200 OK\r\ncontent-type: a/b\r\ncontent-length: 1\r\n\r\nx',
    'HTTP/1.1 200 \r\ntransfer-encoding: chunked\r\n\r\n1\r\na\r\n0\r\nx: y\r\n\r\n',
    'HTTP/1.1 103 a\r\nlink: b\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n',
  ],
  words: ['HTTP/1.1 ', '\r\n\r\n', 'content-length: ', 'set-cookie: a\r\n', '304', '205', '1xx', '100'],
  check(octets) {
    const sent = taken(HTTP_REFUSALS, () => decodeHttpRequest(octets))
    if (sent !== null) {
      const again = taken(HTTP_REFUSALS, () => decodeHttpRequest(encodeHttp(sent)))
      holds('a request is read as it is written', again === null || sameValue(again, sent), () => [
        sent,
        again,
      ])
    }
    for (const method of ['GET', 'HEAD']) {
      const answer = taken(HTTP_REFUSALS, () => decodeHttpResponse(octets, method))
      if (answer === null) continue
      const written = taken(HTTP_REFUSALS, () => encodeHttp(answer, method))
      if (written === null) continue
      const again = decodeHttpResponse(written, method)
      holds('a response is read as it is written', sameValue(again, answer), () => [answer, again])
    }
  },
}
