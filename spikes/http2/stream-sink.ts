/**
 * The body of a streamed answer on its way into an HTTP/2 stream.
 *
 * @module
 */
import type { ServerHttp2Stream } from 'node:http2'
import type { Sink } from '../../src/server/sink.ts'

export class StreamSink implements Sink {
  readonly #stream: ServerHttp2Stream

  constructor(stream: ServerHttp2Stream) {
    this.#stream = stream
  }

  get gone(): boolean {
    return this.#stream.destroyed
  }

  write(octets: Uint8Array): boolean {
    return this.#stream.write(octets)
  }

  ready(): Promise<void> {
    const stream = this.#stream
    if (stream.destroyed || !stream.writableNeedDrain) return Promise.resolve()
    return new Promise((resolve) => {
      const done = (): void => {
        stream.off('drain', done).off('close', done)
        resolve()
      }
      stream.on('drain', done).on('close', done)
    })
  }

  onGone(listener: () => void): void {
    if (this.gone) listener()
    else this.#stream.once('close', listener)
  }
}
