/**
 * What all middleware owes the apps that it wraps. Each rule runs for each one that is exported.
 */
import { closeApp, drainApp, life, living, openApp, perform, request, silentLog, text, use } from 'hagaki'
import * as exported from 'hagaki/middleware'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { isPromise } from '../../src/call/after.ts'
import { thrown } from '../../src/call/answer.ts'
import { Call } from '../../src/call/call.ts'
import { abandon, chunksOf } from '../../src/call/chunks.ts'
import { optionsOf } from '../../src/call/perform.ts'
import { serverFacts } from '../../src/call/server-facts.ts'
import {
  type App,
  type Chunk,
  type Duplex,
  type Environment,
  type Input,
  type Log,
  type Middleware,
  type Options,
  type ResponseHeaders,
  type Result,
  type Server,
  type Stream,
  TAKEOVER,
  type Takeover,
} from '../../src/contract.ts'
import { lint } from '../../src/lint/lint.ts'
import type { RequestValue } from '../../src/value/message.ts'
import { isStream, isTakeover, stream, takeover } from '../../src/value/result.ts'

interface Row {
  readonly make: () => Middleware
  /** Where it does what it is for; by default in both. */
  readonly environments?: readonly Environment[]
}

const EVERYWHERE: readonly Environment[] = ['production', 'development']
const DEVELOPMENT: readonly Environment[] = ['development']

/** A row for each; one that is exported and stands nowhere here fails the first test. */
const LAYERS: { readonly [name: string]: Row } = {
  cors: { make: () => exported.cors({ origin: 'https://a.example', credentials: true, exposes: ['etag'] }) },
  health: { make: () => exported.health({ checks: { always: () => true } }) },
  log: { make: () => exported.log({ to: silentLog }) },
  requestId: { make: () => exported.requestId({ trust: true }) },
  session: {
    make: () => exported.session({ secrets: ['s'.repeat(32)], carry: z.object({ count: z.number() }) }),
  },
  showErrors: { make: () => exported.showErrors(), environments: DEVELOPMENT },
  trustProxy: { make: () => exported.trustProxy({ from: ['127.0.0.1'], fields: 'x-forwarded' }) },
  warnBlocked: { make: () => exported.warnBlocked() },
}

/** Exported beside middleware. */
const APPS = ['files', 'mount']
const KEYS = ['requestIdKey']

test('every export is known here', () => {
  expect(Object.keys(exported).sort()).toEqual([...Object.keys(LAYERS), ...APPS, ...KEYS].sort())
})

/** Has something in it for every layer. */
const BUSY = {
  client: '127.0.0.1',
  headers: {
    accept: 'text/html',
    cookie: '__Host-session=forged; session=forged; a=b',
    forwarded: 'for=192.0.2.1',
    origin: 'https://a.example',
    'x-forwarded-for': '192.0.2.1',
    'x-forwarded-proto': 'https',
    'x-request-id': 'id-1',
  },
}
const REQUESTS: readonly RequestValue[] = [
  request('GET', '/'),
  request('GET', '/a%20b?c=d', BUSY),
  request('HEAD', '/', BUSY),
  request('POST', '/', { ...BUSY, body: 'body' }),
  request('OPTIONS', '/', BUSY),
  request('OPTIONS', '*', BUSY),
]

interface Called {
  readonly result: Result | Promise<Result>
  readonly options: Options
  readonly call: Call
}

function callOf(app: App, value: RequestValue, server: Server, input?: Input): Called {
  const call = new Call(server, silentLog)
  const given = optionsOf(value, call, server)
  const options = input === undefined ? given : given.with({ input })
  return { result: app(value.method, value.path, value.headers, options, server), options, call }
}

/** A stream that counts what is asked of it. */
function counted(chunks: readonly Chunk[]): { readonly body: Stream; readonly asked: string[] } {
  const asked: string[] = []
  const iterator: AsyncIterator<Chunk> = {
    next: async () => {
      asked.push('next')
      const value = chunks[asked.length - 1]
      return value === undefined ? { done: true, value } : { done: false, value }
    },
    return: async () => {
      asked.push('return')
      return { done: true, value: undefined }
    },
  }
  return { body: stream({ [Symbol.asyncIterator]: () => iterator }), asked }
}

function raising(error: unknown): App {
  return () => {
    throw error
  }
}

const HEADERS: ResponseHeaders = Object.freeze({
  etag: '"a"',
  vary: Object.freeze(['accept']) as readonly string[],
  'set-cookie': Object.freeze(['a=b', 'c=d']) as readonly string[],
})

for (const [name, { make, environments = EVERYWHERE }] of Object.entries(LAYERS)) {
  for (const environment of environments) {
    const server = serverFacts({ environment })
    /** The layer as it is used, and alone. */
    const ways: readonly ((app: App) => App)[] = [(app) => use(app, make()), (app) => make()(app)]

    describe(`${name} in ${environment}`, () => {
      test('a synchronous app stays synchronous, and so do its errors', () => {
        for (const value of REQUESTS) {
          for (const way of ways) {
            for (const result of [text('a'), [200, null, HEADERS, counted([]).body], [204, null, {}, null]]) {
              expect(
                isPromise(
                  callOf(
                    way(() => result as Result),
                    value,
                    server,
                  ).result,
                ),
              ).toBe(false)
            }
          }
          const failing = callOf(use(raising(new Error('no')), make()), value, server)
          expect(isPromise(failing.result)).toBe(false)
        }
      })

      test('the app is called once, with the method, the path and the server as they are', async () => {
        for (const value of REQUESTS) {
          for (const way of ways) {
            const seen: unknown[] = []
            const app: App = async (method, path, _headers, { mount, query }, given) => {
              seen.push([method, path, mount, query, given === server])
              return text('a')
            }
            await callOf(way(app), value, server).result
            expect(seen).toEqual([[value.method, value.path, '', value.query, true]])
          }
        }
      })

      test('an answer keeps its status, its type and its body, and is not changed (21)', async () => {
        for (const value of REQUESTS) {
          for (const way of ways) {
            const bytes = new Uint8Array([1, 2, 3])
            const given: Result = Object.freeze([201, 'text/a', HEADERS, bytes] as const)
            const before = JSON.stringify(given)
            const [status, contentType, headers, body] = await callOf(
              way(() => given),
              Object.freeze(value),
              server,
            ).result
            expect([status, contentType, headers['etag']]).toEqual([201, 'text/a', '"a"'])
            expect([headers['set-cookie']].flat()).toEqual(expect.arrayContaining(['a=b', 'c=d']))
            expect(body).toBe(bytes)
            expect(JSON.stringify(given)).toBe(before)
          }
        }
      })

      test('a stream passes through, and nothing is asked of it before its reader does (23)', async () => {
        for (const way of ways) {
          const { body, asked } = counted(['a', 'b'])
          const { result } = callOf(
            way(() => [200, null, HEADERS, body]),
            request('GET', '/', BUSY),
            server,
          )
          const [, , , passed] = await result
          expect([isStream(passed), asked]).toEqual([true, []])
          const chunks = chunksOf(passed as Stream)
          expect((await chunks.next()).value).toBe('a')
          expect(asked).toEqual(['next'])
          expect([(await chunks.next()).value, (await chunks.next()).done]).toEqual(['b', true])
        }
      })

      test('a stream that nobody reads is left (23)', async () => {
        for (const way of ways) {
          const { body, asked } = counted(['a'])
          const result = await callOf(
            way(() => [200, null, {}, body]),
            request('GET', '/', BUSY),
            server,
          ).result
          abandon(result)
          await null
          expect(asked).toEqual(['return'])
        }
      })

      test('a takeover passes through (24)', async () => {
        for (const way of ways) {
          const taken: unknown[] = []
          const body = takeover((duplex) => void taken.push(duplex))
          const result = await callOf(
            way(() => [101, null, { upgrade: 'chat' }, body]),
            request('GET', '/', { ...BUSY, upgrade: ['chat'] }),
            server,
          ).result
          expect([result[0], result[2]['upgrade'], isTakeover(result[3])]).toEqual([101, 'chat', true])
          const duplex = {} as Duplex
          await (result[3] as Takeover)[TAKEOVER](duplex)
          expect(taken).toEqual([duplex])
        }
      })

      test('what the app throws is an answer, and can be found (25)', async () => {
        for (const value of REQUESTS) {
          const error = new Error('secret')
          for (const app of [raising(error), async () => Promise.reject(error)] as App[]) {
            const { result, options } = callOf(use(app, make()), value, server)
            expect((await result)[0]).toBe(500)
            expect(options.get(thrown)?.value).toBe(error)
          }
        }
      })

      test('a body is not read for an app that does not read it, and is left for one that does (13)', async () => {
        for (const way of ways) {
          let reads = 0
          const bytes = new Uint8Array([1])
          const input: Input = {
            length: 1,
            absent: false,
            bytes: async () => {
              reads++
              return bytes
            },
            stream: () => {
              reads++
              return new ReadableStream<Uint8Array>()
            },
            trailers: () => null,
          }
          const value = request('POST', '/', { ...BUSY, body: 'a' })
          await callOf(
            way(() => text('a')),
            value,
            server,
            input,
          ).result
          expect(reads).toBe(0)
          let read: unknown
          const reading: App = async (_method, _path, _headers, options) => {
            read = await options.input.bytes()
            return text('a')
          }
          await callOf(way(reading), value, server, input).result
          expect([reads, read]).toEqual([1, bytes])
        }
      })

      test('options reach the app with what they can: context, deferred tasks, signal', async () => {
        for (const way of ways) {
          const events: string[] = []
          const app: App = (_method, _path, _headers, options) => {
            options.defer(({ status }) => void events.push(`deferred ${status}`))
            options.signal.addEventListener('abort', () => void events.push('aborted'))
            return text('a')
          }
          const { result, call } = callOf(way(app), request('GET', '/', BUSY), server)
          await result
          await call.settle({ status: 200, error: new Error('gone'), aborted: true })
          expect(events).toEqual(['aborted', 'deferred 200'])
        }
      })

      test('the contract holds on both of its sides', async () => {
        const expected = new Error('no')
        const answers: readonly App[] = [
          () => text('a'),
          () => [200, null, HEADERS, null],
          () => [304, null, { etag: '"a"' }, null],
          () => [200, 'text/plain', {}, stream(['a', 'b'])],
          async (_method, _path, _headers, { input }) => [200, null, {}, await input.bytes()],
          raising(expected),
        ]
        for (const answer of answers) {
          for (const value of REQUESTS) {
            const broken: unknown[] = []
            const error = (fields: { err?: unknown }): void => {
              if (fields.err !== expected) broken.push(fields)
            }
            const log: Log = { ...silentLog, error }
            // Outside of all is what cannot be answered away.
            const seeing: Middleware = (next) => async (method, path, headers, options, given) => {
              const result = await next(method, path, headers, options, given)
              const found = options.get(thrown)?.value as { code?: unknown } | undefined
              if (found?.code === 'contract_broken') broken.push(found)
              return result
            }
            const app = use(answer, seeing, lint, make(), lint)
            await openApp(app, server)
            await perform(app, value, { server, log })
            await closeApp(app)
            expect(broken, `${value.method} ${value.path}`).toEqual([])
          }
        }
      })

      test('what the app needs is opened, told of the drain and closed, each once (36)', async () => {
        for (const way of ways) {
          const events: string[] = []
          const own = life(
            (given) => void events.push(given === server ? 'open' : 'another server'),
            () => void events.push('close'),
            silentLog,
            () => void events.push('drain'),
          )
          const app = way(living(() => text('a'), [], own))
          await openApp(app, server)
          drainApp(app)
          await closeApp(app)
          expect(events).toEqual(['open', 'drain', 'close'])
        }
      })

      test('an opening that fails is told (36)', async () => {
        const failing = living(
          () => text('a'),
          [],
          life(
            () => Promise.reject(new Error('not there')),
            () => {},
            silentLog,
          ),
        )
        for (const way of ways) await expect(openApp(way(failing), server)).rejects.toThrow('not there')
      })
    })
  }
}
