/**
 * The body of one stream, pulled piece by piece: its window opens only as the app reads (13).
 *
 * @module
 */
import type { ServerHttp2Stream } from 'node:http2'
import type { BodySource } from '../../src/call/input.ts'
import type { RequestHeaders } from '../../src/contract.ts'
import { Fault } from '../../src/fault.ts'
import { headersFrom } from '../../src/value/headers.ts'

export class StreamBody implements BodySource {
  readonly length: number | null
  readonly #from: ServerHttp2Stream
  readonly #limitMs: number
  #beforeFirst: (() => void) | null
  #trailers: RequestHeaders | null = null

  /** `beforeFirst` runs once, when the first piece is asked for: it sends 100. */
  constructor(
    from: ServerHttp2Stream,
    length: number | null,
    limitMs: number,
    beforeFirst: (() => void) | null,
  ) {
    this.length = length
    this.#from = from
    this.#limitMs = limitMs
    this.#beforeFirst = beforeFirst
    from.once('trailers', (_fields: unknown, _flags: number, raw: string[]) => {
      this.#trailers = headersFrom(raw.flatMap((name, at) => (at % 2 === 0 ? [[name, raw[at + 1]!]] : [])))
    })
  }

  async read(): Promise<Uint8Array | null> {
    this.#beforeFirst?.()
    this.#beforeFirst = null
    for (;;) {
      const piece = this.#from.read() as Uint8Array | null
      if (piece !== null) return piece
      if (this.#from.readableEnded) return null
      if (this.#from.destroyed) throw new Fault('request_aborted', { reason: 'the stream was reset' })
      await this.#progress()
    }
  }

  trailers(): RequestHeaders | null {
    return this.#trailers
  }

  #progress(): Promise<void> {
    const [from, limitMs] = [this.#from, this.#limitMs]
    return new Promise((resolve, reject) => {
      const events = ['readable', 'end', 'close'] as const
      const over = (): void => {
        clearTimeout(timer)
        for (const event of events) from.off(event, go)
      }
      const go = (): void => {
        over()
        resolve()
      }
      const timer = setTimeout(() => {
        over()
        reject(new Fault('body_timeout', { limitMs }))
      }, limitMs)
      for (const event of events) from.on(event, go)
    })
  }
}
