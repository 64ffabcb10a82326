/**
 * The time that a call has until its answer begins.
 *
 * @module
 */
import { Abortion, type Aborts } from '../../call/aborts.ts'
import { Fault } from '../../fault.ts'
import { MAX_TIMER_MS } from '../../value/duration.ts'
import { eitherOf } from '../aborts.ts'

/** What ends a call: its near side, or that its time is over. Nothing listens to the near side but for who listens here. */
export class Deadline {
  readonly aborts: Aborts
  readonly #timer: ReturnType<typeof setTimeout> | null = null

  constructor(timeoutMs: number | null, near: Aborts, to: string) {
    this.aborts = near
    if (timeoutMs === null || timeoutMs > MAX_TIMER_MS) return
    const late = new Abortion()
    this.#timer = setTimeout(
      () => late.abort(new Fault('call_timeout', { to, limitMs: timeoutMs })),
      timeoutMs,
    )
    this.aborts = eitherOf(near, late)
  }

  /** The answer has begun, which may take as long as it likes. */
  end(): void {
    if (this.#timer !== null) clearTimeout(this.#timer)
  }
}
