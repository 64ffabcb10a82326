import { expect, test } from 'vitest'
import { z } from 'zod'
import { answer } from '../call/answer.ts'
import type { FailureKind } from '../call/failure.ts'
import { Fault } from '../fault.ts'
import { failure } from './failure.ts'

const Gone = failure('note_gone', 'missing', z.object({ id: z.number() }))

test('a failure is an error with a code, a kind and data', () => {
  const gone = Gone({ id: 1 })
  expect(gone).toBeInstanceOf(Error)
  expect({ ...gone }).toMatchObject({ code: 'note_gone', kind: 'missing', data: { id: 1 } })
  expect(failure('closed', 'conflict')().data).toBeUndefined()
})

test('a kind is answered with its status, code and data (RFC 9457)', () => {
  for (const [kind, status, title] of [
    ['invalid', 422, 'Unprocessable Content'],
    ['unauthenticated', 401, 'Unauthorized'],
    ['denied', 403, 'Forbidden'],
    ['missing', 404, 'Not Found'],
    ['conflict', 409, 'Conflict'],
    ['gone', 410, 'Gone'],
    ['outdated', 412, 'Precondition Failed'],
    ['limited', 429, 'Too Many Requests'],
    ['unavailable', 503, 'Service Unavailable'],
  ] as const satisfies readonly (readonly [FailureKind, number, string])[]) {
    const [found, type, , body] = answer(failure('x_y', kind, z.object({ a: z.number() }))({ a: 1 }))
    expect([found, type], kind).toEqual([status, 'application/problem+json'])
    expect(JSON.parse(body as string)).toEqual({ status, title, code: 'x_y', data: { a: 1 } })
  }
})

test('a failure is known again by its code, raised here or answered to a client', () => {
  const answered = (code: string | null): Fault =>
    new Fault('call_answered', { to: 'x', status: 404, code, data: { id: 2 } })
  expect(Gone.is(Gone({ id: 1 }))).toBe(true)
  expect(Gone.is(answered('note_gone'))).toBe(true)
  const same = failure('note_gone', 'missing', z.object({ id: z.number() }))
  expect(same.is(Gone({ id: 1 }))).toBe(true)
  for (const other of [
    failure('other', 'missing')(),
    answered('other'),
    answered(null),
    new Error('note_gone'),
    { code: 'note_gone' },
    new Fault('route_missing', { path: '/' }),
    null,
    undefined,
    'note_gone',
  ]) {
    expect(Gone.is(other), String(other)).toBe(false)
  }
})

test('its data are what the schema gives out, and nothing else', () => {
  expect(Gone({ id: 1, secret: 'x' } as { id: number }).data).toEqual({ id: 1 })
  expect(failure('f', 'gone', z.object({ at: z.string().default('now') }))({}).data).toEqual({ at: 'now' })
})

test('data that do not fit, and an asynchronous schema, are a mistake of the app', () => {
  expect(() => Gone({ id: 'x' } as unknown as { id: number })).toThrow(TypeError)
  const later = failure(
    'f',
    'gone',
    z.string().refine(async () => true),
  )
  expect(() => later('x')).toThrow(/asynchronous/)
})

test('a code is lower case with underscores, and none that faults have', () => {
  for (const code of [
    '',
    'NoteGone',
    'note-gone',
    '_note',
    'note_',
    'note__gone',
    '1note',
    'note gone',
    '__proto__',
  ]) {
    expect(() => failure(code, 'missing'), code).toThrow(/the code is faulty\. Write it like note_gone/)
  }
  expect(() => failure('input_invalid', 'invalid')).toThrow(/a fault has that code/)
  expect(failure('constructor', 'missing')().code).toBe('constructor')
})

test('a kind that is none, and a schema that is none, are refused where the failure is declared', () => {
  expect(() => failure('lost', 'lost' as never)).toThrow(/there is no kind "lost"\. Say invalid, /)
  expect(() => failure('lost', 'toString' as never)).toThrow(/there is no kind/)
  expect(() => failure('lost', 'gone', { id: 'number' } as never)).toThrow(/is no schema/)
})
