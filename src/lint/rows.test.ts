/** Breaks each rule that has a check, and sees that `lint` names it and no other. */
import { expect, test } from 'vitest'
import { Call } from '../call/call.ts'
import { WholeInput } from '../call/input.ts'
import { key } from '../call/keys.ts'
import { silentLog } from '../call/log.ts'
import { CallOptions } from '../call/options.ts'
import { serverFacts } from '../call/server-facts.ts'
import type {
  App,
  Duplex,
  Input,
  Life,
  Options,
  OptionsData,
  Outcome,
  RequestHeaders,
  Result,
  Server,
  Stream,
} from '../contract.ts'
import { LIFE, STREAM, TAKEOVER } from '../contract.ts'
import { type FaultDetail, isFault } from '../fault.ts'
import { headersFrom } from '../value/headers.ts'
import { stream, takeover, text } from '../value/result.ts'
import { lint } from './lint.ts'
import { ROWS } from './rows.ts'

const SERVER = serverFacts()
const HEADERS = headersFrom([['host', 'a']])
const NO_BODY = new WholeInput(null, 10)
const ABC = new TextEncoder().encode('abc')
const SENT: Outcome = { status: 200, error: null, aborted: false }
const LOCAL = key<number>('local')
const DATA: OptionsData = {
  query: null,
  mount: '/api',
  http: '1.1',
  client: null,
  protocol: 'http',
  deadline: null,
  upgrade: null,
}

type Broken = FaultDetail['contract_broken']

/** Clause, the beginning of the rule, and what breaks it. */
type Breach = readonly [section: string, rule: string, breach: () => unknown]

const BREACHES: readonly Breach[] = [
  // What the server hands in: the head.
  ['1', '`method` is', () => arrives({ method: 'get' })],
  ['1', '`method` is', () => arrives({ method: '' })],
  ['1', '`method` is', () => arrives({ method: null as never })],
  ['2', '`path` is', () => arrives({ path: 'a' })],
  ['2', '`path` is', () => arrives({ path: '*' })],
  ['2', '`path` is', () => arrives({ path: '/a b' })],
  ['2', '`path` is', () => arrives({ path: '/a?b' })],
  ['2', '`path` is', () => arrives({ path: 'http://a/' })],
  ['2', '`path` is', () => arrives({ method: 'CONNECT' })],
  ['2', '`path` is', () => arrives({ method: 'CONNECT', path: 'a' })],
  ['4', '`options.mount` is', () => arrives({ data: { mount: 'api' } })],
  ['4', '`options.mount` is', () => arrives({ data: { mount: '/' } })],
  ['4', '`options.mount` is', () => arrives({ data: { mount: null as never } })],
  ['4', 'Further in', () => uses((options) => options.with({ mount: '' }))],
  ['4', 'Further in', () => uses((options) => options.with({ mount: '/apis' }))],
  ['5', '`options.query` is', () => arrives({ data: { query: undefined as never } })],
  ['5', '`options.query` is', () => arrives({ data: { query: 'a b' } })],
  ['5', '`options.query` is', () => arrives({ data: { query: 'a#b' } })],
  ['6', '`headers` has', () => arrives({ headers: Object.freeze({ host: 'a' }) })],
  [
    '6',
    '`headers` has',
    () => arrives({ headers: Object.assign(Object.create(null) as object, HEADERS) as never }),
  ],
  ['6', '`headers` has', () => arrives({ headers: null as never })],
  ['6', 'Header names are', () => arrives({ headers: unchecked({ host: 'a', 'X-A': '1' }) })],
  ['6', 'Header values are', () => arrives({ headers: unchecked({ host: 'a', 'x-a': ['1'] }) })],
  ['6', 'A repeat of', () => arrives({ headers: unchecked({ host: 'a', 'content-length': '3, 3' }) })],
  ['7', 'A field value', () => arrives({ headers: unchecked({ host: 'a', 'x-a': 'a\nb' }) })],
  ['7', 'A field value', () => arrives({ headers: unchecked({ host: 'a', 'x-a': 'Ċ' }) })],
  ['7', 'A field value', () => arrives({ headers: unchecked({ host: 'a', 'x-a': ' a' }) })],
  ['8', 'The gateway has', () => arrives({ headers: unchecked({ host: 'a', connection: 'close' }) })],
  [
    '8',
    'The gateway has',
    () => arrives({ headers: unchecked({ host: 'a', 'transfer-encoding': 'chunked' }) }),
  ],
  ['8', '`upgrade` arrives', () => arrives({ data: { upgrade: 'websocket' as never } })],
  ['8', '`upgrade` arrives', () => arrives({ data: { upgrade: [''] } })],
  ['9', '`headers.host` is', () => arrives({ headers: unchecked({}) })],
  ['9', '`headers.host` is', () => arrives({ headers: unchecked({ host: '' }) })],
  ['9', '`headers.host` is', () => arrives({ method: 'CONNECT', path: 'b:443' })],

  // Options and server.
  ['11', 'The capabilities of', () => arrives({ options: optionsWith({ hint: undefined }) })],
  ['11', 'The capabilities of', () => arrives({ options: Object.create(null) as Options })],
  ['11', '`http` is', () => arrives({ data: { http: '3' as never } })],
  ['11', '`client` is', () => arrives({ data: { client: '::ffff:127.0.0.1' } })],
  ['11', '`client` is', () => arrives({ data: { client: '' } })],
  ['11', '`client` is', () => uses((options) => options.with({ client: 7 as never }))],
  ['11', '`protocol` is', () => arrives({ data: { protocol: 'ftp' as never } })],
  ['11', '`deadline` is', () => arrives({ data: { deadline: Number.NaN } })],
  ['11', '`deadline` is', () => uses((options) => options.with({ deadline: '5s' as never }))],
  ['11', '`log` has', () => uses(({ log }) => log, { log: { info: () => {} } })],
  ['12', 'Options are', () => arrives({ options: { ...optionsWith({}) } as Options })],
  [
    '12',
    'Options are',
    () => arrives({ options: Object.assign(optionsWith({ signal: null }), ownSignal()) }),
  ],
  ['12', '`with({ query', () => uses((options) => options.with({ http: '2' } as object))],
  ['12', '`with({ query', () => uses((options) => options.with({ signal: null } as object))],
  [
    '12',
    '`with` derives',
    () => uses((options) => options.with({ query: 'a' }), { with: () => optionsWith({}) }),
  ],
  [
    '12',
    '`with` derives',
    () => uses((options) => options.with({ input: new WholeInput(ABC, 9) }), { with: sameInput }),
  ],
  ['16', '`signal` is', () => uses(({ signal }) => signal, { signal: null })],
  ['19', '`server` is built', () => arrives({ server: { ...SERVER } })],
  [
    '19',
    '`server` is built',
    () => arrives({ server: Object.freeze({ ...SERVER, limits: { ...SERVER.limits } }) }),
  ],
  ['19', '`server` is `{', () => arrives({ server: Object.freeze({ ...SERVER, port: '80' as never }) })],
  ['19', '`server` is `{', () => arrives({ server: Object.freeze({ ...SERVER, now: 5 as never }) })],

  // The request body.
  ['13', '`input.bytes(limit)` takes', () => reads({}, (input) => input.bytes('1mb' as never))],
  ['13', '`input.bytes(limit)` takes', () => reads({}, (input) => input.bytes(-1))],
  ['13', 'Each caller of', () => reads({}, (input) => input.bytes(2))],
  ['13', '`bytes` is one', () => reads({ length: null, bytes: growing() }, twice)],
  ['13', 'A known length is that of the bytes', () => reads({ length: 4 }, (input) => input.bytes())],
  ['13', '`bytes` after', () => reads({}, (input) => [input.stream(), input.bytes()][1])],
  ['13', '`input.stream()` is', () => reads({}, (input) => [input.stream(), input.stream()])],
  ['13', '`input.stream()` is', () => reads({ stream: () => null as never }, (input) => input.stream())],
  ['13', '`stream` after', () => reads({}, async (input) => [await input.bytes(), input.stream()])],
  ['13', '`input.length` is', () => reads({ length: undefined as never })],
  ['13', '`input.length` is', () => reads({ length: -1 })],
  ['13', 'A known length is that of the pieces', () => reads({ length: 4 }, drained)],
  ['13', 'A known length is that of the pieces', () => reads({ length: 2 }, drained)],
  [
    '13',
    '`input.trailers()` gives',
    () => reads({ trailers: () => ({ a: '1' }) }, (input) => input.trailers()),
  ],
  [
    '13',
    '`input.trailers()` gives',
    () => reads({ absent: true, length: 0, trailers: () => HEADERS }, (input) => input.trailers()),
  ],
  [
    '13',
    '`input.trailers()` gives',
    () => reads({ trailers: () => unchecked({ A: '1' }) }, (input) => input.trailers()),
  ],
  [
    '14',
    'Bytes are `Uint8Array`s',
    () => reads({ bytes: async () => 'abc' as never }, (input) => input.bytes()),
  ],
  ['14', 'Bytes are read-only', () => reads({}, async (input) => (await input.bytes()).fill(0))],
  [
    '14',
    'Bytes are read-only',
    () =>
      reads({}, async (input) => {
        ;(await input.bytes())[0] = 0
        return input.bytes()
      }),
  ],
  ['14', 'The pieces of', () => reads({ length: null, stream: () => piecesOf('abc' as never) }, drained)],
  ['32', '`input.absent` is', () => reads({ absent: undefined as never })],
  ['32', '`input.absent` is', () => reads({ absent: true })],

  // What the app asks of its options.
  ['15', '`defer(task)` registers', () => uses((options) => options.defer('task' as never))],
  ['17', 'A context key', () => uses((options) => options.get('user' as never))],
  ['17', 'A context key', () => uses((options) => options.set({ name: 'user' } as never, 1))],
  ['17', 'What is set', () => uses((options) => options.set(LOCAL, 1), { set: () => {} })],
  ['18', '`hint(fields)` sends', () => uses((options) => options.hint({ link: 'a\nb' }))],
  ['18', '`hint(fields)` sends', () => uses((options) => options.hint({ 'content-length': '1' }))],
  ['18', '`hint(fields)` sends', () => uses((options) => options.hint({ connection: 'close' }))],
  ['18', '`hint(fields)` sends', () => uses((options) => options.hint(undefined as never))],
  ['18', '`trailer(fields)` takes', () => uses((options) => options.trailer({ a: '1' } as never))],
  ['18', 'Trailers are asked', () => uses((options) => options.trailer(() => ({})), { trailer: atOnce })],
  ['18', 'Framing and routing', () => trailers({ 'content-length': '1' })],
  ['18', 'Framing and routing', () => trailers({ host: 'a' })],
  ['18', 'Framing and routing', () => trailers(null)],

  // The result.
  ['21', 'A result is', () => answers(undefined)],
  ['21', 'A result is', () => answers([200, null, {}])],
  ['21', 'A result is', () => answers(new Response('hi'))],
  ['20', 'The status is', () => answers([199, null, {}, null])],
  ['20', 'The status is', () => answers([101, null, {}, null])],
  ['20', 'The status is', () => answers(['200', null, {}, null])],
  ['21', '`contentType` is', () => answers([200, undefined, {}, null])],
  ['21', '`contentType` is', () => answers([200, 'a\nb', {}, null])],
  ['21', 'Headers are', () => answers([200, null, null, null])],
  ['21', 'Headers are', () => answers([200, null, new Headers(), null])],
  ['21', 'Headers are', () => answers([200, null, [['a', '1']], null])],
  ['21', 'Headers are', () => answers([200, null, { 'X-A': '1' }, null])],
  ['21', 'Header values are', () => answers([200, null, { a: 1 }, null])],
  ['21', 'Header values are', () => answers([200, null, { a: ['1', 2] }, null])],
  ['7', 'In a response', () => answers([200, null, { a: 'a\r\nb: c' }, null])],
  ['7', 'In a response', () => answers([200, null, { a: ['fine', 'Ċ'] }, null])],
  ['21', '`content-type` is', () => answers([200, null, { 'content-type': 'text/plain' }, null])],
  ['22', '`content-length` may', () => answers([200, null, { 'content-length': '2' }, 'hi'])],
  ['22', '`content-length` may', () => answers([200, null, { 'content-length': '-1' }, stream([])])],
  ['22', 'Other framing', () => answers([200, null, { 'transfer-encoding': 'chunked' }, null])],
  ['22', 'Other framing', () => answers([200, null, { upgrade: 'websocket' }, null])],
  ['22', 'Other framing', () => answers([200, null, { trailer: 'a' }, null])],
  ['23', 'A body is', () => answers([200, null, {}, undefined])],
  ['23', 'A body is', () => answers([200, null, {}, ['a']])],
  ['23', 'A body is', () => answers([200, null, {}, piecesOf(ABC)])],
  ['23', 'A stream holds', () => answers([200, null, {}, { [STREAM]: 'abc' }])],
  ['24', 'A takeover is branded', () => answers([101, null, {}, { [TAKEOVER]: null }])],
  ['24', 'The gateway writes', () => answers([404, null, {}, takeover(() => {})])],
  [
    '24',
    '2xx to CONNECT',
    () => arrives({ method: 'CONNECT', path: 'a:443', headers: unchecked({ host: 'a:443' }) }),
  ],
  ['20', '204, 205', () => answers([204, null, {}, ''])],
  ['20', '204, 205', () => answers([304, null, {}, stream([])])],

  // What the gateway does with it.
  ['22', 'The length that', () => collects(stream(['ab', 'cd']), 3)],
  ['22', 'The length that', () => collects(stream(piecesOf(ABC)), 4)],
  ['23', 'Chunks are', () => collects(stream(['a', 1 as never]))],
  ['23', 'Chunks are', () => collects(stream(piecesOf(null as never)))],
  ['23', 'A stream is iterated', () => collects(stream(['a']), null, 2)],
  ['23', 'Nothing is asked', () => asksOn(stream(['a']))],
  ['23', 'Nothing is asked', () => asksOn(stream(piecesOf(ABC)))],
  ['24', 'A takeover is called', () => handsOver(DUPLEX, DUPLEX)],
  ['24', 'A takeover is given', () => handsOver({ ...DUPLEX, end: undefined } as never)],
  ['24', 'A takeover is given', () => handsOver({ write: DUPLEX.write } as never)],

  // The end of a call.
  ['15', 'Deferred tasks run exactly', () => defers((run) => [run[1]!(SENT), run[1]!(SENT)])],
  ['15', 'Deferred tasks run last', () => defers((run) => [run[0]!(SENT)])],
  ['15', 'Each deferred task', () => defers((run) => [run[2]!(SENT), run[1]!(SENT)])],
  ['15', 'Deferred tasks are told', () => defers((run) => [run[2]!(undefined as never)])],
  ['15', 'Deferred tasks are told', () => defers((run) => [run[2]!({ ...SENT, aborted: 1 as never })])],
  ['16', 'An answer that', () => ends(text('hi'), { ...SENT, aborted: true })],
  ['23', 'A body that', () => ends([200, null, {}, stream(['a'])], SENT)],
  [
    '21',
    'Results are',
    () => ends([200, null, { a: '1' }, 'hi'], SENT, (result) => Object.assign(result[2], { a: '2' })),
  ],
  ['21', 'Results are', () => ends([200, null, {}, 'hi'], SENT, (result) => Object.assign(result, [404]))],

  // Life.
  ['36', 'An app that needs', () => lint(withLife({ open: async () => {} } as never))],
  [
    '36',
    'An app is opened',
    () => arrives({ app: withLife({ open: async () => {}, close: async () => {} }) }),
  ],
  ['36', 'An app is opened', () => callsAfterClosing()],
  [
    '36',
    'Closing never',
    () => closes({ open: async () => {}, close: () => Promise.reject(new Error('stuck')) }),
  ],
]

test('a broken rule is named, with its section and what was found', async () => {
  const wrong: string[] = []
  for (const [section, rule, breach] of BREACHES) {
    const found = await thrownBy(breach)
    const detail = isFault(found) && found.code === 'contract_broken' ? (found.detail as Broken) : null
    const named = detail?.section === section && detail.rule.startsWith(rule) && detail.found !== ''
    if (!named) wrong.push(`${section} ${rule}: ${String(breach).replace(/\s+/g, ' ')} gave ${String(found)}`)
  }
  expect(BREACHES.length).toBeGreaterThan(0)
  expect(wrong).toEqual([])
})

test('every rule that has a check is broken above, and every breach is of one rule', () => {
  const breaks = ([section, start]: Breach, row: (typeof ROWS)[number]): boolean =>
    row.section === section && row.rule.startsWith(start)
  const checked = ROWS.filter((row) => 'check' in row)
  expect(checked.length).toBeGreaterThan(0)
  expect(
    checked.filter((row) => !BREACHES.some((breach) => breaks(breach, row))).map(({ rule }) => rule),
  ).toEqual([])
  for (const breach of BREACHES) {
    expect(checked.filter((row) => breaks(breach, row)).length, `${breach[0]} ${breach[1]}`).toBe(1)
  }
})

interface Arrival {
  readonly method?: string
  readonly path?: string
  readonly headers?: RequestHeaders
  readonly data?: Partial<OptionsData>
  readonly options?: Options
  readonly server?: Server
  readonly app?: App
}

/** Calls an app that has lint around it. */
function arrives(given: Arrival): Result | Promise<Result> {
  const { method = 'GET', path = '/', headers = HEADERS, data = {}, server = SERVER } = given
  const options = given.options ?? optionsWith({}, data)
  return lint(given.app ?? (() => text('hi')))(method, path, headers, options, server)
}

/** Options with other members on their prototype. */
function optionsWith(
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

function uses(use: (options: Options) => unknown, members: object = {}): unknown {
  const app: App = async (_method, _path, _headers, options) => {
    await use(options)
    return text('hi')
  }
  return arrives({ app, options: optionsWith(members) })
}

function reads(members: Partial<Input>, use: (input: Input) => unknown = () => {}): unknown {
  const sound: Input = {
    length: 3,
    absent: false,
    bytes: async () => ABC.slice(),
    stream: () => piecesOf(ABC),
    trailers: () => null,
  }
  // One and the same bytes for every caller, as sound inputs give them.
  const bytes = ABC.slice()
  return uses(({ input }) => use(input), { input: { ...sound, bytes: async () => bytes, ...members } })
}

function answers(result: unknown): unknown {
  return arrives({ app: () => result as Result })
}

/** Asks for trailers as a gateway does, once the app has answered. */
async function trailers(fields: unknown): Promise<unknown> {
  const call = new Call(SERVER, silentLog)
  const app: App = (_method, _path, _headers, options) => {
    options.trailer(() => fields as never)
    return text('hi')
  }
  await arrives({ app, options: optionsWith({}, {}, call) })
  return call.trailers()
}

async function handedOver(body: Stream, declared: number | null = null): Promise<Stream[typeof STREAM]> {
  const headers: Record<string, string> = declared === null ? {} : { 'content-length': String(declared) }
  const [, , , handed] = await arrives({ app: () => [200, null, headers, body] })
  return (handed as Stream)[STREAM]
}

async function collects(body: Stream, declared: number | null = null, times = 1): Promise<void> {
  const chunks = await handedOver(body, declared)
  for (let time = 0; time < times; time++) for await (const _ of chunks);
}

/** Asks for one chunk more than there are. */
async function asksOn(body: Stream): Promise<void> {
  const chunks = await handedOver(body)
  const iterator = Symbol.asyncIterator in chunks ? chunks[Symbol.asyncIterator]() : chunks[Symbol.iterator]()
  while ((await iterator.next()).done !== true);
  await iterator.next()
}

const DUPLEX = {
  write: () => true,
  end: () => {},
  destroy: () => {},
  once: () => {},
  [Symbol.asyncIterator]: () => piecesOf(ABC),
} as unknown as Duplex

async function handsOver(...duplexes: readonly Duplex[]): Promise<void> {
  const app: App = () => [101, null, {}, takeover(() => {})]
  const [, , , body] = await arrives({ app, data: { upgrade: ['websocket'] } })
  for (const duplex of duplexes) await (body as { [TAKEOVER]: (duplex: Duplex) => unknown })[TAKEOVER](duplex)
}

/** Registers two tasks behind lint's own, and runs what the server is told to run. */
async function defers(run: (tasks: ((outcome: Outcome) => unknown)[]) => unknown[]): Promise<void> {
  const tasks: ((outcome: Outcome) => unknown)[] = []
  const app: App = (_method, _path, _headers, options) => {
    options.defer(() => {})
    options.defer(() => {})
    return text('hi')
  }
  const defer = (task: (outcome: Outcome) => unknown): void => void tasks.push(task)
  await arrives({ app, options: optionsWith({ defer }) })
  await Promise.all(run(tasks.length === 3 ? tasks : []))
}

/** Ends a call whose signal was looked at, and throws what was logged. */
async function ends(
  result: Result,
  outcome: Outcome,
  before: (result: Result) => unknown = () => {},
): Promise<void> {
  const logged: unknown[] = []
  const call = new Call(SERVER, {
    ...silentLog,
    error: (fields) => void logged.push((fields as { err: unknown }).err),
  })
  const app: App = (_method, _path, _headers, { signal }) => (signal.aborted ? text('too late') : result)
  const { signal } = new AbortController()
  before(await arrives({ app, options: optionsWith({ signal }, {}, call) }))
  await call.settle(outcome)
  for (const error of logged) throw error
}

function withLife(life: Life): App {
  return Object.defineProperty((() => text('hi')) as App, LIFE, { value: life })
}

async function callsAfterClosing(): Promise<unknown> {
  const linted = lint(withLife({ open: async () => {}, close: async () => {} }))
  const call = (): unknown => linted('GET', '/', HEADERS, optionsWith({}), SERVER)
  await linted[LIFE]!.open(SERVER)
  call()
  await linted[LIFE]!.close()
  return call()
}

async function closes(life: Life): Promise<void> {
  const linted = lint(withLife(life))
  await linted[LIFE]!.open(SERVER)
  await linted[LIFE]!.close()
}

/** Frozen, with a null prototype, and otherwise as it is. */
function unchecked(fields: object): RequestHeaders {
  return Object.freeze(Object.assign(Object.create(null) as object, fields)) as RequestHeaders
}

function ownSignal(): object {
  return { signal: null }
}

function sameInput(this: Options): Options {
  return this
}

function atOnce(fields: () => unknown): void {
  fields()
}

function growing(): () => Promise<Uint8Array> {
  let size = 0
  return async () => new Uint8Array(++size)
}

async function twice(input: Input): Promise<unknown> {
  return [await input.bytes(), await input.bytes()]
}

async function drained(input: Input): Promise<void> {
  for await (const _ of input.stream());
}

async function* piecesOf(...pieces: Uint8Array[]): AsyncGenerator<Uint8Array, void, undefined> {
  yield* pieces
}

async function thrownBy(breach: () => unknown): Promise<unknown> {
  try {
    await breach()
  } catch (error) {
    return error
  }
  return 'nothing'
}
