/** Calls over a link, how they end and whose fault that is: `spec/frames.md`, "Calls"; contract clauses 13-18, 20, 25, 34. */
import { Fault, type Outcome, type Result, stream, takeover, text } from 'hagaki'
import { expect, test } from 'vitest'
import { aborted, promised } from '../server/promised.ts'
import { turn } from './joined.ts'
import { call, chunksOf, endless, ready, settling, sourced, textOf, unbegun } from './joined-calls.ts'

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
