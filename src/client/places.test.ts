import fc from 'fast-check'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { perform } from '../call/perform.ts'
import { cbor } from '../codec/cbor.ts'
import { form } from '../codec/form.ts'
import type { Format } from '../codec/format.ts'
import { json } from '../codec/json.ts'
import { multipart } from '../codec/multipart.ts'
import type { Fault } from '../fault.ts'
import type { AnyHandler } from '../handler/handler.ts'
import { service } from '../handler/service.ts'
import { cookie, header, query, type Source } from '../handler/source.ts'
import type { Verb } from '../handler/verb.ts'
import { verbs } from '../handler/verbs.ts'
import { bytes, text } from '../schema/whole.ts'
import { bodyText, type RequestValue } from '../value/message.ts'
import { inputOf } from './body-input.ts'
import { composerOf } from './compose.ts'

interface Spec {
  readonly accepts?: unknown
  readonly body?: unknown
  readonly from?: { readonly [member: string]: Source }
  readonly formats?: readonly Format[]
}

/** The verbs as functions of any schema. */
const made = verbs({}) as unknown as {
  readonly [V in Verb]: (path: string, spec: object, run: unknown) => AnyHandler
}

/** Sends data to a handler of that kind. Gives the request, and what the handler received. */
async function send(
  verb: Verb,
  path: string,
  spec: Spec,
  data: unknown,
  formats: readonly Format[] = [],
): Promise<{ readonly request: RequestValue; readonly got: unknown; readonly status: number }> {
  let got: unknown
  const app = service({ it: made[verb](path, spec, (taken: unknown) => void (got = taken)) })
  const { body, ...head } = await composerOf(app.contract.handlers['it']!, formats)(data, {})
  const request = { ...head, body: body === null ? null : await inputOf(body).bytes() }
  const { status } = await perform(app, request)
  return { request, got, status }
}

async function refusal(...call: Parameters<typeof send>): Promise<string> {
  const error = await send(...call).then(
    () => null,
    (thrown: unknown) => thrown as Fault<'input_invalid'>,
  )
  expect(error).toMatchObject({ code: 'input_invalid' })
  const [issue] = error!.detail.issues
  return `${issue!.pointer} ${issue!.message}`
}

test('a member that is pinned is written there, and is no part of the body', async () => {
  const spec = {
    accepts: z.object({ id: z.number(), text: z.string(), page: z.number(), match: z.string() }),
    from: { page: query('p'), match: header('If-Match') },
  }
  const data = { id: 7, text: 'a', page: 2, match: '"x"' }
  const { request, got, status } = await send('updates', '/{id}', spec, data)
  expect([request.path, request.query, request.headers['if-match'], bodyText(request)]).toEqual([
    '/7',
    'p=2',
    '"x"',
    '{"text":"a"}',
  ])
  expect([status, got]).toEqual([204, data])
})

test('a list may be pinned to the query, and to no field', async () => {
  const tags = z.object({ tags: z.array(z.number()).optional() })
  const { request, got } = await send(
    'creates',
    '/',
    { accepts: tags, from: { tags: query() } },
    { tags: [1, 2] },
  )
  expect([request.query, request.body, got]).toEqual(['tags=1&tags=2', null, { tags: [1, 2] }])
  const any = { accepts: z.object({ tags: z.any() }), from: { tags: header('x-tags') } }
  expect(await refusal('reads', '/', any, { tags: ['a', 'b'] })).toBe('/tags cannot be a list there')
})

test('a cookie is the browser’s: it is refused where it is given, and fine where it is not', async () => {
  const spec = { accepts: z.object({ theme: z.string().optional() }), from: { theme: cookie() } }
  expect(await refusal('reads', '/', spec, { theme: 'dark' })).toMatch(
    /^\/theme is a cookie, which browsers send: leave it out/,
  )
  expect((await send('reads', '/', spec, {})).request.headers['cookie']).toBeUndefined()
})

test('what no field may hold is refused', async () => {
  const spec = { accepts: z.object({ a: z.string() }), from: { a: header('x-a') } }
  for (const a of ['\n', ' a', 'a\t', '\0', '\x7f']) {
    await expect(send('reads', '/', spec, { a }), JSON.stringify(a)).rejects.toMatchObject({
      code: 'field_faulty',
      detail: { name: 'x-a' },
    })
  }
  // Others are sent as UTF-8, also where their octets would be blanks of Latin-1, or be read as another text.
  for (const a of ['é ü', 'Ċ', '葉書', 'à', 'Ã©', '\xa0', '🎴'])
    expect((await send('reads', '/', spec, { a })).got).toEqual({ a })
})

test('each verb has its method', async () => {
  for (const [verb, method] of [
    ['reads', 'GET'],
    ['creates', 'POST'],
    ['replaces', 'PUT'],
    ['updates', 'PATCH'],
    ['deletes', 'DELETE'],
    ['acts', 'POST'],
  ] as const) {
    expect((await send(verb, '/', {}, undefined)).request.method).toBe(method)
  }
})

test('a whole body is the data, of whatever type', async () => {
  for (const [accepts, data, type] of [
    [z.array(z.number()), [1, 2], 'application/json'],
    [z.string(), 'a', 'application/json'],
    [z.number().nullable(), null, 'application/json'],
    [text(), 'ü', 'text/plain'],
    [text('text/csv'), 'a;b', 'text/csv'],
    [bytes('image/png'), Uint8Array.of(1, 2), 'image/png'],
    [bytes(), Uint8Array.of(1, 2), 'application/octet-stream'],
  ] as const) {
    const { request, got, status } = await send('creates', '/', { accepts }, data)
    expect([request.headers['content-type'], got, status], String(data)).toEqual([type, data, 204])
  }
})

test('a body beside members is the member `body`, and the others are in path and query', async () => {
  const accepts = z.object({ id: z.string(), n: z.number() })
  for (const [body, value, type] of [
    [bytes('image/png'), Uint8Array.of(1), 'image/png'],
    [text(), 'ü', 'text/plain'],
    [z.array(z.string()), ['a'], 'application/json'],
    [z.object({ deep: z.object({ on: z.boolean() }) }), { deep: { on: true } }, 'application/json'],
  ] as const) {
    const data = { id: 'a', n: 1, body: value }
    const { request, got } = await send('replaces', '/{id}', { accepts, body }, data)
    expect([request.path, request.query, request.headers['content-type'], got]).toEqual([
      '/a',
      'n=1',
      type,
      data,
    ])
  }
  expect(await refusal('creates', '/', { body: z.any() }, { body: { a: [Number.NaN] } })).toBe(
    '/body/a/0 is NaN, which JSON has not',
  )
  expect((await send('creates', '/', { body: z.any() }, {})).request.body).toBeNull()
})

test('a file is bytes, and says what it is', async () => {
  const spec = { accepts: bytes('image/*') }
  const png = new File([Uint8Array.of(1, 2)], 'a.png', { type: 'image/png' })
  const { request, got, status } = await send('creates', '/', spec, png)
  expect([request.headers['content-type'], got, status]).toEqual(['image/png', Uint8Array.of(1, 2), 204])
  expect((await send('creates', '/', spec, new Blob(['x'], { type: 'text/plain' }))).status).toBe(415)
  expect((await send('creates', '/', { accepts: bytes('image/png') }, new Blob(['x']))).status).toBe(204)
})

test('what is neither bytes nor text where they are asked for is refused', async () => {
  for (const data of ['a', [1], {}, 1]) {
    expect(await refusal('creates', '/', { accepts: bytes() }, data)).toMatch(
      /^ must be bytes: a Uint8Array, a Blob/,
    )
  }
  expect(await refusal('creates', '/', { accepts: text() }, Uint8Array.of(1))).toBe(
    ' must be well-formed text',
  )
  expect(await refusal('creates', '/', { body: text() }, { body: '\ud800' })).toBe(
    '/body must be well-formed text',
  )
})

test('JSON has no files, and no half of a character', async () => {
  const spec = { accepts: z.object({ a: z.any() }) }
  expect(await refusal('creates', '/', spec, { a: new Blob([]) })).toBe('/a is Blob, which JSON has not')
  expect(await refusal('creates', '/', spec, { a: new Map() })).toBe('/a is Map, which JSON has not')
  expect(await refusal('creates', '/', spec, { a: Uint8Array.of(1) })).toBe(
    '/a is Uint8Array, which JSON has not',
  )
  expect(await refusal('creates', '/', spec, { a: '\ud800' })).toBe(
    '/a is half a character, which JSON has not',
  )
})

test('a format is the handler’s usual one of those that both know', async () => {
  const accepts = z.object({ a: z.any() })
  for (const [theirs, ours, type] of [
    [[json], [cbor], 'application/json'],
    [[json, cbor], [cbor], 'application/json'],
    [[cbor, json], [cbor], 'application/cbor'],
    [[cbor, json], [], 'application/json'],
    [[cbor], [cbor], 'application/cbor'],
    [[form, cbor, json], [cbor], 'application/cbor'],
    [[form, json], [], 'application/json'],
  ] as const) {
    const { request, got } = await send('creates', '/', { accepts, formats: theirs }, { a: 'é' }, ours)
    expect([request.headers['content-type'], got]).toEqual([type, { a: 'é' }])
  }
  await expect(send('creates', '/', { accepts, formats: [cbor] }, { a: 1 })).rejects.toThrow(
    /it has no format for application\/cbor\. Give it one: client\(contract, transport, \{ formats: \[cbor\] \}\)/,
  )
  expect(await refusal('creates', '/', { accepts, formats: [cbor] }, { a: () => 1 }, [cbor])).toMatch(
    /function/,
  )
})

const Profile = z.object({
  name: z.string(),
  age: z.number().optional(),
  tags: z.array(z.string()),
  picture: z.file().optional(),
})

test('a handler that reads forms alone is sent one', async () => {
  const plain = z.object({ name: z.string(), n: z.number().optional(), tags: z.array(z.string()) })
  const data = { name: 'é&=\r\n', n: 7, tags: ['a', 'b'] }
  const { request, got } = await send('creates', '/', { accepts: plain, formats: [form] }, data)
  expect([request.headers['content-type'], bodyText(request), got]).toEqual([
    'application/x-www-form-urlencoded',
    'name=%C3%A9%26%3D%0D%0A&n=7&tags=a&tags=b',
    data,
  ])
  expect(
    (await send('creates', '/', { accepts: plain, formats: [form] }, { name: '', tags: [] })).got,
  ).toEqual({
    name: '',
    tags: [],
  })
  expect(
    (
      await send(
        'creates',
        '/{name}',
        { accepts: plain.pick({ name: true }), body: plain.pick({ n: true }), formats: [form] },
        { name: 'a', body: { n: 7 } },
      )
    ).got,
  ).toEqual({ name: 'a', body: { n: 7 } })
})

test('files go as multipart, with their names and types, beside texts that stay as they are', async () => {
  const picture = new File([Uint8Array.of(0, 255)], 'ü "x".png', { type: 'image/png' })
  const data = { name: 'a\nb\r\nc\r', tags: ['x', 'y'], picture }
  for (const formats of [[multipart()], [json, multipart()], [form, multipart()]]) {
    const { request, got } = await send('creates', '/', { accepts: Profile, formats }, data)
    expect(request.headers['content-type']).toMatch(/^multipart\/form-data; boundary=[0-9a-f]{32}$/)
    const taken = got as typeof data
    expect({ ...taken, picture: null }).toEqual({ ...data, picture: null })
    expect([taken.picture.name, taken.picture.type, await taken.picture.bytes()]).toEqual([
      'ü "x".png',
      'image/png',
      Uint8Array.of(0, 255),
    ])
  }
})

test('a file without name, type and content is one all the same, and a list of one is a list', async () => {
  const accepts = z.object({ files: z.array(z.file()) })
  const { got } = await send('creates', '/', { accepts, formats: [multipart()] }, { files: [new Blob([])] })
  const [file, ...more] = (got as { files: File[] }).files
  expect([file?.name, file?.type, file?.size, more]).toEqual(['blob', 'application/octet-stream', 0, []])
})

test('without files, the form is the plain one where the handler reads that, else multipart', async () => {
  const data = { name: 'a', tags: ['b'] }
  for (const [formats, type] of [
    [[form, multipart()], 'application/x-www-form-urlencoded'],
    [[multipart()], 'multipart/form-data'],
    [[multipart(), json], 'application/json'],
  ] as const) {
    const { request, got } = await send('creates', '/', { accepts: Profile, formats }, data)
    expect([request.headers['content-type']!.split(';')[0], got]).toEqual([type, data])
  }
})

test('what no form holds is refused', async () => {
  const spec = { accepts: z.object({ a: z.any() }), formats: [form] }
  expect(await refusal('creates', '/', spec, { a: new Blob(['x']) })).toBe(
    '/a is a file, which this form has not',
  )
  expect(await refusal('creates', '/', spec, { a: { b: 1 } })).toBe('/a cannot be written there')
  expect(await refusal('creates', '/', spec, { a: 1 })).toBe('/a would be read as something else there')
})

/** Texts with everything that has a meaning somewhere on the way. */
const anyText = fc.oneof(
  fc.string({
    unit: fc.constantFrom('a', '%', '2', '&', '=', '+', ' ', '"', '\r', '\n', ';', '-', 'é', '🎴'),
  }),
  fc.string({ unit: 'binary' }),
  fc.constantFrom('null', 'true', '1', '__proto__', '\ufeff'),
)

test('what a handler receives is what was sent, whatever the place, or nothing was sent', async () => {
  const accepts = z.object({
    id: z.string(),
    page: z.number().optional(),
    match: z.string().optional(),
    flags: z.array(z.boolean()).optional(),
    note: z.string().nullable().optional(),
  })
  const spec = (more: Spec): Spec => ({
    accepts,
    from: { page: query(), match: header('x-match'), flags: query('f') },
    ...more,
  })
  const members = {
    id: fc.oneof(anyText, fc.constant('x')),
    page: fc.option(fc.integer(), { nil: undefined }),
    match: fc.option(fc.oneof(anyText, fc.string()), { nil: undefined }),
    flags: fc.option(fc.array(fc.boolean(), { minLength: 1 }), { nil: undefined }),
  }
  const wholes = [
    [
      spec({}),
      fc.record({ ...members, note: fc.option(fc.oneof(anyText, fc.constant(null)), { nil: undefined }) }),
    ],
    [spec({ formats: [form] }), fc.record({ ...members, note: fc.option(anyText, { nil: undefined }) })],
    [
      spec({ formats: [multipart()] }),
      fc.record({ ...members, note: fc.option(anyText, { nil: undefined }) }),
    ],
    [spec({ formats: [cbor] }), fc.record({ ...members, note: fc.option(anyText, { nil: undefined }) })],
    [spec({ body: bytes() }), fc.record({ ...members, body: fc.uint8Array() })],
    [spec({ body: text() }), fc.record({ ...members, body: anyText })],
    [
      spec({ body: z.array(z.any()) }),
      fc.record({
        ...members,
        body: fc.array(fc.jsonValue().map((value) => JSON.parse(JSON.stringify(value)) as unknown)),
      }),
    ],
  ] as const
  for (const [handler, arbitrary] of wholes) {
    let sent = 0
    await fc.assert(
      fc.asyncProperty(arbitrary as fc.Arbitrary<Record<string, unknown>>, async (data) => {
        fc.pre(!JSON.stringify(data).includes('"__proto__":'))
        try {
          const { got, status } = await send('creates', '/x/{id}', handler, data, [cbor])
          expect(status).toBe(204)
          const given = Object.entries(data).filter(([, value]) => value !== undefined)
          expect(got).toEqual(Object.fromEntries(given))
          sent++
        } catch (error) {
          if (!['input_invalid', 'field_faulty'].includes((error as Fault).code)) throw error
        }
      }),
      { numRuns: 60 },
    )
    expect(sent).toBeGreaterThan(5)
  }
})
