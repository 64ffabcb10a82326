/**
 * The wait for one answer: what cancels it, and what its caller is told then.
 *
 * @module
 */
import { Fault, isFault } from '../fault.ts'

/** How one call is made. */
export interface CallOptions {
  /** Cancels the call, or the stream. */
  readonly signal?: AbortSignal
  /** How long to wait for an answer, in milliseconds; for a stream, until it begins. */
  readonly timeoutMs?: number
  readonly headers?: { readonly [name: string]: string }
}

/** The signal and the timer of one call. */
export class Waiting {
  readonly #to: string
  readonly #options: CallOptions
  readonly #controller = new AbortController()
  readonly #timer: ReturnType<typeof setTimeout> | null = null
  readonly #cancelled: Promise<never>
  readonly #cancel = (): void => this.#controller.abort(this.#options.signal!.reason)

  constructor(to: string, options: CallOptions) {
    this.#to = to
    this.#options = options
    const { signal, timeoutMs } = options
    this.#cancelled = new Promise((_, reject) => {
      this.signal.addEventListener('abort', () => reject(this.signal.reason), { once: true })
    })
    this.#cancelled.catch(() => {}) // who waits gets it; between two waits nobody does
    if (signal?.aborted === true) this.#cancel()
    signal?.addEventListener('abort', this.#cancel, { once: true })
    if (timeoutMs !== undefined) {
      this.#timer = setTimeout(
        () => this.#controller.abort(new Fault('call_timeout', { to, limitMs: timeoutMs })),
        timeoutMs,
      )
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
      return await Promise.race([promise, this.#cancelled])
    } catch (error) {
      if (this.signal.aborted) throw this.signal.reason
      throw isFault(error) ? error : new Fault('call_lost', { to: this.#to }, error)
    }
  }

  /** A stream has begun: it may take as long as it likes. */
  began(): void {
    if (this.#timer !== null) clearTimeout(this.#timer)
  }

  /** Nothing is waited for any more. Unless the `whole` answer is here, the rest is cancelled. */
  end(whole: boolean): void {
    this.began()
    this.#options.signal?.removeEventListener('abort', this.#cancel)
    if (!whole)
      this.#controller.abort(
        new Fault('request_aborted', { reason: 'the rest of the answer was not wanted' }),
      )
  }
}
