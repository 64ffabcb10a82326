/** The vectors that every language passes: `spec/vectors/README.md`. */
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { readHead, writeHead } from '../../value/head.ts'
import { headEnd, headOf, headText } from '../../value/packed.ts'
import { encodeFrame, FrameReader } from './codec.ts'
import {
  decodeGoAway,
  decodeNumber,
  decodeTimeout,
  encodeGoAway,
  encodeNumber,
  encodeTimeout,
  NO_TIMEOUT,
} from './control.ts'
import * as types from './frame.ts'
import { decodeCall, decodeResult, encodeCall, encodeResult } from './named.ts'
import {
  decodeCancel,
  decodeCredit,
  decodeHello,
  decodeHint,
  decodeRequest,
  decodeResponse,
  decodeTrailers,
  encodeCancel,
  encodeCredit,
  encodeHello,
  encodeHint,
  encodeMessage,
  encodeTrailers,
  type Hello,
} from './payload.ts'

interface Vector {
  readonly name: string
  readonly type: keyof typeof TYPES
  readonly call: number
  readonly holds: unknown
  readonly hex: string
}

const TYPES = {
  hello: types.HELLO,
  request: types.REQUEST,
  response: types.RESPONSE,
  data: types.DATA,
  end: types.END,
  credit: types.CREDIT,
  cancel: types.CANCEL,
  failed: types.FAILED,
  call: types.CALL,
  result: types.RESULT,
  timeout: types.TIMEOUT,
  ping: types.PING,
  pong: types.PONG,
  'go-away': types.GO_AWAY,
  hint: types.HINT,
} as const

const url = new URL('../../../spec/vectors/frames.json', import.meta.url)
const { frames } = JSON.parse(readFileSync(url, 'utf8')) as { readonly frames: readonly Vector[] }

test('a vector is read as the frame that it says, and the frame is written as the vector', () => {
  expect(frames.length).toBeGreaterThan(0)
  for (const { name, type, call, hex } of frames) {
    const [found, ...more] = [...new FrameReader().feed(Buffer.from(hex, 'hex'))]
    expect([found!.type, found!.call, more], name).toEqual([TYPES[type], call, []])
    expect(Buffer.from(encodeFrame(found!)).toString('hex'), name).toBe(hex)
  }
})

test('a payload is read as what the vector says that it holds, and that is written as the payload', () => {
  for (const { name, type, holds, hex } of frames) {
    const [found] = [...new FrameReader().feed(Buffer.from(hex, 'hex'))]
    const { read, written } = READ[type](found!.payload)
    expect(read, name).toEqual(holds)
    expect(Buffer.from(written).toString('hex'), name).toBe(Buffer.from(found!.payload).toString('hex'))
  }
})

test('there is a vector for each type of frame', () => {
  expect(new Set(frames.map(({ type }) => type))).toEqual(new Set(Object.keys(TYPES)))
})

type Reading = (payload: Uint8Array) => { readonly read: unknown; readonly written: Uint8Array }

const READ: { readonly [T in Vector['type']]: Reading } = {
  hello: (payload) => {
    const { role } = JSON.parse(Buffer.from(payload).toString()) as Hello
    const read = decodeHello(payload, role)
    return { read, written: encodeHello(read) }
  },
  request: (payload) => message(payload, decodeRequest(payload)),
  response: (payload) => message(payload, decodeResponse(payload)),
  data: (payload) => ({ read: { hex: Buffer.from(payload).toString('hex') }, written: payload }),
  end: (payload) => {
    const lines = decodeTrailers(payload)
    const fields = lines === null ? null : fieldsOf(lines)
    return { read: lines === null ? null : lines.flat(), written: encodeTrailers(fields) }
  },
  hint: (payload) => {
    const lines = decodeHint(payload)
    return { read: lines.flat(), written: encodeHint(fieldsOf(lines))! }
  },
  credit: (payload) => ({ read: decodeCredit(payload), written: encodeCredit(decodeCredit(payload)) }),
  cancel: (payload) => ({
    read: { reason: decodeCancel(payload) },
    written: encodeCancel(decodeCancel(payload)),
  }),
  call: (payload) => {
    const { head, body } = decodeCall(payload)
    return { read: named('call', head, body), written: encodeCall(head, body) }
  },
  result: (payload) => {
    const { head, body } = decodeResult(payload)
    return { read: named('result', head, body), written: encodeResult(head, body) }
  },
  timeout: (payload) => ({
    read: decodeTimeout(payload),
    written: encodeTimeout(decodeTimeout(payload) ?? NO_TIMEOUT),
  }),
  ping: (payload) => ({ read: decodeNumber(payload), written: encodeNumber(decodeNumber(payload)) }),
  pong: (payload) => ({ read: decodeNumber(payload), written: encodeNumber(decodeNumber(payload)) }),
  'go-away': (payload) => ({ read: decodeGoAway(payload), written: encodeGoAway(decodeGoAway(payload)) }),
  failed: (payload) => ({ read: JSON.parse(Buffer.from(payload).toString()), written: payload }),
}

function named(kind: string, head: object, body: ReturnType<typeof decodeCall>['body']): unknown {
  return {
    head: { v: 1, kind, ...head },
    body: body instanceof Uint8Array ? { hex: Buffer.from(body).toString('hex') } : body,
  }
}

// The head as its own writer writes it, so that the vector's member order is held as well.
function message(
  payload: Uint8Array,
  { head, body }: ReturnType<typeof decodeRequest> | ReturnType<typeof decodeResponse>,
): { read: unknown; written: Uint8Array } {
  const told = readHead(headOf(headText(payload, headEnd(payload))), 'frame').body
  const { body: _, ...members } = JSON.parse(writeHead(head, told)) as Record<string, unknown>
  const read = body instanceof Uint8Array ? { hex: Buffer.from(body).toString('hex') } : body
  return { read: { head: members, body: read }, written: encodeMessage(head, body) }
}

function fieldsOf(lines: readonly (readonly [string, string])[]): Record<string, string[]> {
  const valuesOf = (name: string): string[] => lines.filter(([one]) => one === name).map(([, value]) => value)
  return Object.fromEntries(lines.map(([name]) => [name, valuesOf(name)]))
}
