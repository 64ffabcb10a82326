/**
 * A transport that leads to an app in the same process: heads in, results out, and no socket.
 *
 * @module
 */
import type { App, Chunk, Input, Outcome, Result } from '../contract.ts'
import { STREAM } from '../contract.ts'
import { Fault } from '../fault.ts'
import type { RequestHead } from '../value/head.ts'
import { isStream, stream } from '../value/result.ts'
import { answer, isOurs } from './answer.ts'
import { Call } from './call.ts'
import { chunksOf, leave } from './chunks.ts'
import { WholeInput } from './input.ts'
import { leavable } from './leave.ts'
import { consoleLog, logThrown } from './log.ts'
import { CallOptions } from './options.ts'
import { serverFacts } from './server-facts.ts'
import type { Near, Transport } from './transport.ts'

const SERVER = serverFacts()

// The caller's own timer is to speak first: it says what timed out.
const BEHIND_MS = 10

/** A transport to an app in this process. `name` says who answers, in messages. */
export function inProcess(app: App, name: string): Transport {
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
    await leave(chunksOf(body))
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
  const left = async (): Promise<void> => {
    await leave(chunksOf(body))
    await settle(false)
  }
  return [status, contentType, headers, stream(leavable(watched(), left))]
}
