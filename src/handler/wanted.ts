/**
 * Whether anybody waits for an answer still: asked before a handler does what nobody would hear of.
 *
 * @module
 */
import { CallOptions } from '../call/options.ts'
import type { Options } from '../contract.ts'
import { Fault, isFault } from '../fault.ts'

/**
 * Faults: why the call was aborted, but for a client that has ended its side and may still read, where
 * `listeners` count.
 */
export function checkWanted(options: Options, listeners: 'count' | 'do not count'): void {
  // Of calls of ours without a signal, which costs more than all else here.
  const call = CallOptions.callOf(options)
  const aborted = call === null ? options.signal.aborted : call.aborted
  if (!aborted) return
  const reason: unknown = options.signal.reason
  if (listeners === 'count' && isFault(reason, 'half_closed')) return
  throw isFault(reason) ? reason : new Fault('request_aborted', { reason: 'the caller went away' }, reason)
}
