/**
 * What a server may not hand in: head, options, facts of the server, request body. Clauses 1 to 19 and 32.
 *
 * @module
 */
import { WholeInput } from '../../../src/call/input.ts'
import type { Input, Options } from '../../../src/contract.ts'
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

export const REQUEST_BREACHES: readonly Breach[] = [
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
]

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

function ownSignal(): object {
  return { signal: null }
}

function sameInput(this: Options): Options {
  return this
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
