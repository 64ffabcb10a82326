/**
 * The time that a call has until its answer begins.
 *
 * @module
 */
import { Fault } from '../../fault.ts'
import { MAX_TIMER_MS } from '../../value/duration.ts'
import { onAbort } from '../aborts.ts'

/** A signal that is aborted with its parent, and once the time of the call is over. */
export class Deadline {
  readonly signal: AbortSignal
  readonly #end: () => void

  constructor(timeoutMs: number | null, parent: AbortSignal, to: string) {
    this.signal = parent
    this.#end = () => {}
    if (timeoutMs === null || timeoutMs > MAX_TIMER_MS) return
    const controller = new AbortController()
    const late = (): void => controller.abort(new Fault('call_timeout', { to, limitMs: timeoutMs }))
    const timer = setTimeout(late, timeoutMs)
    onAbort(parent, () => controller.abort(parent.reason))
    this.signal = controller.signal
    this.#end = () => clearTimeout(timer)
  }

  /** The answer has begun, which may take as long as it likes. */
  end(): void {
    this.#end()
  }
}
