/**
 * Options that check what the app does with them, and what the server makes of it. Clauses 11 to 18.
 *
 * They are options of the same call as those they watch, so that what looks for the call behind
 * them finds it; and as lazy: nothing is asked of the given ones before the app asks.
 *
 * @module
 */
import { Call } from '../call/call.ts'
import { WholeInput } from '../call/input.ts'
import { silentLog } from '../call/log.ts'
import { CallOptions } from '../call/options.ts'
import type { Input, Key, Log, Options, OptionsChanges, Outcome, ResponseHeaders } from '../contract.ts'
import { hold } from './row.ts'
import { CHANGES_ROWS, DERIVED_ROWS, LOG_ROWS, OPTIONS_ROWS, SIGNAL_ROWS } from './rows/options.ts'
import { DEFER_ROWS, HINT_ROWS, KEY_ROWS, SET_ROWS, TRAILER_ROWS, TRAILERS_ASKED_ROWS } from './rows/uses.ts'
import type { Watch } from './watch.ts'
import { WatchedInput } from './watched-input.ts'

const UNUSED = new WholeInput(null, 0)

export class WatchedOptions extends CallOptions {
  readonly #given: Options
  readonly #watch: Watch

  constructor(given: Options, watch: Watch) {
    super(CallOptions.callOf(given) ?? new Call(watch.server, silentLog), UNUSED, given)
    this.#given = given
    this.#watch = watch
  }

  override get input(): Input {
    const { input } = this.#given
    return input instanceof WatchedInput ? input : this.#watch.input(input)
  }

  override get signal(): AbortSignal {
    const { signal } = this.#given
    hold(SIGNAL_ROWS, signal)
    this.#watch.signal = signal
    return signal
  }

  override get log(): Log {
    const { log } = this.#given
    hold(LOG_ROWS, log)
    return log
  }

  override defer(task: (outcome: Outcome) => void | Promise<void>): void {
    hold(DEFER_ROWS, task)
    this.#given.defer(this.#watch.tasks.watched(task))
  }

  override hint(fields: ResponseHeaders): void {
    hold(HINT_ROWS, fields)
    this.#given.hint(fields)
  }

  override trailer(fields: () => ResponseHeaders): void {
    hold(TRAILER_ROWS, fields)
    this.#given.trailer(() => {
      const { midway } = this.#watch
      const asked = fields()
      hold(TRAILERS_ASKED_ROWS, { fields: asked, midway })
      return asked
    })
  }

  override get<T>(key: Key<T>): T | undefined {
    hold(KEY_ROWS, key as Key<unknown>)
    return this.#given.get(key)
  }

  override set<T>(key: Key<T>, value: T): void {
    hold(KEY_ROWS, key as Key<unknown>)
    this.#given.set(key, value)
    hold(SET_ROWS, { key: key as Key<unknown>, set: value, got: this.#given.get(key) })
  }

  override with(changes: OptionsChanges): Options {
    const from = this.#given
    hold(CHANGES_ROWS, { from, changes })
    const derived = this.#given.with(changes)
    hold(OPTIONS_ROWS, derived)
    hold(DERIVED_ROWS, { from, changes, derived })
    return new WatchedOptions(derived, this.#watch)
  }
}
