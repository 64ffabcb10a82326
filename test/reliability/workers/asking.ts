/**
 * Those who ask without a pause, each its own question: who is answered, who is told that the answer is lost,
 * and what must not be.
 *
 * @module
 */

/** Longer than any answer may take, in milliseconds. */
const HANGS_MS = 60_000
/** Answers by which one knows who is there now. */
const LATEST = 64

/** How it is told: the second where a call waited longest for a thread that was ended for it. */
const LOST: ReadonlySet<string> = new Set(['502 call_lost', '504 call_timeout'])

export interface Asked {
  /** Tokens. */
  readonly answered: string[]
  readonly lost: string[]
  /** Another's answer, none in time, or anything but a lost call. */
  readonly wrong: string[]
}

export class Asking {
  readonly #asked: Asked = { answered: [], lost: [], wrong: [] }
  readonly #latest: string[] = []
  readonly #looking = new Set<() => void>()
  #isOver = false
  #count = 0
  #all: Promise<unknown> = Promise.resolve()

  static start(url: string, askers: number): Asking {
    const asking = new Asking()
    asking.#all = Promise.all(Array.from({ length: askers }, () => asking.#ask(url)))
    return asking
  }

  /** Who has answered lately, once there are so many of them and they are right. */
  async workers(count: number, areRight = (_: ReadonlySet<string>): boolean => true): Promise<Set<string>> {
    for (;;) {
      const now = new Set(this.#latest)
      if (this.#latest.length === LATEST && now.size === count && areRight(now)) return now
      await new Promise<void>((resolve) => this.#looking.add(resolve))
    }
  }

  async end(): Promise<Asked> {
    this.#isOver = true
    await this.#all
    return this.#asked
  }

  async #ask(url: string): Promise<void> {
    while (!this.#isOver) {
      const token = `${this.#count++}`
      try {
        const answer = await fetch(`${url}/${token}`, {
          method: 'POST',
          body: `of ${token}`,
          signal: AbortSignal.timeout(HANGS_MS),
        })
        this.#note(token, answer.status, await answer.json())
      } catch (error) {
        this.#asked.wrong.push(`${token}: ${String(error)}`)
      }
    }
  }

  #note(token: string, status: number, body: unknown): void {
    const { answered, lost, wrong } = this.#asked
    const said = body as { token?: string; said?: string; worker?: string; code?: string }
    if (LOST.has(`${status} ${said.code}`)) lost.push(token)
    else if (status !== 200 || said.token !== token || said.said !== `of ${token}`)
      wrong.push(`${token}: ${status} ${JSON.stringify(body)}`)
    else {
      answered.push(token)
      this.#latest.push(said.worker!)
      if (this.#latest.length > LATEST) this.#latest.shift()
      for (const look of [...this.#looking]) look()
      this.#looking.clear()
    }
  }
}
