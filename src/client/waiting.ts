/**
 * The wait for one answer: what cancels it, and what its caller is told then.
 *
 * @module
 */
import { Fault } from '../fault.ts'

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
  readonly #cancel = (): void => this.#controller.abort(this.#options.signal!.reason)

  constructor(to: string, options: CallOptions) {
    this.#to = to
    this.#options = options
    const { signal, timeoutMs } = options
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

  /** Waits for a promise; when the call was cancelled meanwhile, rejects with why. */
  async for<T>(promise: Promise<T>): Promise<T> {
    try {
      return await promise
    } catch (error) {
      throw this.reason(error)
    }
  }

  /** What to tell the caller of an error: why the call was cancelled, or what was lost. */
  reason(error: unknown): unknown {
    if (this.signal.aborted) return this.signal.reason
    return error instanceof Fault ? error : new Fault('call_lost', { to: this.#to }, error)
  }

  /** A stream has begun: it may take as long as it likes. */
  began(): void {
    if (this.#timer !== null) clearTimeout(this.#timer)
  }

  end(): void {
    this.began()
    this.#options.signal?.removeEventListener('abort', this.#cancel)
  }
}
