import { expect, test } from 'vitest'
import { z } from 'zod'
import { isPromise } from '../call/after.ts'
import { Call } from '../call/call.ts'
import { WholeInput } from '../call/input.ts'
import { key } from '../call/keys.ts'
import { closeApp, life, living, openApp } from '../call/life.ts'
import { silentLog } from '../call/log.ts'
import { CallOptions } from '../call/options.ts'
import { capture, optionsOf, perform } from '../call/perform.ts'
import { serverFacts } from '../call/server-facts.ts'
import { use } from '../call/use.ts'
import type { App, Chunk, Duplex, Log, Options, Outcome, Result } from '../contract.ts'
import { LIFE, STREAM, TAKEOVER } from '../contract.ts'
import { Fault } from '../fault.ts'
import { mount } from '../middleware/mount.ts'
import { bodyText, type RequestValue, request } from '../value/message.ts'
import { json, stream, takeover, text } from '../value/result.ts'
import { lint } from './lint.ts'

const SERVER = serverFacts()

/** Performs with lint inside and outside of `use`, and lets nothing pass that lint only logs. */
async function passes(app: App, value: RequestValue): ReturnType<typeof perform> {
  const logged: unknown[] = []
  const log: Log = { ...silentLog, error: (fields) => void logged.push((fields as { err: unknown }).err) }
  const answered = await perform(lint(use(app, lint)), value, { server: SERVER, log })
  expect(logged).toEqual([])
  expect(answered).toEqual(await perform(app, value, { server: SERVER }))
  return answered
}

function call(
  app: App,
  value: RequestValue,
  options = optionsOf(value, new Call(SERVER, silentLog), SERVER),
): unknown {
  return app(value.method, value.path, value.headers, options, SERVER)
}

async function refused(): Promise<never> {
  throw new Error('not asked for')
}

async function* later(...chunks: Chunk[]): AsyncGenerator<Chunk> {
  yield* chunks
}

test('an app that keeps the contract answers as it does without lint', async () => {
  const get = request('GET', '/a%20b?c=d', { headers: { cookie: 'a=1; b=2', 'content-length': '0' } })
  const apps: [App, RequestValue, number][] = [
    [() => text('hi'), get, 200],
    [async () => json({ a: 1 }, 201), get, 201],
    [() => [200, 'image/png', { 'set-cookie': ['a=1', 'b=2'] }, new Uint8Array([1])], get, 200],
    [() => [204, null, {}, null], get, 204],
    [() => [205, null, {}, null], get, 205],
    [() => [200, null, Object.freeze(Object.create(null) as object) as {}, ''], get, 200],
    [() => [304, null, { 'content-length': '5', etag: '"a"' }, null], get, 304],
    [() => [200, 'text/plain', { 'content-length': '5' }, null], request('HEAD', '/'), 200],
    [() => text('hello'), request('HEAD', '/'), 200],
    [() => [200, null, {}, stream(['a', new Uint8Array([0x62]), ''])], get, 200],
    [() => [200, null, { 'content-length': '3' }, stream(later('é', new Uint8Array([0x62])))], get, 200],
    [() => [426, null, { upgrade: 'h2c' }, null], get, 426],
    [() => [204, null, {}, null], request('OPTIONS', '*'), 204],
    [() => text('no', 403), request('CONNECT', 'a:443'), 403],
    [mount({ '/a b': (_m, path, _h, { mount: prefix }) => text(prefix + path) }), get, 200],
  ]
  for (const [app, value, status] of apps) expect((await passes(app, value)).status, String(app)).toBe(status)
})

test('an app may use all that options offer', async () => {
  const user = key('user', { carry: z.object({ id: z.number() }) })
  const local = key<number>('local')
  const told: Outcome[] = []
  const app: App = async (_method, _path, _headers, options) => {
    options.hint({ link: ['</a>', '</b>'] })
    options.trailer(() => ({ 'x-checksum': 'abc' }))
    options.log.info({}, 'here')
    options.set(local, 1)
    options.set(user, { id: options.get(user)!.id + 1 })
    const derived = options.with({
      query: null,
      deadline: 5,
      mount: '/api/v1',
      client: null,
      protocol: 'https',
    })
    derived.defer((outcome) => void told.push(outcome))
    derived.defer(() => options.defer((outcome) => void told.push(outcome)))
    const read = await Promise.all([
      options.input.bytes(),
      derived.input.bytes(3),
      options.input.bytes(Infinity),
    ])
    const replaced = derived.with({ input: new WholeInput(new Uint8Array(9), 9) })
    const { length } = await replaced.input.bytes()
    const fields = [
      derived.get(local),
      derived.query,
      derived.mount,
      options.mount,
      derived.signal === options.signal,
    ]
    return [200, null, {}, stream([JSON.stringify([...fields, length, read.map((bytes) => bytes.length)])])]
  }
  const value = request('POST', '/?a', { mount: '/api', body: 'abc', context: { user: { id: 1 } } })
  const answered = await passes(app, value)
  expect(bodyText(answered)).toBe('[1,null,"/api/v1","/api",true,9,[3,3,3]]')
  expect(answered.trailers).toEqual({ 'x-checksum': 'abc' })
  expect({ ...answered.context }).toEqual({ user: { id: 2 } })
  expect(told).toEqual(Array.from({ length: 4 }, () => ({ status: 200, error: null, aborted: false })))
})

test('a body is streamed through, and refusals of the server pass as they are (13)', async () => {
  const echoing: App = (_method, _path, _headers, { input }) => [200, null, {}, stream(input.stream())]
  expect(bodyText(await passes(echoing, request('POST', '/', { body: 'abc' })))).toBe('abc')
  const twice: App = async (_method, _path, _headers, { input }) => {
    input.stream()
    return text(String((await input.bytes()).length))
  }
  expect((await perform(lint(twice), request('POST', '/', { body: 'abc' }))).status).toBe(500)
  const small: App = async (_method, _path, _headers, { input }) =>
    text(String((await input.bytes(2)).length))
  expect((await perform(lint(small), request('POST', '/', { body: 'abc' }))).status).toBe(413)
})

test('a synchronous app stays synchronous', () => {
  const value = request('GET', '/')
  expect(call(lint(lint(() => text('hi'))), value)).toEqual(text('hi'))
  expect(
    isPromise(
      call(
        lint(async () => text('hi')),
        value,
      ),
    ),
  ).toBe(true)
  const [, , , body] = call(
    lint(() => [200, null, {}, stream(['a'])]),
    value,
  ) as Result
  expect(Symbol.iterator in (body as { [STREAM]: object })[STREAM]).toBe(true)
})

test('what the app throws or rejects with passes unchanged (25)', async () => {
  const fault = new Fault('route_missing', { path: '/' })
  const throwing: App = () => {
    throw fault
  }
  expect(() => call(lint(throwing), request('GET', '/'))).toThrow(fault)
  await expect(
    call(
      lint(() => Promise.reject(fault)),
      request('GET', '/'),
    ),
  ).rejects.toBe(fault)
})

test('a result of the server’s fault never reaches the app', () => {
  let called = false
  const app: App = () => {
    called = true
    return text('hi')
  }
  expect(() => call(lint(app), { ...request('GET', '/'), method: 'get' })).toThrow(/Contract 1 broken/)
  expect(called).toBe(false)
})

test('under use a breach is 500, and says which rule', async () => {
  const answered = await perform(
    use(() => [200, null, { 'Set-Cookie': 'secret' }, null], lint),
    request('GET', '/'),
  )
  expect(answered.status).toBe(500)
  expect(bodyText(answered)).toMatch(/Contract 21 broken: .*lower case; found \\"Set-Cookie\\"/)
  expect(bodyText(answered)).not.toMatch(/secret/)
})

test('options stay lazy: nothing is asked of the server before the app asks (12)', () => {
  const asked: string[] = []
  class Counting extends CallOptions {
    override get input(): WholeInput {
      asked.push('input')
      return new WholeInput(null, 1)
    }
    override get signal(): AbortSignal {
      asked.push('signal')
      return super.signal
    }
    override get log(): Log {
      asked.push('log')
      return super.log
    }
  }
  const data = { query: null, mount: '', http: null, client: null, protocol: 'http', deadline: null } as const
  const given = new Counting(new Call(SERVER, silentLog), new WholeInput(null, 1), { ...data, upgrade: null })
  let seen: Options | null = null
  const app: App = (_method, _path, _headers, options) => {
    seen = options
    expect(asked).toEqual([])
    expect({ ...options }).toEqual({ ...data, upgrade: null })
    void options.signal
    expect(asked).toEqual(['signal'])
    return text('hi')
  }
  call(lint(app), request('GET', '/'), given)
  expect(seen).not.toBeNull()
  expect(asked).toEqual(['signal'])
})

test('the call is found behind the options, so a road carries its context on (17)', async () => {
  const user = key('user', { carry: z.string() })
  const seen: RequestValue[] = []
  const road: App = async (...args) => {
    seen.push(await capture(...args))
    return text('hi')
  }
  const app: App = (method, path, headers, options, server) => {
    options.set(user, 'anna')
    return lint(road)(method, path, headers, options.with({ query: 'b' }), server)
  }
  await perform(lint(app), request('POST', '/?a', { body: 'abc' }))
  expect({ ...seen[0]!.context }).toEqual({ user: 'anna' })
  expect([seen[0]!.query, bodyText(seen[0]!)]).toEqual(['b', 'abc'])
})

test('what other frameworks answer with is told what to write (21, 23)', () => {
  const table: [result: unknown, found: string][] = [
    ['hi', 'found a string. Write text(...) or html(...)'],
    [{ hello: 1 }, 'found an object. Write json(...)'],
    [undefined, 'found undefined. Return what is answered, [204, null, {}, null] for nothing'],
    [new Response('hi'), 'found a Response. Write text(...), json(...), html(...) or redirect(...)'],
    [[200, {}, ['hi']], 'found a list of 3'],
    [[200, 'text/plain', {}, { a: 1 }], 'found an object. Write json(...)'],
    [[200, 'text/plain', {}, new ReadableStream()], 'found a ReadableStream. Write stream(...)'],
  ]
  for (const [result, found] of table) {
    const told = (): unknown => call(lint((() => result) as App), request('GET', '/'))
    expect(told).toThrow(new RegExp(`; ${found.replaceAll(/[.()[\]{}]/g, '\\$&')}$`))
  }
})

test('a takeover is passed through, and gets its duplex (24)', async () => {
  const duplex = { write: () => true, end: () => {}, destroy: () => {}, once: () => {} }
  const whole = { ...duplex, [Symbol.asyncIterator]: () => later() } as unknown as Duplex
  const got: unknown[] = []
  const app: App = () => [101, null, { upgrade: 'a' }, takeover((taken) => void got.push(taken))]
  const [status, , , body] = call(lint(app), request('GET', '/', { upgrade: ['a'] })) as Result
  await (body as { [TAKEOVER]: (duplex: Duplex) => unknown })[TAKEOVER](whole)
  expect([status, got]).toEqual([101, [whole]])
})

test('a body that breaks a rule midway, is left, or belongs to a faulty result is closed (23)', async () => {
  const events: string[] = []
  async function* chunks(second: Chunk): AsyncGenerator<Chunk> {
    try {
      yield 'a'
      yield second
      yield 'never'
    } finally {
      events.push('closed')
    }
  }
  const broken = perform(
    lint(() => [200, null, {}, stream(chunks(1 as never))]),
    request('GET', '/'),
  )
  await expect(broken).rejects.toThrow(/Contract 23 broken/)
  expect(events).toEqual(['closed'])
  const untouched = {
    [Symbol.asyncIterator]: () => ({ next: refused, return: () => (events.push('left'), refused()) }),
  }
  const faulty: Result = [200, null, { Vary: 'a' }, stream(untouched)]
  expect(() =>
    call(
      lint(() => faulty),
      request('GET', '/'),
    ),
  ).toThrow(/Contract 21 broken/)
  const [, , , body] = call(
    lint(() => [200, null, {}, stream(chunks('b'))]),
    request('GET', '/'),
  ) as Result
  for await (const _ of (body as { [STREAM]: AsyncIterable<Chunk> })[STREAM]) break
  expect(events).toEqual(['closed', 'left', 'closed'])
})

test('a task whose run breaks a rule runs all the same, and once (15)', async () => {
  const tasks: ((outcome: Outcome) => Promise<void>)[] = []
  class Registering extends CallOptions {
    override defer(task: (outcome: Outcome) => Promise<void>): void {
      tasks.push(task)
    }
  }
  const data = { query: null, mount: '', http: null, client: null, protocol: 'http', deadline: null } as const
  const given = new Registering(new Call(SERVER, silentLog), new WholeInput(null, 1), {
    ...data,
    upgrade: null,
  })
  const ran: string[] = []
  const app: App = (_method, _path, _headers, options) => {
    for (const name of ['first', 'second']) options.defer(() => void ran.push(name))
    return text('hi')
  }
  call(lint(app), request('GET', '/'), given)
  const [, first, second] = tasks
  const sent: Outcome = { status: 200, error: null, aborted: false }
  await expect(first!(sent)).rejects.toThrow(/last in first out/)
  await second!(sent)
  await expect(second!(sent)).rejects.toThrow(/exactly once/)
  expect(ran).toEqual(['first', 'second'])
})

test('a life is passed on as one, and calls between opening and closing pass (36)', async () => {
  const events: string[] = []
  const own = life(
    () => void events.push('open'),
    () => void events.push('close'),
  )
  const app = living(() => text('hi'), [], own)
  const composed = mount({ '/a': lint(app), '/b': lint(app) })
  await openApp(composed, SERVER)
  expect((await perform(composed, request('GET', '/a'))).status).toBe(200)
  expect((await perform(composed, request('GET', '/b'))).status).toBe(200)
  await closeApp(composed)
  expect(events).toEqual(['open', 'close'])
  expect(lint(() => text('hi'))[LIFE]).toBeUndefined()
})
