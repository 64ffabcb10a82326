import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { z } from 'zod'
import type { Transport } from '../call/transport.ts'
import { encodeEvent, encodeRetry } from '../codec/sse.ts'
import type { Result } from '../contract.ts'
import { Fault } from '../fault.ts'
import { failure } from '../handler/failure.ts'
import { service } from '../handler/service.ts'
import * as streams from '../stream/stream.ts'
import type { RequestHead } from '../value/head.ts'
import { stream } from '../value/result.ts'
import { client } from './functions.ts'
import { local } from './local.ts'

const Tired = failure('tired', 'unavailable')
const N = z.number()
const all = service({
  feed: streams.reads(
    '/feed',
    { gives: streams.items(N, { id: String }), errors: [Tired] },
    async function* () {},
  ),
  plain: streams.reads('/plain', { gives: streams.items(N) }, async function* () {}),
  act: streams.acts('/act', { gives: streams.items(N, { id: String }) }, async function* () {}),
})

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
  vi.restoreAllMocks()
})

type Answer = Result | (() => Result | Promise<Result>)

/** A client whose connections are answered one after the other. */
function answering(answers: readonly Answer[]) {
  const sent: RequestHead[] = []
  const transport: Transport = {
    name: 'far',
    call: async (head) => {
      sent.push(head)
      const answer = answers[sent.length - 1]
      if (answer === undefined) throw new Fault('call_lost', { to: 'far' })
      return typeof answer === 'function' ? answer() : answer
    },
  }
  return { api: client<typeof all>(all.contract, transport), sent }
}

/** Events, and then an end, or something thrown. */
function events(texts: readonly string[], thrown?: unknown): Result {
  const body = async function* (): AsyncGenerator<string> {
    yield* texts
    if (thrown !== undefined) throw thrown
  }
  return [200, 'text/event-stream', {}, stream(body())]
}
const item = (n: number): string => encodeEvent(String(n), undefined, String(n))
const reset = new Error('reset')

/** All items, and what was thrown behind them; timers go on by themselves. */
async function read(items: AsyncIterable<number>): Promise<unknown[]> {
  const got: unknown[] = []
  const reading = (async () => {
    try {
      for await (const one of items) got.push(one)
      got.push('end')
    } catch (error) {
      got.push(error)
    }
  })()
  let over = false
  void reading.then(() => (over = true))
  while (!over) await vi.advanceTimersByTimeAsync(100)
  return got
}

const asked = (sent: readonly RequestHead[]): unknown[] => sent.map(({ headers }) => headers['last-event-id'])

test('a stream that breaks off goes on behind the last item that came', async () => {
  const { api, sent } = answering([
    events([item(1), item(2)], reset),
    events([item(3)], reset),
    events([item(4)]),
  ])
  expect(await read(api.feed())).toEqual([1, 2, 3, 4, 'end'])
  expect(asked(sent)).toEqual([undefined, '2', '3'])
})

test('an end is no break', async () => {
  const { api, sent } = answering([events([item(1)])])
  expect(await read(api.feed())).toEqual([1, 'end'])
  expect(sent).toHaveLength(1)
})

test('a server that stops, or is not there for a while, is come back to', async () => {
  const draining = encodeEvent('{"status":503,"code":"draining"}', 'failure')
  const { api, sent } = answering([
    events([item(1), draining]),
    () => {
      throw new Fault('call_refused', { to: 'far', reason: 'nobody listens' })
    },
    [503, null, {}, null],
    [502, 'application/problem+json', {}, '{"status":502,"code":"call_lost"}'],
    events([item(2)]),
  ])
  expect(await read(api.feed())).toEqual([1, 2, 'end'])
  expect(asked(sent)).toEqual([undefined, '1', '1', '1', '1'])
})

test('what the handler declared is told, and so is what is no passing trouble', async () => {
  for (const [failed, expected] of [
    [
      encodeEvent('{"status":503,"code":"tired"}', 'failure'),
      { code: 'call_answered', detail: { code: 'tired' } },
    ],
    [encodeEvent('{"status":500,"code":"app_failed"}', 'failure'), { detail: { code: 'app_failed' } }],
    ['data: {\n\n', { code: 'call_faulty' }],
  ] as const) {
    const { api, sent } = answering([events([item(1), failed])])
    const [one, thrown] = await read(api.feed())
    expect([one, thrown], failed).toMatchObject([1, expected])
    expect(sent, failed).toHaveLength(1)
  }
  const gone = answering([
    events([item(1)], reset),
    [410, 'application/problem+json', {}, '{"status":410,"code":"gone"}'],
  ])
  expect(await read(gone.api.feed())).toMatchObject([1, { detail: { status: 410 } }])
})

test('only reads whose items have ids are gone on with, and only where the caller lets them', async () => {
  for (const call of ['plain', 'act'] as const) {
    const { api, sent } = answering([events([item(1)], reset), events([item(2)])])
    expect(await read(api[call]()), call).toMatchObject([1, { code: 'call_lost' }])
    expect(sent, call).toHaveLength(1)
  }
  for (const resume of [false, 0]) {
    const { api } = answering([events([item(1)], reset), events([item(2)])])
    expect(await read(api.feed(undefined, { resume })), String(resume)).toMatchObject([
      1,
      { code: 'call_lost' },
    ])
  }
})

test('a stream that has not begun is a call like any other', async () => {
  const { api, sent } = answering([])
  expect(await read(api.feed(undefined, { retries: 1 }))).toMatchObject([{ code: 'call_lost' }])
  expect(sent).toHaveLength(2)
})

test('coming back is given up after a minute, or as long as the caller says', async () => {
  for (const [resume, limitMs] of [
    [true, 60_000],
    [5_000, 5_000],
  ] as const) {
    const { api } = answering([events([item(1)], reset)])
    const began = Date.now()
    expect(await read(api.feed(undefined, { resume }))).toMatchObject([1, { code: 'call_lost' }])
    const took = Date.now() - began
    expect(took).toBeLessThanOrEqual(limitMs + 100)
    expect(took).toBeGreaterThan(limitMs / 3)
  }
})

test('the time to wait is what the stream says, and some more by chance', async () => {
  vi.spyOn(Math, 'random').mockReturnValue(0.5)
  const times: number[] = []
  const then = (answer: Result) => () => {
    times.push(Date.now())
    return answer
  }
  const { api } = answering([then(events([encodeRetry(3_000), item(1)], reset)), then(events([item(2)]))])
  await read(api.feed())
  expect(times[1]! - times[0]!).toBeGreaterThanOrEqual(3_050)
  expect(times[1]! - times[0]!).toBeLessThan(3_300)
})

test('a caller may begin behind an item that it knows, by any id', async () => {
  const { api, sent } = answering([events([])])
  await read(api.feed(undefined, { after: 'é🎴' }))
  expect(Buffer.from(asked(sent)[0] as string, 'latin1').toString('utf8')).toBe('é🎴')
  const { api: other } = answering([])
  expect(await read(other.feed(undefined, { after: 'a\nb' }))).toMatchObject([{ code: 'field_faulty' }])
})

test('a caller who cancels while nothing is connected is told its own reason', async () => {
  const { api } = answering([events([item(1)], reset)])
  const controller = new AbortController()
  const reason = new Error('enough')
  setTimeout(() => controller.abort(reason), 1_000)
  expect(await read(api.feed(undefined, { signal: controller.signal }))).toEqual([1, reason])
  expect(vi.getTimerCount()).toBe(0)
})

test('a stream without a heartbeat is lost; a reader who takes its time loses nothing', async () => {
  const quiet = async function* (): AsyncGenerator<string> {
    yield item(1)
    await new Promise(() => {})
  }
  const { api, sent } = answering([
    [200, 'text/event-stream', {}, stream(quiet())],
    events([item(2), item(3)]),
  ])
  const began = Date.now()
  const got: number[] = []
  const reading = (async () => {
    for await (const one of api.feed()) {
      got.push(one)
      if (one === 2) await new Promise((resolve) => setTimeout(resolve, 600_000))
    }
  })()
  await vi.advanceTimersByTimeAsync(40_000)
  expect([got, sent.length]).toEqual([[1], 1])
  await vi.advanceTimersByTimeAsync(700_000)
  await reading
  expect([got, sent.length]).toEqual([[1, 2, 3], 2])
  expect(Date.now() - began).toBeGreaterThan(600_000)
})

test('items are read from JSON lines as well, with the failure that ends them', async () => {
  const lines = (text: string): Result => [200, 'application/jsonl', {}, text]
  expect(await read(answering([lines('1\n\n2\r\n3')]).api.plain())).toEqual([1, 2, 3, 'end'])
  const failed = await read(answering([lines('1\n!{"status":503,"code":"tired"}\n')]).api.plain())
  expect(failed[0]).toBe(1)
  expect(Tired.is(failed[1])).toBe(true)
  expect(await read(answering([lines('1\nx\n')]).api.plain())).toMatchObject([1, { code: 'call_faulty' }])
})

test('an item over its limit is not read on', async () => {
  const long = service({
    it: streams.reads('/', { gives: streams.items(z.string(), { limit: '8kb' }) }, async function* () {}),
  })
  for (const [type, line] of [
    ['text/event-stream', (text: string) => `data: ${text}\n\n`],
    ['application/jsonl', (text: string) => `${text}\n`],
  ] as const) {
    const body = line(JSON.stringify('x'.repeat(8 * 1024 - 2))) + line(JSON.stringify('x'.repeat(16 * 1024)))
    const api = client<typeof long>(long.contract, { name: 'far', call: async () => [200, type, {}, body] })
    const lengths: number[] = []
    const reading = (async () => {
      for await (const text of api.it()) lengths.push(text.length)
    })()
    await expect(reading, type).rejects.toMatchObject({ code: 'call_faulty' })
    expect(lengths, type).toEqual([8 * 1024 - 2])
  }
})

test('in the same process streams go both ways, with no socket', async () => {
  vi.useRealTimers()
  const here = local(
    service({
      bytes: streams.acts(
        '/bytes',
        { takes: streams.bytes(), gives: streams.bytes(), limit: '1kb' },
        ({ body }) => body,
      ),
      items: streams.acts(
        '/items',
        { takes: streams.items(N), gives: streams.items(N), limit: '1kb' },
        async function* ({ body }) {
          for await (const n of body) yield n * 2
        },
      ),
      parts: streams.acts(
        '/parts',
        { takes: streams.parts(), returns: z.any(), limit: '1kb' },
        async ({ body }) => {
          const got: unknown[] = []
          for await (const part of body)
            got.push([part.name, part.filename, part.mediaType, await part.text(100)])
          return got
        },
      ),
    }),
  )
  const some = async function* <T>(...values: readonly T[]): AsyncGenerator<T> {
    yield* values
  }
  const octets = new TextEncoder().encode('abc')
  for (const body of [octets, some(octets), [octets], new Blob(['abc']), new Blob(['abc']).stream()]) {
    let text = ''
    for await (const piece of here.bytes({ body })) text += new TextDecoder().decode(piece)
    expect(text).toBe('abc')
  }
  for (const body of [[1, 2], some(1, 2), new Set([1, 2])]) {
    const got: number[] = []
    for await (const n of here.items({ body })) got.push(n)
    expect(got).toEqual([2, 4])
  }
  const odd = 'a "b" \\ü'
  const form = new FormData()
  form.append(odd, '1')
  form.append('f', new File(['abc'], odd, { type: 'text/plain' }))
  const given = [
    { name: odd, body: '1' },
    { name: 'f', filename: odd, mediaType: 'text/plain', body: octets },
  ]
  const flowing = [given[0]!, { ...given[1]!, body: some(octets) }]
  for (const body of [given, flowing, some(...given)])
    expect(await here.parts({ body })).toEqual([
      [odd, null, null, '1'],
      ['f', odd, 'text/plain', 'abc'],
    ])
  expect(await here.parts({ body: form })).toHaveLength(2)
})

test('what cannot be sent is refused before it is, or tells what its source threw', async () => {
  vi.useRealTimers()
  const here = local(
    service({
      bytes: streams.acts('/bytes', { takes: streams.bytes(), limit: '1kb' }, async ({ body }) => {
        for await (const _ of body);
      }),
      items: streams.acts('/items', { takes: streams.items(N), limit: '1kb' }, async ({ body }) => {
        for await (const _ of body);
      }),
      parts: streams.acts('/parts', { takes: streams.parts(), limit: '1kb' }, async ({ body }) => {
        for await (const _ of body);
      }),
    }),
  )
  for (const [call, body] of [
    ['bytes', 'text'],
    ['bytes', 1],
    ['items', 'text'],
    ['items', [1n]],
    ['parts', 1],
    ['parts', [{ name: 'a\nb', body: '' }]],
    ['parts', [{ name: 'a', mediaType: 'x\r\ny: z', body: '' }]],
  ] as const)
    await expect(here[call]({ body: body as never }), `${call} ${String(body)}`).rejects.toMatchObject({
      code: 'input_invalid',
    })
  vi.spyOn(console, 'error').mockImplementation(() => {})
  const broken = async function* (): AsyncGenerator<never> {
    yield* []
    throw reset
  }
  for (const call of ['bytes', 'items', 'parts'] as const)
    await expect(here[call]({ body: broken() }), call).rejects.toBe(reset)
})
