import { expect, test } from 'vitest'
import { z } from 'zod'
import { isFailure, raise } from '../call/failure.ts'
import { perform } from '../call/perform.ts'
import type { Log, Result } from '../contract.ts'
import { bodyJson, bodyText, type RequestParts, type ResponseValue, request } from '../value/message.ts'
import { html, json, stream, text } from '../value/result.ts'
import { failure } from './failure.ts'
import { guard } from './provide.ts'
import type { Refusals, Refused } from './refusals.ts'
import { service } from './service.ts'
import { verbs } from './verbs.ts'

const Nobody = failure('not_signed_in', 'unauthenticated')
const Gone = failure('note_gone', 'missing', z.object({ id: z.number() }))
const { reads, creates } = verbs({})
const guarded = verbs({ user: guard('member', () => raise(Nobody()), { errors: [Nobody] }) })
const Id = z.object({ id: z.number() })

const handlers = {
  read: reads('/notes/{id}', { accepts: Id, returns: z.string(), errors: [Gone] }, ({ id }) =>
    raise(Gone({ id })),
  ),
  add: creates('/notes', { accepts: z.object({ text: z.string() }), limit: 20 }, () => {}),
  me: guarded.reads('/me', { returns: z.string() }, () => 'me'),
  late: reads('/late', { returns: z.string() }, async () => raise(new Error('a secret'))),
  fine: reads('/fine', { returns: z.string() }, () => 'fine'),
}

const asErrors: Refusals = ({ problem: { status, code, detail } }) =>
  json({ error: { code, detail } }, status)

function ask(
  refusals: Refusals,
  method: string,
  path: string,
  parts: RequestParts = {},
  log?: Log,
): Promise<ResponseValue> {
  const app = service(handlers, { refusals })
  return perform(app, request(method, path, parts), log === undefined ? {} : { log })
}

const silent = (told: unknown[] = []): Log => ({
  debug: () => {},
  info: () => {},
  warn: () => {},
  error: (...args) => void told.push(args),
})

test('whatever a request is refused for is answered by one function, and fields that a status asks for stay', async () => {
  const table: [
    method: string,
    path: string,
    parts: RequestParts,
    status: number,
    code: string,
    fields: object,
  ][] = [
    ['GET', '/notes/7', {}, 404, 'note_gone', {}],
    ['GET', '/notes/x', {}, 422, 'input_invalid', {}],
    ['GET', '/notes/%2F', {}, 400, 'path_faulty', {}],
    ['GET', '/me', {}, 401, 'not_signed_in', { 'www-authenticate': 'Bearer' }],
    ['GET', '/nowhere', {}, 404, 'route_missing', {}],
    ['PUT', '/me', {}, 405, 'method_not_allowed', { allow: 'GET, HEAD, OPTIONS' }],
    ['POST', '/notes', { json: { text: 'x'.repeat(20) } }, 413, 'body_too_large', {}],
    [
      'POST',
      '/notes',
      { body: 'x', headers: { 'content-type': 'a/b' } },
      415,
      'media_type_unsupported',
      { accept: 'application/json' },
    ],
    ['GET', '/late', {}, 500, 'app_failed', {}],
  ]
  for (const [method, path, parts, status, code, fields] of table) {
    const answer = await ask(asErrors, method, path, parts, silent())
    expect([
      answer.status,
      answer.contentType,
      (bodyJson(answer) as { error: { code: string } }).error.code,
    ]).toEqual([status, 'application/json', code])
    expect(answer.headers, `${method} ${path}`).toEqual(fields)
  }
  expect(bodyJson(await ask(asErrors, 'GET', '/fine'))).toBe('fine')
})

test('it sees what was thrown and what was asked, and says another status, other fields and any form', async () => {
  const seen: Refused[] = []
  const shape: Refusals = (refused) => {
    seen.push(refused)
    if (!Gone.is(refused.thrown)) return undefined
    const [status, type, , body] = html(`<h1>${refused.thrown.data.id}</h1>`, 410)
    return [status, type, { 'x-language': refused.headers['accept-language'] ?? '' }, body]
  }
  const gone = await ask(shape, 'GET', '/notes/7', { headers: { 'accept-language': 'ja' } })
  expect([gone.status, gone.contentType, gone.headers, bodyText(gone)]).toEqual([
    410,
    'text/html; charset=utf-8',
    { 'x-language': 'ja' },
    '<h1>7</h1>',
  ])
  expect(seen[0]).toMatchObject({
    handler: 'read',
    method: 'GET',
    path: '/notes/7',
    problem: { status: 404 },
  })
  const nowhere = await ask(shape, 'GET', '/nowhere')
  expect([nowhere.contentType, seen[1]?.handler]).toEqual(['application/problem+json', null])
})

test('what it gives is a refusal, and where it is none or it throws, the problem is sent and the log told', async () => {
  const faulty: [Refusals, RegExp][] = [
    [() => raise(new Error('cannot write it')), /cannot write it/],
    [() => text('fine'), /status is 200/],
    [() => [304, null, {}, null], /status is 304/],
    [() => [404, 'text/plain', {}, stream(['a'])], /body is not here/],
    [() => [404, 'text/plain', { 'x-a': 'b\r\nc' }, ''], /x-a/],
    [() => [404, 'text/plain', { 'content-length': '7' }, ''], /content-length/],
    [() => 'gone' as never, /status, contentType/],
    [() => null as never, /status, contentType/],
    [(async () => text('', 404)) as never, /promise/],
    [() => [404, 'text/plain', null as never, ''], /./],
  ]
  for (const [shape, message] of faulty) {
    const told: unknown[] = []
    const answer = await ask(shape, 'GET', '/notes/7', {}, silent(told))
    expect([answer.status, bodyJson(answer)], String(message)).toEqual([
      404,
      { status: 404, title: 'Not Found', code: 'note_gone', data: { id: 7 } },
    ])
    expect(told, String(message)).toHaveLength(1)
    const { err } = (told[0] as [{ err: Error }])[0]
    expect(String((err.cause as Error | undefined)?.message ?? err.message), String(message)).toMatch(message)
  }
})

test('what is our own fault is logged once, whoever writes the answer', async () => {
  const told: unknown[] = []
  await ask(asErrors, 'GET', '/late', {}, silent(told))
  expect(told).toHaveLength(1)
})

test('a service within another one has its own refusals, or those around it; what nobody has is for the outermost', async () => {
  const named =
    (name: string): Refusals =>
    ({ problem: { status } }): Result =>
      text(name, status)
  const inner = service(handlers, { prefix: '/own', refusals: named('inner') })
  const plain = service(handlers, { prefix: '/plain' })
  const broken = (): Result => raise(Nobody())
  const app = service({ inner, plain, '/app': broken }, { refusals: named('outer') })
  for (const [path, by] of [
    ['/own/notes/7', 'inner'],
    ['/plain/notes/7', 'outer'],
    ['/own/nowhere', 'outer'],
    ['/own/%2F', 'outer'],
    ['/app/x', 'outer'],
  ] as const)
    expect(bodyText(await perform(app, request('GET', path))), path).toBe(by)
  const around = service({ inner, plain })
  expect(bodyText(await perform(around, request('GET', '/own/notes/7')))).toBe('inner')
  expect((await perform(around, request('GET', '/plain/notes/7'))).contentType).toBe(
    'application/problem+json',
  )
})

test('calls by name and handlers of the service are told what was raised', async () => {
  const app = service(handlers, { refusals: asErrors })
  await expect(app.invoke('read', { id: 7 })).rejects.toSatisfy(
    (thrown) => isFailure(thrown) && Gone.is(thrown),
  )
})

test('the contract says who has a form of its own, and what is no function is refused at boot', () => {
  const { handlers: described } = service(handlers, { refusals: asErrors }).contract
  expect(described['read']?.ownRefusals).toBe(true)
  expect(service(handlers).contract.handlers['read']?.ownRefusals).toBe(undefined)
  expect(() => service(handlers, { refusals: {} as never })).toThrow(
    /its refusals are no function\. Write refusals/,
  )
})
