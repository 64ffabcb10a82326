import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isPromise } from '../call/after.ts'
import { Call } from '../call/call.ts'
import { Failure, type FailureKind } from '../call/failure.ts'
import { openApp } from '../call/life.ts'
import { silentLog } from '../call/log.ts'
import { optionsOf, perform } from '../call/perform.ts'
import { serverFacts } from '../call/server-facts.ts'
import { use } from '../call/use.ts'
import type { App, Middleware, Result } from '../contract.ts'
import { Fault } from '../fault.ts'
import { lint } from '../lint/lint.ts'
import { bodyJson, bodyText, type RequestParts, type ResponseValue, request } from '../value/message.ts'
import { stream, takeover, text } from '../value/result.ts'
import { mount } from './mount.ts'
import { type ShowErrorsOptions, showErrors } from './show-errors.ts'

const DEVELOPMENT = serverFacts({ environment: 'development' })
const BROWSER = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8'
/** No source is shown: these tests hold in theirs what must not be on a page. */
const OPTIONS: ShowErrorsOptions = { root: join(import.meta.dirname, 'none') }

interface Asked extends RequestParts {
  readonly method?: string
  readonly target?: string
  readonly options?: ShowErrorsOptions
}

async function ask(app: App, asked: Asked = {}, ...inner: Middleware[]): Promise<ResponseValue> {
  const { method = 'GET', target = '/', options = OPTIONS, ...parts } = asked
  const whole = use(app, lint, showErrors(options), ...inner, lint)
  await openApp(whole, DEVELOPMENT)
  return perform(whole, request(method, target, parts), { server: DEVELOPMENT })
}

const pageOf = async (app: App, asked: Asked = {}): Promise<string> =>
  bodyText(await ask(app, { ...asked, headers: { accept: BROWSER, ...asked.headers } })) ?? ''

const failing =
  (thrown: unknown): App =>
  () => {
    throw thrown
  }

test('a browser gets a page, and everybody else a problem with the error in it (RFC 9110 12.5.1)', async () => {
  const cases: [accept: string | undefined, type: string][] = [
    [BROWSER, 'text/html; charset=utf-8'],
    ['text/html', 'text/html; charset=utf-8'],
    ['text/html;q=0.1, */*', 'text/html; charset=utf-8'],
    [undefined, 'application/problem+json'],
    ['*/*', 'application/problem+json'],
    ['application/json, text/html;q=0.5', 'application/problem+json'],
    ['application/problem+json, text/html', 'application/problem+json'],
    ['text/html;q=0', 'application/problem+json'],
    ['text/*', 'application/problem+json'],
    ['image/png', 'application/problem+json'],
    [',,;;q', 'application/problem+json'],
  ]
  for (const [accept, type] of cases) {
    const { status, contentType } = await ask(
      failing(new Error('no')),
      accept === undefined ? {} : { headers: { accept } },
    )
    expect([accept, status, contentType]).toEqual([accept, 500, type])
  }
})

test('the problem keeps its code and tells message, frames and causes (RFC 9457 3.2)', async () => {
  const cause = new TypeError('inner')
  const answer = await ask(failing(new Error('outer', { cause })))
  expect(bodyJson(answer)).toEqual({
    status: 500,
    title: 'Internal Server Error',
    code: 'app_failed',
    detail: 'outer',
    error: {
      name: 'Error',
      message: 'outer',
      frames: expect.arrayContaining([expect.stringMatching(/show-errors\.test\.ts:\d+:\d+$/)]),
      causes: [{ relation: 'Caused by', name: 'TypeError', message: 'inner', frames: expect.anything() }],
    },
  })
})

test('a fault keeps its status and shows its fix', async () => {
  const fault = new Fault('call_refused', { to: 'nats', reason: 'nobody listens' })
  expect(bodyJson(await ask(failing(fault)))).toMatchObject({ status: 503, code: 'call_refused' })
  const setup = new Fault('setup_faulty', { what: 'db', reason: 'down', fix: 'Start <it>' })
  expect(await pageOf(failing(setup))).toContain('<b>Fix</b> Start &lt;it&gt;')
})

test('what is the client’s fault, what a contract declares and what went well passes untouched', async () => {
  const headers = { accept: BROWSER }
  const kinds: FailureKind[] = ['missing', 'unavailable']
  for (const thrown of [
    new Fault('route_missing', { path: '/' }),
    new Fault('body_too_large', { bytes: 2, limit: 1 }),
    ...kinds.map((kind) => new Failure('note_lost', kind, { id: 7 })),
  ]) {
    const plain = await perform(use(failing(thrown)), request('GET', '/', { headers }))
    expect(await ask(failing(thrown), { headers })).toEqual(plain)
  }
  const own: Result = [500, 'text/plain', { 'x-a': 'b' }, 'my own page']
  expect(bodyText(await ask(() => own, { headers }))).toBe('my own page')
})

test('an error that a layer inside has mended is not shown', async () => {
  const mending: Middleware =
    (next) =>
    async (...call) => {
      const result = await next(...call)
      return result[0] === 500 ? text('mended') : result
    }
  const answer = await ask(failing(new Error('no')), { headers: { accept: BROWSER } }, mending)
  expect([answer.status, bodyText(answer)]).toEqual([200, 'mended'])
})

test('in production nothing is shown, whatever is asked', async () => {
  for (const accept of [BROWSER, '*/*']) {
    const app = use(failing(new Error('secret')), showErrors(OPTIONS))
    const answer = await perform(app, request('GET', '/', { headers: { accept } }))
    expect(bodyJson(answer)).toMatchObject({ status: 500, code: 'app_failed', detail: 'The app failed' })
    expect(answer.headers).toEqual({})
  }
})

test('it does not boot in production, and says what to do (setup_faulty)', async () => {
  const app = use(failing(null), showErrors(OPTIONS))
  await expect(openApp(app, serverFacts())).rejects.toMatchObject({
    code: 'setup_faulty',
    detail: { what: 'showErrors()', fix: expect.stringContaining('environment: "development"') },
  })
  await expect(openApp(app, DEVELOPMENT)).resolves.toBeUndefined()
})

test('a script of another site gets what it would get anyway; who comes from there by a link sees it', async () => {
  const seen = async (headers: Readonly<Record<string, string>>): Promise<boolean> =>
    bodyText(await ask(failing(new Error('secret')), { headers }))!.includes('secret')
  expect(await seen({ 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'cors' })).toBe(false)
  expect(await seen({ 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' })).toBe(false)
  expect(await seen({ 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' })).toBe(true)
  expect(await seen({ 'sec-fetch-site': 'same-site', 'sec-fetch-mode': 'cors' })).toBe(true)
})

test('fields of the answer stay, but for those of the body that is replaced', async () => {
  const adding: Middleware =
    (next) =>
    async (...call) => {
      const [status, type, fields, body] = await next(...call)
      return [
        status,
        type,
        {
          ...fields,
          'x-id': '7',
          'set-cookie': ['a=1', 'b=2'],
          etag: '"x"',
          'content-encoding': 'br',
          refresh: '0',
          'cache-control': 'public',
        },
        body,
      ]
    }
  const { headers } = await ask(failing(new Error('no')), { headers: { accept: BROWSER } }, adding)
  expect(headers).toMatchObject({ 'x-id': '7', 'set-cookie': ['a=1', 'b=2'], 'cache-control': 'no-store' })
  for (const name of ['etag', 'content-encoding', 'refresh']) expect(headers).not.toHaveProperty(name)
})

test('the page names its style and script by hash, and allows nothing else', async () => {
  const { headers } = await ask(failing(new Error('no')), { headers: { accept: BROWSER } })
  expect(headers['content-security-policy']).toMatch(
    /^default-src 'none'; style-src 'sha256-[^']+'; script-src 'sha256-[^']+'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'$/,
  )
  const html = await pageOf(failing(new Error('no')))
  expect(html).not.toMatch(
    /<(?:link|img|iframe|object|base|form)\b|\bsrc=|\bhref=|\bstyle=|\son\w+=|url\(|@import/i,
  )
})

test('the request is shown with its secrets hidden, and its body is not read', async () => {
  let read = 0
  const headers = {
    authorization: 'Bearer s3cret',
    cookie: 'sid=s3cret',
    'x-api-key': 's3cret',
    'x-mine': 's3cret',
    'x-plain': 'shown',
  }
  const app = use(mount({ '/api': failing(new Error('no')) }), showErrors({ ...OPTIONS, hide: ['x-mine'] }))
  const value = request('PUT', '/api/notes?q=a+b&token=s3cret', {
    body: 'the body',
    headers: { accept: BROWSER, ...headers },
  })
  const options = optionsOf(value, new Call(DEVELOPMENT, silentLog), DEVELOPMENT)
  const { input } = options
  const watched = options.with({
    input: {
      ...input,
      length: input.length,
      absent: input.absent,
      bytes: () => Promise.reject(new Error(String(++read))),
      stream: () => raised(++read),
      trailers: () => null,
    },
  })
  const [, , , page] = (await app(value.method, value.path, value.headers, watched, DEVELOPMENT)) as Result
  expect(read).toBe(0)
  expect(page).not.toContain('s3cret')
  expect(page).not.toContain('the body')
  for (const shown of ['PUT', '/api/notes', 'a b', 'shown', '--data-binary @body'])
    expect(page).toContain(shown)
})

test('a result that no server would send is shown as the fault it is (result_faulty)', async () => {
  const app: App = () => ['200', null, {}, null] as never
  const plain = use(app, showErrors(OPTIONS))
  const answer = await perform(plain, request('GET', '/'), { server: DEVELOPMENT })
  expect(bodyJson(answer)).toMatchObject({
    status: 500,
    code: 'result_faulty',
    detail: expect.stringContaining('200'),
  })
  const nothing = use((() => undefined) as never, showErrors(OPTIONS))
  expect((await perform(nothing, request('GET', '/'), { server: DEVELOPMENT })).status).toBe(500)
})

test('a streamed body that is replaced is told so (23)', async () => {
  let left = 0
  const body = stream({
    [Symbol.iterator]: () => ({ next: () => raised(left), return: () => ({ done: true, value: left++ }) }),
  })
  const streaming: Middleware =
    (next) =>
    async (...call) => {
      const [status] = await next(...call)
      return [status, 'text/plain', {}, body]
    }
  expect((await ask(failing(new Error('no')), {}, streaming)).contentType).toBe('application/problem+json')
  expect(left).toBe(1)
})

test('takeovers and streams pass, and what is here stays here', () => {
  const call = (app: App): Result | Promise<Result> => {
    const value = request('GET', '/')
    const options = optionsOf(value, new Call(DEVELOPMENT, silentLog), DEVELOPMENT)
    return use(app, showErrors(OPTIONS))('GET', '/', value.headers, options, DEVELOPMENT)
  }
  for (const result of [text('hi'), [101, null, {}, takeover(() => {})], [200, null, {}, stream(['a'])]]) {
    expect(call(() => result as Result)).toBe(result)
  }
  expect(isPromise(call(failing(new Error('no'))))).toBe(false)
  expect(isPromise(call(async () => text('hi')))).toBe(true)
})

test('without `use` around it, it catches by itself', async () => {
  const app = showErrors(OPTIONS)(failing(new Error('bare')))
  expect(bodyText(await perform(app, request('GET', '/'), { server: DEVELOPMENT }))).toContain('bare')
})

test('whatever is thrown, somebody gets an answer', async () => {
  const bomb = (): never => raised(new Error('bomb'))
  const proxy = new Proxy({}, { get: bomb, has: bomb, getPrototypeOf: bomb, ownKeys: bomb })
  for (const thrown of ['text', null, undefined, 7n, {}, proxy, Symbol('s')]) {
    for (const accept of [BROWSER, '*/*']) {
      const { status } = await ask(failing(thrown), { headers: { accept } })
      expect(status, typeof thrown).toBe(500)
    }
  }
})

test('a page stays small, however much is thrown', async () => {
  const huge = 'x<'.repeat(25_000_000)
  expect((await pageOf(failing(new Error(huge)))).length).toBeLessThan(300_000)
  expect((await pageOf(failing(huge))).length).toBeLessThan(300_000)
})

test('data never change the markup of the page', async () => {
  // The same shape of data in every place, once hostile and once not, gives the same tags.
  const tags = (html: string): string[] => html.replace(/[^]*<body>/, '').match(/<[^>]*>/g) ?? []
  const hostile = fc.string({
    unit: fc.constantFrom(
      '<',
      '>',
      '"',
      "'",
      '&',
      '`',
      '/',
      '\\',
      'a',
      '-',
      '!',
      '</script>',
      '<!--',
      ']]>',
      ' ',
    ),
    minLength: 1,
  })
  const render = (data: string): Promise<string> => {
    const value = data.trim()
    const thrown = Object.assign(new Error(data, { cause: Object.assign(new Error(data), { stack: '' }) }), {
      name: `N${data}`,
      code: data,
      member: 1,
      detail: { fix: data },
      stack: `Error: ${data}\n    at f${data.replaceAll(' ', '')} (/x${data})`,
    })
    return pageOf(failing(thrown), { headers: { 'x-a': value, 'content-type': value }, target: '/p?q=1' })
  }
  await fc.assert(
    fc.asyncProperty(hostile, async (data) => {
      const tame = data.replace(/[^ ]/g, 'x')
      expect(tags(await render(data))).toEqual(tags(await render(tame)))
    }),
    { numRuns: 60 },
  )
})

test('options that are none are refused with what to write (setup_faulty)', () => {
  for (const options of [{ roots: '/' }, { root: 'src' }, { root: 7 }, { hide: 'cookie' }, { hide: [7] }]) {
    expect(() => showErrors(options as ShowErrorsOptions)).toThrow(/^showErrors\(\{ \w+ \}\): .*\. \w/)
  }
  // As in `use(app, showErrors)`, which would take the app for its options.
  expect(() => showErrors((() => text('hi')) as never)).toThrow(/^showErrors\(\.\.\.\): .*\. \w/)
})

function raised(thrown: unknown): never {
  throw thrown
}
