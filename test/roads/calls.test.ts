/** Calls over a link, seen from both sides: `spec/frames.md`, "Calls"; contract clauses 13-18, 22, 23, 33, 34. */
import { type App, Fault, type Input, type Outcome, type Result, stream, takeover, text } from 'hagaki'
import { expect, test } from 'vitest'
import { SourceInput, WholeInput } from '../../src/call/input.ts'
import type { Near } from '../../src/call/transport.ts'
import { STREAM } from '../../src/contract.ts'
import { type RequestParts, request } from '../../src/value/message.ts'
import { isStream } from '../../src/value/result.ts'
import { aborted, promised } from '../server/promised.ts'
import { Joined, turn } from './joined.ts'

const CHUNK = 65_536
const WINDOW = 4 * CHUNK

test('a body that is slow to come holds up neither other calls nor their order on the link', async () => {
  const joined = await ready((_method, path, _headers, { input }) =>
    input.bytes().then((body) => text(`${path} ${body.length}`)),
  )
  const body = promised<Uint8Array>()
  const slow = call(joined, '/slow', { input: sourced([body.promise], 3) })
  const quick = call(joined, '/quick', { input: new WholeInput(Buffer.from('ab'), 9) })
  await joined.settle()
  expect(textOf(await quick)).toBe('/quick 2')
  body.resolve(Buffer.from('abc'))
  await joined.settle()
  expect(textOf(await slow)).toBe('/slow 3')
  expect(joined.ledger.breaches).toEqual([])
})

test('a small body that breaks off before it was sent is the end of its own call and no other', async () => {
  const joined = await ready(() => text('fine'))
  const broken = call(joined, '/', {
    input: sourced([Promise.reject(new Fault('request_aborted', { reason: 'gone' }))], 3),
  })
  await expect(broken).rejects.toMatchObject({ code: 'request_aborted' })
  const next = call(joined, '/')
  await joined.settle()
  expect(textOf(await next)).toBe('fine')
  expect(joined.ledger.breaches).toEqual([])
})

test('a near side that gives up while its small body comes is told at once, and nothing is sent', async () => {
  const joined = await ready(() => text('fine'))
  const near = new AbortController()
  const waiting = call(joined, '/', { input: sourced([new Promise(() => {})], 3), signal: near.signal })
  await joined.settle()
  expect(joined.caller.load).toBe(1)
  near.abort(new Error('given up'))
  await expect(waiting).rejects.toThrow('given up')
  await joined.settle()
  expect([joined.caller.load, joined.waiting('worker')]).toEqual([0, 0])
})

test('a head that cannot be written is the end of its own call and no other', async () => {
  const joined = await ready(() => text('fine'))
  for (const parts of [{ context: { ratio: 0.5 } }, { headers: { 'x-long': 'x'.repeat(70_000) } }]) {
    await expect(call(joined, '/', { parts })).rejects.toMatchObject({ code: 'value_faulty' })
  }
  const next = call(joined, '/')
  await joined.settle()
  expect(textOf(await next)).toBe('fine')
  expect(joined.ledger.breaches).toEqual([])
})

test('an answer whose head cannot be written is a failure of its app, and of no other call (502 is not it)', async () => {
  const joined = await ready((_method, path) =>
    path === '/long' ? [200, null, { 'x-long': 'x'.repeat(70_000) }, null] : text('fine'),
  )
  const [long, next] = [call(joined, '/long'), call(joined, '/')]
  await Promise.all([
    expect(long).rejects.toMatchObject({ code: 'result_faulty', status: 500 }),
    joined.settle(),
  ])
  expect(textOf(await next)).toBe('fine')
})

test('a body that did not fit beside its head moves when the far app asks for it, and not before (33)', async () => {
  const ask = promised()
  const joined = await ready(async (_method, _path, _headers, { input }) => {
    await ask.promise
    return text(String((await input.bytes()).length))
  })
  const input = sourced([Buffer.alloc(CHUNK), Buffer.alloc(5)], CHUNK + 5)
  const answer = call(joined, '/', { input })
  await joined.settle()
  expect(joined.ledger.octets('caller')).toBe(0)
  ask.resolve()
  await joined.settle()
  expect(textOf(await answer)).toBe(String(CHUNK + 5))
})

test('a body of exactly the inline size travels with its head, and one octet more does not', async () => {
  const joined = await ready((_method, _path, _headers, { input }) =>
    input.bytes().then((body) => text(String(body.length))),
  )
  for (const [size, sent] of [
    [0, 0],
    [CHUNK, 0],
    [CHUNK + 1, CHUNK + 1],
  ] as const) {
    const before = joined.ledger.octets('caller')
    const answer = call(joined, '/', { input: new WholeInput(new Uint8Array(size), 0) })
    await joined.settle()
    expect(textOf(await answer)).toBe(String(size))
    expect(joined.ledger.octets('caller') - before).toBe(sent)
  }
})

test('a body that waits for "100 Continue" never travels with its head (33)', async () => {
  const joined = await ready(() => text('no need'))
  let asked = 0
  const input = new SourceInput({ length: 2, read: async () => (asked++, null), trailers: () => null }, 9)
  const answer = call(joined, '/', { input, parts: { headers: { expect: '100-continue' } } })
  await joined.settle()
  expect(textOf(await answer)).toBe('no need')
  expect(asked).toBe(0)
})

test('a body that somebody here has read before is sent as the bytes it was', async () => {
  const joined = await ready((_method, _path, _headers, { input }) =>
    input.bytes().then((body) => text(String(body.length))),
  )
  const input = sourced([Buffer.alloc(CHUNK), Buffer.alloc(CHUNK)], null)
  await input.bytes(3 * CHUNK)
  const answer = call(joined, '/', { input })
  await joined.settle()
  expect(textOf(await answer)).toBe(String(2 * CHUNK))
})

test('a slow far reader holds up a near body: no more than a window of it is under way (33)', async () => {
  const [first, go] = [promised(), promised()]
  let given = 0
  const input = new SourceInput(
    {
      length: null,
      read: async () => (given < 40 ? (given++, Buffer.alloc(CHUNK)) : null),
      trailers: () => null,
    },
    0,
  )
  const joined = await ready(async (_method, _path, _headers, options) => {
    let size = 0
    for await (const piece of options.input.stream()) {
      size += piece.length
      first.resolve()
      await go.promise
    }
    return text(String(size))
  })
  const answer = call(joined, '/', { input })
  await joined.settle()
  await first.promise
  expect(joined.ledger.octets('caller')).toBeLessThanOrEqual(WINDOW)
  expect(given).toBeLessThanOrEqual(WINDOW / CHUNK + 1)
  go.resolve()
  await joined.settle()
  expect(textOf(await answer)).toBe(String(40 * CHUNK))
})

test('what is left of a body once its answer is here is not sent any more (spec: Calls)', async () => {
  const joined = await ready(async (_method, _path, _headers, { input }) => {
    for await (const _ of input.stream()) break
    return text('enough')
  })
  const second = promised<Uint8Array>()
  const answer = call(joined, '/', { input: sourced([Buffer.alloc(5), second.promise], null) })
  await joined.settle()
  expect(textOf(await answer)).toBe('enough')
  second.resolve(Buffer.alloc(5))
  await joined.settle()
  expect(joined.ledger.octets('caller')).toBe(5)
  expect(joined.ledger.breaches).toEqual([])
})

test('a slow near reader holds up a far app: a window, and one chunk (23, 33)', async () => {
  let made = 0
  const joined = await ready(() => [200, null, {}, stream(endless(() => made++))])
  const answer = await settling(joined, call(joined, '/'))
  await joined.settle()
  expect(made, 'before anybody reads').toBe(0)
  const chunks = chunksOf(answer)
  const first = chunks.next()
  await joined.settle()
  expect((await first).value).toHaveLength(CHUNK)
  expect(made).toBe(WINDOW / CHUNK + 1)
  await joined.settle()
  expect(made).toBe(WINDOW / CHUNK + 1)
})

test('an answer that nobody iterates gets return(): its call is over on both sides (23)', async () => {
  const outcome = promised<Outcome>()
  const joined = await ready((_method, _path, _headers, options) => {
    options.defer(outcome.resolve)
    return [200, null, {}, stream(endless(() => {}))]
  })
  const answer = await settling(joined, call(joined, '/'))
  await chunksOf(answer).return!()
  await joined.settle()
  expect(joined.caller.load).toBe(0)
  expect(await outcome.promise).toMatchObject({ status: 200, aborted: true })
})

test('an answer that is left midway ends the far body, with its signal and its teardown (15, 16, 34)', async () => {
  const outcome = promised<Outcome>()
  const returned = promised()
  const fired = promised<unknown>()
  const joined = await ready((_method, _path, _headers, options) => {
    options.defer(outcome.resolve)
    void aborted(options.signal).then(fired.resolve)
    return [200, null, {}, stream(endless(() => {}, returned.resolve))]
  })
  const chunks = chunksOf(await settling(joined, call(joined, '/')))
  const first = chunks.next()
  await joined.settle()
  await first
  await chunks.return!()
  await joined.settle()
  await returned.promise
  expect(await fired.promise).toMatchObject({ code: 'request_aborted' })
  expect(await outcome.promise).toMatchObject({ status: 200, aborted: true })
  expect((await chunks.next()).done).toBe(true)
})

test('an answer that was read to its end is left without a word', async () => {
  const joined = await ready(() => [200, null, {}, stream(['all'])])
  const chunks = chunksOf(await settling(joined, call(joined, '/')))
  const first = chunks.next()
  await joined.settle()
  expect(Buffer.from((await first).value!).toString()).toBe('all')
  expect((await chunks.next()).done).toBe(true)
  await chunks.return!()
  expect(joined.waiting('worker')).toBe(0)
  expect(joined.ledger.breaches).toEqual([])
})

test('what a far app answers when nobody waits any more gets return() (23)', async () => {
  const [called, go, returned] = [promised(), promised(), promised()]
  const joined = await ready(async () => {
    called.resolve()
    await go.promise
    const chunks = unbegun(returned.resolve)
    return [200, null, {}, stream(chunks)]
  })
  const near = new AbortController()
  const answer = call(joined, '/', { signal: near.signal })
  await joined.settle()
  await called.promise
  near.abort(new Error('given up'))
  await expect(answer).rejects.toThrow('given up')
  await joined.settle()
  go.resolve()
  await returned.promise
})

test('a cancel reaches a far app that waits for a body, as a body that broke off (13, 16)', async () => {
  const thrown = promised<unknown>()
  const joined = await ready(async (_method, _path, _headers, { input }) => {
    await input.bytes().catch(thrown.resolve)
    return text('late')
  })
  const near = new AbortController()
  const answer = call(joined, '/', { input: sourced([new Promise(() => {})], null), signal: near.signal })
  await joined.settle()
  near.abort(new Error('the client went away'))
  await expect(answer).rejects.toThrow('the client went away')
  await joined.settle()
  expect(await thrown.promise).toMatchObject({
    code: 'request_aborted',
    message: expect.stringContaining('the client went away'),
  })
})

test('many calls under one signal are cancelled together, and Node warns of no leak', async () => {
  const warnings: string[] = []
  const listen = (warning: Error): void => void warnings.push(warning.name)
  process.on('warning', listen)
  const joined = await ready(() => new Promise<never>(() => {}))
  const near = new AbortController()
  const answers = Array.from({ length: 40 }, () => call(joined, '/', { signal: near.signal }))
  await joined.settle()
  near.abort(new Error('given up'))
  for (const answer of answers) await expect(answer).rejects.toThrow('given up')
  await turn()
  process.off('warning', listen)
  expect(warnings).toEqual([])
  expect(joined.caller.load).toBe(0)
})

test('a link carries 1,024 calls at once, and refuses what is beyond (503)', async () => {
  const go = promised()
  const joined = await ready(() => go.promise.then(() => text('fine')))
  const slow = sourced([new Promise(() => {})], 3)
  call(joined, '/', { input: slow }).catch(() => {}) // not there yet, so it takes no place
  const answers = Array.from({ length: 1_024 }, () => call(joined, '/'))
  await expect(call(joined, '/')).rejects.toMatchObject({ code: 'call_refused', status: 503 })
  go.resolve()
  await joined.settle()
  for (const answer of answers) expect((await answer)[0]).toBe(200)
  const next = call(joined, '/')
  await joined.settle()
  expect((await next)[0]).toBe(200)
})

test('what a far app throws is answered as it would be here: a fault by its code, anything else 500 (25)', async () => {
  const joined = await ready((_method, path) => {
    throw path === '/fault' ? new Fault('route_missing', { path }) : new Error('a secret')
  })
  for (const [path, status, code] of [
    ['/fault', 404, 'route_missing'],
    ['/error', 500, 'app_failed'],
  ] as const) {
    const answer = await settling(joined, call(joined, path))
    const [found, type] = answer
    const body = textOf(answer)
    expect([found, type]).toEqual([status, 'application/problem+json'])
    expect(JSON.parse(body)).toMatchObject({ code })
    expect(body).not.toContain('secret')
  }
})

test('an answer that breaks the contract is 500, its body gets return(), and a takeover is 501 (20-24)', async () => {
  const returned = promised()
  const answers: Record<string, () => Result> = {
    '/99': () => [99, null, {}, stream(unbegun(returned.resolve))],
    '/field': () => [200, null, { a: 'b\nc' }, null],
    '/takeover': () => [101, null, {}, takeover(() => {})],
  }
  const joined = await ready((_method, path) => answers[path]!())
  for (const [path, status] of [
    ['/field', 500],
    ['/takeover', 501],
    ['/99', 500],
  ] as const) {
    expect((await settling(joined, call(joined, path)))[0], path).toBe(status)
  }
  await returned.promise
})

test("a stream that throws rejects here, behind the chunks before it, and never as the client's fault (23)", async () => {
  const breaks = async function* (thrown: Error): AsyncGenerator<string> {
    yield 'one'
    throw thrown
  }
  const thrown = [new Error('a secret'), new Fault('body_too_large', { bytes: 2, limit: 1 })]
  const joined = await ready((_method, path) => [
    200,
    null,
    {},
    stream(breaks(thrown[Number(path.slice(1))]!)),
  ])
  for (const at of thrown.keys()) {
    const chunks = chunksOf(await settling(joined, call(joined, `/${at}`)))
    const first = chunks.next()
    await joined.settle()
    expect(Buffer.from((await first).value!).toString()).toBe('one')
    await expect(chunks.next()).rejects.toMatchObject({ code: 'app_failed', status: 500 })
    expect(joined.caller.load).toBe(0)
  }
})

test('a declared length is told here and held to the octet: more and fewer reject (22)', async () => {
  const joined = await ready((_method, path) => [
    200,
    null,
    { 'content-length': '3' },
    stream([path.slice(1)]),
  ])
  for (const [path, outcome] of [
    ['/abc', 'abc'],
    ['/ab', 'result_faulty'],
    ['/abcd', 'result_faulty'],
  ] as const) {
    const answer = await settling(joined, call(joined, path))
    expect(answer[2]).toMatchObject({ 'content-length': '3' })
    const [found] = await Promise.all([bodyOf(answer), joined.settle()])
    expect(found, path).toBe(outcome)
  }
})

test('a body that is cut off for its length gets return() (22, 23)', async () => {
  const returned = promised()
  const endlessly = endless(() => {}, returned.resolve)
  const joined = await ready(() => [200, null, { 'content-length': '3' }, stream(endlessly)])
  const answer = await settling(joined, call(joined, '/'))
  const [found] = await Promise.all([bodyOf(answer), joined.settle()])
  expect(found).toBe('result_faulty')
  await returned.promise
})

test('the end of a body needs no credit: an empty one, and one as long as its credit, end (spec: Calls)', async () => {
  const joined = await ready((_method, path) => [
    200,
    null,
    {},
    stream(Array.from({ length: Number(path.slice(1)) }, () => Buffer.alloc(CHUNK))),
  ])
  for (const chunks of [0, 4]) {
    const answer = await settling(joined, call(joined, `/${chunks}`))
    const iterator = chunksOf(answer)
    const first = iterator.next()
    await joined.settle()
    expect((await first).done).toBe(chunks === 0)
    // Nothing else was read, so no credit but the first was granted: the end is here all the same.
    expect(joined.caller.load).toBe(0)
  }
})

test('the body of an answer to HEAD is left where it was made (20)', async () => {
  const returned = promised()
  const chunks = unbegun(returned.resolve)
  const joined = await ready(() => [200, 'text/plain', { 'content-length': '7' }, stream(chunks)])
  const answer = await settling(joined, call(joined, '/', { method: 'HEAD' }))
  expect(answer).toEqual([200, 'text/plain', { 'content-length': '7' }, null])
  await returned.promise
})

test('trailers travel in both directions, a repeated one joined on the way in (13, 18)', async () => {
  const joined = await ready(async (_method, _path, _headers, options) => {
    await options.input.bytes()
    const came = options.input.trailers()
    options.trailer(() => ({ digest: 'abc', came: came!['x']! }))
    return [200, null, {}, stream(['a'])]
  })
  const input = new SourceInput(
    { length: null, read: async () => null, trailers: () => ({ x: ['1', '2'] }) as never },
    9,
  )
  const told: unknown[] = []
  const answer = await settling(joined, call(joined, '/', { input, trailers: (fields) => told.push(fields) }))
  const [found] = await Promise.all([bodyOf(answer), joined.settle()])
  expect(found).toBe('a')
  expect(told).toEqual([{ digest: 'abc', came: '1, 2' }])
})

test('what a call may still take travels as a deadline of the far clock, and the far signal keeps it (11, 16, 27)', async () => {
  const reason = promised<unknown>()
  const deadline = promised<number | null>()
  const joined = await ready(async (_method, _path, _headers, options) => {
    deadline.resolve(options.deadline)
    reason.resolve(await aborted(options.signal))
    return text('late')
  })
  const before = Date.now()
  const answer = call(joined, '/', { parts: { timeoutMs: 20 } })
  await joined.settle()
  expect((await deadline.promise)! - before).toBeGreaterThanOrEqual(20)
  expect(await reason.promise).toMatchObject({ code: 'call_timeout' })
  await joined.settle()
  expect(textOf(await answer)).toBe('late')
})

test('a link that is lost ends every call here (502) and aborts every call there (34)', async () => {
  const outcomes: Outcome[] = []
  const joined = await ready((_method, path, _headers, options) => {
    options.defer((outcome) => void outcomes.push(outcome))
    return path === '/stream' ? [200, null, {}, stream(endless(() => {}))] : new Promise<never>(() => {})
  })
  const streamed = chunksOf(await settling(joined, call(joined, '/stream')))
  const waiting = call(joined, '/waiting')
  await joined.settle()
  joined.cut()
  await expect(waiting).rejects.toMatchObject({ code: 'call_lost', status: 502 })
  await expect(streamed.next()).rejects.toMatchObject({ code: 'call_lost' })
  await expect(call(joined, '/after')).rejects.toMatchObject({ code: 'call_lost' })
  expect(outcomes.map(({ status, aborted: lost }) => [status, lost])).toEqual([
    [200, true],
    [null, true],
  ])
})

test('a worker is over once the teardown of its calls is: what the app opened closes after it (15, 36)', async () => {
  const [go, deferred] = [promised(), promised()]
  const joined = await ready((_method, _path, _headers, options) => {
    options.defer(async () => {
      deferred.resolve()
      await go.promise
    })
    return new Promise<never>(() => {})
  })
  call(joined, '/').catch(() => {})
  await joined.settle()
  joined.cut()
  await deferred.promise
  await turn()
  expect(joined.torn).toBe(false)
  go.resolve()
  await turn()
  expect(joined.torn).toBe(true)
})

interface How {
  readonly method?: string
  readonly input?: Input
  readonly signal?: AbortSignal
  readonly parts?: RequestParts
  readonly trailers?: NonNullable<Near['trailers']>
}

async function ready(app: App): Promise<Joined> {
  const joined = new Joined(app)
  await joined.settle()
  await joined.caller.ready
  return joined
}

async function call(joined: Joined, target: string, how: How = {}): Promise<Result> {
  const { method = 'POST', input = new WholeInput(null, 0), trailers } = how
  const { body: _, ...head } = request(method, target, how.parts)
  const signal = how.signal ?? new AbortController().signal
  return joined.caller.call(head, input, trailers === undefined ? { signal } : { signal, trailers })
}

/** What `answer` comes to while the link delivers. */
async function settling<T>(joined: Joined, answer: Promise<T>): Promise<T> {
  await joined.settle()
  return answer
}

/** A body whose pieces are here, or promised; null for a length that nobody knows. */
function sourced(pieces: readonly (Uint8Array | Promise<Uint8Array>)[], length: number | null): SourceInput {
  const left = [...pieces]
  return new SourceInput({ length, read: async () => left.shift() ?? null, trailers: () => null }, 0)
}

async function* endless(made: () => void, returned: () => void = () => {}): AsyncGenerator<Uint8Array> {
  try {
    for (;;) {
      made()
      yield Buffer.alloc(CHUNK)
    }
  } finally {
    returned()
  }
}

/** Chunks of which none ever comes, and whose return() is told. */
function unbegun(returned: () => void): AsyncIterable<Uint8Array> {
  return {
    [Symbol.asyncIterator]: () => ({
      next: () => new Promise<never>(() => {}),
      return: async () => {
        returned()
        return { done: true, value: undefined }
      },
    }),
  }
}

function textOf([, , , body]: Result): string {
  return Buffer.from(body as Uint8Array).toString()
}

function chunksOf([, , , body]: Result): AsyncIterator<Uint8Array> {
  if (!isStream(body)) throw new Error('its body does not stream')
  return (body[STREAM] as AsyncIterable<Uint8Array>)[Symbol.asyncIterator]()
}

/** The whole body as text, or the code of what broke it off. */
async function bodyOf(answer: Result): Promise<string> {
  const chunks = chunksOf(answer)
  let found = ''
  try {
    for (let next = await chunks.next(); next.done !== true; next = await chunks.next())
      found += Buffer.from(next.value)
  } catch (error) {
    return (error as Fault).code
  }
  return found
}
