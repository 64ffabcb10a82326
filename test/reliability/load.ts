/**
 * Clients that ask without a pause until the server is gone, and what became of every request.
 *
 * @module
 */
import { Caller, type Got } from './caller.ts'

/** A request, and the one right answer. */
interface Question {
  readonly request: string
  readonly body: string
}

const HOST = 'Host: a.example\r\n'
const UPLOAD = 'y'.repeat(20_000)

/** Every kind of answer: at once, later, in chunks, after a body. */
export const QUESTIONS: readonly Question[] = [
  { request: `GET /at-once HTTP/1.1\r\n${HOST}\r\n`, body: 'at once' },
  { request: `GET /later HTTP/1.1\r\n${HOST}\r\n`, body: 'later' },
  { request: `GET /streamed HTTP/1.1\r\n${HOST}\r\n`, body: 'x'.repeat(65_536) },
  { request: `POST /read HTTP/1.1\r\n${HOST}Content-Length: 20000\r\n\r\n${UPLOAD}`, body: '20000' },
  { request: `POST /flow HTTP/1.1\r\n${HOST}Content-Length: 20000\r\n\r\n${UPLOAD}`, body: '20000' },
]

/** What became of the requests. */
export interface Tally {
  /** Answered whole and right. */
  answered: number
  /**
   * Sent, after the stop had begun, on a kept connection that the server was closing because it was idle:
   * not one octet came back, and a client may ask again (RFC 9112 9.3.1, 9.5). Each was asked again, once.
   */
  crossed: number
  /** Sent, after the stop had begun, on a new connection that ended without an octet: the clients' ports. */
  readonly unanswered: number[]
  /** Connections that were refused: the server is gone. */
  refused: number
  /** Everything that must not be, in words. */
  readonly wrong: string[]
}

export class Load {
  readonly tally: Tally = { answered: 0, crossed: 0, unanswered: [], refused: 0, wrong: [] }
  readonly #port: number
  readonly #finished: Promise<unknown>
  #waiting: { readonly count: number; readonly wake: () => void } | null = null
  #asked = 0
  #stopping = false

  /** `kept` clients ask on one connection as long as it lasts, `fresh` ones on a new one each time. */
  constructor(port: number, { kept, fresh }: { readonly kept: number; readonly fresh: number }) {
    this.#port = port
    const clients = Array.from({ length: kept + fresh }, (_, at) => this.#client(at < kept))
    this.#finished = Promise.all(clients)
  }

  /** Resolves when so many requests are answered. */
  answered(count: number): Promise<void> {
    if (this.tally.answered >= count) return Promise.resolve()
    return new Promise((wake) => {
      this.#waiting = { count, wake }
    })
  }

  /** From now on the server may turn requests away: it is told to stop in this turn of the event loop. */
  stopping(): void {
    this.#stopping = true
  }

  /** Resolves when every client has found the server gone. */
  async finished(): Promise<Tally> {
    await this.#finished
    return this.tally
  }

  async #client(keeps: boolean): Promise<void> {
    for (;;) {
      const caller = await Caller.connect(this.#port)
      if (caller === null) {
        this.tally.refused++
        return
      }
      await this.#converse(caller, keeps)
      caller.close()
    }
  }

  async #converse(caller: Caller, keeps: boolean): Promise<void> {
    do {
      const question = QUESTIONS[this.#asked++ % QUESTIONS.length]!
      // The octets are with the server's kernel once they are written, as both are on one machine.
      const before = !this.#stopping
      const got = await caller.ask(question.request)
      if (got.got === 'nothing' && caller.answered > 0 && !before) {
        this.tally.crossed++
        return this.#again(question)
      }
      this.#judge(question, got, caller, before)
      if (got.got !== 'answer' || got.last) return
    } while (keeps && !caller.over)
  }

  // On a connection of its own; when there is none to be had, the server has gone before it asked.
  async #again(question: Question): Promise<void> {
    const caller = await Caller.connect(this.#port)
    if (caller === null) return
    this.#judge(question, await caller.ask(question.request), caller, false)
    caller.close()
  }

  #judge(question: Question, got: Got, caller: Caller, before: boolean): void {
    const { tally } = this
    const name = question.request.slice(0, question.request.indexOf(' HTTP'))
    if (got.got === 'nothing') {
      if (before)
        tally.wrong.push(`${name}: no answer (${got.ending}) after ${caller.answered} on its connection`)
      else tally.unanswered.push(caller.port)
    } else if (got.got === 'part')
      tally.wrong.push(`${name}: cut off (${got.ending}) after ${got.octets.length}`)
    else if (got.status !== 200 || got.body !== question.body)
      tally.wrong.push(`${name}: ${got.status} with ${got.body.length} octets`)
    else tally.answered++
    if (this.#waiting !== null && tally.answered >= this.#waiting.count) {
      this.#waiting.wake()
      this.#waiting = null
    }
  }
}
