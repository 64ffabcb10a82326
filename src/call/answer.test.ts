import { expect, test } from 'vitest'
import { FAULT } from '../contract.ts'
import { FAULT_CODES, Fault, type FaultCode, type FaultDetail } from '../fault.ts'
import { answer, isOurs, type Problem, problemOf } from './answer.ts'
import { FAILURE_STATUSES, Failure, type FailureKind, raise } from './failure.ts'
import { outgoing } from './outgoing.ts'

const problem = (thrown: unknown): Problem => JSON.parse(answer(thrown)[3] as string) as Problem

test('a fault gives its status as an RFC 9457 problem, with its code and detail (25)', () => {
  const fault = new Fault('body_too_large', { bytes: 11, limit: 10 })
  const [status, contentType] = answer(fault)
  expect([status, contentType]).toEqual([413, 'application/problem+json'])
  expect(problem(fault)).toEqual({
    status: 413,
    title: 'Content Too Large',
    code: 'body_too_large',
    detail: 'Cannot accept body of 11 bytes: limit is 10',
    data: { bytes: 11, limit: 10 },
  })
})

test('anything else is 500 without detail: what it says is for us alone (25)', () => {
  const secret = Object.assign(new Error('secret'), { code: 'route_missing', status: 404 })
  const forged = { [FAULT]: true, code: 'route_missing', status: 404, message: 'secret' }
  for (const thrown of [secret, forged, 'secret', undefined, null, { status: 200 }, Symbol('secret'), 1n]) {
    expect(answer(thrown)[0]).toBe(500)
    expect(answer(thrown)[3]).not.toMatch(/secret/)
    expect(problem(thrown).code).toBe('app_failed')
    expect(isOurs(thrown)).toBe(true)
  }
})

test('a code is looked up by own key: what objects inherit is no code (25)', () => {
  for (const code of ['toString', 'constructor', '__proto__', 'unheard_of']) {
    const thrown = Object.assign(new Error('secret'), { [FAULT]: true, code, status: 200, detail: {} })
    expect(answer(thrown)[0], code).toBe(500)
  }
})

test('a fault of another copy of this package counts as one (25)', () => {
  const fault = new Fault('route_missing', { path: '/a' })
  const { code, status, detail, message } = fault
  const copied = Object.assign(new Error(message), { [FAULT]: true, code, status, detail })
  expect(answer(copied)).toEqual(answer(fault))
})

test('the data of a fault of ours stay here (25)', () => {
  const fault = new Fault('output_invalid', { handler: 'add' })
  expect(problem(fault)).not.toHaveProperty('data')
  expect(isOurs(fault)).toBe(true)
  expect(isOurs(new Fault('route_missing', { path: '/' }))).toBe(false)
})

test('a failure gives the status of its kind, its code and its data (25)', () => {
  const kinds = Object.keys(FAILURE_STATUSES) as FailureKind[]
  for (const kind of kinds) {
    const failure = new Failure('note_gone', kind, { id: 1 })
    expect(answer(failure)[0]).toBe(FAILURE_STATUSES[kind])
    expect(problem(failure)).toEqual(expect.objectContaining({ code: 'note_gone', data: { id: 1 } }))
  }
  expect(() => raise(new Failure('a', 'missing', null))).toThrow('a (missing)')
})

test('fields that a status asks for are there (RFC 9110 11.6.1, 15.5.6, 15.5.16)', () => {
  expect(answer(new Fault('method_not_allowed', { method: 'PUT', allow: ['GET', 'HEAD'] }))[2]).toEqual({
    allow: 'GET, HEAD',
  })
  expect(answer(new Fault('media_type_unsupported', { mediaType: 'a/b', accepts: ['c/d'] }))[2]).toEqual({
    accept: 'c/d',
  })
  expect(
    answer(new Fault('content_coding_unsupported', { coding: 'x', accepts: ['br', 'gzip'] }))[2],
  ).toEqual({
    'accept-encoding': 'br, gzip',
  })
  expect(answer(new Failure('who', 'unauthenticated', null))[2]).toEqual({ 'www-authenticate': 'Bearer' })
  expect(answer(new Failure('who', 'unauthenticated', { challenge: 'Basic realm="a"' }))[2]).toEqual({
    'www-authenticate': 'Basic realm="a"',
  })
  // What no field may hold would be no answer at all.
  for (const challenge of ['', 'Basic\r\nset-cookie: a=b', ' Basic', '日'])
    expect(answer(new Failure('who', 'unauthenticated', { challenge }))[2], challenge).toEqual({
      'www-authenticate': 'Bearer',
    })
})

test('a fault of a call that we made is 502, 503 or 504, never what the other side answered (26)', () => {
  const calls: { [C in FaultCode as C extends `call_${string}` ? C : never]: FaultDetail[C] } = {
    call_lost: { to: 'notes' },
    call_refused: { to: 'notes', reason: 'nobody listens' },
    call_timeout: { to: 'notes', limitMs: 10 },
    call_faulty: { to: 'notes', reason: 'no frame' },
    call_answered: { to: 'notes', status: 401, code: 'who', data: { secret: 1 } },
  }
  expect(Object.keys(calls).sort()).toEqual(FAULT_CODES.filter((code) => code.startsWith('call_')).sort())
  for (const [code, detail] of Object.entries(calls)) {
    const fault = new Fault(code as FaultCode, detail)
    expect([502, 503, 504], code).toContain(answer(fault)[0])
    expect(answer(fault)[3], code).not.toMatch(/secret/)
  }
})

test('an answer never throws, whatever a failure holds (25)', () => {
  const circular: { self?: unknown } = {}
  circular.self = circular
  for (const data of [1n, circular, { toJSON: () => raise(new Error('secret')) }]) {
    expect(answer(new Failure('odd', 'missing', data))[0]).toBeGreaterThanOrEqual(404)
  }
  const bare = Object.assign(new Error(''), { [FAULT]: true, code: 'route_missing', status: 404 })
  expect(answer(bare)[0]).toBe(404)
})

test('every fault there is makes an answer that may be sent (20, 21, 25)', () => {
  const details: Record<string, unknown> = {
    allow: ['GET'],
    accepts: ['a/b'],
    offers: [],
    issues: [],
    limit: 1,
    retryAfterS: 1,
  }
  for (const code of FAULT_CODES) {
    const detail = new Proxy(details, { get: (at, name) => at[name as string] ?? 'é\r\n' }) as never
    const fault = new Fault(code, detail)
    expect(() => outgoing(answer(fault), 'GET'), code).not.toThrow()
    expect(fault.message, code).not.toBe('')
  }
})

test('a value that throws when it is looked at is 500 like any other (25)', () => {
  const trap = (): never => {
    throw new Error('looked at')
  }
  const hostile = new Proxy(
    {},
    { getPrototypeOf: trap, get: trap, has: trap, getOwnPropertyDescriptor: trap },
  )
  expect(answer(hostile)[0]).toBe(500)
  expect(problemOf(hostile).code).toBe('app_failed')
})

test("a server that is busy says when to come again, and is nobody's error (RFC 9110 10.2.3)", () => {
  const busy = new Fault('server_busy', { retryAfterS: 5 })
  const [status, , fields] = answer(busy)
  expect([status, fields, isOurs(busy)]).toEqual([503, { 'retry-after': '5' }, false])
})

test('what is limited or unavailable says when to come again, in whole seconds (RFC 6585 4)', () => {
  for (const kind of ['limited', 'unavailable'] as const)
    for (const [retryAfterS, field] of [
      [30, '30'],
      [0.2, '1'],
      [0, '0'],
    ] as const)
      expect(answer(new Failure('later', kind, { retryAfterS }))[2]).toEqual({ 'retry-after': field })
  for (const data of [
    null,
    undefined,
    {},
    { retryAfterS: -1 },
    { retryAfterS: '9' },
    { retryAfterS: Number.NaN },
    { retryAfterS: 1e300 },
  ])
    expect(answer(new Failure('later', 'limited', data))[2]).toEqual({})
  expect(answer(new Failure('taken', 'conflict', { retryAfterS: 30 }))[2]).toEqual({})
})
