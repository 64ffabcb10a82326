/**
 * Sending a representation: what is in memory now, what is not as a stream.
 *
 * @module
 */
import { answer, thrown } from '../../call/answer.ts'
import type { Options, RequestHeaders, ResponseHeaders, Result, Server } from '../../contract.ts'
import type { Fault } from '../../fault.ts'
import { stream } from '../../value/result.ts'
import { chooseCoding } from './coding.ts'
import { contentOf } from './content.ts'
import { openFile } from './disk.ts'
import { type Plan, planOf } from './plan.ts'
import { isSame, largeFile, type Representation } from './representation.ts'
import type { Entry } from './store.ts'

/** One call with GET or HEAD. */
export interface Call {
  readonly method: string
  readonly path: string
  readonly headers: RequestHeaders
  readonly options: Options
  readonly server: Server
}

/** The representation that the client likes best. */
export function chosen({ plain, coded }: Entry, headers: RequestHeaders): Representation {
  if (coded.length === 0) return plain
  const offered = coded.flatMap(({ about }) => about.coding ?? [])
  const coding = chooseCoding(headers['accept-encoding'], offered)
  return coded.find(({ about }) => about.coding === coding) ?? plain
}

/** Answers with `file`. Gives null when it is not there any more; rejects as `fs.open`. */
export function send(file: Representation, call: Call): Result | Promise<Result | null> {
  const plan = planOf(call.method, call.headers, file, call.server)
  return isContent(plan) ? sendLarge(file, call) : settled(plan, call.options)
}

async function sendLarge(file: Representation, call: Call): Promise<Result | null> {
  const { method, headers, options, server } = call
  const open = await openFile(file.located.real)
  if (open === null) return null
  options.defer(() => open.close())
  // What was opened counts: it may be another file by now, with other validators.
  const located = { ...file.located, stat: open.stat }
  const now = isSame(file.located, located) ? file : largeFile(located, file.about, server.now())
  const plan = planOf(method, headers, now, server)
  if (!isContent(plan)) return settled(plan, options)
  return [plan.status, plan.contentType, plan.headers, stream(contentOf(open, plan.pieces))]
}

function isContent(plan: Plan): plan is Extract<Plan, { readonly pieces: unknown }> {
  return 'pieces' in plan
}

function settled(plan: Exclude<Plan, { readonly pieces: unknown }>, options: Options): Result {
  return 'fault' in plan ? refusal(plan.fault, options, plan.headers) : plan
}

/** The answer that `fault` would get, with fields of its own; left for others to see as if thrown. */
export function refusal(fault: Fault, options: Options, fields: ResponseHeaders): Result {
  options.set(thrown, { value: fault })
  const [status, contentType, headers, body] = answer(fault)
  return [status, contentType, { ...headers, ...fields }, body]
}
