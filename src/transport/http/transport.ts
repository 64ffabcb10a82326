/**
 * One call to whichever upstream answers it, and what is tried until then. Contract clauses 16, 24, 26
 * and 33.
 *
 * @module
 */
import type { Aborts } from '../../call/aborts.ts'
import { life } from '../../call/life.ts'
import { consoleLog } from '../../call/log.ts'
import type { Near, Transport } from '../../call/transport.ts'
import type { Input, Life, Result } from '../../contract.ts'
import { Fault } from '../../fault.ts'
import type { RequestHead } from '../../value/head.ts'
import { abortsOf, throwIfAborted } from '../aborts.ts'
import type { Asked } from './asked.ts'
import { Checks } from './checks.ts'
import { Clock } from './clock.ts'
import { Deadline } from './deadline.ts'
import { Failure } from './failure.ts'
import type { Place } from './place.ts'
import { forwardsLeft, Request } from './request.ts'
import { RequestBody } from './request-body.ts'
import { pause, RetryBudget } from './retries.ts'
import type { Settings } from './settings.ts'
import { Trying } from './trying.ts'
import { Upstream } from './upstream.ts'
import { Upstreams } from './upstreams.ts'

/** Methods that every upstream may know: said where a TRACE ends here. */
const ALLOW: readonly string[] = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']

export class HttpTransport implements Transport {
  readonly name: string
  readonly life: Life
  readonly #settings: Settings
  readonly #upstreams: Upstreams
  readonly #checks: Checks | null
  readonly #budget = new RetryBudget()

  constructor(places: readonly Place[], settings: Settings) {
    this.name = settings.name
    this.#settings = settings
    const clock = new Clock(shortestOf(settings))
    this.#upstreams = new Upstreams(places.map((place) => new Upstream(place, settings, clock)))
    const { health } = settings
    this.#checks = health === null ? null : new Checks(this.#upstreams.all, health, clock)
    this.life = life(
      () => this.#open(),
      () => this.#close(),
      consoleLog,
    )
  }

  /**
   * Carries one call.
   *
   *   Faults  call_refused (503), call_lost and call_faulty (502), call_timeout (504);
   *           upgrade_unavailable for CONNECT; value_faulty for a head that HTTP cannot hold; those of
   *           the body; the reason of the near signal
   */
  async call(head: RequestHead, input: Input, near: Near): Promise<Result> {
    const aborts = abortsOf(near)
    throwIfAborted(aborts)
    if (head.method === 'CONNECT' && !this.#settings.connect)
      throw new Fault('upgrade_unavailable', { method: 'CONNECT' })
    if (forwardsLeft(head) === 0) return lastOf(head)
    const deadline = new Deadline(head.timeoutMs, aborts, this.name)
    try {
      return await this.#carried(head, input, near, deadline.aborts)
    } finally {
      deadline.end()
    }
  }

  async #carried(head: RequestHead, input: Input, near: Near, aborts: Aborts): Promise<Result> {
    const settings = this.#settings
    const expects = settings.expect && head.headers['expect'] !== undefined
    const body = await RequestBody.of(input, expects, aborts)
    const request = new Request(head, body === null ? 'none' : body.length, settings)
    const { method, offered } = request
    const trying = new Trying(method, body, settings, this.#budget)
    for (;;) {
      const upstream = this.#upstreams.next(trying.tried)
      const text = request.textFor(upstream.road.place)
      const { limitMs, wish } = trying
      const asked: Asked = { method, text, body, offered, expects: request.expects, near, aborts, limitMs }
      const outcome = await upstream.ask(asked, wish)
      if (!(outcome instanceof Failure)) {
        this.#upstreams.answered(upstream, outcome[0])
        return outcome
      }
      this.#upstreams.failed(upstream, outcome)
      const isOther = this.#upstreams.all.length > trying.tried.size + 1
      const pausedMs = trying.again(outcome, upstream, isOther)
      if (pausedMs === null) throw outcome.fault
      if (pausedMs > 0) await pause(pausedMs, aborts)
      throwIfAborted(aborts)
    }
  }

  #open(): void {
    for (const { pool } of this.#upstreams.all) pool.reopen()
    this.#checks?.start()
  }

  #close(): void {
    this.#checks?.stop()
    for (const { pool } of this.#upstreams.all) pool.destroy()
  }
}

// Not to be passed on any further, so that we are who it is for (RFC 9110 7.6.2).
function lastOf({ method }: RequestHead): Result {
  if (method === 'OPTIONS') return [204, null, {}, null]
  throw new Fault('method_not_allowed', { method, allow: ALLOW })
}

function shortestOf(settings: Settings): number {
  const { idleMs, connectMs, queueMs, answerMs, tryMs, silenceMs, sendMs } = settings
  return Math.min(idleMs, connectMs, queueMs, answerMs, tryMs, silenceMs, sendMs)
}
