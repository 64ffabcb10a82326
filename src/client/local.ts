/**
 * `local`: the typed client of a service in the same process. Everything that a call over HTTP
 * goes through, guards, limits, checks and JSON, and no socket.
 *
 * @module
 */
import { answer, isOurs } from '../call/answer.ts'
import { Call } from '../call/call.ts'
import { WholeInput } from '../call/input.ts'
import { consoleLog, logThrown } from '../call/log.ts'
import { CallOptions } from '../call/options.ts'
import { serverFacts } from '../call/server-facts.ts'
import type { Near, Transport } from '../call/transport.ts'
import type { App, Chunk, Input, Outcome, Result, Stream } from '../contract.ts'
import { STREAM } from '../contract.ts'
import { Fault } from '../fault.ts'
import type { Handlers, Overrides } from '../handler/handlers.ts'
import type { Service } from '../handler/service.ts'
import type { RequestHead } from '../value/head.ts'
import { isStream, stream } from '../value/result.ts'
import type { Client } from './client-types.ts'
import { type ClientOptions, client } from './functions.ts'

/**
 * `local(notes, { db: fake, user: alice }).add({ text: 'hi' })`: values in the place of guards and
 * resources. Resources without one are opened by the first call; `closeApp(notes)` closes them. Nothing is
 * lost on the way here, so nothing is tried again unless `retries` says so.
 */
export function local<H extends Handlers>(
  service: Service<H>,
  overrides: Overrides<H> = {} as Overrides<H>,
  options: ClientOptions = {},
): Client<Service<H>> {
  const overridden = service.with(overrides)
  return client<Service<H>>(overridden.contract, inProcess(overridden, 'local'), { retries: 0, ...options })
}

const SERVER = serverFacts()

// The caller's own timer is to speak first: it says what timed out.
const BEHIND_MS = 10

function inProcess(app: App, name: string): Transport {
  return {
    name,
    call: async (head, input, near) => {
      const call = new Call(SERVER, consoleLog, undefined, head.context)
      const abort = (): void => call.abort(near.signal.reason)
      if (near.signal.aborted) abort()
      near.signal.addEventListener('abort', abort, { once: true })
      const { result, error } = await run(app, head, await limited(input, near), call)
      return settled(result, near, (whole) => {
        near.signal.removeEventListener('abort', abort)
        return call.settle(outcomeOf(result[0], error, whole, near))
      })
    },
  }
}

// A body that is here already has no limit of its own, and the app's are to hold.
async function limited(input: Input, near: Near): Promise<Input> {
  if (!('source' in input)) return input
  if (input.absent) return new WholeInput(null, 0)
  const bytes = await input.bytes()
  near.sent?.({ sent: bytes.byteLength, total: bytes.byteLength })
  return new WholeInput(bytes, SERVER.limits.body)
}

async function run(
  app: App,
  head: RequestHead,
  input: Input,
  call: Call,
): Promise<{ readonly result: Result; readonly error: unknown }> {
  const { method, path, headers, query, mount, http, client, protocol, upgrade, timeoutMs } = head
  const deadline = timeoutMs === null ? null : SERVER.now() + timeoutMs + BEHIND_MS
  const options = new CallOptions(call, input, { query, mount, http, client, protocol, upgrade, deadline })
  try {
    return { result: await app(method, path, headers, options, SERVER), error: null }
  } catch (error) {
    // A handler that heeds its signal throws as well, and nothing is wrong.
    if (isOurs(error) && !call.aborted) logThrown(consoleLog, error, { path })
    return { result: answer(error), error }
  }
}

function outcomeOf(status: number, error: unknown, whole: boolean, { signal }: Near): Outcome {
  if (whole && !signal.aborted) return { status, error, aborted: false }
  const gone: unknown = signal.aborted
    ? signal.reason
    : new Fault('request_aborted', { reason: 'the caller went away' })
  return { status, error: error ?? gone, aborted: true }
}

// Teardown runs when the caller has everything: at once, or when the stream is over.
async function settled(
  result: Result,
  near: Near,
  settle: (whole: boolean) => Promise<void>,
): Promise<Result> {
  const [status, contentType, headers, body] = result
  if (!isStream(body)) {
    await settle(true)
    return result
  }
  if (near.signal.aborted) {
    await leave(body)
    await settle(false)
    return result
  }
  const watched = async function* (): AsyncGenerator<Chunk, void, undefined> {
    let whole = false
    try {
      yield* body[STREAM]
      whole = true
    } finally {
      await settle(whole)
    }
  }
  return [status, contentType, headers, stream(watched())]
}

async function leave({ [STREAM]: chunks }: Stream): Promise<void> {
  await (Symbol.asyncIterator in chunks
    ? chunks[Symbol.asyncIterator]()
    : chunks[Symbol.iterator]()
  ).return?.()
}
