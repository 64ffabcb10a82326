/** The typed client over `http` and `local`: the same calls give the same data and the same errors. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import fc from 'fast-check'
import { type Fault, failure, guard, header, isFault, mount, raise, resource, service, verbs } from 'hagaki'
import { type Client, client, http, local } from 'hagaki/client'
import { cbor, form, json, multipart } from 'hagaki/formats'
import { bytes, text as textBody } from 'hagaki/schema'
import * as stream from 'hagaki/stream'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { z } from 'zod'
import { start } from '../server/kinds.ts'
import { promised } from '../server/promised.ts'

const Note = z.object({ id: z.string(), text: z.string() })
const Gone = failure('note_gone', 'missing', z.object({ id: z.string() }))
const Nobody = failure('nobody_known', 'unauthenticated')

const { reads, creates, updates, deletes } = verbs({
  user: guard('member', ({ headers }) => headers['x-user'] ?? raise(Nobody()), { errors: [Nobody] }),
  db: resource(() => new Map([['a', 'first']])),
})
const open = verbs({})

const Anything = z.object({
  text: z.string(),
  list: z.array(z.number().nullable()),
  deep: z.record(z.string(), z.array(z.object({ on: z.boolean() }))),
  maybe: z.string().optional(),
})
const Found = z.object({
  id: z.string(),
  n: z.number(),
  tags: z.array(z.string()).optional(),
  on: z.boolean().optional(),
})

const seen: unknown[] = []

const app = service({
  one: reads(
    '/notes/{id}',
    { accepts: z.object({ id: z.string() }), returns: Note, errors: [Gone] },
    ({ id }, { db }) => ({
      id,
      text: db.get(id) ?? raise(Gone({ id })),
    }),
  ),
  add: creates(
    '/notes',
    { accepts: z.strictObject({ text: z.string() }), returns: Note, limit: 64 },
    ({ text }, { user }) => ({ id: user, text }),
  ),
  rename: updates(
    '/notes/{id}',
    { accepts: z.object({ id: z.string(), text: z.string() }), returns: Note },
    (change) => change,
  ),
  remove: deletes(
    '/notes/{id}',
    { accepts: z.object({ id: z.string(), force: z.boolean().optional() }) },
    () => {},
  ),
  echo: open.creates('/echo', { accepts: Anything, returns: Anything }, (data) => data),
  find: open.reads('/find/{id}', { accepts: Found, returns: Found }, (data) => data),
  broken: open.reads('/broken', { returns: z.string() }, () => 1 as never),
  boom: open.reads('/boom', {}, () => raise(new Error('secret'))),
  stuck: open.reads('/stuck', {}, () => new Promise<void>(() => {})),
  move: open.replaces(
    '/places/{id}',
    {
      accepts: z.object({ id: z.string(), by: z.string(), fast: z.boolean().optional() }),
      body: z.array(z.number()),
      from: { by: header('x-by') },
      returns: z.any(),
    },
    (data) => data,
  ),
  picture: open.acts('/picture', { accepts: bytes('image/*'), returns: bytes('image/png') }, (body) => body),
  shout: open.acts('/shout', { accepts: textBody(), returns: textBody() }, (body) => body.toUpperCase()),
  sum: open.acts('/sum', { accepts: z.array(z.number()), returns: z.number(), formats: [cbor] }, (all) =>
    all.reduce((a, b) => a + b, 0),
  ),
  form: open.acts(
    '/form',
    {
      accepts: z.object({ n: z.number(), tags: z.array(z.string()) }),
      returns: z.any(),
      formats: [form, json],
    },
    (data) => data,
  ),
  plain: open.acts(
    '/plain',
    { accepts: z.object({ n: z.number(), tags: z.array(z.string()) }), formats: [form] },
    (data) => void seen.push(data),
  ),
  files: open.acts(
    '/files',
    {
      accepts: z.object({ title: z.string(), files: z.array(z.file()) }),
      returns: z.any(),
      formats: [multipart(), json],
    },
    async ({ title, files }) => [
      title,
      ...(await Promise.all(files.map(async (one) => [one.name, await one.text()]))),
    ],
  ),
  inner: service(
    { whoami: reads('/whoami', { returns: z.string() }, (_, { user }) => user) },
    { prefix: '/inner' },
  ),
  count: stream
    .verbs({})
    .reads(
      '/count',
      { accepts: z.object({ to: z.number() }), gives: stream.items(z.number()), errors: [Gone] },
      async function* ({ to }) {
        for (let n = 1; n <= to; n++) yield n
        if (to > 2) throw Gone({ id: String(to) })
      },
    ),
})

const user = { 'x-user': 'alice' }

/** Both roads to the service. */
const ROADS: readonly (readonly [name: string, open: () => Promise<Client<typeof app>>])[] = [
  [
    'http',
    async () =>
      client<typeof app>(
        app.contract,
        http(`${(await start('node-http', mount({ '/api': app }))).url}/api`),
        {
          formats: [cbor],
        },
      ),
  ],
  ['local', async () => local(app, {}, { formats: [cbor] })],
]

/** What a promise rejected with. */
async function rejection(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => {
      throw new Error('It was not refused')
    },
    (error: unknown) => error,
  )
}

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const got: T[] = []
  for await (const item of items) got.push(item)
  return got
}

describe.each(ROADS)('over %s', (_, road) => {
  test('calls give data', async () => {
    const api = await road()
    expect(await api.one({ id: 'a' }, { headers: user })).toEqual({ id: 'a', text: 'first' })
    expect(await api.add({ text: 'hi' }, { headers: user })).toEqual({ id: 'alice', text: 'hi' })
    expect(await api.rename({ id: 'é %2F?#', text: 'ü' }, { headers: user })).toEqual({
      id: 'é %2F?#',
      text: 'ü',
    })
    expect(await api.remove({ id: 'a', force: true }, { headers: user })).toBeUndefined()
    expect(await all(api.count({ to: 2 }))).toEqual([1, 2])
  })

  test('bodies of every kind arrive as they were sent', async () => {
    const api = await road()
    const move = { id: 'a/b'.replace('/', ' '), by: 'alice', fast: true, body: [1, 2] }
    expect(await api.move(move)).toEqual(move)
    const png = new Blob([Uint8Array.of(0, 255)], { type: 'image/png' })
    expect(await api.picture(png)).toEqual(Uint8Array.of(0, 255))
    expect(await api.picture(Uint8Array.of(1), { headers: { 'content-type': 'image/gif' } })).toEqual(
      Uint8Array.of(1),
    )
    expect(await api.shout('é\n🎴')).toBe('É\n🎴')
    expect(await api.sum([1, 2, 3])).toBe(6)
    const data = { n: 1, tags: ['a&b', 'ü'] }
    expect(await api.form(data)).toEqual(data)
    await api.plain(data)
    expect(seen.pop()).toEqual(data)
    const files = [new File(['a'], 'ü.txt', { type: 'text/plain' }), new Blob(['b'])]
    expect(await api.files({ title: 'a\nb', files: files as File[] })).toEqual([
      'a\nb',
      ['ü.txt', 'a'],
      ['blob', 'b'],
    ])
    expect(await api.inner.whoami(undefined, { headers: user })).toBe('alice')
  })

  test('a declared failure is known by its type', async () => {
    const api = await road()
    const error = await rejection(api.one({ id: 'b' }, { headers: user }))
    expect(Gone.is(error) && error.data).toEqual({ id: 'b' })
    expect(Nobody.is(await rejection(api.one({ id: 'b' })))).toBe(true)
    expect(Gone.is(await rejection(all(api.count({ to: 3 }))))).toBe(true)
  })

  test('every other refusal is a fault with status and code', async () => {
    const said = vi.spyOn(console, 'error').mockImplementation(() => {}) // what `local` logs
    onTestFinished(() => said.mockRestore())
    const api = await road()
    const headers = user
    for (const [call, status, code] of [
      [() => api.add({ text: 1 } as never, { headers }), 422, 'input_invalid'],
      [() => api.add({ text: 'a', more: 1 } as never, { headers }), 422, 'input_invalid'],
      [() => api.add({ text: 'a'.repeat(64) }, { headers }), 413, 'body_too_large'],
      [
        () => api.add({ text: 'a' }, { headers: { ...user, 'content-type': 'text/plain' } }),
        415,
        'media_type_unsupported',
      ],
      [() => api.add({ text: 'a' }, { headers: { ...user, accept: 'text/html' } }), 406, 'not_acceptable'],
      [() => api.find({ id: 'a', n: 'x' } as never), 422, 'input_invalid'],
      [() => api.broken(), 500, 'output_invalid'],
      [() => api.boom(), 500, 'app_failed'],
      [() => all(api.count({ to: 'x' } as never)), 422, 'input_invalid'],
    ] as const) {
      const error = await rejection(call())
      expect(error, String(call)).toMatchObject({ code: 'call_answered', detail: { status, code } })
      expect(JSON.stringify(error)).not.toContain('secret')
    }
  })

  test('issues point at members', async () => {
    const api = await road()
    const error = (await rejection(
      api.add({ text: 1 } as never, { headers: user }),
    )) as Fault<'call_answered'>
    expect(error.data).toMatchObject({ issues: [{ pointer: '/text' }] })
  })

  test('what cannot be written as a request is refused on this side', async () => {
    const api = await road()
    for (const call of [
      () => api.one({ id: '..' }),
      () => api.one({ id: '' }),
      () => api.one({ id: 'a/b' }),
      () => api.one({} as never),
      () => api.find({ id: 'a', n: Number.NaN }),
      () => api.find({ id: 'a', n: 1, tags: [] }),
      () => api.echo({ text: 'a', list: [Number.NaN], deep: {} }),
    ]) {
      expect(await rejection(call()), String(call)).toMatchObject({ code: 'input_invalid' })
    }
  })

  test('a caller who cancels is told the reason', async () => {
    const api = await road()
    const reason = new Error('changed my mind')
    expect(await rejection(api.stuck(undefined, { signal: AbortSignal.abort(reason) }))).toBe(reason)
    const controller = new AbortController()
    const calling = rejection(api.stuck(undefined, { signal: controller.signal }))
    setImmediate(() => controller.abort(reason))
    expect(await calling).toBe(reason)
  })

  test('a caller who waits so long and no longer is told so', async () => {
    const api = await road()
    expect(await rejection(api.stuck(undefined, { timeoutMs: 20 }))).toMatchObject({
      code: 'call_timeout',
      detail: { limitMs: 20 },
    })
  })

  test('whatever data a body holds, the handler receives them and gives them back', async () => {
    const api = await road()
    const data = fc.record({
      text: fc.string({ unit: 'binary' }),
      list: fc.array(fc.option(fc.double({ noNaN: true, noDefaultInfinity: true }))),
      deep: fc.dictionary(fc.string({ unit: 'binary' }), fc.array(fc.record({ on: fc.boolean() }))),
      maybe: fc.option(fc.string(), { nil: undefined }),
    })
    await fc.assert(
      fc.asyncProperty(data, async (sent) => {
        fc.pre(!Object.hasOwn(sent.deep, '__proto__'))
        const { maybe, ...rest } = sent
        const given = maybe === undefined ? rest : { ...rest, maybe }
        expect(await api.echo(given)).toEqual(JSON.parse(JSON.stringify(sent)))
      }),
      { numRuns: 50 },
    )
  })

  test('whatever a path and a query hold, the handler receives it, or nothing was sent', async () => {
    const api = await road()
    const text = fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.string({
        unit: fc.constantFrom(
          'a',
          '%',
          '2',
          'F',
          '.',
          '/',
          '+',
          '&',
          '=',
          ' ',
          ';',
          '"',
          "'",
          '\\',
          '\0',
          '\t',
          '\n',
        ),
      }),
    )
    const data = fc.record({
      id: text,
      n: fc.oneof(fc.maxSafeInteger(), fc.double()),
      tags: fc.array(text, { minLength: 1, maxLength: 3 }),
      on: fc.boolean(),
    })
    await fc.assert(
      fc.asyncProperty(data, async (sent) => {
        try {
          expect(await api.find(sent)).toEqual(JSON.parse(JSON.stringify(sent)))
        } catch (error) {
          if (!isFault(error)) throw error
          expect(error.code).toBe('input_invalid')
        }
      }),
      { numRuns: 100 },
    )
  })
})

test('a server that is not there is a call that was lost', async () => {
  const running = await start('node-http', app)
  await running.close()
  const api = client<typeof app>(app.contract, http(running.url))
  const error = await rejection(api.boom())
  expect(error).toMatchObject({ code: 'call_lost', detail: { to: running.url } })
  expect((error as Error).cause).toBeInstanceOf(Error)
  expect(await rejection(all(api.count({ to: 1 })))).toMatchObject({ code: 'call_lost' })
})

/** Serves what is no service at all. */
async function strange(answer: Parameters<typeof createServer>[1]): Promise<Client<typeof app>> {
  const server = createServer(answer)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return client<typeof app>(app.contract, http(`http://127.0.0.1:${(server.address() as AddressInfo).port}`))
}

test('what is no service answers with faults all the same', async () => {
  const page = await strange((_, res) => res.setHeader('content-type', 'text/html').end('<h1>Hello</h1>'))
  expect(await rejection(page.find({ id: 'a', n: 1 }))).toMatchObject({ code: 'call_faulty' })
  expect(await rejection(all(page.count({ to: 1 })))).toMatchObject({ code: 'call_faulty' })
  const busy = await strange((_, res) => res.writeHead(503).end('<h1>Busy</h1>'))
  expect(await rejection(busy.find({ id: 'a', n: 1 }))).toMatchObject({
    code: 'call_answered',
    detail: { status: 503, code: null },
  })
  const cut = await strange((_, res) => {
    res.writeHead(200, { 'content-type': 'application/json', 'content-length': '100' }).write('{"id"')
    setImmediate(() => res.destroy())
  })
  expect(await rejection(cut.find({ id: 'a', n: 1 }))).toMatchObject({ code: 'call_lost' })
})

test('a stream of the wrong type is not left open', async () => {
  const closed = promised()
  const api = await strange((req, res) => {
    req.socket.once('close', () => closed.resolve())
    res.writeHead(200, { 'content-type': 'application/json' }).write('[1,')
  })
  expect(await rejection(all(api.count({ to: 1 })))).toMatchObject({ code: 'call_faulty' })
  await closed.promise
})

test('a caller who cancels closes the connection, and the handler’s signal knows', async () => {
  const [called, told] = [promised(), promised<unknown>()]
  const waiting = service({
    wait: open.reads('/wait', {}, (_, { signal }) => {
      signal.addEventListener('abort', () => told.resolve(signal.reason))
      called.resolve()
      return new Promise<void>(() => {})
    }),
  })
  const running = await start('node-http', waiting)
  const controller = new AbortController()
  const calling = rejection(
    client<typeof waiting>(waiting.contract, http(running.url)).wait(undefined, {
      signal: controller.signal,
    }),
  )
  await called.promise
  controller.abort(new Error('enough'))
  await calling
  expect(await told.promise).toMatchObject({ code: 'request_aborted' })
})

test('a contract is data: a client is made from it wherever it was read', async () => {
  const running = await start('node-http', app)
  const written: unknown = JSON.parse(JSON.stringify(app.contract))
  const api = client<typeof app>(written as typeof app.contract, http(running.url))
  expect(await api.find({ id: 'a', n: 1, tags: ['x'] })).toEqual({ id: 'a', n: 1, tags: ['x'] })
})
