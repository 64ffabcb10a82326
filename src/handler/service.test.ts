import { expect, test } from 'vitest'
import { z } from 'zod'
import { key } from '../call/keys.ts'
import { perform } from '../call/perform.ts'
import { mount } from '../middleware/mount.ts'
import { bodyJson, bodyText, type ResponseValue, request } from '../value/message.ts'
import { failure } from './failure.ts'
import { guard, resource } from './provide.ts'
import { service } from './service.ts'
import { verbs } from './verbs.ts'

const { reads, creates, updates, deletes } = verbs({})
const Id = z.object({ id: z.string() })

const notes = service({
  list: reads('/notes', { returns: z.array(z.string()) }, () => ['a']),
  add: creates('/notes', {}, () => {}),
  one: reads('/notes/{id}', { accepts: Id, returns: z.string() }, ({ id }) => id),
  remove: deletes('/notes/{id}', { accepts: Id }, () => {}),
  rename: updates('/notes/{id}/name', { accepts: Id }, () => {}),
})

const ask = (method: string, target: string): Promise<ResponseValue> =>
  perform(notes, request(method, target))

test('a path that nothing is at is 404, with the whole path (RFC 9110 15.5.5)', async () => {
  for (const path of ['/', '/note', '/notes/', '/notes/1/', '/notes/1/name/x', '/Notes', '//notes']) {
    expect(bodyJson(await ask('GET', path)), path).toMatchObject({
      status: 404,
      code: 'route_missing',
      data: { path },
    })
  }
  const answer = await perform(mount({ '/api': notes }), request('GET', '/api/none'))
  expect(bodyJson(answer)).toMatchObject({ code: 'route_missing', data: { path: '/api/none' } })
})

test('a method that the path has not is 405 with those it has (RFC 9110 15.5.6)', async () => {
  for (const [method, path, allow] of [
    ['DELETE', '/notes', 'GET, POST, HEAD, OPTIONS'],
    ['PUT', '/notes/1', 'GET, DELETE, HEAD, OPTIONS'],
    ['GET', '/notes/1/name', 'PATCH, OPTIONS'],
    ['HEAD', '/notes/1/name', 'PATCH, OPTIONS'],
    ['BREW', '/notes', 'GET, POST, HEAD, OPTIONS'],
  ] as const) {
    const answer = await ask(method, path)
    expect([answer.status, answer.headers['allow']], `${method} ${path}`).toEqual([405, allow])
  }
})

test('OPTIONS says what a path has, and of the server nothing (RFC 9110 9.3.7)', async () => {
  expect(await ask('OPTIONS', '/notes/1')).toMatchObject({
    status: 204,
    headers: { allow: 'GET, DELETE, HEAD, OPTIONS' },
    body: null,
  })
  expect((await ask('OPTIONS', '/none')).status).toBe(404)
  expect((await ask('OPTIONS', '*')).status).toBe(204)
})

test('HEAD is GET without the body, and no other method is (RFC 9110 9.3.2)', async () => {
  const answer = await ask('HEAD', '/notes')
  expect(answer).toMatchObject({
    status: 200,
    contentType: 'application/json',
    headers: { 'content-length': '5' },
    body: null,
  })
})

test('a path in a spelling that two readers would take differently reaches nobody', async () => {
  let reached = 0
  const guarded = verbs({ member: guard('member', () => void reached++) })
  const any = z.object({ a: z.string(), b: z.string().optional() })
  const app = service({
    root: guarded.reads('/', {}, () => void reached++),
    one: guarded.reads('/{a}', { accepts: any }, () => void reached++),
    two: guarded.reads('/{a}/{b}', { accepts: any }, () => void reached++),
    admin: guarded.reads('/admin/{a}', { accepts: any }, () => void reached++),
  })
  for (const path of [
    '/a%2Fb',
    '/a%2fb',
    '/a%5Cb',
    '/admin%2Fx',
    '/a%00',
    '/..',
    '/.',
    '/%2e%2e',
    '/.%2E',
    '/admin/..',
    '/admin/%2e%2e/x',
    '/x/../admin',
    '/a%',
    '/a%zz',
    '/%ff',
    '/%c0%ae%c0%ae',
  ]) {
    expect(bodyJson(await perform(app, request('GET', path))), path).toMatchObject({
      status: 400,
      code: 'path_faulty',
    })
  }
  expect(reached).toBe(0)
})

test('a service under a mount is the same service', async () => {
  const app = mount({ '/api/v1': notes })
  expect(bodyText(await perform(app, request('GET', '/api/v1/notes/7')))).toBe('"7"')
})

test('a service is checked when it is built, and names what to change', () => {
  const list = (): ReturnType<typeof reads> => reads('/x', {}, () => {})
  for (const [handlers, message] of [
    [{ a: list(), b: list() }, /Handlers "a" and "b": both answer GET \/x/],
    [{ 'a-b': list() }, /Handler "a-b": the name is faulty/],
    [{ '': list() }, /the name is faulty/],
    [{ _a: list() }, /the name is faulty/],
    [{ then: list() }, /the name is faulty/],
  ] as const) {
    expect(() => service(handlers as never), String(message)).toThrow(
      expect.objectContaining({ code: 'setup_faulty', message: expect.stringMatching(message) }),
    )
  }
  expect(() => service({ constructor: list(), toString: reads('/y', {}, () => {}) })).not.toThrow()
})

test('providers are guards and resources, under names that the context leaves free', () => {
  for (const name of ['signal', 'deadline', 'log', 'defer', 'get', 'set', 'invoke', '__proto__']) {
    expect(() => verbs(Object.fromEntries([[name, guard('g', () => 1)]])), name).toThrow(
      /the name is taken\. Call it otherwise/,
    )
  }
  for (const wrong of [undefined, {}, () => 1, { kind: 'other' }]) {
    expect(() => verbs({ db: wrong as never })).toThrow(
      /it is neither a guard nor a resource\. Write it as guard/,
    )
  }
})

test('the contract is plain data and says all that a caller needs', () => {
  const Gone = failure('note_gone', 'missing', z.object({ id: z.string() }))
  const Nobody = failure('nobody', 'unauthenticated')
  const guarded = verbs({
    user: guard('member', () => 1, { errors: [Nobody] }),
    db: resource(() => 1),
    fresh: guard('fresh', () => 2),
  })
  const { contract } = service({
    change: guarded.updates(
      '/notes/{id}',
      {
        accepts: z.object({ id: z.string(), text: z.string().default('') }),
        returns: Id,
        errors: [Gone],
        limit: '16kb',
        summary: 'Changes a note',
      },
      ({ id }) => ({ id }),
    ),
    plain: reads('/', {}, () => {}),
  })
  expect(contract).toEqual({
    hagaki: 1,
    handlers: {
      change: {
        verb: 'updates',
        path: '/notes/{id}',
        summary: 'Changes a note',
        gives: 'data',
        accepts: {
          type: 'object',
          properties: { id: { type: 'string' }, text: { type: 'string', default: '' } },
          required: ['id'],
        },
        members: { id: 'string', text: 'string' },
        takes: { as: 'data', mediaTypes: ['application/json'], body: 'members' },
        offers: ['application/json'],
        returns: {
          type: 'object',
          properties: { id: { type: 'string' } },
          required: ['id'],
          additionalProperties: false,
        },
        errors: {
          nobody: { kind: 'unauthenticated' },
          note_gone: {
            kind: 'missing',
            data: {
              type: 'object',
              properties: { id: { type: 'string' } },
              required: ['id'],
              additionalProperties: false,
            },
          },
        },
        guards: ['member', 'fresh'],
        limit: 16_384,
      },
      plain: { verb: 'reads', path: '/', gives: 'data', errors: {}, guards: [] },
    },
  })
  expect(JSON.parse(JSON.stringify(contract))).toEqual(contract)
  expect(structuredClone(contract)).toEqual(contract)
})

test('two failures of one code in one handler are refused: a caller could not tell them apart', () => {
  const [one, other] = [failure('gone', 'gone'), failure('gone', 'missing')]
  expect(() => service({ a: reads('/', { errors: [one, other] }, () => {}) })).toThrow(
    /Handler "a": it declares two failures "gone"/,
  )
  expect(() => service({ a: reads('/', { errors: [one, one] }, () => {}) })).not.toThrow()
  const guarded = verbs({ user: guard('member', () => 1, { errors: [one] }) })
  expect(() => service({ a: guarded.reads('/', { errors: [other] }, () => {}) })).toThrow(
    /two failures "gone"/,
  )
})

test('values in the place of guards and resources leave the service itself as it is', async () => {
  const made = verbs({ user: guard('member', () => 'real'), db: resource(() => 'opened') })
  const app = service({ it: made.reads('/', { returns: z.any() }, (_, { user, db }) => [user, db]) })
  const say = async (one: typeof app): Promise<unknown> => bodyJson(await perform(one, request('GET', '/')))
  const faked = app.with({ user: 'alice' })
  expect(await say(faked)).toEqual(['alice', 'opened'])
  expect(await say(faked.with({ db: 'fake' }))).toEqual(['alice', 'fake'])
  expect(await say(app.with({ user: undefined as never }))).toEqual([null, 'opened'])
  expect(await say(app)).toEqual(['real', 'opened'])
  expect(faked.contract).toEqual(app.contract)
})

test('a context key set in middleware is there in the handler', async () => {
  const trace = key<string>('trace')
  const app = service({
    it: reads('/', { returns: z.any() }, (_, { get, set }) => {
      const before = get(trace)
      set(trace, 'changed')
      return [before, get(trace)]
    }),
  })
  const traced: typeof app = Object.assign(((method, path, headers, options, server) => {
    options.set(trace, 'abc')
    return app(method, path, headers, options, server)
  }) as typeof app)
  expect(bodyJson(await perform(traced, request('GET', '/')))).toEqual(['abc', 'changed'])
})
