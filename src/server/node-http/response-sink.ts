/**
 * The body of a streamed answer on its way into Node's response.
 *
 * @module
 */
import type { ServerResponse } from 'node:http'
import type { Sink } from '../sink.ts'

export class ResponseSink implements Sink {
  readonly #res: ServerResponse
  readonly #timeoutMs: number
  readonly #stuck: () => void

  /** `timeoutMs`: how long the client may take nothing of what waits for it; then `stuck` is called. */
  constructor(res: ServerResponse, timeoutMs: number, stuck: () => void) {
    this.#res = res
    this.#timeoutMs = timeoutMs
    this.#stuck = stuck
  }

  get gone(): boolean {
    return this.#res.destroyed
  }

  write(octets: Uint8Array): boolean {
    return this.#res.write(octets)
  }

  ready(): Promise<void> {
    const res = this.#res
    if (res.destroyed || !res.writableNeedDrain) return Promise.resolve()
    return new Promise((resolve) => {
      const stuck = setTimeout(this.#stuck, this.#timeoutMs)
      const done = (): void => {
        clearTimeout(stuck)
        res.off('drain', done).off('close', done)
        resolve()
      }
      res.on('drain', done).on('close', done)
    })
  }

  onGone(listener: () => void): void {
    if (this.gone) listener()
    else this.#res.once('close', listener)
  }
}
