/**
 * One table of requests, over every road: the same values, but for what is listed here. Contract
 * clauses 5-9, 13, 20-25, 32 and 33.
 */
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
import { serve } from 'hagaki/server'
import { wsgi } from 'hagaki/wsgi'
import { expect, onTestFinished, test } from 'vitest'
import { python } from '../../scripts/needs.ts'
import { closeApp, openApp } from '../../src/call/life.ts'
import { serverFacts } from '../../src/call/server-facts.ts'
import { octetsOf, WireClient, type WireResponse } from '../server/wire-client.ts'
import { CASES, type Case } from './cases.ts'
import echo, { type Echo } from './echo.ts'

/** An answer with what differs by road taken out, and the body as text or as what was echoed. */
interface Seen {
  readonly status: number
  readonly contentType: string | null
  readonly headers: Readonly<Record<string, string | readonly string[]>>
  readonly body: string | Echo | Problem | null
}

const values = await inProcess({ '/m': echo })

test('every case has an answer of its own kind in process, which the roads are held against', () => {
  const statuses = new Set(Object.values(values).map(({ status }) => status))
  expect([...statuses].sort()).toEqual([200, 204, 303, 304, 404, 413, 418, 500])
})

test('node:http gives the values of a call in process', async () => {
  expect(asOverHttp(await overHttp({ '/m': echo }))).toEqual(asOverHttp(values))
})

test('a thread gives the values of a call in process, and without HTTP between it is exact', async () => {
  const isolated = { '/m': isolate(new URL('./echo.ts', import.meta.url)) }
  expect(await inProcess(isolated)).toEqual(values)
})

test('a thread behind a gateway gives the values of a call in process', async () => {
  const isolated = { '/m': isolate(new URL('./echo.ts', import.meta.url), { threads: 2 }) }
  expect(asOverHttp(await overHttp(isolated))).toEqual(asOverHttp(values))
})

test('a server behind a gateway gives the values of a call in process', async () => {
  const behind = await serve(mount({ '/m': echo }), { port: 0, log: silentLog })
  onTestFinished(() => behind.close({ now: true }))
  const far = remote(http(behind.url, { forwarded: false, via: false }))
  expect(asOverHttp(await overHttp({ '/': far }))).toEqual(asOverHttp(values))
})

test('a WSGI app gives the values of its twin in process, as far as WSGI can say them', async () => {
  expect(await inProcess({ '/m': twin() }, isWsgi)).toEqual(asOfWsgi(only(values, isWsgi)))
})

test('a WSGI app behind a gateway gives the values of its twin in process, as far as WSGI can say them', async () => {
  expect(asOverHttp(asOfWsgi(await overHttp({ '/m': twin() }, isWsgi)))).toEqual(
    asOverHttp(asOfWsgi(only(values, isWsgi))),
  )
})

function twin(): App {
  return wsgi('wsgi_app', { cwd: new URL('.', import.meta.url), python: python() })
}

function isWsgi({ beyondWsgi }: Case): boolean {
  return beyondWsgi === null
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
  takes = (_: Case): boolean => true,
): Promise<Record<string, Seen>> {
  const running = await serve(mount(apps), { port: 0, log: silentLog })
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
    body: isJson ? (JSON.parse(octets.toString()) as Echo | Problem) : (octets?.toString('latin1') ?? null),
  }
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
    if (one.status === 413 && chunked && typeof body !== 'string') {
      return { ...one, body: { ...body, detail: '', data: { ...(body.data as object), bytes: null } } }
    }
    return one
  })
}

/** WSGI does not tell a query or a body that is empty from one that is not there. */
function asOfWsgi(seen: Record<string, Seen>): Record<string, Seen> {
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
