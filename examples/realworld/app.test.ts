import { expect, test } from 'vitest'
import { served } from './served.ts'

const ask = served()

async function send(line: string, body: string, headers: Record<string, string> = {}) {
  const [method = '', path = ''] = line.split(' ')
  const init = { method, body, headers: { 'content-type': 'application/json', ...headers } }
  const answer = await fetch(ask.url + path, init)
  return { status: answer.status, type: answer.headers.get('content-type'), json: await answer.json() }
}

test('every refusal has the same shape, whoever refuses', async () => {
  const table = [
    [await send('POST /api/nowhere', '{}'), 404],
    [await send('POST /nowhere', '{}'), 404],
    [await send('POST /api/users', '{"user":'), 400],
    [await send('POST /api/users', '[]'), 422],
    [await send('POST /api/users', '{"user":{},"user":{}}'), 400],
    [await send('POST /api/users', '{"__proto__":{}}'), 400],
    [await send('POST /api/users', '{}', { 'content-type': 'text/plain' }), 415],
    [await send('POST /api/users', JSON.stringify({ user: 'x'.repeat(20_000) })), 413],
    [await send('POST /api/users', '['.repeat(1000) + ']'.repeat(1000)), 413],
    [await send('PATCH /api/tags', '{}'), 405],
    [await send('PUT /api/articles/..%2Ffeed', '{}'), 400],
  ] as const
  for (const [{ status, type, json }, expected] of table) {
    expect(status, JSON.stringify(json)).toBe(expected)
    expect(type).toBe('application/json')
    expect(json).toEqual({ errors: { body: [expect.stringMatching(/./)] } })
  }
})

test('a refusal keeps the fields that its status asks for', async () => {
  const headers = { 'content-type': 'text/plain' }
  const answer = await fetch(`${ask.url}/api/users`, { method: 'POST', body: 'x', headers })
  expect(answer.headers.get('accept')).toBe('application/json')
  expect((await ask('PATCH /api/tags')).headers.get('allow')).toMatch(/GET/)
  expect((await ask('GET /api/user')).headers.get('www-authenticate')).toBe('Token')
})

test('a page shows every handler, and the document it is made of', async () => {
  const page = await fetch(`${ask.url}/api/docs`)
  expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8'])
  expect(await page.text()).toContain('Follows a user')
  const { json } = await ask('GET /api/docs/openapi.json')
  expect(Object.keys(json.paths)).toContain('/api/articles/{slug}/favorite')
})

test('pages of any origin may ask, with a token, and read refusals too', async () => {
  const preflight = await fetch(`${ask.url}/api/user`, {
    method: 'OPTIONS',
    headers: {
      origin: 'https://app.example',
      'access-control-request-method': 'PUT',
      'access-control-request-headers': 'authorization,content-type,x-requested-with',
    },
  })
  expect(preflight.status).toBe(204)
  expect(preflight.headers.get('access-control-allow-origin')).toBe('*')
  expect(preflight.headers.get('access-control-allow-headers')).toBe(
    'authorization, content-type, x-requested-with',
  )
  expect(preflight.headers.get('access-control-max-age')).toBe('600')
  expect(preflight.headers.get('access-control-allow-methods')).toContain('PUT')
  const refused = await fetch(`${ask.url}/api/user`, { headers: { origin: 'https://app.example' } })
  expect([refused.status, refused.headers.get('access-control-allow-origin')]).toEqual([401, '*'])
})
