/**
 * Frames of links and what they carry. The first octet of an input says how the others are cut.
 *
 * @module
 */
import { type FaultCode, isFault } from '../../../src/fault.ts'
import { request } from '../../../src/value/message.ts'
import { encodePacked } from '../../../src/value/packed.ts'
import { encodeFrame, FrameReader } from '../../../src/wire/frames/codec.ts'
import {
  CANCEL,
  CREDIT,
  DATA,
  END,
  FAILED,
  type Frame,
  type FrameType,
  HELLO,
  REQUEST,
  RESPONSE,
} from '../../../src/wire/frames/frame.ts'
import {
  decodeCancel,
  decodeCredit,
  decodeFailed,
  decodeHello,
  decodeRequest,
  decodeResponse,
  decodeTrailers,
} from '../../../src/wire/frames/payload.ts'
import { octetsOf } from '../octets.ts'
import { cut, inPieces } from '../read-requests.ts'
import { latin1Of, same, type Target, taken } from '../target.ts'

const REFUSALS: readonly FaultCode[] = ['frame_faulty', 'value_faulty', 'field_faulty']

const DECODERS: { readonly [T in FrameType]?: (payload: Uint8Array) => unknown } = {
  [HELLO]: (payload) => decodeHello(payload, 'worker'),
  [REQUEST]: decodeRequest,
  [RESPONSE]: decodeResponse,
  [END]: decodeTrailers,
  [CREDIT]: decodeCredit,
  [CANCEL]: decodeCancel,
  [FAILED]: (payload) => decodeFailed(payload, 'there'),
}

const seed = (type: FrameType, payload: string): string =>
  latin1Of(encodeFrame({ type, call: type === HELLO ? 0 : 7, payload: octetsOf(payload) }))

const seeds = [
  seed(HELLO, '{"v":1,"role":"worker","name":"a","inline":65536}'),
  seed(REQUEST, latin1Of(encodePacked(request('GET', '/a', { headers: { a: 'b' } })))),
  seed(
    RESPONSE,
    latin1Of(
      encodePacked({
        status: 200,
        contentType: null,
        headers: {},
        trailers: null,
        context: {},
        body: octetsOf('ab'),
      }),
    ),
  ),
  seed(DATA, 'abc') + seed(END, '["x","y"]'),
  seed(CREDIT, '\0\0\x01\0') + seed(CANCEL, '{"reason":"gone"}'),
  seed(FAILED, '{"code":"input_invalid","detail":{"issues":[{"pointer":"","message":"m"}]}}'),
  seed(FAILED, '{"code":"method_not_allowed","detail":{"method":"GET","allow":["PUT"]}}'),
]

export const frames: Target = {
  name: 'frames',
  holds:
    'cuts change nothing; frames are written as they were read; payloads are taken or refused by a fault',
  seeds: seeds.map((one) => `\x03${one}`),
  words: [
    '\0\0\0\x05',
    '\0\0\0\x09',
    '"detail":{}',
    '"issues":',
    '"code":"',
    '{"length":null}',
    '[]',
    'null',
  ],
  check(input) {
    const octets = input.subarray(1)
    const whole = read([octets])
    same('octet by octet as in one piece', read(inPieces(octets, 1)), whole)
    same('cut anywhere as in one piece', read(cut(octets, [input[0] ?? 0, octets.length >> 1])), whole)
    const written = whole.frames.map((frame) => latin1Of(encodeFrame(frame))).join('')
    same('frames are written as they were read', written, latin1Of(octets).slice(0, written.length))
    for (const { type, payload } of whole.frames) taken(REFUSALS, () => DECODERS[type]?.(payload))
  },
}

function read(pieces: Iterable<Uint8Array>): { frames: Frame[]; between: boolean; fault: unknown } {
  const reader = new FrameReader()
  const found: Frame[] = []
  try {
    for (const piece of pieces) {
      for (const { type, call, payload } of reader.feed(new Uint8Array(piece))) {
        found.push({ type, call, payload: new Uint8Array(payload) })
      }
    }
  } catch (error) {
    if (!isFault(error)) throw error
    return { frames: found, between: false, fault: [error.code, error.detail] }
  }
  return { frames: found, between: reader.isBetween, fault: null }
}
