/**
 * One server behind: its connections, and how it stands.
 *
 * @module
 */
import type { Result } from '../../contract.ts'
import type { Asked } from './asked.ts'
import type { Clock } from './clock.ts'
import { Exchange } from './exchange.ts'
import { Failure } from './failure.ts'
import type { Place } from './place.ts'
import { Pool, type Wish } from './pool.ts'
import { type Road, roadTo } from './road.ts'
import type { Settings } from './settings.ts'
import { Standing } from './standing.ts'

export class Upstream {
  readonly road: Road
  readonly pool: Pool
  readonly standing: Standing
  #pending = 0

  constructor(place: Place, settings: Settings, clock: Clock) {
    this.road = roadTo(place, settings)
    this.pool = new Pool(this.road, clock)
    this.standing = new Standing(settings.eject, settings.health)
  }

  /** Calls that wait for their answer to begin. */
  get pending(): number {
    return this.#pending
  }

  /** Asks once. Never rejects. */
  async ask(asked: Asked, wish: Wish): Promise<Result | Failure> {
    this.#pending++
    try {
      const line = await this.#line(asked, wish)
      return line instanceof Failure ? line : await Exchange.run(line, asked)
    } finally {
      this.#pending--
    }
  }

  async #line({ aborts }: Asked, wish: Wish): Promise<Awaited<ReturnType<Pool['acquire']>>> {
    for (;;) {
      const acquired = this.pool.acquire(wish, aborts)
      const line = acquired instanceof Promise ? await acquired : acquired
      if (line instanceof Failure) return line
      // What may not be sent twice waits one turn of the loop, in which an end that has come is heard.
      if (wish === 'sure' && line.rested) await turn()
      if (!line.open) continue
      if (!aborts.aborted) return line
      line.end(true, null)
      return new Failure('ours', aborts.reason)
    }
  }
}

function turn(): Promise<void> {
  return new Promise((resolve) => void setImmediate(resolve))
}
