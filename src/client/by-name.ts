/**
 * `clientByName`: the typed client of a service over a link that calls handlers by their names. Contract clause 35.
 *
 * @module
 */
import { retryAfterOf } from '../call/failure.ts'
import type { Transport } from '../call/transport.ts'
import { type AnyFault, isBranded } from '../call-fault.ts'
import type { Result } from '../contract.ts'
import type { AnyService } from '../handler/handlers.ts'
import type { ByName } from '../transport/by-name.ts'
import type { CallOptions } from './call-options.ts'
import type { ClientContract, ClientHandler, WrittenContract } from './client-contract.ts'
import type { Client } from './client-types.ts'
import { type ClientOptions, client, type Functions, frozen, functionAt, place } from './functions.ts'
import { writeJson } from './json-body.ts'
import { membersToSend } from './places.ts'
import { retrying } from './retrying.ts'
import { Waiting } from './waiting.ts'

/**
 * The same functions as those of `client`, whose calls are a name and data: no path, no fields, no status.
 *
 * What a name cannot say is asked as a request over the same link: bodies that flow, bytes and files, items that are
 * gone on with after a break, and calls with `headers`, `idempotencyKey`, `after`, `onAnswer` or `onProgress`.
 * Guards decide from the fields by which the link was opened. Faults: those of `client`.
 */
export function clientByName<S extends AnyService>(
  contract: WrittenContract,
  transport: Transport & ByName,
  options: ClientOptions = {},
): Client<S> {
  const asked = client<S>(contract, transport, options) as Functions
  const functions = Object.create(null) as Functions
  for (const [name, handler] of Object.entries((contract as ClientContract).handlers)) {
    const path = name.split('.')
    const byRequest = functionAt(asked, path)
    const link = { name, handler, transport, retries: options.retries ?? 2 }
    const call = handler.gives === 'items' ? itemsByName : dataByName
    const fn = (data?: unknown, how: CallOptions = {}): unknown =>
      ASKED.some((one) => how[one] !== undefined) ? byRequest(data, how) : call(link, data, how)
    place(functions, path, isNameable(handler) ? Object.assign(fn, { key: byRequest.key }) : byRequest)
  }
  return frozen(functions) as Client<S>
}

/** Of requests alone. */
const ASKED = ['headers', 'idempotencyKey', 'after', 'onAnswer', 'onProgress'] as const

const JSON_TYPE = 'application/json'

// What is data there and back, as JSON has them.
function isNameable({ takes, gives, offers = [JSON_TYPE], resumes }: ClientHandler): boolean {
  const isTaken =
    takes === undefined ||
    takes.as === 'text' ||
    (takes.as === 'data' && takes.mediaTypes.includes(JSON_TYPE))
  const isGiven =
    gives === 'text' ||
    (gives === 'items' && resumes !== true) ||
    (gives === 'data' && offers.includes(JSON_TYPE))
  return isTaken && isGiven
}

interface Link {
  readonly name: string
  readonly handler: ClientHandler
  readonly transport: Transport & ByName
  readonly retries: number
}

async function dataByName(link: Link, data: unknown, options: CallOptions): Promise<unknown> {
  const waiting = new Waiting(link.transport.name, options)
  try {
    return await given(link, data, options, waiting)
  } finally {
    waiting.end(true)
  }
}

async function* itemsByName(
  link: Link,
  data: unknown,
  options: CallOptions,
): AsyncGenerator<unknown, void, undefined> {
  const waiting = new Waiting(link.transport.name, options)
  let whole = false
  try {
    const items = (await given(link, data, options, waiting)) as AsyncIterable<unknown>
    waiting.began()
    const iterator = items[Symbol.asyncIterator]()
    const next = (): Promise<IteratorResult<unknown>> => waiting.for(iterator.next())
    for (let item = await next(); ; item = await next()) {
      whole = item.done === true
      if (whole) return
      yield item.value
    }
  } finally {
    waiting.end(whole) // which cancels the call, where its items go on
  }
}

// Tried again where requests are: for what no answer began of, and for what says that it would do later.
async function given(
  { name, handler, transport, retries }: Link,
  data: unknown,
  options: CallOptions,
  waiting: Waiting,
): Promise<unknown> {
  const sent = await waiting.for(written(handler, data))
  let answer: unknown
  const once = async (): Promise<Result> => {
    const left = waiting.deadline - Date.now()
    const how = { signal: waiting.signal, ...(Number.isFinite(left) && { timeoutMs: Math.max(0, left) }) }
    try {
      answer = await transport.invoke(name, sent, how)
      return [200, null, {}, null]
    } catch (thrown) {
      if (!isAnswer(thrown)) throw thrown
      answer = thrown
      const { status, data } = thrown.detail
      const seconds = retryAfterOf(data)
      return [status, null, seconds === null ? {} : { 'retry-after': String(seconds) }, null]
    }
  }
  const mayRepeat = /^(?:reads|replaces|deletes)$/.test(handler.verb)
  const [status] = await retrying(once, mayRepeat ? (options.retries ?? retries) : 0, waiting)
  if (status !== 200) throw answer
  return answer
}

// What is named is what a request would hold, and what no JSON has is refused before it is sent.
async function written(handler: ClientHandler, data: unknown): Promise<unknown> {
  const sent =
    handler.takes?.body === 'whole' ? data : data && Object.fromEntries(membersToSend(data, handler))
  return sent === undefined ? undefined : JSON.parse(writeJson(sent, []))
}

function isAnswer(
  thrown: unknown,
): thrown is AnyFault<'call_answered', { readonly status: number; readonly data: unknown }> {
  return isBranded(thrown) && thrown.code === 'call_answered'
}
