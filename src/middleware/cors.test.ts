import { expect, test } from 'vitest'
import { isPromise } from '../call/after.ts'
import { perform } from '../call/perform.ts'
import { use } from '../call/use.ts'
import type { App, ResponseHeaders, Result } from '../contract.ts'
import { Fault, type FaultCode } from '../fault.ts'
import { lint } from '../lint/lint.ts'
import { type ResponseValue, request } from '../value/message.ts'
import { takeover, text } from '../value/result.ts'
import { type CorsOptions, cors } from './cors.ts'

const fault = (code: FaultCode): unknown => expect.objectContaining({ code })

const A = 'https://a.example'
const ONE: CorsOptions = { origin: A }
const ANY: CorsOptions = { origin: '*' }

function ask(
  options: CorsOptions,
  headers: { readonly [name: string]: string },
  app: App = () => text('hi'),
  method = 'GET',
): Promise<ResponseValue> {
  return perform(use(app, lint, cors(options), lint), request(method, '/', { headers }))
}

async function fieldsOf(
  options: CorsOptions,
  headers: { readonly [name: string]: string },
  app?: App,
): Promise<ResponseHeaders> {
  return (await ask(options, headers, app)).headers
}

function preflight(options: CorsOptions, origin: string, method = 'PUT', app?: App): Promise<ResponseValue> {
  return ask(options, { origin, 'access-control-request-method': method }, app, 'OPTIONS')
}

test('an allowed origin is named, another is not, and Vary names Origin for both (Fetch 3.3.3)', async () => {
  expect(await fieldsOf(ONE, { origin: A })).toEqual({ vary: 'Origin', 'access-control-allow-origin': A })
  for (const origin of ['https://b.example', 'null', 'http://a.example', `${A}:8443`, `${A}.`, `x${A}`, '']) {
    expect(await fieldsOf(ONE, { origin }), origin).toEqual({ vary: 'Origin' })
  }
  expect(await fieldsOf(ONE, {}), 'an answer that a cache may keep').toEqual({ vary: 'Origin' })
})

test('"*" answers all alike, so that nothing varies (Fetch 3.3.5)', async () => {
  for (const headers of [{}, { origin: A }, { origin: 'null' }] as { [name: string]: string }[]) {
    expect(await fieldsOf(ANY, headers)).toEqual({ 'access-control-allow-origin': '*' })
  }
})

test('a pattern stands for whole labels in front of a host, and for nothing else', async () => {
  const options = { origin: ['https://*.a.example', 'http://*.b.example:8080', 'https://c.example'] }
  const cases: [string, boolean][] = [
    ['https://x.a.example', true],
    ['https://x-1.y.a.example', true],
    ['http://x.b.example:8080', true],
    ['https://c.example', true],
    ['https://a.example', false],
    ['https://.a.example', false],
    ['https://xa.example', false],
    ['https://x.a.example.evil.example', false],
    ['https://evil.example/.a.example', false],
    ['https://evil.example:1.a.example', false],
    ['https://user@x.a.example', false],
    ['https://x..a.example', false],
    ['http://x.a.example', false],
    ['https://x.a.example:443', false],
    ['http://x.b.example', false],
    ['https://x.c.example', false],
    ['HTTPS://x.a.example', false],
  ]
  for (const [origin, isAllowed] of cases) {
    const fields = await fieldsOf(options, { origin })
    expect(fields['access-control-allow-origin'] === origin, origin).toBe(isAllowed)
  }
})

test('a function is true for an origin, and true alone', async () => {
  const asked: string[] = []
  const origin = (one: string): boolean => {
    asked.push(one)
    return one === A
  }
  expect(await fieldsOf({ origin }, { origin: A })).toEqual({
    vary: 'Origin',
    'access-control-allow-origin': A,
  })
  expect(await fieldsOf({ origin }, { origin: 'https://b.example' })).toEqual({ vary: 'Origin' })
  expect(await fieldsOf({ origin }, {})).toEqual({ vary: 'Origin' })
  expect(asked).toEqual([A, 'https://b.example'])
  for (const given of ['yes', 1, {}]) {
    const truthy = { origin: () => given } as unknown as CorsOptions
    expect(await fieldsOf(truthy, { origin: A })).toEqual({ vary: 'Origin' })
  }
  for (const given of [Promise.resolve(true), Promise.reject(new Error('no'))]) {
    const later = { origin: () => given } as unknown as CorsOptions
    expect((await ask(later, { origin: A })).status).toBe(500)
  }
})

test('a function is asked about origins, and about nothing else that a client may write (RFC 6454 6.2)', async () => {
  const asked: string[] = []
  const origin = (one: string): boolean => {
    asked.push(one)
    return new URL(one).hostname.endsWith('a.example')
  }
  const foreign = [
    ...['', 'a.example', 'https://', '//a.example', 'https:a.example', `${A}/`, `${A}/a`, `${A}?a`, `${A}#a`],
    ...[
      `${A}:443`,
      `https://a@a.example`,
      'HTTPS://a.example',
      'https://A.EXAMPLE',
      `https://evil.example, ${A}`,
    ],
    ...['https://a b.a.example', 'https://%00a.example', 'https://a.example:99999', '\xff.a.example'],
  ]
  for (const one of foreign)
    expect(await fieldsOf({ origin }, { origin: one }), one).toEqual({ vary: 'Origin' })
  expect(asked).toEqual([])
  const real = [A, `${A}:8443`, 'http://a.example', 'http://[::1]:8080', 'capacitor://localhost', 'file://']
  for (const one of real) await fieldsOf({ origin: (given) => asked.push(given) > 0 }, { origin: one })
  expect(asked).toEqual(real)
})

test('the origin "null" is allowed by name, and never with credentials (Fetch 3.3.4)', async () => {
  const named = { origin: ['null', A] }
  expect((await fieldsOf(named, { origin: 'null' }))['access-control-allow-origin']).toBe('null')
  const all = { origin: () => true, credentials: true }
  expect(await fieldsOf(all, { origin: 'null' })).toEqual({ vary: 'Origin' })
  expect((await fieldsOf({ origin: () => true }, { origin: 'null' }))['access-control-allow-origin']).toBe(
    'null',
  )
})

test('credentials are said for an allowed origin alone (Fetch 3.3.3)', async () => {
  const options = { origin: A, credentials: true }
  expect(await fieldsOf(options, { origin: A })).toEqual({
    vary: 'Origin',
    'access-control-allow-origin': A,
    'access-control-allow-credentials': 'true',
  })
  expect(await fieldsOf(options, { origin: 'https://b.example' })).toEqual({ vary: 'Origin' })
})

test('a preflight is answered without the app (Fetch 3.3.2)', async () => {
  const never: App = () => {
    throw new Error('asked')
  }
  const plain = await preflight(ONE, A, 'PUT', never)
  expect([plain.status, plain.contentType, plain.body, plain.headers]).toEqual([
    204,
    null,
    null,
    {
      'access-control-allow-methods': 'GET, HEAD, POST, PUT, PATCH, DELETE',
      'access-control-allow-headers': 'authorization, content-type, idempotency-key, last-event-id',
      vary: 'Origin',
      'access-control-allow-origin': A,
    },
  ])
  const full = await preflight(
    {
      origin: [A],
      methods: ['PROPFIND'],
      headers: ['x-a', 'X-B'],
      exposes: ['x-total'],
      credentials: true,
      maxAgeSeconds: 600,
    },
    A,
  )
  expect(full.headers).toEqual({
    'access-control-allow-methods': 'PROPFIND',
    'access-control-allow-headers': 'x-a, X-B',
    'access-control-max-age': '600',
    vary: 'Origin',
    'access-control-allow-origin': A,
    'access-control-allow-credentials': 'true',
  })
  const any = await preflight({ origin: '*', methods: ['*'], headers: ['*', 'authorization'] }, 'null')
  expect(any.headers).toEqual({
    'access-control-allow-methods': '*',
    'access-control-allow-headers': '*, authorization',
    'access-control-allow-origin': '*',
  })
})

test('a preflight from elsewhere learns nothing, and does not reach the app', async () => {
  const answered = await preflight(ONE, 'https://b.example', 'DELETE', () => {
    throw new Error('asked')
  })
  expect([answered.status, answered.headers]).toEqual([204, { vary: 'Origin' }])
})

test('OPTIONS without both fields is the app’s (RFC 9110 9.3.7)', async () => {
  const own: App = () => [204, null, { allow: 'GET' }, null]
  for (const headers of [
    {},
    { origin: A },
    { 'access-control-request-method': 'PUT' },
    { origin: A, 'access-control-request-method': '' },
    { origin: A, 'access-control-request-method': 'P U' },
  ] as { [name: string]: string }[]) {
    const { headers: fields } = await ask(ONE, headers, own, 'OPTIONS')
    expect(fields['allow'], JSON.stringify(headers)).toBe('GET')
  }
  const { headers } = await ask(ONE, { origin: A, 'access-control-request-method': 'PUT' }, own, 'POST')
  expect(headers['allow']).toBe('GET')
})

test('Vary keeps what the app said (RFC 9110 12.5.5)', async () => {
  const cases: [string | readonly string[], string][] = [
    ['Accept', 'Accept, Origin'],
    ['accept-encoding,Accept ', 'accept-encoding, Accept, Origin'],
    [['Accept', 'Cookie, DNT'], 'Accept, Cookie, DNT, Origin'],
    ['origin', 'origin'],
    ['Accept, ORIGIN', 'Accept, ORIGIN'],
    ['*', '*'],
    [['Accept', '*'], '*'],
    ['', 'Origin'],
  ]
  for (const [vary, expected] of cases) {
    const app: App = () => text('hi', 200, { vary: typeof vary === 'string' ? vary.trim() : vary })
    for (const origin of [A, 'https://b.example']) {
      expect((await fieldsOf(ONE, { origin }, app))['vary'], String(vary)).toBe(expected)
    }
    expect((await fieldsOf(ANY, {}, app))['vary']).toEqual(typeof vary === 'string' ? vary.trim() : vary)
  }
})

test('what the app says of CORS itself is replaced, and what it exposes is kept', async () => {
  const own: App = () =>
    text('hi', 200, {
      'access-control-allow-origin': ['*', A],
      'access-control-allow-credentials': 'true',
      'access-control-expose-headers': ['X-Total', 'x-page'],
      'x-total': '3',
    })
  expect(await fieldsOf({ origin: A, exposes: ['x-total', 'etag'] }, { origin: A }, own)).toEqual({
    'x-total': '3',
    vary: 'Origin',
    'access-control-allow-origin': A,
    'access-control-expose-headers': 'X-Total, x-page, etag',
  })
  expect(await fieldsOf(ONE, { origin: 'https://b.example' }, own)).toEqual({
    'x-total': '3',
    vary: 'Origin',
  })
})

test('when to come again can be read, where an answer says it', async () => {
  const busy: App = () => text('busy', 503, { 'retry-after': '3' })
  for (const [exposes, wanted] of [
    [[], 'retry-after'],
    [['etag'], 'etag, retry-after'],
    [['*'], '*'],
  ] as const)
    expect(await fieldsOf({ origin: A, exposes }, { origin: A }, busy)).toMatchObject({
      'retry-after': '3',
      'access-control-expose-headers': wanted,
    })
  expect(await fieldsOf(ONE, { origin: 'https://b.example' }, busy)).toEqual({
    'retry-after': '3',
    vary: 'Origin',
  })
})

test('answers to errors can be read as well (25)', async () => {
  const failing: [App, number][] = [
    [
      () => {
        throw new Error('no')
      },
      500,
    ],
    [
      async () => {
        throw new Fault('route_missing', { path: '/' })
      },
      404,
    ],
  ]
  for (const [app, status] of failing) {
    for (const composed of [use(app, cors(ONE)), cors(ONE)(app)]) {
      const answered = await perform(composed, request('GET', '/', { headers: { origin: A } }))
      expect([answered.status, answered.headers['access-control-allow-origin']]).toEqual([status, A])
    }
  }
})

test('an upgrade is passed through as it is (24)', () => {
  const result: Result = [101, null, { upgrade: 'websocket' }, takeover(() => {})]
  const { headers } = request('GET', '/', { headers: { origin: A } })
  const app = cors(ONE)(() => result)
  expect(app('GET', '/', headers, {} as never, {} as never)).toBe(result)
})

test('a synchronous app stays synchronous, and its result is not changed (21)', () => {
  const fields = Object.freeze({ vary: Object.freeze(['Accept']) as readonly string[] })
  const result: Result = Object.freeze([200, null, fields, 'hi'] as const)
  const { headers } = request('GET', '/', { headers: { origin: A } })
  const given = cors(ONE)(() => result)('GET', '/', headers, {} as never, {} as never)
  expect(isPromise(given)).toBe(false)
  expect((given as Result)[2]['vary']).toBe('Accept, Origin')
})

test('options that are no policy, or a dangerous one, are refused where they are written', () => {
  for (const options of [
    undefined,
    {},
    { origin: [] },
    { origin: true },
    { origin: '*', credentials: true },
    { origin: ['*', A] },
    { origin: ['null'], credentials: true },
    { origin: `${A}/` },
    { origin: `${A}/x` },
    { origin: 'a.example' },
    { origin: 'HTTPS://A.example' },
    { origin: `${A}:443` },
    { origin: 'https://*' },
    { origin: 'https://*example' },
    { origin: 'https://a.*.example' },
    { origin: 'https://*.*.example' },
    { origin: '*.a.example' },
    { origin: /a\.example/ },
    { origin: [A, 3] },
    { ...ONE, methods: 'GET' },
    { ...ONE, methods: ['patch'] },
    { ...ONE, methods: ['G ET'] },
    { ...ONE, headers: 'x-a' },
    { ...ONE, headers: ['x a'] },
    { ...ONE, exposes: [''] },
    { ...ONE, credentials: 'include' },
    { ...ONE, credentials: true, headers: ['*'] },
    { ...ONE, credentials: true, methods: ['*'] },
    { ...ONE, credentials: true, exposes: ['*'] },
    { ...ONE, maxAgeSeconds: -1 },
    { ...ONE, maxAgeSeconds: 1.5 },
    { ...ONE, maxAgeSeconds: '600' },
    { ...ONE, maxAge: 600 },
  ]) {
    expect(() => cors(options as CorsOptions), JSON.stringify(options)).toThrow(fault('setup_faulty'))
  }
})

test('the fault says how browsers write an origin', () => {
  const cases: [string, string][] = [
    [`${A}:443/`, `"${A}"`],
    ['https://é.example', '"https://xn--9ca.example"'],
    ['HTTPS://*.A.example/', '"https://*.a.example"'],
  ]
  for (const [origin, written] of cases) expect(() => cors({ origin }), origin).toThrow(written)
})
