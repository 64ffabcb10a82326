import { expect, test } from 'vitest'
import { z } from 'zod'
import { Fault } from '../fault.ts'
import { failure } from '../handler/failure.ts'
import { answered } from './failed.ts'
import { failureOf, issuesOf } from './refusals.ts'
import { unfit } from './texts.ts'

const Gone = failure('note_gone', 'missing', z.object({ id: z.number() }))

test('a failure is known by its code, with the type of its data', () => {
  const gone = failureOf<typeof Gone>('note_gone')
  const error: unknown = answered('far', 404, { code: 'note_gone', data: { id: 7 } })
  expect(gone.code).toBe('note_gone')
  expect(gone.is(error) && error.data.id).toBe(7)
  for (const other of [
    answered('far', 404, { code: 'route_missing' }),
    answered('far', 404, null),
    new Fault('call_lost', { to: 'far' }),
    new Error('note_gone'),
    { code: 'call_answered', detail: { code: 'note_gone' } },
    null,
    undefined,
  ]) {
    expect(gone.is(other)).toBe(false)
  }
})

test('issues are told alike, whether the service refused or nothing was sent', () => {
  const issues = [{ pointer: '/text', message: 'is too short' }]
  expect(issuesOf(answered('far', 422, { code: 'input_invalid', data: { issues } }))).toEqual(issues)
  expect(issuesOf(unfit(['text'], 'is too short'))).toEqual(issues)
  expect(issuesOf(new Fault('input_invalid', { issues }))).toEqual(issues)
})

test('what is no issue is none, whoever sent it', () => {
  for (const data of [
    undefined,
    null,
    {},
    { issues: 'x' },
    { issues: [null, 1, 'x', {}, { pointer: 1, message: 'x' }, { pointer: '/x' }] },
  ]) {
    expect(issuesOf(answered('far', 422, { code: 'input_invalid', data }))).toEqual([])
  }
  const other = { code: 'note_gone', data: { issues: [{ pointer: '', message: '' }] } }
  for (const error of [answered('far', 422, other), new Error('x'), null, undefined, 'x']) {
    expect(issuesOf(error)).toEqual([])
  }
})
