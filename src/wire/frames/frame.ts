/**
 * Frames: what travels on a link between two processes or threads. `spec/frames.md` is their text.
 *
 * @module
 */

export const HELLO = 1
export const REQUEST = 2
export const RESPONSE = 3
export const DATA = 4
export const END = 5
export const CREDIT = 6
export const CANCEL = 7
export const FAILED = 8
export const CALL = 9
export const RESULT = 10
export const TIMEOUT = 11
export const PING = 12
export const PONG = 13
export const GO_AWAY = 14
export const HINT = 15

export type FrameType =
  | typeof HELLO
  | typeof REQUEST
  | typeof RESPONSE
  | typeof DATA
  | typeof END
  | typeof CREDIT
  | typeof CANCEL
  | typeof FAILED
  | typeof CALL
  | typeof RESULT
  | typeof TIMEOUT
  | typeof PING
  | typeof PONG
  | typeof GO_AWAY
  | typeof HINT

/** Who sends what: a caller calls, a worker answers. */
export type Role = 'caller' | 'worker'

export interface Frame {
  readonly type: FrameType
  /** 0 for the link itself. */
  readonly call: number
  readonly payload: Uint8Array
}

/** Octets of a `data` payload, and of a body that travels with its head. */
export const MAX_DATA: number = 65_536
/** Octets of a frame behind its length: type, call, a packed head and an inline body fit. */
export const MAX_FRAME = 196_608
/** Octets of a payload: what is left of those beside type (1) and call (4). */
export const MAX_PAYLOAD: number = MAX_FRAME - 5
/** Octets of what one side says of itself, of why it ends something, and of fields before an answer. */
export const MAX_WORDS = 8_192
/** Hints that may come before one answer. */
export const MAX_HINTS = 64
/** The last number that a call can have. */
export const MAX_CALL = 0xffff_ffff
/** Calls that one link carries at once. */
export const MAX_CALLS = 1_024

const NO_BYTES = new Uint8Array(0)

export function frame(type: FrameType, call: number, payload: Uint8Array = NO_BYTES): Frame {
  return { type, call, payload }
}

interface Row {
  readonly name: string
  /** Who sends it; null for both. */
  readonly from: Role | null
  /** Octets that its payload has, at least and at most. */
  readonly octets: readonly [least: number, most: number]
  /** True when it is of the link, and its call is 0. */
  readonly ofLink?: true
}

/** Every type, in the order of the numbers. */
export const FRAMES: { readonly [T in FrameType]: Row } = {
  [HELLO]: { name: 'hello', from: null, octets: [0, MAX_WORDS], ofLink: true },
  [REQUEST]: { name: 'request', from: 'caller', octets: [0, MAX_PAYLOAD] },
  [RESPONSE]: { name: 'response', from: 'worker', octets: [0, MAX_PAYLOAD] },
  [DATA]: { name: 'data', from: null, octets: [1, MAX_DATA] },
  [END]: { name: 'end', from: null, octets: [0, MAX_PAYLOAD] },
  [CREDIT]: { name: 'credit', from: null, octets: [4, 4] },
  [CANCEL]: { name: 'cancel', from: 'caller', octets: [0, MAX_WORDS] },
  [FAILED]: { name: 'failed', from: 'worker', octets: [0, MAX_PAYLOAD] },
  [CALL]: { name: 'call', from: 'caller', octets: [0, MAX_PAYLOAD] },
  [RESULT]: { name: 'result', from: 'worker', octets: [0, MAX_PAYLOAD] },
  [TIMEOUT]: { name: 'timeout', from: 'caller', octets: [4, 4] },
  [PING]: { name: 'ping', from: null, octets: [4, 4], ofLink: true },
  [PONG]: { name: 'pong', from: null, octets: [4, 4], ofLink: true },
  [GO_AWAY]: { name: 'go-away', from: null, octets: [0, MAX_WORDS], ofLink: true },
  [HINT]: { name: 'hint', from: 'worker', octets: [2, MAX_WORDS] },
}

export function isFrameType(type: unknown): type is FrameType {
  return typeof type === 'number' && Number.isInteger(type) && type >= HELLO && type <= HINT
}

/**
 * Says what is wrong with the front of a frame, or null: its type, and how many octets of payload
 * such a frame may have. What JSON and heads hold is judged by who decodes them.
 */
export function frameFlaw(type: unknown, octets: number): string | null {
  if (!isFrameType(type)) return `a frame of unknown type ${String(type)}`
  const [least, most] = FRAMES[type].octets
  return octets >= least && octets <= most ? null : `a frame of type ${type} with ${octets} octets of payload`
}
