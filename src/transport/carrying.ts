/**
 * Carrying a call on one of several workers, and on another one where that does no harm.
 *
 * @module
 */
import type { Near } from '../call/transport.ts'
import type { Input } from '../contract.ts'
import { isFault } from '../fault.ts'
import type { RequestHead } from '../value/head.ts'
import { abortsOf } from './aborts.ts'
import { isUnbegun } from './under-way.ts'

/** Methods that change nothing (RFC 9110 9.2.1). */
const SAFE: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS'])

/** True for a request that may be sent twice: what it asks changes nothing, and its body is none. */
export function isRepeatable({ method }: RequestHead, input: Input): boolean {
  return SAFE.has(method) && (input.absent || input.length === 0)
}

export interface Carrying<R, T> {
  readonly near: Near
  /** True when it may be sent once more where its worker is lost before it answered. */
  readonly repeats: boolean
  /** How many workers may refuse to begin it. */
  readonly most: number
  /** Takes a worker in the same turn, or many calls would take the same one. */
  readonly find: () => R | Promise<R>
  readonly carry: (found: R) => Promise<T>
}

/** What a worker has not begun goes to another one, whatever it is. What may be repeated does, once. */
export async function carried<R, T>({ near, repeats, most, find, carry }: Carrying<R, T>): Promise<T> {
  let isLost = false
  for (let tries = 0; ; tries++) {
    const found = find()
    const worker = found instanceof Promise ? await found : found
    try {
      return await carry(worker)
    } catch (error) {
      const isUntouched = isUnbegun(error) && tries <= most
      const isFirstLoss = repeats && !isLost && isFault(error, 'call_lost')
      if ((!isUntouched && !isFirstLoss) || abortsOf(near).aborted) throw error
      isLost ||= !isUntouched
    }
  }
}
