import { expect, test } from 'vitest'
import { z } from 'zod'
import { raise } from '../call/failure.ts'
import { perform } from '../call/perform.ts'
import { decodeEvents } from '../codec/sse.ts'
import { type App, type Log, type Result, STREAM, type Stream } from '../contract.ts'
import { failure } from '../handler/failure.ts'
import { guard } from '../handler/provide.ts'
import { reply } from '../handler/reply.ts'
import { service } from '../handler/service.ts'
import { bodyJson, bodyText, type RequestParts, type ResponseValue, request } from '../value/message.ts'
import { items, reads, verbs } from './stream.ts'

const Tick = z.object({ n: z.number() })
const Late = failure('too_late', 'gone', z.object({ n: z.number() }))

async function* ticks(...numbers: readonly number[]): AsyncGenerator<{ n: number }> {
  for (const n of numbers) yield { n }
}

function ask(app: App, parts: RequestParts = {}, log?: Log): Promise<ResponseValue> {
  return perform(app, request('GET', '/', parts), log === undefined ? {} : { log })
}

/** Keeps what is logged as errors. */
function keeping(): Log & { readonly errors: object[] } {
  const errors: object[] = []
  const quiet = (): void => {}
  return { errors, debug: quiet, info: quiet, warn: quiet, error: (fields) => void errors.push(fields) }
}

/** The events of an answer: data of items, and of the failure that ended them. */
async function eventsOf({ body }: ResponseValue): Promise<{ items: unknown[]; failure: unknown }> {
  const got: { items: unknown[]; failure: unknown } = { items: [], failure: null }
  const whole = async function* (): AsyncGenerator<Uint8Array> {
    yield body!
  }
  for await (const { event, data } of decodeEvents(whole())) {
    if (event === 'failure') got.failure = JSON.parse(data)
    else got.items.push(JSON.parse(data))
  }
  return got
}

test('items are given as server-sent events', async () => {
  const app = service({ it: reads('/', { gives: items(Tick) }, () => ticks(1, 2)) })
  const answer = await ask(app)
  expect(answer).toMatchObject({
    status: 200,
    contentType: 'text/event-stream',
    headers: { 'cache-control': 'no-cache' },
  })
  expect(bodyText(answer)).toBe('data: {"n":1}\n\ndata: {"n":2}\n\n')
})

test('a stream without items is an empty one', async () => {
  const app = service({ it: reads('/', { gives: items(Tick) }, async () => ticks()) })
  expect(await ask(app)).toMatchObject({
    status: 200,
    contentType: 'text/event-stream',
    body: new Uint8Array(0),
  })
})

test('a streaming handler binds, guards and checks its input as any other', async () => {
  const guarded = verbs({
    user: guard('member', ({ headers }) => headers['x-user'] ?? raise(Late({ n: 0 }))),
  })
  const app = service({
    it: guarded.reads('/{n}', { accepts: Tick, gives: items(z.any()) }, async function* ({ n }, { user }) {
      yield { n, user }
    }),
  })
  const get = (target: string, headers = {}): Promise<ResponseValue> =>
    perform(app, request('GET', target, { headers }))
  expect(await eventsOf(await get('/7', { 'x-user': 'alice' }))).toEqual({
    items: [{ n: 7, user: 'alice' }],
    failure: null,
  })
  expect((await get('/x', { 'x-user': 'alice' })).status).toBe(422)
  expect((await get('/7')).status).toBe(410)
})

test('members that the contract does not name do not get out', async () => {
  const app = service({
    it: reads('/', { gives: items(Tick) }, async function* () {
      yield { n: 1, secret: 'x' }
    }),
  })
  expect(bodyText(await ask(app))).toBe('data: {"n":1}\n\n')
})

test('a failure before the stream begins is an answer like any other', async () => {
  const app = service({
    it: reads('/', { gives: items(Tick), errors: [Late] }, async () => raise(Late({ n: 1 }))),
  })
  expect(bodyJson(await ask(app))).toMatchObject({ status: 410, code: 'too_late', data: { n: 1 } })
})

test('a declared failure midway is the last event, as the problem that it would have been', async () => {
  const log = keeping()
  const app = service({
    it: reads('/', { gives: items(Tick), errors: [Late] }, async function* () {
      yield { n: 1 }
      throw Late({ n: 2 })
    }),
  })
  expect(await eventsOf(await ask(app, {}, log))).toEqual({
    items: [{ n: 1 }],
    failure: { status: 410, title: 'Gone', code: 'too_late', data: { n: 2 } },
  })
  expect(log.errors).toEqual([])
})

test('anything else that ends a stream says nothing of itself, and is logged once', async () => {
  const other = failure('other', 'denied')()
  const said = {
    message: 'Handler "it" raised other, which it does not declare: add it to its errors',
    cause: other,
  }
  for (const [thrown, err] of [
    [new Error('secret'), { message: 'secret' }],
    [other, said],
    ['secret', 'secret'],
  ] as const) {
    const log = keeping()
    const app = service({
      it: reads('/', { gives: items(Tick), errors: [Late] }, async function* () {
        yield { n: 1 }
        throw thrown
      }),
    })
    const answer = await ask(app, {}, log)
    expect((await eventsOf(answer)).failure).toEqual({
      status: 500,
      title: 'Internal Server Error',
      code: 'app_failed',
      detail: 'The app failed',
    })
    expect(log.errors).toMatchObject([{ err, handler: 'it' }])
  }
})

test('an item that does not fit ends the stream, and its data are not told', async () => {
  const log = keeping()
  const app = service({
    it: reads('/', { gives: items(Tick) }, async function* () {
      yield { n: 1 }
      yield { n: 'secret' as unknown as number }
      yield { n: 3 }
    }),
  })
  const answer = await ask(app, {}, log)
  expect(await eventsOf(answer)).toMatchObject({
    items: [{ n: 1 }],
    failure: { status: 500, code: 'output_invalid' },
  })
  expect(bodyText(answer)).not.toContain('secret')
  expect(log.errors).toMatchObject([{ handler: 'it', err: { message: expect.stringMatching(/^\/n /) } }])
})

test('an item that JSON cannot hold ends the stream', async () => {
  const app = service({
    it: reads('/', { gives: items(z.any()) }, async function* () {
      yield 1n
    }),
  })
  expect((await eventsOf(await ask(app))).failure).toMatchObject({ code: 'app_failed' })
})

test('a function that returns no async iterable is a mistake, told before the stream begins', async () => {
  for (const returned of [undefined, [1], 'text', (function* () {})()]) {
    const log = keeping()
    const app = service({ it: reads('/', { gives: items(Tick) }, () => returned as never) })
    expect(bodyJson(await ask(app, {}, log))).toMatchObject({ status: 500, code: 'app_failed' })
    expect(log.errors).toMatchObject([{ err: { message: expect.stringMatching(/async iterable/) } }])
  }
})

test('the client says in which form it takes items; nobody in particular gets events', async () => {
  const app = service({ it: reads('/', { gives: items(Tick) }, () => ticks(1)) })
  for (const [accept, contentType] of [
    ['text/event-stream', 'text/event-stream'],
    ['*/*', 'text/event-stream'],
    ['application/jsonl', 'application/jsonl'],
    ['application/x-ndjson', 'application/x-ndjson'],
    ['text/event-stream;q=0.5, application/jsonl', 'application/jsonl'],
    ['application/*', 'application/jsonl'],
    ['application/json', 'application/problem+json'],
  ] as const) {
    const answer = await ask(app, { headers: { accept } })
    expect(answer.contentType, accept).toBe(contentType)
    expect(answer.status, accept).toBe(contentType === 'application/problem+json' ? 406 : 200)
  }
  expect((await ask(app)).headers).toMatchObject({ vary: 'accept', 'cache-control': 'no-cache' })
})

test('JSON lines are an item each, and a failure is a last line that is no JSON', async () => {
  const app = service({
    it: reads('/', { gives: items(Tick), errors: [Late] }, async function* () {
      yield* ticks(1, 2)
      throw Late({ n: 3 })
    }),
  })
  const answer = await ask(app, { headers: { accept: 'application/jsonl' } })
  expect(bodyText(answer)).toBe(
    '{"n":1}\n{"n":2}\n!{"status":410,"title":"Gone","code":"too_late","data":{"n":3}}\n',
  )
})

test('the contract says that a handler gives items, and of which schema', () => {
  const { contract } = service({
    it: reads('/', { gives: items(Tick), errors: [Late], summary: 'Ticks' }, () => ticks()),
  })
  expect(contract.handlers['it']).toMatchObject({
    verb: 'reads',
    gives: 'items',
    summary: 'Ticks',
    returns: { type: 'object', properties: { n: { type: 'number' } } },
    errors: { too_late: { kind: 'gone' } },
  })
})

/** The stream that an app answers a GET with, not yet iterated. */
async function streamOf(app: App): Promise<AsyncIterable<string>> {
  let result: Result | undefined
  const taking: App = async (...call) => {
    result = await app(...call)
    return [204, null, {}, null]
  }
  await ask(taking)
  return (result![3] as Stream)[STREAM] as AsyncIterable<string>
}

test('an item is asked for when the one before was taken', async () => {
  const asked: number[] = []
  const app = service({
    it: reads('/', { gives: items(Tick) }, async function* () {
      for (let n = 1; ; n++) {
        asked.push(n)
        yield { n }
      }
    }),
  })
  const stream = (await streamOf(app))[Symbol.asyncIterator]()
  expect(asked).toEqual([])
  await stream.next()
  await stream.next()
  expect(asked).toEqual([1, 2])
  await stream.return?.()
})

test('a stream that nobody takes any more gets return(), also before its first item', async () => {
  const seen: string[] = []
  const source: AsyncIterableIterator<{ n: number }> = {
    [Symbol.asyncIterator]: () => source,
    next: async () => ({ done: false, value: { n: 1 } }),
    return: async () => ({ done: true, value: seen.push('returned') }),
  }
  const app = service({ it: reads('/', { gives: items(Tick) }, () => source) })
  const begun = (await streamOf(app))[Symbol.asyncIterator]()
  await begun.next()
  await begun.return?.()
  expect(seen).toEqual(['returned'])
  await (await streamOf(app))[Symbol.asyncIterator]().return?.()
  expect(seen).toEqual(['returned', 'returned'])
})

test('items have ids where the handler says so, and a caller who comes back names the last it has seen', async () => {
  const app = service({
    it: reads(
      '/',
      { gives: items(Tick, { id: ({ n }) => (n === 2 ? null : `n é ${n}`), retryMs: 1_500 }) },
      async function* (_, { resume }) {
        yield* resume === null ? ticks(1, 2) : ticks(resume.length)
      },
    ),
  })
  expect(app.contract.handlers['it']!.resumes).toBe(true)
  expect(bodyText(await ask(app))).toBe('retry: 1500\n\nid: n é 1\ndata: {"n":1}\n\ndata: {"n":2}\n\n')
  const octets = 'n \u00c3\u00a9 1' // as a field has UTF-8
  const back = await ask(app, { headers: { 'last-event-id': octets } })
  expect(bodyText(back)).toContain('data: {"n":5}')
  // JSON lines have no place for an id.
  const lines = await ask(app, { headers: { accept: 'application/jsonl' } })
  expect(bodyText(lines)).toBe('{"n":1}\n{"n":2}\n')
  const named: unknown[] = []
  for await (const item of await app.invoke('it', undefined, {
    headers: { 'last-event-id': 'abc' } as never,
  }))
    named.push(item)
  expect(named).toEqual([{ n: 3 }])
})

test('an id that would begin another field ends the stream', async () => {
  const log = keeping()
  const app = service({
    it: reads('/', { gives: items(z.string(), { id: (text) => text }) }, async function* () {
      yield 'fine'
      yield 'a\ndata: injected'
    }),
  })
  const got = await eventsOf(await ask(app, {}, log))
  expect(got).toMatchObject({ items: ['fine'], failure: { code: 'app_failed' } })
  expect(log.errors).toHaveLength(1)
})

test('an item that is larger as written than its limit ends the stream', async () => {
  const app = service({
    it: reads('/', { gives: items(z.string(), { limit: 8 }) }, async function* () {
      yield 'ab'
      yield 'é€'
      yield 'ééé€'
    }),
  })
  expect(await eventsOf(await ask(app))).toMatchObject({
    items: ['ab', 'é€'],
    failure: { code: 'output_invalid' },
  })
  expect(app.contract.handlers['it']!.itemLimit).toBe(8)
})

test('a reply says more with a stream, and one that goes elsewhere lets it go', async () => {
  let left = 0
  const source: AsyncIterableIterator<{ n: number }> = {
    [Symbol.asyncIterator]: () => source,
    next: async () => ({ done: true, value: undefined }),
    return: async () => ({ done: true, value: left++ }),
  }
  const app = service({
    it: reads('/', { gives: items(Tick) }, () =>
      reply(ticks(1), { fields: { 'x-a': 'b', 'cache-control': 'no-store' } }),
    ),
    other: reads('/other', { gives: items(Tick) }, () => reply(source, { redirect: { to: '/' } })),
  })
  expect((await ask(app)).headers).toMatchObject({ 'x-a': 'b', 'cache-control': 'no-store' })
  const elsewhere = await perform(app, request('GET', '/other'))
  expect(elsewhere).toMatchObject({ status: 303, headers: { location: '/' }, body: null })
  expect(left).toBe(1)
})

test('every verb streams, with its own status', async () => {
  for (const [verb, method, status] of [
    ['creates', 'POST', 201],
    ['replaces', 'PUT', 200],
    ['updates', 'PATCH', 200],
    ['deletes', 'DELETE', 200],
    ['acts', 'POST', 200],
  ] as const) {
    const app = service({ it: verbs({})[verb]('/', { gives: items(Tick) }, () => ticks(1)) })
    expect((await perform(app, request(method, '/'))).status, verb).toBe(status)
  }
})
