/**
 * What it takes to have a request: from parts that a parser gives, or from octets, beside `Request`.
 *
 * @module
 */
import type { Options, RequestHeaders, Result } from '../../src/contract.ts'
import { built, peer } from './built.ts'
import { LINES, OCTETS, TARGET, URL_TEXT } from './head.ts'
import type { Case, Experiment, Missing } from './rounds.ts'

const [
  { Call },
  { silentLog },
  { CallOptions },
  { outgoing },
  { serverFacts },
  fields,
  result,
  target,
  wire,
] = await Promise.all([
  built('call/call.js'),
  built('call/log.js'),
  built('call/options.js'),
  built('call/outgoing.js'),
  built('call/server-facts.js'),
  built('value/headers.js'),
  built('value/result.js'),
  built('value/target.js'),
  built('wire/http1/request-reader.js'),
])

const server = serverFacts()
const init = { headers: Object.fromEntries(LINES) }

interface Built {
  readonly method: string
  readonly path: string
  readonly headers: RequestHeaders
  readonly options: Options
}

function optionsOf(query: string | null): Options {
  return new CallOptions(new Call(server, silentLog), null, {
    query,
    mount: '',
    http: '1.1',
    client: '127.0.0.1',
    protocol: 'http',
    deadline: null,
    upgrade: null,
  })
}

/** As a server does whose parser has checked and lower-cased the fields. */
function fromParts(): Built {
  const { path, query } = target.requestTarget('GET', TARGET)
  const headers = fields.emptyFields()
  for (let at = 0; at < LINES.length; at++) fields.joinField(headers, LINES[at]![0], LINES[at]![1])
  return { method: 'GET', path, headers: Object.freeze(headers), options: optionsOf(query) }
}

/** As a server does that trusts its parser with nothing. */
function checked(): Built {
  const { path, query } = target.requestTarget('GET', TARGET)
  return { method: 'GET', path, headers: fields.headersFrom(LINES), options: optionsOf(query) }
}

const latin1 = (octets: Uint8Array, from: number, to: number): string =>
  Buffer.prototype.latin1Slice.call(octets, from, to)
const reading = { limits: server.limits, authority: 'example.org', latin1 }
const connection = new wire.RequestReader(reading)

function read(reader: InstanceType<typeof wire.RequestReader>): Built {
  reader.push(OCTETS)
  const { method, path, query, headers } = reader.head()!
  return { method, path, headers, options: optionsOf(query) }
}

function answered({ method }: Built): unknown {
  return outgoing(result.text('hello') as Result, method)
}

const CASES: readonly Case[] = [
  { name: 'parts', title: 'Hagaki: from parts', kind: 'ours', run: fromParts },
  { name: 'checked', title: 'Hagaki: from parts, fields checked', kind: 'ours', run: checked },
  {
    name: 'octets',
    title: 'Hagaki: from octets, parsed',
    kind: 'ours',
    run: () => read(new wire.RequestReader(reading)),
  },
  {
    name: 'again',
    title: 'Hagaki: from the same octets again',
    kind: 'ours',
    run: () => read(connection),
  },
  {
    name: 'answered',
    title: 'Hagaki: the same, and its answer checked',
    kind: 'ours',
    run: () => answered(read(connection)),
  },
  {
    name: 'request',
    title: 'new Request(url, { headers })',
    kind: 'peer',
    run: () => new Request(URL_TEXT, init),
  },
]

export const EXPERIMENTS: readonly Experiment[] = [
  {
    name: 'build',
    title: 'method, path, headers and options',
    base: 'request',
    cases: [...CASES, ...(await fetchCases())],
    targets: [{ of: 'parts', against: ['request'], atMost: 0.1 }],
  },
]

/** What an app of `Request` takes until it has answered, on a request made before or now. */
async function fetchCases(): Promise<readonly (Case | Missing)[]> {
  const name = 'hono'
  const title = 'Hono: fetch(new Request)'
  const module = await peer<HonoModule>('hono')
  if (module === null) return [{ name, title, kind: 'peer', absent: 'not installed here' }]
  const hono = new module.Hono()
  hono.get('/cards/:id', (c) => c.text('hello'))
  return [{ name, title, kind: 'peer', run: () => hono.fetch(new Request(URL_TEXT, init)) }]
}

interface HonoModule {
  readonly Hono: new () => {
    get(path: string, handler: (c: { text(body: string): unknown }) => unknown): unknown
    fetch(request: Request): unknown
  }
}
