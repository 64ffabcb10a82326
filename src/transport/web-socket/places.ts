/**
 * How many connections may be open at once.
 *
 * @module
 */
import type { Options } from '../../contract.ts'
import { Fault } from '../../fault.ts'

/** Runs a connection, and keeps its place until that is over. */
export type Place = (run: () => Promise<void>) => Promise<void>

export class Places {
  readonly #most: number
  #taken = 0

  constructor(most: number) {
    this.#most = most
  }

  /**
   * A place for who has been let in, and is still to be answered. It is free again when the call is over, unless it
   * runs a connection by then: another answer may be given, or the client may leave. Fault: call_refused.
   */
  take(options: Options): Place {
    if (this.#taken >= this.#most)
      throw new Fault('call_refused', { to: 'the service', reason: `${this.#most} connections are open` })
    this.#taken++
    let isTaken = true
    let isRunning = false
    const leave = (): void => {
      if (isTaken) this.#taken--
      isTaken = false
    }
    options.defer(() => {
      if (!isRunning) leave()
    })
    return async (run) => {
      isRunning = true
      try {
        await run()
      } finally {
        leave()
      }
    }
  }
}
