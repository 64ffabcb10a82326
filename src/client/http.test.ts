import { expect, test } from 'vitest'
import { WholeInput } from '../call/input.ts'
import { request } from '../value/message.ts'
import { utf8Bytes, utf8Text } from '../value/utf8.ts'
import { wholeBody } from './answer-body.ts'
import { type HttpOptions, http } from './http.ts'

/** Calls over a `fetch` that keeps what it was asked and answers with `response`. */
async function call(
  base: string,
  options: HttpOptions = {},
  value = request('GET', '/notes?a=1'),
  response: () => Response = () => new Response(null, { status: 204 }),
) {
  const asked: { url: string; init: RequestInit }[] = []
  const fetching: typeof fetch = async (url, init) => {
    asked.push({ url: String(url), init: init! })
    return response()
  }
  const { body, ...head } = value
  const transport = http(base, { ...options, fetch: fetching })
  const result = await transport.call(head, new WholeInput(body, 0), { signal: new AbortController().signal })
  return { ...asked[0]!, result, headers: asked[0]!.init.headers as Record<string, string> }
}

test('a base is an origin with or without a path, or a path alone', async () => {
  for (const [base, url] of [
    ['http://host', 'http://host/notes?a=1'],
    ['https://host:8443/', 'https://host:8443/notes?a=1'],
    ['http://[::1]:9292/api/v1/', 'http://[::1]:9292/api/v1/notes?a=1'],
    ['/api', '/api/notes?a=1'],
    ['/', '/notes?a=1'],
    ['', '/notes?a=1'],
  ] as const) {
    expect((await call(base)).url, base).toBe(url)
  }
})

test('what is no base is refused, with how to write one', () => {
  for (const base of [
    'localhost:3000',
    'host/api',
    'ws://host',
    'http://',
    'http:///api',
    'http://host?a=1',
    '/api#x',
    'http://ho st',
    ' http://host',
  ]) {
    expect(() => http(base), base).toThrow(
      /it is no base address\. Write it like "https:\/\/example\.com\/api"/,
    )
  }
})

test('headers for every call go below those of one', async () => {
  const value = request('GET', '/', { headers: { accept: 'application/json', 'x-a': 'call' } })
  const { headers } = await call('/api', { headers: { Accept: '*/*', 'X-A': 'all', 'X-B': 'all' } }, value)
  expect(headers).toEqual({ accept: 'application/json', 'x-a': 'call', 'x-b': 'all' })
})

test('headers may be asked for each time, and waited for', async () => {
  let count = 0
  const options = { headers: async () => ({ authorization: `token ${++count}` }) }
  expect((await call('/api', options)).headers['authorization']).toBe('token 1')
  expect((await call('/api', options)).headers['authorization']).toBe('token 2')
})

test('method, body and credentials are passed on, and `host` is not', async () => {
  const { init, headers } = await call(
    '/api',
    { credentials: 'include' },
    request('POST', '/notes', { json: { a: 'é' } }),
  )
  expect([init.method, init.credentials, utf8Text(init.body as Uint8Array)]).toEqual([
    'POST',
    'include',
    '{"a":"é"}',
  ])
  expect(headers).toEqual({ 'content-type': 'application/json' })
  expect((await call('/api')).init.body).toBeNull()
})

test('an answer is its status, its type, its other fields and its body', async () => {
  const { result } = await call(
    '/api',
    {},
    undefined,
    () => new Response('é', { status: 201, headers: { 'content-type': 'text/plain', 'X-A': 'b' } }),
  )
  const [status, type, headers, body] = result
  expect([status, type, { ...headers }]).toEqual([201, 'text/plain', { 'x-a': 'b' }])
  expect(await wholeBody(body, 'x')).toEqual(utf8Bytes('é'))
  expect((await call('/api')).result[3]).toBeNull()
})

test('no answer is a call that was lost, with the cause', async () => {
  const cause = new TypeError('fetch failed')
  const failing = call('http://host', {}, undefined, () => {
    throw cause
  })
  await expect(failing).rejects.toMatchObject({ code: 'call_lost', detail: { to: 'http://host' }, cause })
})
