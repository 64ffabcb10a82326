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

export type FrameType =
  | typeof HELLO
  | typeof REQUEST
  | typeof RESPONSE
  | typeof DATA
  | typeof END
  | typeof CREDIT
  | typeof CANCEL
  | typeof FAILED

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
/** The last number that a call can have. */
export const MAX_CALL = 0xffff_ffff
/** Calls that one link carries at once. */
export const MAX_CALLS = 1_024

const NO_BYTES = new Uint8Array(0)

export function frame(type: FrameType, call: number, payload: Uint8Array = NO_BYTES): Frame {
  return { type, call, payload }
}

export function isFrameType(type: unknown): type is FrameType {
  return typeof type === 'number' && Number.isInteger(type) && type >= HELLO && type <= FAILED
}

/**
 * Says what is wrong with the front of a frame, or null: its type, and how many octets of payload
 * such a frame may have. What JSON and heads hold is judged by who decodes them.
 */
export function frameFlaw(type: unknown, octets: number): string | null {
  if (!isFrameType(type)) return `a frame of unknown type ${String(type)}`
  const [least, most] = type === DATA ? [1, MAX_DATA] : type === CREDIT ? [4, 4] : [0, MAX_PAYLOAD]
  return octets >= least && octets <= most ? null : `a frame of type ${type} with ${octets} octets of payload`
}
