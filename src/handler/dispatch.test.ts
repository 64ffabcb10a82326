import { expect, test } from 'vitest'
import { z } from 'zod'
import { raise } from '../call/failure.ts'
import { perform } from '../call/perform.ts'
import type { App, Log } from '../contract.ts'
import { bodyJson, bodyText, type RequestParts, type ResponseValue, request } from '../value/message.ts'
import { failure } from './failure.ts'
import { guard } from './provide.ts'
import { service } from './service.ts'
import { verbs } from './verbs.ts'

const { reads, creates, updates } = verbs({})
const Note = z.object({ text: z.string() })

function post(app: App, parts: RequestParts, log?: Log): Promise<ResponseValue> {
  return perform(app, request('POST', '/', parts), log === undefined ? {} : { log })
}

const codeOf = (answer: ResponseValue): unknown => (bodyJson(answer) as { code?: unknown }).code

test('a verb gives method and status (RFC 9110 9.3, RFC 5789)', async () => {
  const { deletes, replaces, acts } = verbs({})
  const all = service({
    e: replaces('/n', { returns: Note }, () => ({ text: 'e' })),
    f: acts('/f', { returns: Note }, () => ({ text: 'f' })),
    a: reads('/n', { returns: Note }, () => ({ text: 'a' })),
    b: creates('/n', { returns: Note }, () => ({ text: 'b' })),
    c: updates('/n', { returns: Note }, () => ({ text: 'c' })),
    d: deletes('/n', { returns: Note }, () => ({ text: 'd' })),
  })
  for (const [method, status, text] of [
    ['GET', 200, 'a'],
    ['PUT', 200, 'e'],
    ['POST', 201, 'b'],
    ['PATCH', 200, 'c'],
    ['DELETE', 200, 'd'],
  ] as const) {
    const answer = await perform(all, request(method, '/n'))
    expect([answer.status, answer.contentType, bodyText(answer)], method).toEqual([
      status,
      'application/json',
      `{"text":"${text}"}`,
    ])
  }
})

test('a handler without data to give answers 204', async () => {
  for (const [verb, method] of [
    [reads, 'GET'],
    [creates, 'POST'],
    [updates, 'PATCH'],
  ] as const) {
    for (const nothing of [undefined, null]) {
      const answer = await perform(
        service({ it: verb('/', {}, () => nothing as never) }),
        request(method, '/'),
      )
      expect(answer).toMatchObject({ status: 204, contentType: null, body: null })
    }
  }
  const perhaps = service({ it: reads('/', { returns: Note.optional() }, () => undefined) })
  expect((await perform(perhaps, request('GET', '/'))).status).toBe(204)
})

test('null and false are data', async () => {
  for (const value of [null, false, 0, '']) {
    const answer = await perform(
      service({ it: reads('/', { returns: z.any() }, () => value) }),
      request('GET', '/'),
    )
    expect([answer.status, bodyText(answer)]).toEqual([200, JSON.stringify(value)])
  }
})

test('input that does not fit is answered 422, with a pointer to each member (RFC 6901)', async () => {
  const Deep = z.object({ list: z.array(z.object({ 'a/b': z.number() })), text: z.string().max(2) })
  const app = service({ it: creates('/', { accepts: Deep }, () => {}) })
  const answer = await post(app, { json: { list: [{ 'a/b': 1 }, { 'a/b': 'x' }], text: 'long' } })
  expect([answer.status, answer.contentType]).toEqual([422, 'application/problem+json'])
  expect(bodyJson(answer)).toEqual({
    status: 422,
    title: 'Unprocessable Content',
    code: 'input_invalid',
    detail: expect.stringMatching(/^Input does not fit: \/list\/1\/a~1b .+; \/text .+$/),
    data: {
      issues: [
        { pointer: '/list/1/a~1b', message: expect.any(String) },
        { pointer: '/text', message: expect.any(String) },
      ],
    },
  })
})

test('an asynchronous schema checks input and output', async () => {
  const free = z.object({ text: z.string().refine(async (text) => text !== 'taken', 'is taken') })
  const app = service({
    it: creates('/', { accepts: free, returns: free }, ({ text }) => ({
      text: text === 'bad' ? 'taken' : text,
    })),
  })
  expect((await post(app, { json: { text: 'a' } })).status).toBe(201)
  expect(bodyJson(await post(app, { json: { text: 'taken' } }))).toMatchObject({
    code: 'input_invalid',
    data: { issues: [{ pointer: '/text', message: 'is taken' }] },
  })
  expect(codeOf(await post(app, { json: { text: 'bad' } }))).toBe('output_invalid')
})

test('members that the contract does not name do not get out', async () => {
  const row = { text: 'hi', password: 'secret', by: { name: 'a', mail: 'secret' } }
  const Shown = z.object({ text: z.string(), by: z.object({ name: z.string() }) })
  const one = service({ it: reads('/', { returns: Shown }, () => row) })
  const many = service({ it: reads('/', { returns: z.array(Shown) }, () => [row]) })
  expect(bodyText(await perform(one, request('GET', '/')))).toBe('{"text":"hi","by":{"name":"a"}}')
  expect(bodyText(await perform(many, request('GET', '/')))).toBe('[{"text":"hi","by":{"name":"a"}}]')
})

const Gone = failure('note_gone', 'missing', z.object({ id: z.number() }))

test('a thenable that gives nothing back of its callback is waited for all the same', async () => {
  const later = { then: (resolve: (value: string) => void) => void setTimeout(resolve, 1, 'later') }
  const app = service({
    it: creates('/', { returns: z.string() }, () => later as unknown as Promise<string>),
  })
  expect(bodyJson(await post(app, {}))).toBe('later')
})

test('guards decide in the order they are named, before the body is looked at', async () => {
  const seen: string[] = []
  const guarded = verbs({
    first: guard('first', async () => void seen.push('first')),
    second: guard('second', () => void seen.push('second')),
    third: guard('third', () => raise(Gone({ id: 1 }))),
    fourth: guard('fourth', () => void seen.push('fourth')),
  })
  const app = service({ it: guarded.creates('/', { accepts: Note }, () => void seen.push('handler')) })
  const answer = await post(app, { body: 'no json', headers: { 'content-type': 'text/plain' } })
  expect([answer.status, seen]).toEqual([404, ['first', 'second']])
})

test('a guard sees the head, and what it gives is in the context', async () => {
  const seen: unknown[] = []
  const { reads: guarded } = verbs({
    user: guard('member', (head) => (seen.push(head), { name: head.headers['x-user'] ?? '' })),
  })
  const app = service({ it: guarded('/a b', { returns: z.string() }, (_, { user }) => user.name) })
  const answer = await perform(
    app,
    request('GET', '/a%20b?q=1', { headers: { 'x-user': 'alice' }, client: '10.0.0.1', protocol: 'https' }),
  )
  expect(bodyJson(answer)).toBe('alice')
  expect(seen).toEqual([
    expect.objectContaining({
      method: 'GET',
      path: '/a%20b',
      query: 'q=1',
      headers: expect.objectContaining({ 'x-user': 'alice' }),
      client: '10.0.0.1',
      protocol: 'https',
    }),
  ])
})

test('a guard that gives anything promise-like is waited for, and its refusal holds', async () => {
  const lazily = <T>(
    settle: (resolve: (value: T) => void, reject: (reason: unknown) => void) => void,
  ): PromiseLike<T> => ({
    // biome-ignore lint: a promise-like of a database library.
    then: (resolve, reject) => new Promise<T>(settle).then(resolve, reject),
  })
  const Denied = failure('not_yours', 'denied')
  const letting = verbs({ user: guard('member', () => lazily<string>((resolve) => resolve('alice'))) })
  const refusing = verbs({ user: guard('member', () => lazily<string>((_, reject) => reject(Denied()))) })
  const app = service({
    in: letting.reads('/in', { returns: z.string() }, (_, { user }) => user),
    out: refusing.reads('/out', { returns: z.string() }, (_, { user }) => user),
  })
  expect(bodyJson(await perform(app, request('GET', '/in')))).toBe('alice')
  expect((await perform(app, request('GET', '/out'))).status).toBe(403)
})

test('a guard refuses by failures of its own; 401 says how to come back (RFC 9110 15.5.2)', async () => {
  const Unknown = failure('who_are_you', 'unauthenticated', z.object({ challenge: z.string() }))
  const Nobody = failure('nobody', 'unauthenticated')
  for (const [thrown, challenge] of [
    [Unknown({ challenge: 'Basic realm="x"' }), 'Basic realm="x"'],
    [Nobody(), 'Bearer'],
  ] as const) {
    for (const errors of [[], [Unknown, Nobody]]) {
      const { creates: guarded } = verbs({ user: guard('member', () => raise(thrown), { errors }) })
      const answer = await post(service({ it: guarded('/', {}, () => {}) }), {})
      expect([answer.status, answer.headers['www-authenticate']]).toEqual([401, challenge])
    }
  }
})

test('nothing is a promise where nothing waits', () => {
  const app = service({
    it: reads('/{id}', { accepts: z.object({ id: z.number() }), returns: z.number() }, ({ id }) => id),
  })
  let result: unknown
  const asking: App = (...call) => (result = app(...call)) as ReturnType<App>
  void perform(asking, request('GET', '/7'))
  expect(result).toEqual([200, 'application/json', {}, '7'])
})
