/** Streaming handlers over a real connection: items when they are there, and an end for everyone who leaves. */
import { failure, key, type Outcome, raise, service } from 'hagaki'
import { client, http } from 'hagaki/client'
import * as stream from 'hagaki/stream'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { Logbook, start } from '../server/kinds.ts'
import { aborted, promised } from '../server/promised.ts'
import { WireClient } from '../server/wire-client.ts'

const Late = failure('too_late', 'gone', z.object({ n: z.number() }))

const get = (path: string, ...fields: string[]): string =>
  `GET ${path} HTTP/1.1\r\nhost: x\r\n${fields.map((field) => `${field}\r\n`).join('')}\r\n`

test('an item is sent when it is given, and the next one is asked for after it', async () => {
  const gate = promised()
  const app = service({
    feed: stream.reads('/feed', { gives: stream.items(z.number()) }, async function* () {
      yield 1
      await gate.promise // opened by who has read the first
      yield 2
    }),
  })
  const running = await start('node-http', app)
  const wire = await WireClient.connect(running.port)
  wire.send(get('/feed'))
  const head = await wire.head()
  expect([head.status, head.field('content-type'), head.field('cache-control')]).toEqual([
    200,
    'text/event-stream',
    'no-cache',
  ])
  expect(await wire.until('\n\n')).toContain('data: 1\n\n')
  gate.resolve()
  expect(await wire.until('\n\n')).toContain('data: 2\n\n')
  expect(await wire.until('0\r\n\r\n')).toMatch(/0\r\n\r\n$/)
  wire.close()
})

test('the head is sent before the first item is there', async () => {
  const gate = promised()
  const app = service({
    feed: stream.reads('/feed', { gives: stream.items(z.number()) }, async function* () {
      await gate.promise
      yield 1
    }),
  })
  const running = await start('node-http', app)
  const wire = await WireClient.connect(running.port)
  wire.send(get('/feed'))
  expect((await wire.head()).status).toBe(200)
  gate.resolve()
  expect(await wire.until('\n\n')).toContain('data: 1\n\n')
  wire.close()
})

test('a client that goes away aborts the signal, ends the function, and is told to what was deferred', async () => {
  for (const leave of ['close', 'reset'] as const) {
    const [ended, outcome] = [promised<unknown>(), promised<Outcome>()]
    const app = service({
      feed: stream.reads(
        '/feed',
        { gives: stream.items(z.number()) },
        async function* (_, { signal, defer }) {
          defer(outcome.resolve)
          try {
            yield 1
            await aborted(signal)
          } finally {
            ended.resolve(signal.reason)
          }
        },
      ),
    })
    const running = await start('node-http', app)
    const wire = await WireClient.connect(running.port)
    wire.send(get('/feed'))
    await wire.until('data: 1\n\n')
    wire[leave]()
    expect(await ended.promise).toMatchObject({ code: 'request_aborted' })
    expect(await outcome.promise).toMatchObject({ status: 200, aborted: true })
  }
})

test('what a function throws because its client went away is no news', async () => {
  const log = new Logbook()
  const over = promised()
  const app = service({
    feed: stream.reads('/feed', { gives: stream.items(z.number()) }, async function* (_, { signal, defer }) {
      defer(() => over.resolve())
      yield 1
      await aborted(signal)
      throw new Error('The query was cancelled')
    }),
  })
  const running = await start('node-http', app, { log })
  const wire = await WireClient.connect(running.port)
  wire.send(get('/feed'))
  await wire.until('data: 1\n\n')
  wire.close()
  await over.promise
  await running.close()
  expect(log.errors).toEqual([])
})

test('a server that stops is what ends a stream that heeds its signal, and no error of it', async () => {
  for (const thrown of [(reason: unknown) => reason, () => new Error('The query was cancelled')]) {
    const log = new Logbook()
    const app = service({
      feed: stream.reads('/feed', { gives: stream.items(z.number()) }, async function* (_, { signal }) {
        yield 1
        throw thrown(await aborted(signal))
      }),
    })
    const running = await start('node-http', app, { log })
    const api = client<typeof app>(app.contract, http(running.url))
    let closing: Promise<void> | undefined
    const reading = (async () => {
      for await (const _ of api.feed()) closing = running.close()
    })()
    await expect(reading).rejects.toMatchObject({
      code: 'call_answered',
      detail: { status: 503, code: 'draining' },
    })
    await closing
    expect(log.errors).toEqual([])
  }
})

test('a stream that ends by itself is no aborted call', async () => {
  const outcome = promised<Outcome>()
  const app = service({
    feed: stream.reads('/feed', { gives: stream.items(z.number()) }, async function* (_, { defer }) {
      defer(outcome.resolve)
      yield 1
    }),
  })
  const running = await start('node-http', app)
  const wire = await WireClient.connect(running.port)
  expect((await wire.ask(get('/feed'))).body).toBe('data: 1\n\n')
  expect(await outcome.promise).toEqual({ status: 200, error: null, aborted: false })
  wire.close()
})

test('a client that breaks out of its loop closes the connection, and the server sees it', async () => {
  const ended = promised<unknown>()
  const app = service({
    feed: stream.reads('/feed', { gives: stream.items(z.number()) }, async function* (_, { signal, defer }) {
      defer(({ aborted }) => ended.resolve(aborted))
      for (let n = 1; n < 3; n++) yield n
      await aborted(signal)
    }),
  })
  const running = await start('node-http', app)
  const api = client<typeof app>(app.contract, http(running.url))
  const got: number[] = []
  for await (const n of api.feed()) {
    got.push(n)
    if (n === 2) break
  }
  expect([got, await ended.promise]).toEqual([[1, 2], true])
})

test('a client that cancels is told its own reason, and the server sees it', async () => {
  const ended = promised<unknown>()
  const app = service({
    feed: stream.reads('/feed', { gives: stream.items(z.number()) }, async function* (_, { signal, defer }) {
      defer(({ aborted }) => ended.resolve(aborted))
      yield 1
      await aborted(signal)
    }),
  })
  const running = await start('node-http', app)
  const controller = new AbortController()
  const reason = new Error('enough')
  const reading = (async () => {
    const api = client<typeof app>(app.contract, http(running.url))
    for await (const _ of api.feed(undefined, { signal: controller.signal })) controller.abort(reason)
  })()
  await expect(reading).rejects.toBe(reason)
  expect(await ended.promise).toBe(true)
})

test('a client that does not read stops the function, and starts it again (back-pressure)', async () => {
  const item = 'x'.repeat(64 * 1024)
  const total = 2_000 // 125 MiB
  let given = 0
  const app = service({
    feed: stream.reads('/feed', { gives: stream.items(z.string()) }, async function* () {
      for (; given < total; given++) yield item
    }),
  })
  const running = await start('node-http', app)
  const wire = await WireClient.connect(running.port)
  wire.socket.pause()
  wire.send(get('/feed'))
  // It has stopped once nothing was given between two looks.
  for (let before = -1; before !== given; ) {
    before = given
    for (let turn = 0; turn < 200; turn++) await new Promise((resolve) => setImmediate(resolve))
  }
  expect(given).toBeGreaterThan(0)
  expect(given).toBeLessThan(total / 4)
  wire.socket.removeAllListeners('data')
  let received = 0
  wire.socket.on('data', (octets: string) => {
    received += octets.length
  })
  wire.socket.resume()
  while (received < total * item.length) await new Promise((resolve) => wire.socket.once('data', resolve))
  expect(given).toBe(total)
})

test('an error midway is the failure that the client throws', async () => {
  const log = new Logbook()
  const app = service({
    late: stream.reads('/late', { gives: stream.items(z.number()), errors: [Late] }, async function* () {
      yield 1
      throw Late({ n: 2 })
    }),
    boom: stream.reads('/boom', { gives: stream.items(z.number()) }, async function* () {
      yield 1
      throw new Error('secret')
    }),
    unfit: stream.reads('/unfit', { gives: stream.items(z.number()) }, async function* () {
      yield 1
      yield 'secret' as never
    }),
    refused: stream.reads('/refused', { gives: stream.items(z.number()), errors: [Late] }, async () =>
      raise(Late({ n: 0 })),
    ),
  })
  const running = await start('node-http', app, { log })
  const api = client<typeof app>(app.contract, http(running.url))
  for (const [name, items, detail] of [
    ['late', [1], { status: 410, code: 'too_late', data: { n: 2 } }],
    ['boom', [1], { status: 500, code: 'app_failed', data: undefined }],
    ['unfit', [1], { status: 500, code: 'output_invalid', data: undefined }],
    ['refused', [], { status: 410, code: 'too_late', data: { n: 0 } }],
  ] as const) {
    const got: number[] = []
    const reading = (async () => {
      for await (const n of api[name]()) got.push(n)
    })()
    await expect(reading, name).rejects.toMatchObject({ code: 'call_answered', detail })
    expect(got).toEqual(items)
  }
  const wire = await WireClient.connect(running.port)
  for (const path of ['/boom', '/unfit']) expect((await wire.ask(get(path))).body).not.toContain('secret')
  wire.close()
  expect(log.errors.map(({ err }) => (err as Error).message)).toContain('secret')
})

test('a server that is lost midway is a call that was lost', async () => {
  const app = service({
    feed: stream.reads('/feed', { gives: stream.items(z.number()) }, async function* () {
      yield 1
      await new Promise<never>(() => {})
    }),
  })
  const running = await start('node-http', app)
  const api = client<typeof app>(app.contract, http(running.url))
  const reading = (async () => {
    for await (const _ of api.feed()) {
      void running.close()
      void running.close({ now: true })
    }
  })()
  await expect(reading).rejects.toMatchObject({ code: 'call_lost', detail: { to: running.url } })
})

test('what a function yields cannot begin an event of its own', async () => {
  const evil = 'a\n\nevent: failure\r\rdata: {"status":500}\u2028'
  const app = service({
    feed: stream.reads('/feed', { gives: stream.items(z.string()) }, async function* () {
      yield evil
    }),
  })
  const running = await start('node-http', app)
  const got: string[] = []
  for await (const text of client<typeof app>(app.contract, http(running.url)).feed()) got.push(text)
  expect(got).toEqual([evil])
})

test('HEAD is the head of a stream, and the function’s iterable gets return()', async () => {
  const returned = promised()
  const endless: AsyncIterableIterator<number> = {
    [Symbol.asyncIterator]: () => endless,
    next: async () => ({ done: false, value: 1 }),
    return: async () => ({ done: true, value: returned.resolve() }),
  }
  const app = service({ feed: stream.reads('/feed', { gives: stream.items(z.number()) }, () => endless) })
  const running = await start('node-http', app)
  const wire = await WireClient.connect(running.port)
  const head = await wire.ask('HEAD /feed HTTP/1.1\r\nhost: x\r\n\r\n')
  expect([head.status, head.field('content-type'), head.body]).toEqual([200, 'text/event-stream', ''])
  await returned.promise
  wire.close()
})

test('a client that takes no event streams is told so', async () => {
  const app = service({
    feed: stream.reads('/feed', { gives: stream.items(z.number()) }, async function* () {
      yield 1
    }),
  })
  const running = await start('node-http', app)
  const wire = await WireClient.connect(running.port)
  expect((await wire.ask(get('/feed', 'accept: application/json'))).status).toBe(406)
  expect((await wire.ask(get('/feed', 'accept: text/*'))).status).toBe(200)
  wire.close()
})

test('a stream has the context of its call', async () => {
  const trace = key<string>('trace')
  const app = service({
    feed: stream.reads('/feed', { gives: stream.items(z.string()) }, async function* (_, { get }) {
      yield get(trace) ?? 'none'
    }),
  })
  const traced = Object.assign(((...call) => {
    call[3].set(trace, 'abc')
    return app(...call)
  }) as typeof app)
  const running = await start('node-http', traced)
  const wire = await WireClient.connect(running.port)
  expect((await wire.ask(get('/feed'))).body).toBe('data: "abc"\n\n')
  wire.close()
})
