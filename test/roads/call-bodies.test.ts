/** Bodies of requests over a link: `spec/frames.md`, "Calls"; contract clauses 13, 14 and 33. */
import { Fault, text } from 'hagaki'
import { expect, test } from 'vitest'
import { SourceInput, WholeInput } from '../../src/call/input.ts'
import { promised } from '../server/promised.ts'
import { CHUNK, call, ready, sourced, textOf, WINDOW } from './joined-calls.ts'

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
