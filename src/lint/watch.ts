/**
 * What `lint` knows of one call, shared by all options derived in it.
 *
 * @module
 */
import { abandon } from '../call/chunks.ts'
import type { Input, Outcome, Result, Server, Takeover } from '../contract.ts'
import { TAKEOVER } from '../contract.ts'
import { isStream, isTakeover, takeover } from '../value/result.ts'
import { hold } from './row.ts'
import { TAKEOVER_ROWS } from './rows/body.ts'
import { ENDING_ROWS } from './rows/outcome.ts'
import { RESULT_ROWS } from './rows/result.ts'
import { snapshot } from './snapshot.ts'
import { WatchedBody } from './watched-body.ts'
import { WatchedInput } from './watched-input.ts'
import { WatchedTasks } from './watched-tasks.ts'

export class Watch {
  readonly server: Server
  readonly tasks: WatchedTasks = new WatchedTasks()
  /** The call's signal, once somebody asked for it. */
  signal: AbortSignal | null = null
  readonly #method: string
  readonly #inputs = new Map<Input, WatchedInput>()
  #body: WatchedBody | null = null
  #change: () => string | null = () => null
  #handedOver = false

  constructor(method: string, server: Server) {
    this.#method = method
    this.server = server
  }

  /** The same watched input for the same input. */
  input(given: Input): WatchedInput {
    const known = this.#inputs.get(given)
    if (known !== undefined) return known
    const watched = new WatchedInput(given, this.server.limits.body)
    this.#inputs.set(given, watched)
    return watched
  }

  /** True while there is more of the answer to come. */
  get midway(): boolean {
    return !this.#handedOver || (this.#body !== null && !this.#body.ended)
  }

  /** Checks what the app gave back, and gives what to hand over: the same, but for a watched body. */
  answered(result: Result): Result {
    try {
      hold(RESULT_ROWS, { method: this.#method, result })
      for (const input of this.#inputs.values()) input.checkKept()
    } catch (breach) {
      // Nobody else will ever see this body.
      abandon(result)
      throw breach
    }
    const handed = this.#watched(result)
    this.#change = snapshot(handed)
    this.#handedOver = true
    return handed
  }

  /** Checks what can be known once the tasks of the app have run. */
  ended(outcome: Outcome): void {
    const untouched = this.#body?.untouched === true
    hold(ENDING_ROWS, { outcome, signal: this.signal, untouched, changed: this.#change() })
  }

  #watched(result: Result): Result {
    const [status, contentType, headers, body] = result
    if (isTakeover(body)) return [status, contentType, headers, watchedTakeover(body)]
    if (!isStream(body)) return result
    const declared = headers['content-length']
    this.#body = new WatchedBody(body, declared === undefined ? null : Number(declared))
    return [status, contentType, headers, this.#body.body]
  }
}

function watchedTakeover({ [TAKEOVER]: run }: Takeover): Takeover {
  let calls = 0
  return takeover((duplex) => {
    hold(TAKEOVER_ROWS, { duplex, calls: ++calls })
    return run(duplex)
  })
}
