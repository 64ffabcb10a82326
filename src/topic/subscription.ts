/**
 * One who takes the items of a topic, at its own speed.
 *
 * @module
 */
import { Fault } from '../fault.ts'

/** Who falls behind: its stream ends with the fault items_missed, or it goes on without what it missed. */
export type WhenMissed = 'end' | 'skip'

/** The items of a topic from now on. Waiting items are bounded; who leaves is not given any more. */
export interface Subscription<T> extends AsyncIterableIterator<T, void, undefined> {
  /**
   * Resolves when all that anybody publishes from now on comes here: at once, but for topics over a relay that
   * has to tell others first.
   */
  readonly ready: Promise<void>
  /** Leaves: `next()` that waits ends at once. */
  return(): Promise<IteratorResult<T, void>>
}

export interface Terms {
  readonly topic: string
  /** Items that wait at most. */
  readonly waiting: number
  readonly whenMissed: WhenMissed
  readonly signal: AbortSignal | null
  readonly ready: Promise<void>
}

type Result<T> = IteratorResult<T, void>

interface Taker<T> {
  readonly resolve: (result: Result<T>) => void
  readonly reject: (thrown: unknown) => void
}

const DONE = { done: true, value: undefined } as const

export class Waiting<T> implements Subscription<T> {
  readonly ready: Promise<void>
  readonly #terms: Terms
  readonly #left: (one: Waiting<T>) => void
  /** Oldest first. Empty while there are takers. */
  readonly #items: T[] = []
  readonly #takers: Taker<T>[] = []
  #over = false
  /** What is thrown, once, behind the last item. */
  #failure: { readonly thrown: unknown } | null = null

  /** `left` is called once, when it takes no more. */
  constructor(terms: Terms, left: (one: Waiting<T>) => void) {
    this.#terms = terms
    this.#left = left
    this.ready = terms.ready
    const { signal } = terms
    signal?.addEventListener('abort', this.#aborted)
    if (signal?.aborted === true) this.#aborted()
  }

  get isOver(): boolean {
    return this.#over
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  next(): Promise<Result<T>> {
    if (this.#items.length > 0) return Promise.resolve({ done: false, value: this.#items.shift()! })
    if (this.#failure !== null) {
      const { thrown } = this.#failure
      this.#failure = null
      return Promise.reject(thrown as Error)
    }
    if (this.#over) return Promise.resolve(DONE)
    return new Promise((resolve, reject) => this.#takers.push({ resolve, reject }))
  }

  return(): Promise<Result<T>> {
    this.#items.length = 0
    this.#failure = null
    this.#leave()
    return Promise.resolve(DONE)
  }

  /** An item is there. */
  give(item: T): void {
    if (this.#over) return
    const taker = this.#takers.shift()
    if (taker !== undefined) return taker.resolve({ done: false, value: item })
    const { waiting, whenMissed } = this.#terms
    if (this.#items.length < waiting) return void this.#items.push(item)
    if (whenMissed === 'end') return this.miss(`it has ${waiting} items waiting, and takes none`)
    this.#items.shift()
    this.#items.push(item)
  }

  /** Items have not come. Those that wait come before the fault: who goes on later has seen them. */
  miss(reason: string): void {
    if (this.#terms.whenMissed === 'end') this.end(reason)
  }

  /** No more items come, also to one that skips those that it missed. */
  end(reason: string): void {
    this.fail(new Fault('items_missed', { topic: this.#terms.topic, reason }))
  }

  /** Ends with what is thrown. */
  fail(thrown: unknown): void {
    if (this.#over) return
    const taker = this.#takers.shift()
    if (taker === undefined) this.#failure = { thrown }
    else taker.reject(thrown)
    this.#leave()
  }

  readonly #aborted = (): void => {
    this.#items.length = 0
    this.fail(this.#terms.signal!.reason)
  }

  #leave(): void {
    if (this.#over) return
    this.#over = true
    this.#terms.signal?.removeEventListener('abort', this.#aborted)
    for (const taker of this.#takers.splice(0)) taker.resolve(DONE)
    this.#left(this)
  }
}
