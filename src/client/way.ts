/**
 * The way to one handler: what its calls share, whatever they send and get.
 *
 * @module
 */
import type { Near, Transport } from '../call/transport.ts'
import type { Format } from '../codec/format.ts'
import type { Result } from '../contract.ts'
import type { BodyWriter } from './body.ts'
import { inputOf } from './body-input.ts'
import type { CallOptions } from './call-options.ts'
import type { ClientHandler } from './client-contract.ts'
import { composerOf } from './compose.ts'
import { randomId } from './random-id.ts'
import { retrying } from './retrying.ts'
import type { Waiting } from './waiting.ts'

export interface Way {
  /** Who answers, for messages. */
  readonly to: string
  readonly handler: ClientHandler
  readonly formats: readonly Format[]
  /**
   * Sends a call, again where it may be repeated, and resolves with the answer that is to be told.
   * `write` says how its body is written, where that is not as usual: one that flows is sent once.
   */
  readonly send: (
    data: unknown,
    options: CallOptions,
    waiting: Waiting,
    write?: BodyWriter,
  ) => Promise<Result>
}

/** Fault: setup_faulty for a contract of a later version. */
export function wayOf(
  handler: ClientHandler,
  transport: Transport,
  formats: readonly Format[],
  retries: number,
): Way {
  const compose = composerOf(handler, formats)
  return {
    to: transport.name,
    handler,
    formats,
    send: async (data, options, waiting, write) => {
      const { headers = {}, idempotencyKey, onProgress } = options
      const keyed =
        idempotencyKey === undefined
          ? headers
          : { ...headers, 'idempotency-key': keyText(idempotencyKey === true ? randomId() : idempotencyKey) }
      const { body, ...head } = await waiting.for(compose(data, keyed, write))
      const near: Near = { signal: waiting.signal, ...(onProgress !== undefined && { sent: onProgress }) }
      // What nobody remembers and does more each time is not repeated, nor is what cannot be sent again.
      const mayRepeat =
        (/^(?:reads|replaces|deletes)$/.test(handler.verb) || 'idempotency-key' in head.headers) &&
        (body === null || !('absent' in body))
      const once = (): Promise<Result> => {
        const left = waiting.deadline - Date.now()
        const timeoutMs = Number.isFinite(left) ? Math.max(0, left) : null
        return transport.call({ ...head, timeoutMs }, inputOf(body), near)
      }
      return retrying(once, mayRepeat ? (options.retries ?? retries) : 0, waiting)
    },
  }
}

// A string of structured fields (RFC 9651 3.3.3), as draft-ietf-httpapi-idempotency-key-header has it.
function keyText(key: string): string {
  return `"${key.replaceAll(/["\\]/g, '\\$&')}"`
}
