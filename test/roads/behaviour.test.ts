/**
 * One file of what calls do besides being answered, `behaviour.json`, over every road: streams, cancels,
 * deadlines, limits, context, sessions. What a road cannot do stands in the file, with why. Contract clauses 13-18, 23, 27, 33, 34.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  type App,
  bodyText,
  type Carried,
  closeApp,
  type Options,
  openApp,
  perform,
  type RequestParts,
  type ResponseValue,
  remote,
  request,
  serverFacts,
  silentLog,
  use,
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
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { python, ruby } from '../../scripts/needs.ts'
import { Call } from '../../src/call/call.ts'
import { SourceInput } from '../../src/call/input.ts'
import { CallOptions } from '../../src/call/options.ts'
import { STREAM } from '../../src/contract.ts'
import { isStream } from '../../src/value/result.ts'
import { Command, Place } from '../cli/command.ts'
import { NatsServer } from '../nats/server.ts'
import { selfSigned } from '../server/certificate.ts'
import { kept } from './carts.ts'
import far from './far.ts'

vi.spyOn(console, 'error').mockImplementation(() => {}) // answers that are cut off are logged

interface Row {
  readonly name: string
  readonly do: keyof typeof DO
  readonly path: string
  /** What is asked next. */
  readonly then?: string
  readonly octets?: number
  readonly most?: number
  readonly times?: number
  readonly timeoutMs?: number
  readonly context?: Carried
  readonly set?: Carried
  readonly status?: number
  readonly code?: string
  readonly answer?: string
  /** Which side seals the cookie, and what is asked with it, step by step. */
  readonly at?: 'near' | 'far'
  readonly steps?: readonly Step[]
  /** Roads that cannot, and why. */
  readonly notOver?: { readonly [road: string]: string }
}

/** What a browser that has a cookie asks, and what becomes of the cookie. */
interface Step {
  readonly path: string
  /** An octet of the cookie is another one. */
  readonly tampered?: true
  readonly answer?: string
  readonly code?: string
  readonly cookie: 'written' | 'ended' | 'none'
}

const FILE = new URL('./behaviour.json', import.meta.url)
const rows = JSON.parse(readFileSync(FILE, 'utf8')) as readonly Row[]
const FAR = new URL('./far.ts', import.meta.url)
const server = serverFacts()
const ours = selfSigned()
const theirs = selfSigned()

type Finished = (task: () => void | Promise<void>) => void

/** What carries the app. */
const ROADS: Readonly<Record<string, (finished: Finished) => Promise<App>>> = {
  'in-process': async () => far,
  http1: (finished) => served('http1', finished),
  'node-http': (finished) => served('node-http', finished),
  thread: async () => isolate(FAR),
  program: async (finished) => {
    const place = new Place((task) => finished(task))
    const command = Command.start(place, ['work', FAR.href, '--listen', 'unix:far.sock', '-E', 'production'])
    await command.says(/on unix:\S+/)
    return remote(socket(`unix:${join(place.folder, 'far.sock')}`))
  },
  unix: async (finished) => {
    const folder = mkdtempSync(join(tmpdir(), 'hagaki-roads-'))
    finished(() => rmSync(folder, { recursive: true, force: true }))
    return remote(socket(await worked({ listen: `unix:${join(folder, 'far.sock')}` }, finished)))
  },
  tls: async (finished) => {
    const at = await worked({ listen: 'tcp://127.0.0.1:0', tls: { ...ours, ca: theirs.cert } }, finished)
    return remote(socket(at, { tls: { ca: ours.cert, ...theirs } }))
  },
  nats: async (finished) => {
    const { url } = await NatsServer.start(finished)
    await worked({ over: url, name: 'far', trusted: true }, finished)
    return remote(nats(url, 'far', { trusted: true }))
  },
  rack: async () => rack('rack_far.ru', { cwd: new URL('.', import.meta.url), ruby: ruby() }),
  wsgi: async () => wsgi('wsgi_far', { cwd: new URL('.', import.meta.url), python: python() }),
  'web-socket': async (finished) => {
    const running = await serve(overWebSocket(far), { port: 0, log: silentLog })
    finished(() => running.close({ now: true }))
    return remote(webSocket(running.url.replace('http', 'ws')))
  },
}

test('what a road cannot do names a road', () => {
  const named = rows.flatMap(({ notOver = {} }) => Object.keys(notOver))
  expect(named.filter((road) => !Object.hasOwn(ROADS, road))).toEqual([])
})

for (const [road, carrying] of Object.entries(ROADS)) {
  describe(road, () => {
    const tasks: (() => void | Promise<void>)[] = []
    let app: App
    beforeAll(async () => {
      app = await carrying((task) => tasks.push(task))
      await openApp(app, server)
    })
    afterAll(async () => {
      await closeApp(app)
      for (const task of tasks.reverse()) await task()
    })
    for (const row of rows.filter(({ notOver = {} }) => !Object.hasOwn(notOver, road))) {
      test(row.name, () => DO[row.do](app, row))
    }
  })
}

const DO = {
  ask: async (app: App, row: Row): Promise<void> => {
    expect(bodyText(await ask(app, 'GET', row.path))).toBe(row.answer)
  },
  upload: async (app: App, { path, octets, answer }: Row): Promise<void> => {
    const call = begun({ body: pieces(octets!) })
    const [status, , , body] = await app('POST', path, call.headers, call.options, server)
    expect([status, await textOf(body)]).toEqual([200, answer])
    await call.end()
  },
  hold: async (app: App, { path, then, most }: Row): Promise<void> => {
    const call = begun({})
    const [, , , body] = await app('GET', path, call.headers, call.options, server)
    const reading = chunksOf(body)
    await reading.next()
    let [made, before] = [-1, -2]
    while (made !== before) {
      before = made
      await new Promise((resolve) => setTimeout(resolve, 100))
      made = Number(bodyText(await ask(app, 'GET', then!)))
    }
    expect(made * 65_536).toBeLessThan(most!)
    await reading.return!()
    await call.end()
  },
  leave: async (app: App, { path, then, answer }: Row): Promise<void> => {
    const query = crypto.randomUUID()
    const call = begun({ query })
    const [, , , body] = await app('GET', path, call.headers, call.options, server)
    const reading = chunksOf(body)
    await reading.next()
    await reading.return!()
    await call.end(new Error('left'))
    expect(bodyText(await ask(app, 'GET', `${then}?${query}`))).toBe(answer)
  },
  cancel: async (app: App, { path, then, answer }: Row): Promise<void> => {
    const query = crypto.randomUUID()
    const near = new AbortController()
    const given = perform(app, request('GET', `${path}?${query}`), { signal: near.signal })
    given.catch(() => {})
    expect(bodyText(await ask(app, 'GET', `/told/hangs?${query}`))).toBe('hanging')
    near.abort(new Error('given up'))
    expect(bodyText(await ask(app, 'GET', `${then}?${query}`))).toBe(answer)
  },
  break: async (app: App, { path, answer }: Row): Promise<void> => {
    const call = begun({})
    const [, , , body] = await app('GET', path, call.headers, call.options, server)
    let heard = ''
    const reading = (async () => {
      for await (const piece of iterable(body)) heard += Buffer.from(piece).toString()
    })()
    await expect(reading).rejects.toThrow()
    expect(heard).toBe(answer)
    await call.end()
  },
  trailers: async (app: App, { path, answer }: Row): Promise<void> => {
    const { trailers } = await ask(app, 'GET', path, { headers: { te: 'trailers' } })
    expect(JSON.stringify(trailers)).toBe(answer)
  },
  deadline: async (app: App, { path, timeoutMs }: Row): Promise<void> => {
    const left = Number(bodyText(await ask(app, 'GET', path, { timeoutMs: timeoutMs! })))
    expect(left).toBeGreaterThan(timeoutMs! / 2)
    expect(left).toBeLessThanOrEqual(timeoutMs!)
  },
  context: async (app: App, { path, context, answer }: Row): Promise<void> => {
    expect(bodyText(await ask(app, 'GET', path, { context: context! }))).toBe(answer)
  },
  sets: async (app: App, { path, context, set }: Row): Promise<void> => {
    expect({ ...(await ask(app, 'GET', path, { context: context! })).context }).toEqual(set)
  },
  refused: async (app: App, { path, octets, status, code }: Row): Promise<void> => {
    const answer = await ask(app, 'POST', path, { body: new Uint8Array(octets!) })
    expect([answer.status, JSON.parse(bodyText(answer) ?? '')]).toMatchObject([status, { code }])
  },
  session: async (app: App, { at, steps }: Row): Promise<void> => {
    const asked = at === 'near' ? use(app, kept) : app
    let cookie = ''
    for (const { path, tampered = false, answer, code, cookie: becomes } of steps!) {
      // In the middle: of the last character some bits may mean nothing.
      const sent = tampered ? cookie.replace(/(?<=^.{40})./, (one) => (one === 'A' ? 'B' : 'A')) : cookie
      expect(sent === cookie, 'the cookie as it was').toBe(!tampered)
      const given = await ask(asked, 'GET', path, sent === '' ? {} : { headers: { cookie: sent } })
      const [became, now] = cookieOf(given, cookie)
      const body = bodyText(given)
      const told = code === undefined ? body : (JSON.parse(body ?? '') as { code: string }).code
      expect([told, became], path).toEqual([answer ?? code, becomes])
      cookie = now
    }
  },
  many: async (app: App, { path, times }: Row): Promise<void> => {
    const all = Array.from({ length: times! }, (_, n) =>
      ask(app, 'GET', path, { headers: { 'x-number': String(n) } }),
    )
    expect((await Promise.all(all)).map((one) => bodyText(one))).toEqual(
      Array.from({ length: times! }, (_, n) => String(2 * n)),
    )
  },
}

/** What an answer does to the cookie, and the cookie from then on. */
function cookieOf({ headers }: ResponseValue, before: string): readonly [Step['cookie'], string] {
  const lines = [headers['set-cookie'] ?? []].flat()
  if (lines.length === 0) return ['none', before]
  expect(lines).toHaveLength(1)
  const [pair = ''] = lines[0]!.split(';', 1)
  return pair.endsWith('=') ? ['ended', ''] : ['written', pair]
}

function ask(app: App, method: string, path: string, parts: RequestParts = {}): Promise<ResponseValue> {
  return perform(app, request(method, path, parts), { server })
}

/** A call whose answer is read here, piece by piece. */
function begun({
  body,
  query = null,
}: {
  readonly body?: AsyncGenerator<Uint8Array>
  readonly query?: string | null
}): {
  readonly headers: ReturnType<typeof request>['headers']
  readonly options: Options
  end(error?: Error): Promise<void>
} {
  const call = new Call(server, silentLog)
  const { headers, mount, http: version, client, protocol, upgrade } = request('POST', '/')
  const read = async (): Promise<Uint8Array | null> => (await body!.next()).value ?? null
  const input =
    body === undefined ? null : new SourceInput({ length: null, read, trailers: () => null }, 1_048_576)
  const data = { query, mount, http: version, client, protocol, upgrade, deadline: null }
  return {
    headers,
    options: new CallOptions(call, input, data),
    end: (error) => call.settle({ status: 200, error: error ?? null, aborted: error !== undefined }),
  }
}

async function* pieces(octets: number): AsyncGenerator<Uint8Array> {
  for (let left = octets; left > 0; left -= 50_000) {
    await null
    yield new Uint8Array(Math.min(left, 50_000))
  }
}

function iterable(body: unknown): AsyncIterable<Uint8Array> {
  if (isStream(body as null)) return (body as { [STREAM]: AsyncIterable<Uint8Array> })[STREAM]
  return (async function* () {
    if (body !== null) yield Buffer.from(body as Uint8Array)
  })()
}

function chunksOf(body: unknown): AsyncIterator<Uint8Array> {
  return iterable(body)[Symbol.asyncIterator]()
}

async function textOf(body: unknown): Promise<string> {
  let text = ''
  for await (const piece of iterable(body)) text += Buffer.from(piece).toString()
  return text
}

async function served(kind: 'http1' | 'node-http', finished: Finished): Promise<App> {
  const running = await serve(far, { port: 0, server: kind, log: silentLog })
  finished(() => running.close({ now: true }))
  return remote(http(running.url))
}

async function worked(options: WorkOptions, finished: Finished): Promise<string> {
  const working = await work(far, { log: silentLog, ...options })
  finished(() => working.close({ now: true }))
  return working.addresses[0]!
}
