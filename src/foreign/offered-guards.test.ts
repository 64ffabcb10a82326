import { expect, test } from 'vitest'
import { offeredGuards } from './offered-guards.ts'
import { Failures } from './offered-schemas.ts'

const made = (offered: Parameters<typeof offeredGuards>[0]): ReturnType<typeof offeredGuards> =>
  offeredGuards(offered, new Failures(), () => Promise.resolve(null))

test('a guard is made behind those that it uses, and one of a name is the same for all', () => {
  const guards = made({
    staff: { errors: {}, uses: { who: 'member' } },
    member: { errors: { nobody: { kind: 'unauthenticated' } } },
  })
  expect([...guards.keys()]).toEqual(['member', 'staff'])
  expect(guards.get('staff')?.uses['who']).toBe(guards.get('member'))
})

test('one that uses itself, or what is not offered, is refused', () => {
  expect(() => made({ a: { errors: {}, uses: { b: 'b' } }, b: { errors: {}, uses: { a: 'a' } } })).toThrow(
    'Guard "a": it uses itself',
  )
  for (const name of ['b', '__proto__', 'toString'])
    expect(() => made({ a: { errors: {}, uses: { b: name } } })).toThrow(`it uses a guard ${name}`)
})
