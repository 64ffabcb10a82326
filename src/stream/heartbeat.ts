/**
 * Heartbeats: something to send while nothing is given, so that no proxy takes a quiet stream for a dead
 * one. All streams with the same patience share one clock, which stands still without any.
 *
 * @module
 */

/** How often a clock looks within one patience: a beat comes at most this part too early, and never late. */
const LOOKS = 4

interface Quiet {
  /** The clock has looked again. */
  looked(): void
}

class Clock {
  readonly #everyMs: number
  readonly #members = new Set<Quiet>()
  #timer: ReturnType<typeof setInterval> | null = null

  constructor(patienceMs: number) {
    this.#everyMs = Math.max(1, Math.floor(patienceMs / LOOKS))
  }

  add(one: Quiet): void {
    this.#members.add(one)
    if (this.#timer !== null) return
    this.#timer = setInterval(() => {
      for (const member of this.#members) member.looked()
    }, this.#everyMs)
    // A stream is kept by its connection: no process lives on for a clock. Browsers have numbers there.
    ;(this.#timer as { unref?: () => void }).unref?.()
  }

  /** True when it has nobody left. */
  remove(one: Quiet): boolean {
    this.#members.delete(one)
    if (this.#members.size > 0) return false
    if (this.#timer !== null) clearInterval(this.#timer)
    this.#timer = null
    return true
  }
}

const CLOCKS = new Map<number, Clock>()

/**
 * Texts of `source`, and `beat` whenever none came for `patienceMs` while somebody waits for one: a reader
 * that is slow is sent none. `return()` reaches the source at once.
 */
export function beating(
  source: AsyncIterator<string, void, undefined>,
  beat: string,
  patienceMs: number,
): AsyncIterableIterator<string, void, undefined> {
  return new Beating(source, beat, patienceMs)
}

class Beating implements AsyncIterableIterator<string, void, undefined>, Quiet {
  readonly #source: AsyncIterator<string, void, undefined>
  readonly #beat: string
  readonly #patienceMs: number
  #looks = 0
  #listed = false
  #over = false
  /** What the source was asked for and has not been handed on. */
  #asked: Promise<IteratorResult<string, void>> | null = null
  #waiting:
    | ((result: IteratorResult<string, void> | PromiseLike<IteratorResult<string, void>>) => void)
    | null = null

  constructor(source: AsyncIterator<string, void, undefined>, beat: string, patienceMs: number) {
    this.#source = source
    this.#beat = beat
    this.#patienceMs = patienceMs
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  next(): Promise<IteratorResult<string, void>> {
    this.#list()
    this.#looks = 0
    if (this.#asked === null) {
      const asked = this.#source.next()
      this.#asked = asked
      asked.then(
        ({ done }) => this.#came(asked, done === true),
        () => this.#came(asked, true),
      )
    }
    return new Promise((resolve) => {
      this.#waiting = resolve
      if (this.#here) this.#handOn()
    })
  }

  async return(): Promise<IteratorResult<string, void>> {
    this.#unlist()
    await this.#source.return?.()
    return { done: true, value: undefined }
  }

  looked(): void {
    if (this.#waiting === null || ++this.#looks < LOOKS) return
    this.#waiting({ done: false, value: this.#beat })
    this.#waiting = null
  }

  /** True once what was asked for has come. */
  #here = false

  #came(asked: Promise<unknown>, over: boolean): void {
    if (over) this.#unlist()
    if (this.#asked !== asked) return
    this.#here = true
    if (this.#waiting !== null) this.#handOn()
  }

  #handOn(): void {
    this.#waiting!(this.#asked!)
    this.#waiting = null
    this.#asked = null
    this.#here = false
  }

  #list(): void {
    if (this.#listed || this.#over) return
    this.#listed = true
    let clock = CLOCKS.get(this.#patienceMs)
    if (clock === undefined) CLOCKS.set(this.#patienceMs, (clock = new Clock(this.#patienceMs)))
    clock.add(this)
  }

  #unlist(): void {
    this.#over = true
    if (!this.#listed) return
    this.#listed = false
    if (CLOCKS.get(this.#patienceMs)?.remove(this) === true) CLOCKS.delete(this.#patienceMs)
  }
}
