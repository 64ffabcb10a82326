/**
 * Calls of which one side flows. Loaded with the first one: see `callOf` in `functions.ts`.
 *
 * @module
 */
import type { BodyWriter, SentBody } from './body.ts'
import { byteCall } from './byte-call.ts'
import type { CallOptions } from './call-options.ts'
import type { ClientTakes } from './client-contract.ts'
import { dataCall } from './data-call.ts'
import { writeFlowing } from './flowing-body.ts'
import { FlowingInput } from './flowing-input.ts'
import { itemCall } from './item-call.ts'
import type { Way } from './way.ts'

/** What a handler gives one by one, whether what it takes flows or not. */
export async function* streamCall(
  way: Way,
  data: unknown,
  options: CallOptions,
): AsyncGenerator<unknown, void, undefined> {
  const sending = new Sending(way.handler.takes)
  const call = way.handler.gives === 'items' ? itemCall : byteCall
  try {
    yield* call(way, data, options, sending.write)
  } catch (thrown) {
    throw sending.why(thrown)
  } finally {
    sending.end()
  }
}

/** Sends a body that flows, for an answer that is given at once. */
export async function uploadCall(way: Way, data: unknown, options: CallOptions): Promise<unknown> {
  const sending = new Sending(way.handler.takes)
  try {
    return await dataCall(way, data, options, sending.write)
  } catch (thrown) {
    throw sending.why(thrown)
  } finally {
    sending.end()
  }
}

/** How the body of one call is written; undefined as usual. */
class Sending {
  readonly write: BodyWriter | undefined
  #sent: SentBody | null = null

  constructor(takes: ClientTakes | undefined) {
    if (takes === undefined || !/items|parts|chunks/.test(takes.as)) return
    this.write = async (...given) => {
      const written = await writeFlowing(...given)
      this.#sent = written[1]
      return written
    }
  }

  /** What to tell: who gave the body wants to hear what it threw, and not that the call was lost by it. */
  why(thrown: unknown): unknown {
    const sent = this.#sent
    return sent instanceof FlowingInput && sent.broken !== null ? sent.broken.why : thrown
  }

  /** The call is over. */
  end(): void {
    if (this.#sent instanceof FlowingInput) this.#sent.end()
  }
}
