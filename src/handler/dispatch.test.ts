import { createHmac } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { Failure, raise } from '../call/failure.ts'
import { perform } from '../call/perform.ts'
import type { App, Log } from '../contract.ts'
import { Fault } from '../fault.ts'
import { text } from '../schema/whole.ts'
import { bodyJson, bodyText, type RequestParts, type ResponseValue, request } from '../value/message.ts'
import { utf8Bytes } from '../value/utf8.ts'
import type { BodyLimitSpec } from './body.ts'
import { failure } from './failure.ts'
import { guard } from './provide.ts'
import { service } from './service.ts'
import { header } from './source.ts'
import { verbs } from './verbs.ts'

const { reads, creates, updates } = verbs({})
const Note = z.object({ text: z.string() })
const echo = service({ echo: creates('/', { accepts: Note, returns: Note }, (note) => note) })

function post(app: App, parts: RequestParts, log?: Log): Promise<ResponseValue> {
  return perform(app, request('POST', '/', parts), log === undefined ? {} : { log })
}

const codeOf = (answer: ResponseValue): unknown => (bodyJson(answer) as { code?: unknown }).code

/** Keeps what is logged as errors. */
function keeping(): Log & { readonly errors: { err: unknown }[] } {
  const errors: { err: unknown }[] = []
  const quiet = (): void => {}
  return {
    errors,
    debug: quiet,
    info: quiet,
    warn: quiet,
    error: (fields) => void errors.push(fields as { err: unknown }),
  }
}

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

test('a handler without data to give answers 204, whatever its function returns', async () => {
  for (const [verb, method] of [
    [reads, 'GET'],
    [creates, 'POST'],
    [updates, 'PATCH'],
  ] as const) {
    const answer = await perform(
      service({ it: verb('/', {}, () => 'secret' as never) }),
      request(method, '/'),
    )
    expect(answer).toMatchObject({ status: 204, contentType: null, body: null })
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

test('output that does not fit is answered 500, says nothing of the data, and its cause is logged', async () => {
  const log = keeping()
  const app = service({
    it: creates('/', { returns: Note }, () => ({ text: 'secret-1'.length, hidden: 'secret-2' }) as never),
  })
  const answer = await post(app, {}, log)
  expect(bodyJson(answer)).toEqual({
    status: 500,
    title: 'Internal Server Error',
    code: 'output_invalid',
    detail: 'Handler "it" returned data that does not fit its contract',
  })
  expect(log.errors).toMatchObject([{ err: { message: expect.stringMatching(/^\/text .*expected string/) } }])
})

test('what JSON cannot hold is the handler’s mistake', async () => {
  const log = keeping()
  const app = service({ it: creates('/', { returns: z.any() }, () => ({ n: 1n })) })
  expect(codeOf(await post(app, {}, log))).toBe('app_failed')
  expect(log.errors).toMatchObject([{ err: { message: expect.stringMatching(/BigInt/) } }])
})

test('a body is JSON by its content-type, in every spelling of that and no other', async () => {
  const send = async (type: string | null): Promise<number> => {
    const headers: Record<string, string> = type === null ? {} : { 'content-type': type }
    return (await post(echo, { body: '{"text":"hi"}', headers })).status
  }
  for (const type of [
    'application/json',
    'Application/JSON',
    'application/json;charset=utf-8',
    'application/json; charset="UTF-8"',
    'application/json\t;\tCharset=Utf-8',
    'application/json;',
    'application/json; version=1',
  ]) {
    expect(await send(type), type).toBe(201)
  }
  for (const type of [
    null,
    'text/plain',
    'application/jsonx',
    'application/json5',
    'application/problem+json',
    'application/json;charset=latin1',
    'application/json;charset=utf-16',
    'application/json, text/plain',
    'application/json text/plain',
    'text/plain;application/json',
    'application/x-www-form-urlencoded',
    'application/json;charset=utf-8;charset=latin1',
    '*/*',
  ]) {
    expect(await send(type), String(type)).toBe(415)
  }
})

test('415 says what is taken (RFC 9110 15.5.16)', async () => {
  const answer = await post(echo, { body: 'a', headers: { 'content-type': 'text/plain' } })
  expect(answer.headers['accept']).toBe('application/json')
  expect(bodyJson(answer)).toMatchObject({
    code: 'media_type_unsupported',
    data: { mediaType: 'text/plain', accepts: ['application/json'] },
  })
})

test('content codings are undone, and one that is not known is told with those that are (RFC 9110 15.5.16)', async () => {
  const coded = gzipSync('{"text":"hi"}')
  const headers = { 'content-type': 'application/json', 'content-encoding': 'gzip' }
  expect((await perform(echo, request('POST', '/', { headers, body: coded }))).status).toBe(201)
  for (const coding of ['lzw', 'gzip, lzw', 'gzip, gzip, gzip, gzip']) {
    const answer = await post(echo, { json: { text: 'hi' }, headers: { 'content-encoding': coding } })
    expect(bodyJson(answer), coding).toMatchObject({ status: 415, code: 'content_coding_unsupported' })
    expect(answer.headers['accept-encoding'], coding).toContain('gzip')
  }
})

test('a handler has the octets that its data were decoded from, as a signature asks for', async () => {
  const { acts } = verbs({})
  const secret = 'shared'
  const Event = z.object({ kind: z.string(), signature: z.string() })
  const inner = acts('/inner', { returns: z.boolean() }, (_, { raw }) => raw === null)
  const app = service({
    hook: acts(
      '/hook',
      { accepts: Event, from: { signature: header('x-signature') }, returns: z.string() },
      ({ kind, signature }, { raw }) =>
        createHmac('sha256', secret).update(raw!.bytes).digest('hex') === signature ? kind : 'forged',
    ),
    inner,
    outer: acts('/outer', { returns: z.boolean() }, (_, { invoke }) => invoke(inner)),
  })
  // The blanks are a part of what is signed, and of no data.
  const body = utf8Bytes('{ "kind" :  "paid" }')
  const signature = createHmac('sha256', secret).update(body).digest('hex')
  const send = async (signature: string, bytes = body): Promise<unknown> => {
    const headers = { 'content-type': 'application/json', 'x-signature': signature }
    return bodyJson(await perform(app, request('POST', '/hook', { headers, body: bytes })))
  }
  expect(await send(signature)).toBe('paid')
  expect(await send(signature, utf8Bytes('{"kind":"paid"}'))).toBe('forged')
  expect(bodyJson(await perform(app, request('POST', '/outer')))).toBe(true)
})

test('a body is held to its limit as it arrives and as it is when its coding is undone', async () => {
  const { acts } = verbs({})
  const limited = (limit: BodyLimitSpec): App =>
    service({ it: acts('/', { accepts: text(), limit }, () => {}) })
  const send = async (limit: BodyLimitSpec, body: Uint8Array, coding?: string): Promise<number> => {
    const headers = {
      'content-type': 'text/plain',
      ...(coding !== undefined && { 'content-encoding': coding }),
    }
    return (await perform(limited(limit), request('POST', '/', { headers, body }))).status
  }
  const long = utf8Bytes('a'.repeat(1_000))
  const coded = gzipSync(long)
  expect(await send(1_000, coded, 'gzip')).toBe(204)
  expect(await send(999, coded, 'gzip')).toBe(413)
  expect(await send({ wire: coded.length, decoded: '1kb' }, coded, 'gzip')).toBe(204)
  expect(await send({ wire: coded.length - 1, decoded: '1kb' }, coded, 'gzip')).toBe(413)
  expect(await send({ wire: '2kb', decoded: 999 }, long)).toBe(413)
  expect(await send(1_000, coded.subarray(0, -1), 'gzip')).toBe(400)
})

test('a body that is no JSON in UTF-8 is malformed, and one that nests too deep is too complex', async () => {
  const headers = { 'content-type': 'application/json' }
  const nested = (depth: number): string =>
    `{"text":"a","x":${'['.repeat(depth - 1)}${']'.repeat(depth - 1)}}`
  for (const body of ['{', '\ufeff{"text":"a"}', '{"text":"a"}}', Uint8Array.from([0x22, 0xff, 0x22])]) {
    const answer = await post(echo, { body, headers })
    expect([answer.status, codeOf(answer)], String(body).slice(0, 20)).toEqual([400, 'body_malformed'])
  }
  expect((await post(echo, { body: nested(64), headers })).status).toBe(201)
  expect(codeOf(await post(echo, { body: nested(65), headers }))).toBe('body_too_complex')
})

test('a body may reach the limit of its handler and not exceed it', async () => {
  const limited = service({
    small: creates('/small', { accepts: Note, limit: 20 }, () => {}),
    none: creates('/none', { accepts: Note, limit: 0 }, () => {}),
    usual: creates('/usual', { accepts: Note }, () => {}),
  })
  const bodyOf = (bytes: number): string => JSON.stringify({ text: 'a'.repeat(bytes - '{"text":""}'.length) })
  const send = async (path: string, bytes: number): Promise<number> => {
    const headers = { 'content-type': 'application/json' }
    return (await perform(limited, request('POST', path, { body: bodyOf(bytes), headers }))).status
  }
  expect([await send('/small', 19), await send('/small', 20), await send('/small', 21)]).toEqual([
    204, 204, 413,
  ])
  expect(await send('/none', 11)).toBe(413)
  const usual = 1024 * 1024
  expect([await send('/usual', usual), await send('/usual', usual + 1)]).toEqual([204, 413])
})

test('406 is for clients that exclude what is offered, and for nobody else', async () => {
  const app = service({
    data: reads('/', { returns: Note }, () => ({ text: '' })),
    none: reads('/none', {}, () => {}),
  })
  const ask = async (path: string, accept: string): Promise<ResponseValue> =>
    perform(app, request('GET', path, { headers: { accept } }))
  expect((await ask('/', 'text/html, */*;q=0.1')).status).toBe(200)
  const refused = await ask('/', 'text/html')
  expect(bodyJson(refused)).toMatchObject({
    status: 406,
    code: 'not_acceptable',
    data: { offers: ['application/json'] },
  })
  expect((await ask('/none', 'text/html')).status).toBe(204)
})

const Gone = failure('note_gone', 'missing', z.object({ id: z.number() }))

test('a failure that is declared is answered by its kind, with its data', async () => {
  const app = service({ it: creates('/', { returns: Note, errors: [Gone] }, () => raise(Gone({ id: 7 }))) })
  const log = keeping()
  const answer = await post(app, {}, log)
  expect([answer.status, answer.contentType]).toEqual([404, 'application/problem+json'])
  expect(bodyJson(answer)).toEqual({ status: 404, title: 'Not Found', code: 'note_gone', data: { id: 7 } })
  expect(log.errors).toEqual([])
})

test('anything else that is thrown is answered 500 without detail, and logged once', async () => {
  class Odd extends Error {
    readonly code = 'note_gone'
    readonly status = 404
  }
  for (const thrown of [
    new Error('secret'),
    Gone({ id: 7 }),
    new Odd('secret'),
    'secret',
    null,
    undefined,
    { status: 200 },
  ]) {
    for (const run of [() => raise(thrown), () => Promise.reject(thrown as Error)]) {
      const log = keeping()
      const answer = await post(service({ it: creates('/', {}, run) }), {}, log)
      expect(bodyJson(answer)).toEqual({
        status: 500,
        title: 'Internal Server Error',
        code: 'app_failed',
        detail: 'The app failed',
      })
      // A failure that is not declared is the cause of what is logged, which says so.
      const logged = log.errors.map(({ err }) => (thrown instanceof Failure ? (err as Error).cause : err))
      expect(logged).toEqual([thrown])
    }
  }
})

test('a fault that a handler throws is answered as what it is', async () => {
  const issues = [{ pointer: '/to', message: 'is before from' }]
  const app = service({ it: creates('/', {}, () => raise(new Fault('input_invalid', { issues }))) })
  expect(bodyJson(await post(app, {}))).toMatchObject({ status: 422, data: { issues } })
})

test('what a schema throws is not told', async () => {
  const broken = z.object({}).refine(() => {
    throw new Error('secret')
  })
  for (const spec of [{ accepts: broken }, { returns: broken }]) {
    const log = keeping()
    const answer = await post(service({ it: creates('/', spec, () => ({})) }), {}, log)
    expect([codeOf(answer), bodyText(answer)]).toEqual(['app_failed', expect.not.stringContaining('secret')])
    expect(log.errors).toMatchObject([{ err: { message: 'secret' } }])
  }
})

test('a failure that is not declared is not told, wherever the app has raised it', async () => {
  const raises = (): never => raise(Gone({ id: 1 }))
  const later = { ...z.object({})['~standard'], validate: async () => raises() }
  for (const spec of [
    { accepts: z.object({}).refine(raises) },
    { accepts: { '~standard': later } },
    { accepts: z.object({}), returns: z.object({}), version: raises },
    { accepts: z.object({}), errors: [failure('note_gone', 'conflict')] }, // of another kind, so another one
  ]) {
    const run = (): unknown => ('errors' in spec ? raises() : {})
    const app = service({ it: creates('/', spec as object, run as () => void) })
    expect(codeOf(await post(app, {}))).toBe('app_failed')
  }
})

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

test('a guard that breaks lets nobody through, and says nothing of why', async () => {
  for (const decide of [() => raise(new Error('secret')), () => Promise.reject(new Error('secret'))]) {
    const log = keeping()
    const { creates: guarded } = verbs({ user: guard('member', decide) })
    let ran = false
    const answer = await post(service({ it: guarded('/', {}, () => void (ran = true)) }), {}, log)
    expect([codeOf(answer), ran]).toEqual(['app_failed', false])
    expect(log.errors).toMatchObject([{ err: { message: 'secret' } }])
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
