/**
 * One file of requests and their answers, `cases.json`, over every road: the same values, but for what is
 * listed here. Contract clauses 5-9, 13, 20-25, 32 and 33.
 */
import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  type App,
  headersFrom,
  mount,
  type Problem,
  perform,
  type RequestValue,
  type ResponseValue,
  remote,
  silentLog,
} from 'hagaki'
import { http } from 'hagaki/http'
import { isolate } from 'hagaki/isolate'
import { nats } from 'hagaki/nats'
import { rack } from 'hagaki/rack'
import { serve } from 'hagaki/server'
import { socket } from 'hagaki/socket'
import { overWebSocket, webSocket } from 'hagaki/websocket'
import { type WorkOptions, work } from 'hagaki/work'
import { wsgi } from 'hagaki/wsgi'
import { expect, onTestFinished, test } from 'vitest'
import { python, ruby } from '../../scripts/needs.ts'
import { closeApp, openApp } from '../../src/call/life.ts'
import { serverFacts } from '../../src/call/server-facts.ts'
import { NatsServer } from '../nats/server.ts'
import { selfSigned } from '../server/certificate.ts'
import { octetsOf, WireClient, type WireResponse } from '../server/wire-client.ts'
import { CASES, type Case } from './cases.ts'
import echo, { type Echo } from './echo.ts'

/** An answer with what differs by road taken out, and the body as text or as what was echoed. */
interface Seen {
  readonly status: number
  readonly contentType: string | null
  readonly headers: Readonly<Record<string, string | readonly string[]>>
  readonly body: string | Digest | Echo | Problem | null
}

interface Digest {
  readonly octets: number
  readonly sha256: string
}

const HERE = new URL('.', import.meta.url)
const ECHO = new URL('./echo.ts', import.meta.url)
const ours = selfSigned()
const theirs = selfSigned()

const values: Record<string, Seen> = Object.fromEntries(
  Object.entries(CASES).map(([name, { answer }]) => [name, answer as Seen]),
)

/** What carries the app, by its name, and whether it tells everything: then nothing has to be allowed for. */
const ROADS: Readonly<Record<string, () => Promise<App>>> = {
  'in process': async () => echo,
  'a thread': async () => isolate(ECHO),
  'a program on a unix socket': async () =>
    remote(socket(await worked({ listen: `unix:${join(folder(), 'app.sock')}` }))),
  'a program behind TLS and client certificates': async () => {
    const tls = { ...ours, ca: theirs.cert }
    return remote(
      socket(await worked({ listen: 'tcp://127.0.0.1:0', tls }), { tls: { ca: ours.cert, ...theirs } }),
    )
  },
  'two workers on NATS': async () => {
    const { url } = await NatsServer.start(onTestFinished)
    for (let n = 0; n < 2; n++) await worked({ over: url, name: 'echo', trusted: true })
    return remote(nats(url, 'echo', { trusted: true }))
  },
  'a worker on a NATS that takes 4,096 octets at once': async () => {
    const { url } = await NatsServer.start(onTestFinished, 'max_payload: 4096\n')
    await worked({ over: url, name: 'echo', trusted: true })
    return remote(nats(url, 'echo', { trusted: true }))
  },
}

for (const [name, road] of Object.entries(ROADS)) {
  test(`${name}: exactly the answers of the file`, async () => {
    expect(await inProcess({ '/m': await road() })).toEqual(values)
  })

  for (const server of ['http1', 'node-http'] as const) {
    test(`${name}, behind ${server}: the answers of the file as HTTP can tell them`, async () => {
      expect(asOverHttp(await overHttp({ '/m': await road() }, server))).toEqual(asOverHttp(values))
    })
  }
}

for (const server of ['http1', 'node-http'] as const) {
  test(`another server of ours, ${server}, behind: the answers of the file as HTTP can tell them`, async () => {
    const running = await serve(mount({ '/m': echo }), { port: 0, server, log: silentLog })
    onTestFinished(() => running.close({ now: true }))
    const far = remote(http(running.url, { forwarded: false, via: false }))
    expect(asOverHttp(await overHttp({ '/': far }, server))).toEqual(asOverHttp(values))
  })
}

test('a WebSocket: the answers of the file, but for who is there, which the upgrade says', async () => {
  const running = await serve(mount({ '/m': overWebSocket(echo) }), { port: 0, log: silentLog })
  onTestFinished(() => running.close({ now: true }))
  const socket = webSocket(`${running.url.replace('http', 'ws')}/m`)
  onTestFinished(() => socket.close())
  const { host } = new URL(running.url)
  const seen = await inProcess({ '/m': remote(socket) })
  expect(asOverWebSocket(seen, host)).toEqual(asOverWebSocket(values, host))
})

/** The twins in other languages: how each is made, and what it can say. */
const TWINS: Readonly<Record<string, [twin: () => App, says: (one: Case) => boolean]>> = {
  WSGI: [() => wsgi('wsgi_app', { cwd: HERE, python: python() }), ({ beyondWsgi }) => beyondWsgi === null],
  Rack: [() => rack('rack_app.ru', { cwd: HERE, ruby: ruby() }), ({ beyondRack }) => beyondRack === null],
}

for (const [kind, [twin, says]] of Object.entries(TWINS)) {
  test(`a ${kind} app gives the answers of the file, as far as ${kind} can say them`, async () => {
    expect(await inProcess({ '/m': twin() }, says)).toEqual(asOfTwin(only(values, says)))
  })

  test(`a ${kind} app behind a gateway gives the answers of the file, as far as ${kind} can say them`, async () => {
    expect(asOverHttp(asOfTwin(await overHttp({ '/m': twin() }, 'http1', says)))).toEqual(
      asOverHttp(asOfTwin(only(values, says))),
    )
  })
}

test('every case has an answer of its own kind', () => {
  const statuses = new Set(Object.values(values).map(({ status }) => status))
  expect([...statuses].sort()).toEqual([200, 204, 303, 304, 404, 413, 418, 500])
})

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'hagaki-roads-'))
  onTestFinished(() => rmSync(path, { recursive: true, force: true }))
  return path
}

/** The address of a worker program in this process. */
async function worked(options: WorkOptions): Promise<string> {
  const working = await work(echo, { log: silentLog, ...options })
  onTestFinished(async () => {
    void working.close()
    await working.close({ now: true })
  })
  return working.addresses[0]!
}

/** What the WebSocket of newer Nodes says of itself, which then holds for every call. */
const OF_NODE = new Set(['accept-language: *', 'sec-fetch-mode: websocket', 'user-agent: node'])

// Cookies, host and the client are those of the upgrade (RFC 6455 has one head for all that follows).
function asOverWebSocket(seen: Record<string, Seen>, host: string): Record<string, Seen> {
  return mapped(seen, (one) => {
    const { body } = one
    if (!isEcho(body)) return one
    const headers = body.headers.filter(
      ([name, value]) => name !== 'cookie' && name !== 'host' && !OF_NODE.has(`${name}: ${value}`),
    )
    return { ...one, body: { ...body, headers: [...headers, ['host', host]] } }
  })
}

/** The answers without a server, each case by its name. */
async function inProcess(
  apps: Record<string, App>,
  takes = (_: Case): boolean => true,
): Promise<Record<string, Seen>> {
  const app = mount(apps)
  await openApp(app, serverFacts())
  try {
    const seen: Record<string, Seen> = {}
    for (const [name, one] of Object.entries(CASES).filter(([, each]) => takes(each))) {
      seen[name] = seenOf(one, await perform(app, valueOf(one)))
    }
    return seen
  } finally {
    await closeApp(app)
  }
}

/** The answers of a server, as octets. */
async function overHttp(
  apps: Record<string, App>,
  server: 'http1' | 'node-http',
  takes = (_: Case): boolean => true,
): Promise<Record<string, Seen>> {
  const running = await serve(mount(apps), { port: 0, server, log: silentLog })
  onTestFinished(() => running.close({ now: true }))
  const seen: Record<string, Seen> = {}
  for (const [name, one] of Object.entries(CASES).filter(([, each]) => takes(each))) {
    const client = await WireClient.connect(running.port)
    const answer = await client.send(requestOctets(one)).response(one.method)
    seen[name] = seenOf(one, responseOf(answer))
    client.close()
  }
  await running.close()
  return seen
}

/** As the server sees it. */
function valueOf({ method, target, lines, body }: Case): RequestValue {
  const [path = '', ...rest] = target.split('?')
  return {
    method,
    path,
    query: rest.length === 0 ? null : rest.join('?'),
    mount: '',
    http: '1.1',
    client: '127.0.0.1',
    protocol: 'http',
    upgrade: null,
    timeoutMs: null,
    headers: headersFrom([['host', 'a.example'], ...lines]),
    context: {},
    body,
  }
}

function requestOctets({ method, target, lines, body, chunked }: Case): Buffer {
  const framing =
    body === null ? [] : [chunked ? 'Transfer-Encoding: chunked' : `Content-Length: ${body.length}`]
  const fields = ['Host: a.example', ...lines.map(([name, value]) => `${name}: ${value}`), ...framing]
  const head = octetsOf(`${method} ${target} HTTP/1.1\r\n${fields.join('\r\n')}\r\n\r\n`)
  return Buffer.concat([head, chunked ? inChunks(body!) : (body ?? new Uint8Array())])
}

function inChunks(body: Uint8Array): Buffer {
  const pieces: (Buffer | Uint8Array)[] = []
  for (let at = 0; at < body.length; at += 40_000) {
    const piece = body.subarray(at, at + 40_000)
    pieces.push(Buffer.from(`${piece.length.toString(16)}\r\n`), piece, Buffer.from('\r\n'))
  }
  return Buffer.concat([...pieces, Buffer.from('0\r\n\r\n')])
}

/** Fields that are HTTP's own on the way. */
const OF_HTTP = new Set(['date', 'connection', 'keep-alive', 'transfer-encoding', 'content-type'])

function responseOf({ status, lines, body, field }: WireResponse): Omit<ResponseValue, 'context'> {
  const headers: Record<string, string | string[]> = {}
  for (const [name, value] of lines) {
    const key = name.toLowerCase()
    const before = headers[key]
    if (OF_HTTP.has(key)) continue
    headers[key] = before === undefined ? value : [...(typeof before === 'string' ? [before] : before), value]
  }
  return { status, contentType: field('content-type'), headers, trailers: null, body: octetsOf(body) }
}

function seenOf(
  { method }: Case,
  { status, contentType, headers, body }: Omit<ResponseValue, 'context'>,
): Seen {
  const told: Record<string, string | readonly string[]> = { ...headers }
  // What HTTP frames a body by; where there is none, what it tells of one.
  if (method !== 'HEAD' && status !== 304) delete told['content-length']
  const octets = body === null ? null : Buffer.from(body)
  const isJson = octets !== null && (contentType ?? '').endsWith('json')
  return {
    status,
    contentType,
    headers: told,
    body: isJson ? (JSON.parse(octets.toString()) as Echo | Problem) : textOf(octets),
  }
}

/** The octets as characters; of many, how many and their digest. */
function textOf(octets: Buffer | null): string | Digest | null {
  if (octets === null || octets.length <= 200) return octets?.toString('latin1') ?? null
  return { octets: octets.length, sha256: createHash('sha256').update(octets).digest('hex') }
}

/**
 * HTTP does not tell a body that is empty from one that is not there (32), unless it comes in chunks;
 * and of one that comes in chunks nobody knows how long it would have been.
 */
function asOverHttp(seen: Record<string, Seen>): Record<string, Seen> {
  return mapped(seen, (one, { chunked }) => {
    const { body } = one
    if (body === null) return { ...one, body: '' }
    if (isEcho(body))
      return body.body?.bytes === 0 && !chunked ? { ...one, body: { ...body, body: null } } : one
    if (one.status === 413 && chunked && typeof body !== 'string' && 'data' in body) {
      return { ...one, body: { ...body, detail: '', data: { ...(body.data as object), bytes: null } } }
    }
    return one
  })
}

/** WSGI and Rack do not tell a query or a body that is empty from one that is not there. */
function asOfTwin(seen: Record<string, Seen>): Record<string, Seen> {
  return mapped(seen, (one) => {
    const { body } = one
    if (!isEcho(body)) return one
    return { ...one, body: { ...body, query: body.query ?? '', body: body.body ?? NOTHING } }
  })
}

function isEcho(body: Seen['body']): body is Echo {
  return typeof body === 'object' && body !== null && 'method' in body
}

const NOTHING = { bytes: 0, sha256: 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855' }

function mapped(seen: Record<string, Seen>, change: (seen: Seen, one: Case) => Seen): Record<string, Seen> {
  return Object.fromEntries(Object.entries(seen).map(([name, one]) => [name, change(one, CASES[name]!)]))
}

function only(seen: Record<string, Seen>, takes: (one: Case) => boolean): Record<string, Seen> {
  return Object.fromEntries(Object.entries(seen).filter(([name]) => takes(CASES[name]!)))
}
