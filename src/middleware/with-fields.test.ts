import { expect, test } from 'vitest'
import type { Result } from '../contract.ts'
import { stream } from '../value/result.ts'
import { withFields } from './with-fields.ts'

const adding = (result: unknown): Result =>
  withFields(result as Result, (fields) => ({ ...fields, added: 'yes' }))

test('an answer gets other fields, and the given one is not changed (21)', () => {
  const body = stream(['a'])
  const given: Result = Object.freeze([200, 'text/plain', Object.freeze({ own: 'a' }), body] as const)
  const changed = adding(given)
  expect(changed).toEqual([200, 'text/plain', { own: 'a', added: 'yes' }, body])
  expect(changed[3]).toBe(body)
})

test('what is no result, or has no plain headers, is left for the server to refuse (21)', () => {
  for (const given of [
    undefined,
    null,
    'text',
    {},
    [200],
    [200, null, null, null],
    [200, null, new Map(), null],
  ]) {
    expect(adding(given)).toBe(given)
  }
  const headers = new Headers({ own: 'a' })
  expect(adding([200, null, headers, null])[2]).toBe(headers)
})

test('when the change fails, a stream that nobody will see is left (23)', () => {
  let left = 0
  const body = stream({
    [Symbol.asyncIterator]: () => ({
      next: async () => ({ done: true, value: undefined }),
      return: async () => {
        left++
        return { done: true, value: undefined }
      },
    }),
  })
  expect(() =>
    withFields([200, null, {}, body], () => {
      throw new Error('no')
    }),
  ).toThrow('no')
  expect(left).toBe(1)
})
