/** Bodies of answers over a link, and trailers: `spec/frames.md`, "Calls"; contract clauses 15-18, 22, 23 and 34. */
import { Fault, type Outcome, type Result, stream } from 'hagaki'
import { expect, test } from 'vitest'
import { SourceInput } from '../../src/call/input.ts'
import { aborted, promised } from '../server/promised.ts'
import { CHUNK, call, chunksOf, endless, ready, settling, unbegun, WINDOW } from './joined-calls.ts'

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
