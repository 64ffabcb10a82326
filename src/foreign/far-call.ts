/**
 * One call of a function in another language: what it is sent, and what it gave or raised.
 *
 *   sent   one line of JSON, `{"data":...,"guards":{...},"resume":null}`; behind it, where something flows in, a line
 *          feed and what flows: items as JSON lines, or bytes
 *   given  data, items or bytes
 *
 * @module
 */
import type { Aborts } from '../call/aborts.ts'
import { type ByteSource, bytePieces } from '../call/byte-source.ts'
import { SourceInput, WholeInput } from '../call/input.ts'
import { key } from '../call/keys.ts'
import { isAsyncIterable } from '../call/leave.ts'
import { CallOptions } from '../call/options.ts'
import type { Near } from '../call/transport.ts'
import { CLOSED } from '../call-fault.ts'
import { encodeJson } from '../codec/json.ts'
import { encodeLine } from '../codec/lines.ts'
import type { Key, Options } from '../contract.ts'
import { Fault, isFault } from '../fault.ts'
import type { AnyFailureType } from '../handler/failure.ts'
import { reply } from '../handler/reply.ts'
import type { NamedData } from '../transport/named.ts'
import type { Pool } from '../transport/pool.ts'
import { isRecord } from '../value/data.ts'
import { NO_CONTEXT } from '../value/head-reader.ts'
import type { Carried } from '../value/message.ts'
import { joinBytes, utf8Bytes } from '../value/utf8.ts'
import { replyParts, saidApart } from './far-reply.ts'

/** The options of the call that a handler runs in: what it is called with in another process depends on them. */
export const HERE: Key<Options> = key<Options>('options of the call')

/** A call to be made. */
export interface FarCall {
  readonly name: string
  /** What the line holds. */
  readonly line: Readonly<Record<string, unknown>>
  /** What flows in behind it. */
  readonly flow: AsyncIterable<unknown> | Uint8Array | null
  /** True where it may be made a second time, because it changes nothing. */
  readonly isSafe: boolean
  /** The failures that it may raise, by code. */
  readonly failures: ReadonlyMap<string, AnyFailureType>
}

/**
 * Makes one, and gives data, or a reply. Faults: call_lost, call_refused, call_timeout, call_faulty; app_failed; failures
 * that are declared.
 */
export async function callFar(
  invoke: Pool['invoke'],
  far: FarCall,
  options: Options | undefined,
): Promise<unknown> {
  const flow = far.flow === null ? null : new Flow(far.flow)
  const data = dataOf(lineOf(far.line), flow)
  const deadline = options?.deadline ?? null
  const call = options === undefined ? null : CallOptions.callOf(options)
  const head = {
    name: far.name,
    timeoutMs: deadline === null ? null : Math.max(0, deadline - (call?.server.now() ?? Date.now())),
    context: call?.carried() ?? NO_CONTEXT,
  }
  const near = new FarNear(options)
  try {
    for (let tries = 0; ; tries++) {
      try {
        const given = raisedIn(await invoke(head, data, near), far)
        return near.said === undefined ? given : reply(given, replyParts(near.said, far.name))
      } catch (thrown) {
        const again =
          tries === 0 && far.isSafe && flow === null && isFault(thrown, 'call_lost') && !(CLOSED in thrown)
        if (!again || near.aborts?.aborted === true) throw thrown
      }
    }
  } catch (thrown) {
    // Why what flowed in broke off says more than that it did.
    if (flow?.broken != null) throw flow.broken.why
    throw raised(thrown, far)
  }
}

/** What the call that it is made in can do for it; of its signal, nothing is made before somebody asks. */
class FarNear implements Near {
  readonly aborts: Aborts | undefined
  /** What the function said besides its data. */
  said: unknown
  readonly #options: Options | undefined

  constructor(options: Options | undefined) {
    this.#options = options
    this.aborts = (options && CallOptions.abortsOf(options)) ?? undefined
  }

  get signal(): AbortSignal {
    return this.#options?.signal ?? NEVER
  }

  adopt(context: Carried): void {
    if (context === NO_CONTEXT) return
    const { said, carried } = saidApart(context)
    this.said = said
    if (this.#options !== undefined) CallOptions.callOf(this.#options)?.context.adopt(carried)
  }
}

const NEVER = new AbortController().signal

// Items that are given may end in a failure as well.
function raisedIn(given: unknown, far: FarCall): unknown {
  if (!isAsyncIterable(given)) return given
  const source = given[Symbol.asyncIterator]()
  const iterator: AsyncIterableIterator<unknown> = {
    [Symbol.asyncIterator]: () => iterator,
    next: async () => {
      try {
        return await source.next()
      } catch (thrown) {
        throw raised(thrown, far)
      }
    },
    return: async () => {
      await source.return?.()
      return { done: true, value: undefined }
    },
  }
  return iterator
}

function raised(thrown: unknown, { failures, flow }: FarCall): unknown {
  if (!isFault(thrown, 'call_answered')) return thrown
  const { code, data } = thrown.detail
  const refused = flow === null ? null : refusedBody(code, data)
  if (refused !== null) return refused
  const declared = code === null ? undefined : failures.get(code)
  // What else it says is for the log, and the worker has told it there.
  if (declared === undefined) return new Fault('app_failed', {}, thrown)
  try {
    return declared.schema === undefined ? declared() : declared(data)
  } catch (error) {
    return new Fault('app_failed', {}, error) // its data do not fit
  }
}

// What a function has found of its body as it read it: a part that is too large, or no text.
function refusedBody(code: string | null, data: unknown): Fault | null {
  if (!isRecord(data)) return null
  const { limit, reason } = data
  if (code === 'body_too_large' && Number.isSafeInteger(limit))
    return new Fault('body_too_large', { bytes: null, limit: limit as number })
  if (code === 'body_malformed' && typeof reason === 'string') return new Fault('body_malformed', { reason })
  return null
}

function lineOf(line: Readonly<Record<string, unknown>>): string {
  try {
    return encodeJson(line)
  } catch (error) {
    // CBOR and MessagePack have bytes within data.
    const issues = [{ pointer: '', message: 'must be data that JSON has' }]
    throw error instanceof TypeError ? new Fault('input_invalid', { issues }, error) : error
  }
}

function dataOf(line: string, flow: Flow | null): NamedData {
  if (flow === null) return line
  const front = utf8Bytes(`${line}\n`)
  const { whole } = flow
  if (whole !== null) {
    const bytes = joinBytes([front, whole])
    return new WholeInput(bytes, bytes.byteLength)
  }
  let isFirst = true
  const read = async (): Promise<Uint8Array | null> => {
    if (!isFirst) return flow.next()
    isFirst = false
    return front
  }
  return new SourceInput({ length: null, read, trailers: () => null }, Number.POSITIVE_INFINITY)
}

/** What flows in, as bytes; why it broke off is kept. */
class Flow {
  readonly whole: Uint8Array | null
  broken: { readonly why: unknown } | null = null
  readonly #pieces: AsyncIterator<unknown> | null

  constructor(source: AsyncIterable<unknown> | Uint8Array) {
    this.whole = source instanceof Uint8Array ? source : null
    this.#pieces = source instanceof Uint8Array ? null : source[Symbol.asyncIterator]()
  }

  async next(): Promise<Uint8Array | null> {
    try {
      const next = await this.#pieces!.next()
      if (next.done === true) return null
      return next.value instanceof Uint8Array ? next.value : utf8Bytes(encodeLine(next.value))
    } catch (why) {
      this.broken = { why }
      throw why
    }
  }
}

/** All of what flows, at most `limit` bytes. Fault: call_faulty. */
export async function gatheredBytes(given: unknown, limit: number, to: string): Promise<Uint8Array> {
  const pieces: Uint8Array[] = []
  let size = 0
  for await (const piece of bytePieces(given as ByteSource) ?? []) {
    size += piece.byteLength
    if (size > limit) throw new Fault('call_faulty', { to, reason: `it gives more than ${limit} bytes` })
    pieces.push(piece)
  }
  return joinBytes(pieces, size)
}
