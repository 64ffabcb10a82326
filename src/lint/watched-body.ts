/**
 * A streamed body that checks its chunks and whoever iterates it. Clauses 22 and 23.
 *
 * @module
 */
import { type Chunk, STREAM, type Stream } from '../contract.ts'
import { stream } from '../value/result.ts'
import { utf8Length } from '../value/utf8.ts'
import { hold } from './row.ts'
import { CHUNK_ROWS, ITERATION_ROWS, LENGTH_ROWS } from './rows/body.ts'

export class WatchedBody {
  /** What to hand over instead: synchronous where the given body is. */
  readonly body: Stream
  readonly #declared: number | null
  #begun = 0
  /** True after its end, a failure, or `return()`. */
  #over = false
  #ended = false
  #octets = 0

  /** `declared` in octets, or null. */
  constructor(given: Stream, declared: number | null) {
    this.#declared = declared
    const chunks = given[STREAM]
    this.body = stream(
      Symbol.asyncIterator in chunks
        ? { [Symbol.asyncIterator]: () => this.#watchAsync(chunks) }
        : { [Symbol.iterator]: () => this.#watchSync(chunks) },
    )
  }

  /** True while nobody has begun to iterate. */
  get untouched(): boolean {
    return this.#begun === 0
  }

  /** True after the last chunk. */
  get ended(): boolean {
    return this.#ended
  }

  #watchAsync(chunks: AsyncIterable<Chunk>): AsyncIterator<Chunk> {
    this.#begin()
    const iterator = chunks[Symbol.asyncIterator]()
    return {
      next: async () => {
        this.#asked()
        // Over, unless it turns out otherwise: after a failure nothing more is asked for either.
        this.#over = true
        const next = await iterator.next()
        try {
          return this.#seen(next)
        } catch (breach) {
          // Whoever iterates calls no `return` once `next` has failed.
          void Promise.resolve(iterator.return?.()).catch(() => {})
          throw breach
        }
      },
      return: async () => {
        this.#over = true
        await iterator.return?.()
        return DONE
      },
    }
  }

  #watchSync(chunks: Iterable<Chunk>): Iterator<Chunk> {
    this.#begin()
    const iterator = chunks[Symbol.iterator]()
    return {
      next: () => {
        this.#asked()
        this.#over = true
        const next = iterator.next()
        try {
          return this.#seen(next)
        } catch (breach) {
          iterator.return?.()
          throw breach
        }
      },
      return: () => {
        this.#over = true
        iterator.return?.()
        return DONE
      },
    }
  }

  #begin(): void {
    this.#begun++
    hold(ITERATION_ROWS, { begun: this.#begun, over: false })
  }

  #asked(): void {
    hold(ITERATION_ROWS, { begun: 1, over: this.#over })
  }

  #seen(next: IteratorResult<Chunk, unknown>): IteratorResult<Chunk, undefined> {
    const ended = next.done === true
    if (!ended) {
      hold(CHUNK_ROWS, next.value)
      this.#octets += typeof next.value === 'string' ? utf8Length(next.value) : next.value.byteLength
    }
    hold(LENGTH_ROWS, { octets: this.#octets, declared: this.#declared, ended })
    this.#ended = ended
    if (ended) return DONE
    this.#over = false
    return { done: false, value: next.value }
  }
}

const DONE: IteratorReturnResult<undefined> = Object.freeze({ done: true, value: undefined })
