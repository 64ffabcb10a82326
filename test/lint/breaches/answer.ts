/**
 * What an app may not ask and answer, and a gateway not do with it. Clauses 15 to 24 and 36.
 *
 * @module
 */
import { Call } from '../../../src/call/call.ts'
import { key } from '../../../src/call/keys.ts'
import { silentLog } from '../../../src/call/log.ts'
import type { App, Duplex, Life, Outcome, Result, Stream } from '../../../src/contract.ts'
import { LIFE, STREAM, TAKEOVER } from '../../../src/contract.ts'
import { lint } from '../../../src/lint/lint.ts'
import { stream, takeover, text } from '../../../src/value/result.ts'
import {
  ABC,
  arrives,
  type Breach,
  HEADERS,
  optionsWith,
  piecesOf,
  SERVER,
  unchecked,
  uses,
} from '../calling.ts'

const SENT: Outcome = { status: 200, error: null, aborted: false }
const LOCAL = key<number>('local')

export const ANSWER_BREACHES: readonly Breach[] = [
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

function atOnce(fields: () => unknown): void {
  fields()
}
