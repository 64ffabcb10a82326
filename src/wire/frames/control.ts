/**
 * Payloads of the frames that keep a link going: timeout, ping, pong, go-away.
 *
 * @module
 */
import { Fault } from '../../fault.ts'
import { isRecord } from '../../value/data.ts'
import { utf8Bytes, utf8Text } from '../../value/utf8.ts'
import { MAX_CALL } from './frame.ts'

/** A `timeout` of so many milliseconds stops the clock. */
export const NO_TIMEOUT = 0xffff_ffff

/** Milliseconds, whole ones and at most what a frame holds. */
export function encodeTimeout(ms: number): Uint8Array {
  return encodeNumber(Math.min(NO_TIMEOUT, Math.max(0, Math.ceil(ms))))
}

/** Milliseconds from now, or null: there is no limit any more. */
export function decodeTimeout(payload: Uint8Array): number | null {
  const ms = decodeNumber(payload)
  return ms === NO_TIMEOUT ? null : ms
}

/** A ping, and the pong with the same number. */
export function encodeNumber(number: number): Uint8Array {
  const payload = new Uint8Array(4)
  new DataView(payload.buffer).setUint32(0, number)
  return payload
}

/** Fault: frame_faulty for what is not four octets. */
export function decodeNumber(payload: Uint8Array): number {
  if (payload.byteLength !== 4)
    throw new Fault('frame_faulty', { reason: 'a number that is not four octets' })
  return new DataView(payload.buffer, payload.byteOffset).getUint32(0)
}

export interface GoAway {
  /** The last call that a worker takes on; what a caller began behind it was never begun. */
  readonly last: number
  /** For people. */
  readonly reason: string
}

export function encodeGoAway({ last, reason }: GoAway): Uint8Array {
  return utf8Bytes(JSON.stringify({ last, reason: reason.slice(0, 1_000) }))
}

/** Fault: frame_faulty. */
export function decodeGoAway(payload: Uint8Array): GoAway {
  let data: unknown
  try {
    data = JSON.parse(utf8Text(payload) ?? '')
  } catch (error) {
    throw new Fault('frame_faulty', { reason: 'go-away is no JSON' }, error)
  }
  const { last, reason } = isRecord(data) ? data : {}
  if (typeof reason !== 'string') throw new Fault('frame_faulty', { reason: 'go-away without a reason' })
  if (typeof last !== 'number' || !Number.isInteger(last) || last < 0 || last > MAX_CALL)
    throw new Fault('frame_faulty', { reason: 'go-away whose last is no number of a call' })
  return { last, reason }
}
