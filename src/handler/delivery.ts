/**
 * One delivery: what giving an answer needs to know of its call.
 *
 * @module
 */
import type { Format } from '../codec/format.ts'
import type { Log } from '../contract.ts'
import type { AnySchema } from '../schema/standard.ts'
import type { CallState } from './context.ts'
import type { Asked, Delivery } from './giving.ts'
import type { Plan } from './plan.ts'
import type { ReplyParts } from './reply.ts'
import type { Verb } from './verb.ts'

export class CallDelivery implements Delivery {
  readonly refusal: (thrown: unknown) => unknown
  reply: ReplyParts | null = null
  readonly #plan: Plan
  readonly #state: CallState
  readonly #offer: number

  /** `offer` is the chosen one of the plan's offers. */
  constructor(plan: Plan, state: CallState, offer: number, refusal: (thrown: unknown) => unknown) {
    this.#plan = plan
    this.#state = state
    this.#offer = offer
    this.refusal = refusal
  }

  get handler(): string {
    return this.#plan.name
  }

  get verb(): Verb {
    return this.#plan.definition.verb
  }

  get returns(): AnySchema | undefined {
    return this.#plan.definition.returns
  }

  get fit(): (value: unknown) => unknown {
    return this.#plan.fit
  }

  get mediaType(): string {
    return this.#plan.offers[this.#offer] ?? ''
  }

  get format(): Format | null {
    const { mediaType } = this
    return this.#plan.formats.find((format) => format.mediaType === mediaType) ?? null
  }

  get log(): Log {
    return this.#state.options.log
  }

  get asked(): () => Asked {
    return () => {
      const { head, server } = this.#state
      return { method: head.method, headers: head.headers, server }
    }
  }

  get signal(): () => AbortSignal {
    return () => this.#state.options.signal
  }
}
