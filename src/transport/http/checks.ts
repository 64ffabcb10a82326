/**
 * Asking upstreams whether they are well, again and again.
 *
 * @module
 */
import type { Aborts } from '../../call/aborts.ts'
import { abandon } from '../../call/chunks.ts'
import { consoleLog } from '../../call/log.ts'
import { abortsOf } from '../aborts.ts'
import type { Asked } from './asked.ts'
import type { Clock } from './clock.ts'
import { Deadline } from './deadline.ts'
import { Exchange } from './exchange.ts'
import { Failure } from './failure.ts'
import { Line } from './line.ts'
import type { Road } from './road.ts'
import type { Health } from './settings.ts'
import type { Upstream } from './upstream.ts'

/** How much earlier or later than told a check comes, so that many of us do not come together. */
const JITTER = 0.2

export class Checks {
  readonly #upstreams: readonly Upstream[]
  readonly #health: Health
  readonly #clock: Clock
  #timers = new Set<NodeJS.Timeout>()
  #running: AbortController | null = null

  constructor(upstreams: readonly Upstream[], health: Health, clock: Clock) {
    this.#upstreams = upstreams
    this.#health = health
    this.#clock = clock
  }

  start(): void {
    this.stop()
    const running = new AbortController()
    this.#running = running
    for (const upstream of this.#upstreams) void this.#go(upstream, running.signal)
  }

  stop(): void {
    this.#running?.abort()
    for (const timer of this.#timers) clearTimeout(timer)
    this.#timers = new Set()
  }

  async #go(upstream: Upstream, signal: AbortSignal): Promise<void> {
    const outcome = await this.#check(upstream.road, signal)
    if (signal.aborted) return
    if (upstream.standing.checked(outcome === null)) {
      const fields = { upstream: upstream.road.place.url }
      if (outcome === null) consoleLog.info(fields, 'An upstream is well again')
      else consoleLog.warn({ ...fields, reason: outcome }, 'An upstream is not well')
    }
    const waitMs = this.#health.intervalMs * (1 - JITTER + 2 * JITTER * Math.random())
    const timer = setTimeout(() => {
      this.#timers.delete(timer)
      void this.#go(upstream, signal)
    }, waitMs).unref()
    this.#timers.add(timer)
  }

  /** Null when it is well, else why not. */
  async #check(road: Road, stop: AbortSignal): Promise<string | null> {
    const { timeoutMs } = this.#health
    const deadline = new Deadline(timeoutMs, abortsOf({ signal: stop }), 'it')
    const line = await connected(road, this.#clock, deadline.aborts)
    try {
      if (line instanceof Failure) return saidBy(line)
      const outcome = await Exchange.run(line, this.#asked(road, stop, deadline.aborts))
      if (outcome instanceof Failure) return saidBy(outcome)
      abandon(outcome)
      const [status] = outcome
      return status >= 200 && status < 400 ? null : `it answered ${status}`
    } finally {
      deadline.end()
      if (line instanceof Line) line.destroy()
    }
  }

  #asked({ place, settings }: Road, signal: AbortSignal, aborts: Aborts): Asked {
    const { host } = settings
    const authority = host === 'keep' || host === 'upstream' ? place.authority : host
    const text = `GET ${place.base}${this.#health.path} HTTP/1.1\r\nhost: ${authority}\r\nconnection: close\r\n\r\n`
    const { timeoutMs: limitMs } = this.#health
    return {
      method: 'GET',
      text,
      body: null,
      offered: null,
      expects: false,
      near: { signal, aborts },
      aborts,
      limitMs,
    }
  }
}

function saidBy({ fault }: Failure): string {
  const { message, cause } = fault as Error
  return cause instanceof Error ? cause.message : message
}

/** A connection for one check: those of calls may all be busy. */
function connected(road: Road, clock: Clock, aborts: Aborts): Promise<Line | Failure> {
  return new Promise((resolve) => {
    let forget = (): void => {}
    const settle = (outcome: Line | Failure): void => {
      forget()
      resolve(outcome)
    }
    const line: Line = new Line(
      road,
      {
        opened: settle,
        refused: (_line, failure) => settle(failure),
        freed: () => {},
        gone: () => {},
      },
      clock,
    )
    forget = aborts.onAbort(() => {
      line.destroy()
      resolve(new Failure('late', aborts.reason))
    })
  })
}
