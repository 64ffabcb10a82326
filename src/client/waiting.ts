/**
 * The wait for one answer: what cancels it, and what its caller is told then.
 *
 * @module
 */
import { CallFault, isBranded, made } from '../call-fault.ts'
import type { CallOptions } from './call-options.ts'

/** The signal and the timer of one call. */
export class Waiting {
  /** Epoch milliseconds; infinite without a limit. */
  readonly deadline: number
  readonly #to: string
  readonly #signal: AbortSignal | undefined
  readonly #controller = new AbortController()
  readonly #timer: ReturnType<typeof setTimeout> | undefined
  readonly #cancelled: Promise<never>
  readonly #cancel = (): void => this.#controller.abort(this.#signal!.reason)

  constructor(to: string, { signal, timeoutMs, deadline }: CallOptions) {
    this.#to = to
    this.#signal = signal
    this.#cancelled = new Promise((_, reject) => {
      this.signal.addEventListener('abort', () => reject(this.signal.reason), { once: true })
    })
    this.#cancelled.catch(() => {}) // who waits gets it; between two waits nobody does
    if (signal?.aborted === true) this.#cancel()
    signal?.addEventListener('abort', this.#cancel, { once: true })
    const now = Date.now()
    const limitMs = Math.max(0, Math.min(timeoutMs ?? NEVER, (deadline ?? NEVER) - now))
    this.deadline = now + limitMs
    if (limitMs < MAX_TIMER) {
      const late = (): void => this.#controller.abort(new CallFault('call_timeout', { to, limitMs }))
      // Who has no time left sends nothing.
      if (limitMs > 0) this.#timer = setTimeout(late, limitMs)
      else late()
    }
  }

  get signal(): AbortSignal {
    return this.#controller.signal
  }

  /**
   * Waits for a promise, and no longer than the call is wanted: an app in the same process may take
   * no notice of the signal. Rejects with why the call was cancelled, a fault, or call_lost.
   */
  async for<T>(promise: Promise<T>): Promise<T> {
    try {
      return await Promise.race([this.#cancelled, promise])
    } catch (error) {
      if (this.signal.aborted) throw this.signal.reason
      throw isBranded(error) ? made(error) : new CallFault('call_lost', { to: this.#to }, error)
    }
  }

  /** Waits so many milliseconds. Rejects with why the call was cancelled. */
  async pause(ms: number): Promise<void> {
    let timer: ReturnType<typeof setTimeout> | undefined
    try {
      await this.for(new Promise<void>((resolve) => (timer = setTimeout(resolve, ms))))
    } finally {
      clearTimeout(timer)
    }
  }

  /** A stream has begun: it may take as long as it likes. */
  began(): void {
    clearTimeout(this.#timer)
  }

  /** Nothing is waited for any more. Unless the `whole` answer is here, the rest is cancelled. */
  end(whole: boolean): void {
    this.began()
    this.#signal?.removeEventListener('abort', this.#cancel)
    if (!whole)
      this.#controller.abort(new CallFault('request_aborted', { reason: 'the rest was not wanted' }))
  }
}

const NEVER = 1 / 0
// What a timer can hold; a longer one would fire at once.
const MAX_TIMER = 2 ** 31
