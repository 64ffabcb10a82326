import { expect, test } from 'vitest'
import { z } from 'zod'
import type { FaultCode } from '../fault.ts'
import { Context, keeping, key } from './keys.ts'

const fault = (code: FaultCode): unknown => expect.objectContaining({ code })
const User = z.object({ id: z.number(), name: z.string().default('nobody') })

test('a local key is its own: another of the same name is another key (17)', () => {
  const context = new Context()
  const [one, two] = [key<number>('n'), key<number>('n')]
  context.set(one, 1)
  expect([context.get(one), context.get(two)]).toEqual([1, undefined])
  context.set(one, 2)
  expect(context.get(one)).toBe(2)
})

test('a local value stays in this process, whatever it is (17)', () => {
  const context = new Context({ there: 1 })
  const local = key<() => void>('there')
  context.set(local, () => {})
  expect({ ...context.carried() }).toEqual({ there: 1 })
})

test('a carried key is known by its name on every side (17)', () => {
  const near = new Context()
  near.set(key('user', { carry: User }), { id: 1, name: 'anna' })
  const far = new Context(near.carried())
  expect(far.get(key('user', { carry: User }))).toEqual({ id: 1, name: 'anna' })
})

test('a carried value is validated at each end: when it is set, and when it is read (17)', () => {
  const user = key('user', { carry: User })
  const context = new Context({ user: { id: 'one' } })
  expect(() => context.get(user)).toThrow(fault('value_faulty'))
  expect(() => context.set(user, { id: 'two' } as never)).toThrow(fault('context_faulty'))
  context.set(user, { id: 3 } as never)
  expect(context.get(user)).toEqual({ id: 3, name: 'nobody' })
  expect({ ...context.carried() }).toEqual({ user: { id: 3, name: 'nobody' } })
})

test('a refusal names the key and the member, and not the value (17)', () => {
  const context = new Context({ user: { id: 'secret' } })
  expect(() => context.get(key('user', { carry: User }))).toThrow(/"user": \/id /)
  expect(() => context.get(key('user', { carry: User }))).not.toThrow(/secret/)
})

test('a schema that answers later cannot carry: a key is read at once (17)', () => {
  const slow = key('slow', { carry: z.string().refine(async () => true) })
  expect(() => new Context().set(slow, 'a')).toThrow(fault('context_faulty'))
})

test('what the far side set is taken over what was here (17)', () => {
  const user = key('user', { carry: User })
  const context = new Context({ user: { id: 1, name: 'anna' }, other: 'kept' })
  context.adopt({ user: { id: 2, name: 'ben' } })
  expect(context.get(user)).toEqual({ id: 2, name: 'ben' })
  expect({ ...context.carried() }).toEqual({ user: { id: 2, name: 'ben' }, other: 'kept' })
})

test('a name that objects know is a name like others (17)', () => {
  const proto = key('__proto__', { carry: z.number() })
  const context = new Context()
  expect(context.get(proto)).toBeUndefined()
  context.set(proto, 1)
  expect(Object.keys(context.carried())).toEqual(['__proto__'])
  expect(new Context(context.carried()).get(proto)).toBe(1)
})

test('keys and what is carried are frozen (17)', () => {
  expect([key('a'), new Context().carried()].every(Object.isFrozen)).toBe(true)
})

test('what travels back is what was set on this side, and nothing else (17)', () => {
  const [a, b] = [key('a', { carry: z.string() }), key('b', { carry: z.string() })]
  const context = new Context({ a: 'there', b: 'there' })
  expect(context.changed()).toEqual({})
  context.set(a, 'here')
  expect(context.changed()).toEqual({ a: 'here' })
  expect(context.carried()).toEqual({ a: 'here', b: 'there' })
  context.adopt({ b: 'further' })
  expect([context.get(b), context.changed()]).toEqual(['further', { a: 'here', b: 'further' }])
})

test('a key that a layer keeps is set where the layer is around, on any side of a link, and nowhere else (17)', () => {
  const visit = key('visit', { carry: z.string().nullable(), keptBy: 'session' })
  const nowhere = new Context()
  expect(() => nowhere.set(visit, 'a')).toThrow(fault('context_faulty'))
  expect(() => nowhere.set(visit, 'a')).toThrow(
    /"visit": nothing around keeps it.*use\(app, session\(\.\.\.\)\)/,
  )
  expect([nowhere.get(visit), { ...nowhere.changed() }]).toEqual([undefined, {}])
  const near = new Context()
  near.set(keeping('visit'), true)
  const far = new Context(near.carried())
  for (const around of [near, far]) {
    around.set(visit, 'a')
    expect(around.get(visit)).toBe('a')
  }
  expect({ ...far.changed() }).toEqual({ visit: 'a' })
  expect(() => new Context({ 'kept:visit': 1 }).set(visit, 'a')).toThrow(fault('value_faulty'))
})
