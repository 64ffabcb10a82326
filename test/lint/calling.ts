/**
 * How an app that has lint around it is called, soundly but for what a breach says.
 *
 * @module
 */
import { Call } from '../../src/call/call.ts'
import { WholeInput } from '../../src/call/input.ts'
import { silentLog } from '../../src/call/log.ts'
import { CallOptions } from '../../src/call/options.ts'
import { serverFacts } from '../../src/call/server-facts.ts'
import type { App, Input, Options, OptionsData, RequestHeaders, Result, Server } from '../../src/contract.ts'
import { lint } from '../../src/lint/lint.ts'
import { headersFrom } from '../../src/value/headers.ts'
import { text } from '../../src/value/result.ts'

export const SERVER: Server = serverFacts()
export const HEADERS: RequestHeaders = headersFrom([['host', 'a']])
const NO_BODY: Input = new WholeInput(null, 10)
export const ABC: Uint8Array = new TextEncoder().encode('abc')
const DATA: OptionsData = {
  query: null,
  mount: '/api',
  http: '1.1',
  client: null,
  protocol: 'http',
  deadline: null,
  upgrade: null,
}

/** Clause, the beginning of the rule, and what breaks it. */
export type Breach = readonly [section: string, rule: string, breach: () => unknown]

export interface Arrival {
  readonly method?: string
  readonly path?: string
  readonly headers?: RequestHeaders
  readonly data?: Partial<OptionsData>
  readonly options?: Options
  readonly server?: Server
  readonly app?: App
}

/** Calls an app that has lint around it. */
export function arrives(given: Arrival): Result | Promise<Result> {
  const { method = 'GET', path = '/', headers = HEADERS, data = {}, server = SERVER } = given
  const options = given.options ?? optionsWith({}, data)
  return lint(given.app ?? (() => text('hi')))(method, path, headers, options, server)
}

/** Options with other members on their prototype. */
export function optionsWith(
  members: object,
  data: Partial<OptionsData> = {},
  call = new Call(SERVER, silentLog),
): Options {
  class Other extends CallOptions {}
  for (const [name, value] of Object.entries(members)) {
    Object.defineProperty(Other.prototype, name, { value, configurable: true, writable: true })
  }
  return new Other(call, NO_BODY, { ...DATA, ...data })
}

export function uses(use: (options: Options) => unknown, members: object = {}): unknown {
  const app: App = async (_method, _path, _headers, options) => {
    await use(options)
    return text('hi')
  }
  return arrives({ app, options: optionsWith(members) })
}

/** Frozen, with a null prototype, and otherwise as it is. */
export function unchecked(fields: object): RequestHeaders {
  return Object.freeze(Object.assign(Object.create(null) as object, fields)) as RequestHeaders
}

export async function* piecesOf(...pieces: Uint8Array[]): AsyncGenerator<Uint8Array, void, undefined> {
  yield* pieces
}
