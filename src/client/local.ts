/**
 * `local`: the typed client of a service in the same process. Everything that a call over HTTP
 * goes through, guards, limits, checks and JSON, and no socket.
 *
 * @module
 */
import { Call } from '../call/call.ts'
import { consoleLog } from '../call/log.ts'
import { CallOptions } from '../call/options.ts'
import { answer } from '../call/answer.ts'
import { serverFacts } from '../call/server-facts.ts'
import type { Near, Transport } from '../call/transport.ts'
import type { App, Chunk, Input, Outcome, Result } from '../contract.ts'
import { STREAM } from '../contract.ts'
import type { Handlers, Overrides, Service } from '../handler/service.ts'
import type { RequestHead } from '../value/head.ts'
import { isStream, stream } from '../value/result.ts'
import { type Client, client } from './functions.ts'

/** `local(notes, { db: fake, user: alice }).add({ text: 'hi' })`: values in the place of guards and resources. */
export function local<H extends Handlers>(
  service: Service<H>,
  overrides: Overrides<H> = {} as Overrides<H>,
): Client<Service<H>> {
  const overridden = service.with(overrides)
  return client<Service<H>>(overridden.contract, inProcess(overridden, 'local'))
}

const SERVER = serverFacts()

/** A transport that calls an app where it stands. */
export function inProcess(app: App, name: string): Transport {
  return {
    name,
    call: async (head, input, near) => {
      const call = new Call(SERVER, consoleLog, undefined, head.context)
      const abort = (): void => call.abort(near.signal.reason)
      if (near.signal.aborted) abort()
      near.signal.addEventListener('abort', abort, { once: true })
      const settle = (outcome: Outcome): Promise<void> => {
        near.signal.removeEventListener('abort', abort)
        return call.settle(outcome)
      }
      return settled(await run(app, head, input, call), near, settle)
    },
  }
}

async function run(app: App, head: RequestHead, input: Input, call: Call): Promise<Result> {
  const { method, path, headers, query, mount, http, client, protocol, upgrade, timeoutMs } = head
  const deadline = timeoutMs === null ? null : SERVER.now() + timeoutMs
  const options = new CallOptions(call, input, { query, mount, http, client, protocol, upgrade, deadline })
  try {
    return await app(method, path, headers, options, SERVER)
  } catch (error) {
    return answer(error)
  }
}

// Teardown runs when the caller has everything: at once, or when the stream is over.
async function settled(
  result: Result,
  near: Near,
  settle: (outcome: Outcome) => Promise<void>,
): Promise<Result> {
  const [status, contentType, headers, body] = result
  if (!isStream(body)) {
    await settle({ status, error: null, aborted: false })
    return result
  }
  const watched = async function* (): AsyncGenerator<Chunk, void, undefined> {
    let whole = false
    try {
      yield* body[STREAM]
      whole = true
    } finally {
      await settle({ status, error: near.signal.aborted ? near.signal.reason : null, aborted: !whole })
    }
  }
  return [status, contentType, headers, stream(watched())]
}
