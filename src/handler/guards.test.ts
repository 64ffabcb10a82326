import { expect, test } from 'vitest'
import { z } from 'zod'
import { raise } from '../call/failure.ts'
import { key } from '../call/keys.ts'
import { perform } from '../call/perform.ts'
import { local } from '../client/local.ts'
import { bodyJson, request } from '../value/message.ts'
import { failure } from './failure.ts'
import { guard, resource } from './provide.ts'
import { service } from './service.ts'
import { verbs } from './verbs.ts'

const Nobody = failure('nobody', 'unauthenticated')
const Denied = failure('denied', 'denied')
interface User {
  readonly name: string
  readonly admin: boolean
}

const asked: string[] = []
const db = resource(() => {
  asked.push('open')
  return new Map<string, User>([
    ['t1', { name: 'alice', admin: true }],
    ['t2', { name: 'bob', admin: false }],
  ])
})
const member = guard(
  'member',
  async ({ headers }, { db }) => {
    asked.push('member')
    return db.get(headers['authorization'] ?? '') ?? raise(Nobody())
  },
  { uses: { db }, errors: [Nobody], scheme: { type: 'http', scheme: 'bearer' } },
)
const admin = guard('admin', (_, { user }) => (user.admin ? user : raise(Denied())), {
  uses: { user: member },
  errors: [Denied],
})
const { reads } = verbs({ admin })
const app = service({ who: reads('/who', { returns: z.string() }, (_, { admin }) => admin.name) })

const as = async (token: string): Promise<unknown> =>
  bodyJson(await perform(app, request('GET', '/who', { headers: { authorization: token } })))

test('a guard uses resources and other guards, which decide before it, each once', async () => {
  expect(await as('t1')).toBe('alice')
  expect(await as('t2')).toMatchObject({ status: 403, code: 'denied' })
  expect(await as('t3')).toMatchObject({ status: 401, code: 'nobody' })
  expect(asked).toEqual(['open', 'member', 'member', 'member'])
})

test('the contract names guards in the order they decide, with their failures and schemes', () => {
  expect(app.contract.handlers['who']).toMatchObject({
    guards: ['member', 'admin'],
    errors: { nobody: { kind: 'unauthenticated' }, denied: { kind: 'denied' } },
  })
  expect(app.contract.schemes).toEqual({ member: { type: 'http', scheme: 'bearer' } })
})

test('values in the place of guards and of what they use', async () => {
  asked.length = 0
  expect(await local(app, { admin: { name: 'eve', admin: true } }).who()).toBe('eve')
  expect(asked).toEqual([])
  const users = new Map([['t9', { name: 'fake', admin: true }]])
  const faked = app.with({ db: users } as never)
  expect(bodyJson(await perform(faked, request('GET', '/who', { headers: { authorization: 't9' } })))).toBe(
    'fake',
  )
})

test('a guard sees and sets context keys', async () => {
  const seen = key<string>('seen')
  const first = guard('first', ({ set }) => set(seen, 'hi'))
  const second = guard('second', ({ get }) => get(seen) ?? 'nothing', { uses: { first } })
  const it = verbs({ second }).reads('/', { returns: z.string() }, (_, { second }) => second)
  expect(bodyJson(await perform(service({ it }), request('GET', '/')))).toBe('hi')
})

test('a guard that refuses decides once as well, at once or later', async () => {
  for (const decide of [() => raise(Nobody()), async () => raise(Nobody())]) {
    let times = 0
    const strict = verbs({ nobody: guard('nobody', () => (times++, decide())) })
    const hidden = strict.reads('/hidden', { returns: z.string() }, () => 'a')
    const twice = verbs({}).reads('/twice', { returns: z.array(z.string()) }, async (_, { invoke }) =>
      (await Promise.allSettled([invoke(hidden), invoke(hidden)])).map(({ status }) => status),
    )
    expect(await service({ hidden, twice }).invoke('twice')).toEqual(['rejected', 'rejected'])
    expect(times).toBe(1)
  }
})

test('what is no guard is refused where it is made, with the fix', () => {
  const decide = (): string => 'a'
  for (const [make, message] of [
    [() => guard('', decide), /it has no name/],
    [() => guard('a', undefined as never), /its second argument is no function/],
    [
      () => guard('a', decide, { use: { db } } as never),
      /it has no option use\. Its options are uses, errors/,
    ],
    [
      () => guard('a', decide, { uses: { db: new Map() } as never }),
      /its uses are not all guards or resources/,
    ],
    [() => guard('a', decide, { errors: [undefined as never] }), /its errors are not all failures/],
    [() => resource(undefined as never), /it takes functions/],
    [() => resource(decide, 'close' as never), /it takes functions/],
    [() => verbs(undefined as never), /verbs\(\.\.\.\): it takes an object/],
  ] as const) {
    expect(make, String(message)).toThrow(message)
  }
})

test('who may not know learns nothing of what a handler could answer: guards decide before what it offers', async () => {
  for (const [authorization, status] of [
    ['t1', 406],
    ['t3', 401],
  ] as const) {
    const headers = { authorization, accept: 'image/png' }
    expect(await perform(app, request('GET', '/who', { headers }))).toMatchObject({ status })
  }
})
