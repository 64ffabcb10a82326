/**
 * Several servers that do the same: which one is asked next, and which are left alone.
 *
 * @module
 */
import { consoleLog } from '../../call/log.ts'
import type { Failure } from './failure.ts'
import type { Upstream } from './upstream.ts'

export class Upstreams {
  readonly all: readonly Upstream[]
  #turn: number

  constructor(all: readonly Upstream[]) {
    this.all = all
    this.#turn = Math.floor(Math.random() * all.length) // or all processes would begin with the same one
  }

  /**
   * The one with the fewest calls of those that may be asked; of several, each in its turn. Where no one
   * may be asked all are: a try that fails tells more than a guess.
   *
   *   tried   asked only where there is no other
   */
  next(tried: ReadonlySet<Upstream>): Upstream {
    const { all } = this
    if (all.length === 1) return all[0]!
    const now = performance.now()
    const untried = all.filter((one) => !tried.has(one))
    const asked = untried.length > 0 ? untried : all
    const well = asked.filter(({ standing }) => standing.isWell)
    const fit = well.filter(({ standing }) => !standing.isOut(now))
    return this.#idlest(fit.length > 0 ? fit : well.length > 0 ? well : asked)
  }

  /** An answer came, which may say that it fails. */
  answered(upstream: Upstream, status: number): void {
    if (status >= 500) this.#failing(upstream, `it answered ${status}`)
    else upstream.standing.worked(performance.now())
  }

  /** No answer came. */
  failed(upstream: Upstream, failure: Failure): void {
    if (failure.isTheirs) this.#failing(upstream, failure.how)
  }

  // Half of them at the least go on: more would be asked by all the calls of the others.
  #failing(upstream: Upstream, reason: string): void {
    const now = performance.now()
    if (!upstream.standing.failed()) return
    const out = this.all.filter(({ standing }) => standing.isOut(now)).length
    if (upstream.standing.isOut(now) || (out + 1) * 2 > this.all.length) return
    const forMs = upstream.standing.leaveOut(now)
    consoleLog.warn(
      { upstream: upstream.road.place.url, forMs, reason },
      'An upstream fails, and is left alone',
    )
  }

  #idlest(among: readonly Upstream[]): Upstream {
    const start = this.#turn++ % among.length
    let found = among[start]!
    for (let at = 1; at < among.length; at++) {
      const one = among[(start + at) % among.length]!
      if (one.pending < found.pending) found = one
    }
    return found
  }
}
