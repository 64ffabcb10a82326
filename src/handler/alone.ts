/**
 * Calls by name that no server began: they end here, with their data or with the last item.
 *
 * @module
 */
import { Call } from '../call/call.ts'
import { isFailure } from '../call/failure.ts'
import { WholeInput } from '../call/input.ts'
import { isAsyncIterable, leavable, leave } from '../call/leave.ts'
import { consoleLog } from '../call/log.ts'
import { CallOptions } from '../call/options.ts'
import { serverFacts } from '../call/server-facts.ts'
import { isMade } from '../call-fault.ts'
import type { Options, OptionsData, Outcome, Server } from '../contract.ts'
import { Fault, isFault } from '../fault.ts'
import type { Carried } from '../value/message.ts'

/** The server of calls without one. */
export const SERVER: Server = serverFacts()

const NOWHERE: OptionsData = {
  query: null,
  mount: '',
  http: null,
  client: null,
  protocol: 'http',
  deadline: null,
  upgrade: null,
}

const DELIVERED: Outcome = { status: null, error: null, aborted: false }

/** What a call may come with. */
export interface Alone {
  readonly signal?: AbortSignal | undefined
  readonly timeoutMs?: number | null
  readonly context?: Carried
}

/** Runs a call, and its teardown once the data, or the last item, is out. */
export async function callAlone(call: (options: Options) => unknown, alone: Alone = {}): Promise<unknown> {
  const { signal, timeoutMs = null, context } = alone
  const own = new Call(SERVER, consoleLog, undefined, context)
  const abort = (): void => own.abort(signal?.reason)
  if (signal?.aborted === true) abort()
  const deadline = timeoutMs === null ? null : SERVER.now() + timeoutMs
  const options = new CallOptions(own, new WholeInput(null, 0), { ...NOWHERE, deadline })
  if (signal !== undefined) {
    signal.addEventListener('abort', abort, { once: true })
    options.defer(() => signal.removeEventListener('abort', abort))
  }
  try {
    const delivered = await call(options)
    if (isAsyncIterable(delivered)) return settledAfter(delivered, own)
    await own.settle(DELIVERED)
    return delivered
  } catch (error) {
    await own.settle({ ...DELIVERED, error })
    throw error
  }
}

/** What a caller by name is told: what is neither fault nor failure is for whoever looks at the cause. */
export function known(thrown: unknown): unknown {
  return (isFault(thrown) && !isMade(thrown)) || isFailure(thrown)
    ? thrown
    : new Fault('app_failed', {}, thrown)
}

function settledAfter(items: AsyncIterable<unknown>, own: Call): AsyncIterable<unknown> {
  const iterate = async function* (): AsyncGenerator<unknown, void, undefined> {
    let outcome: Outcome = { ...DELIVERED, aborted: true }
    try {
      yield* items
      outcome = DELIVERED
    } catch (error) {
      outcome = { ...DELIVERED, error }
      throw known(error)
    } finally {
      await own.settle(outcome)
    }
  }
  return leavable(iterate(), async () => {
    await leave(items)
    await own.settle({ ...DELIVERED, aborted: true })
  })
}
