/**
 * The functions of a typed client, made from a contract, over any transport.
 *
 * @module
 */
import { WholeInput } from '../call/input.ts'
import type { Transport } from '../call/transport.ts'
import { decodeEvents } from '../codec/sse.ts'
import type { Result } from '../contract.ts'
import { Fault } from '../fault.ts'
import type { Contract, HandlerContract } from '../handler/contract.ts'
import type { DataArgument, TypesOf } from '../handler/handler.ts'
import type { Handlers, Service } from '../handler/service.ts'
import { utf8Bytes } from '../value/utf8.ts'
import { parseJson, pieces, wholeBody } from './answer-body.ts'
import { compose } from './compose.ts'
import { answered } from './failed.ts'
import { type CallOptions, Waiting } from './waiting.ts'

/** One function for each handler of a service, by its name. */
export type Client<S extends Service> = S extends Service<infer H> ? ClientOf<H> : never

type ClientOf<H extends Handlers> = {
  readonly [N in keyof H]: (
    ...args: [...data: DataArgument<TypesOf<H[N]>>, options?: CallOptions]
  ) => TypesOf<H[N]>['streams'] extends true
    ? AsyncGenerator<TypesOf<H[N]>['gets'], void, undefined>
    : Promise<TypesOf<H[N]>['gets']>
}

/**
 * Makes the client of a service: `client<typeof notes>(contract, http('/api'))`. Calls reject with
 *
 *   call_answered   the service refused; `Gone.is(error)` knows its failures, `error.detail` the rest
 *   call_lost       no answer came, or it broke off
 *   call_timeout    none came in time
 *   call_faulty     what came is not what the contract says
 *   input_invalid   the data cannot be written as a request
 *
 * and with the signal's reason when it was cancelled.
 */
export function client<S extends Service>(contract: Contract, transport: Transport): Client<S> {
  const functions = Object.create(null) as Record<string, unknown>
  for (const [name, handler] of Object.entries(contract.handlers)) {
    functions[name] =
      handler.gives === 'items'
        ? (data?: unknown, options?: CallOptions) => itemCall(handler, transport, data, options)
        : (data?: unknown, options?: CallOptions) => dataCall(handler, transport, data, options)
  }
  return Object.freeze(functions) as Client<S>
}

async function dataCall(
  handler: HandlerContract,
  transport: Transport,
  data: unknown,
  options: CallOptions = {},
): Promise<unknown> {
  const waiting = new Waiting(transport.name, options)
  try {
    const result = await waiting.for(send(handler, transport, data, options, waiting.signal))
    const bytes = await waiting.for(wholeBody(result[3], transport.name))
    if (result[0] >= 400) throw answered(transport.name, result[0], parseJson(bytes))
    if (bytes === null || bytes.byteLength === 0) return undefined
    const decoded = parseJson(bytes)
    if (decoded === undefined)
      throw new Fault('call_faulty', { to: transport.name, reason: 'it is not JSON' })
    return decoded
  } finally {
    waiting.end()
  }
}

async function* itemCall(
  handler: HandlerContract,
  transport: Transport,
  data: unknown,
  options: CallOptions = {},
): AsyncGenerator<unknown, void, undefined> {
  const waiting = new Waiting(transport.name, options)
  try {
    const [status, contentType, , body] = await waiting.for(
      send(handler, transport, data, options, waiting.signal),
    )
    if (status >= 400)
      throw answered(transport.name, status, parseJson(await wholeBody(body, transport.name)))
    if (!contentType?.startsWith('text/event-stream')) {
      throw new Fault('call_faulty', {
        to: transport.name,
        reason: `${contentType ?? 'an answer without type'} is no event stream`,
      })
    }
    waiting.began()
    for await (const { event, data: text } of decodeEvents(pieces(body))) {
      const item = parseJson(utf8Bytes(text))
      if (event === 'failure')
        throw answered(transport.name, (item as { status?: number } | undefined)?.status ?? 500, item)
      if (event === 'message') yield item
    }
  } catch (error) {
    throw waiting.reason(error)
  } finally {
    waiting.end()
  }
}

function send(
  handler: HandlerContract,
  transport: Transport,
  data: unknown,
  options: CallOptions,
  signal: AbortSignal,
): Promise<Result> {
  const { body, ...head } = compose(handler, data, options.headers ?? {})
  const timed = options.timeoutMs === undefined ? head : { ...head, timeoutMs: options.timeoutMs }
  return transport.call(timed, new WholeInput(body, Number.POSITIVE_INFINITY), { signal })
}
