/**
 * Carrying a call on one of several workers, and on another one where that does no harm.
 *
 * @module
 */
import type { Near } from '../call/transport.ts'
import { closed } from '../call-fault.ts'
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
  /** True once its workers were let go of: what was lost then is told, or they would start anew. */
  readonly isClosed: () => boolean
}

/** What a worker has not begun goes to another one, whatever it is. What may be repeated does, once. */
export function carried<R, T>(carrying: Carrying<R, T>): Promise<T> {
  return attempted(carrying, 0, false)
}

// No async function: nearly every call is carried by the first worker, which is there.
function attempted<R, T>(carrying: Carrying<R, T>, tries: number, isLost: boolean): Promise<T> {
  const { near, repeats, most, find, carry, isClosed } = carrying
  const again = (error: unknown): Promise<T> => {
    if (isClosed()) throw isFault(error) ? closed(error) : error
    const isUntouched = isUnbegun(error) && tries <= most
    const isFirstLoss = repeats && !isLost && isFault(error, 'call_lost')
    if ((!isUntouched && !isFirstLoss) || abortsOf(near).aborted) throw error
    return attempted(carrying, tries + 1, isLost || !isUntouched)
  }
  const found = find()
  return found instanceof Promise
    ? found.then((worker) => carry(worker).catch(again))
    : carry(found).catch(again)
}
