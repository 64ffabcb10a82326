import { expect, test } from 'vitest'
import { z } from 'zod'
import { perform } from '../call/perform.ts'
import { bodyJson, type RequestParts, request } from '../value/message.ts'
import { service } from './service.ts'
import { cookie, header, query } from './source.ts'
import { verbs } from './verbs.ts'

const { reads, updates } = verbs({})

let got: unknown
const app = service({
  change: updates(
    '/notes/{id}',
    {
      accepts: z.object({
        id: z.number(),
        text: z.string(),
        draft: z.boolean().optional(),
        match: z.string().optional(),
        theme: z.enum(['dark', 'light']).optional(),
      }),
      from: { draft: query('is-draft'), match: header('If-Match'), theme: cookie() },
    },
    (data) => void (got = data),
  ),
  list: reads(
    '/notes',
    {
      accepts: z.object({ page: z.number().optional(), max: z.number().optional() }),
      from: { max: header('x-max') },
    },
    (data) => void (got = data),
  ),
})

async function ask(method: string, target: string, parts: RequestParts = {}): Promise<unknown> {
  got = 'nothing'
  const answer = await perform(app, request(method, target, parts))
  return answer.status === 204 ? got : bodyJson(answer)
}

test('a pinned member comes from the query, a field or a cookie, turned by its schema', async () => {
  expect(
    await ask('PATCH', '/notes/7?is-draft=true', {
      json: { text: 'hi' },
      headers: { 'if-match': '"1"', cookie: 'a=b; theme=dark' },
    }),
  ).toEqual({ id: 7, text: 'hi', draft: true, match: '"1"', theme: 'dark' })
  expect(await ask('GET', '/notes?page=2', { headers: { 'x-max': '10' } })).toEqual({ page: 2, max: 10 })
  expect(await ask('PATCH', '/notes/7', { json: { text: 'hi' } })).toEqual({ id: 7, text: 'hi' })
})

test('a pinned member in another place is refused', async () => {
  for (const [target, json, headers, place] of [
    ['/notes/7', { text: 'a', draft: true }, {}, 'query is-draft'],
    ['/notes/7', { text: 'a', match: 'x' }, {}, 'field if-match'],
    ['/notes/7?match=x', { text: 'a' }, {}, 'field if-match'],
    ['/notes/7?draft=true', { text: 'a' }, {}, 'query is-draft'],
    ['/notes/7', { text: 'a', theme: 'dark' }, {}, 'cookie'],
  ] as const) {
    expect(await ask('PATCH', target, { json, headers }), target).toMatchObject({
      status: 400,
      code: 'input_misplaced',
      data: { place },
    })
  }
  expect(await ask('GET', '/notes?max=1')).toMatchObject({ code: 'input_misplaced' })
})

test('what a pinned place holds has to fit', async () => {
  expect(await ask('GET', '/notes', { headers: { 'x-max': 'many' } })).toMatchObject({
    status: 422,
    data: { issues: [{ pointer: '/max' }] },
  })
  expect(await ask('PATCH', '/notes/7?is-draft=1', { json: { text: 'a' } })).toMatchObject({ status: 422 })
})

test('the contract says where members come from', () => {
  expect(app.contract.handlers['change']?.from).toEqual({
    draft: { in: 'query', name: 'is-draft' },
    match: { in: 'header', name: 'if-match' },
    theme: { in: 'cookie', name: 'theme' },
  })
})

test('a place that cannot be is refused, with what to write', () => {
  for (const [make, message] of [
    [() => header('content-type'), /it is about the connection or the body/],
    [() => header('Host'), /it is about the connection/],
    [() => header('transfer-encoding'), /it is about the connection/],
    [() => header('cookie'), /Use cookie\("name"\)/],
    [() => header('a b'), /it is no field name/],
    [() => cookie('a b'), /it is no cookie name/],
    [
      () => service({ it: reads('/', { accepts: z.object({}), from: { a: query() } as never }, () => {}) }),
      /from\.a is no member of accepts/,
    ],
    [
      () =>
        service({
          it: reads('/{a}', { accepts: z.object({ a: z.string() }), from: { a: query() } }, () => {}),
        }),
      /member a is pinned, and a name in its path/,
    ],
    [
      () =>
        service({
          it: reads(
            '/',
            { accepts: z.object({ a: z.array(z.string()) }), from: { a: header('x') } },
            () => {},
          ),
        }),
      /member a is no simple value/,
    ],
    [
      () =>
        service({
          it: reads('/', { accepts: z.object({ a: z.string() }), from: { a: 'x' as never } }, () => {}),
        }),
      /from\.a is no source/,
    ],
  ] as const) {
    expect(make, String(message)).toThrow(
      expect.objectContaining({ code: 'setup_faulty', message: expect.stringMatching(message) }),
    )
  }
})

test('two members are not of one name in the query: one of them would never be given', () => {
  const accepts = z.object({ a: z.string().optional(), b: z.string().optional() })
  for (const from of [{ a: query('q'), b: query('q') }, { a: query('b') }]) {
    expect(() => service({ it: reads('/', { accepts, from }, () => {}) })).toThrow(
      /are both \w in the query\. Give one of them another name there/,
    )
  }
  // What is a member of the body is none of the query.
  service({ it: updates('/', { accepts, from: { a: query('b') } }, () => {}) })
  service({ it: reads('/', { accepts, from: { a: query('b'), b: query('a') } }, () => {}) })
})

test('a list that is pinned to the query is empty where its name is not there, as any other', async () => {
  const accepts = z.object({ tags: z.array(z.string()), n: z.number().optional() })
  for (const made of [
    reads('/', { accepts, from: { tags: query('tag') }, returns: accepts }, (data) => data),
    updates('/', { accepts, from: { tags: query() }, returns: accepts }, (data) => data),
  ]) {
    const { verb } = made.definition
    const answer = await perform(
      service({ it: made }),
      request(verb === 'reads' ? 'GET' : 'PATCH', '/', verb === 'reads' ? {} : { json: { n: 1 } }),
    )
    expect(bodyJson(answer), verb).toMatchObject({ tags: [] })
  }
})

test('fields and cookies are read as UTF-8 where their octets are that, as everything else is', async () => {
  const read = service({
    it: reads(
      '/',
      {
        accepts: z.object({ name: z.string(), city: z.string() }),
        from: { name: header('x-name'), city: cookie() },
        returns: z.string(),
      },
      ({ name, city }) => `${name} ${city}`,
    ),
  })
  const headers = { 'x-name': '\xe6\x97\xa5', cookie: 'city=K\xc3\xb6ln' }
  expect(bodyJson(await perform(read, request('GET', '/', { headers })))).toBe('日 Köln')
  const latin1 = { 'x-name': '\xe9', cookie: 'city=K\xf6ln' }
  expect(bodyJson(await perform(read, request('GET', '/', { headers: latin1 })))).toBe('é Köln')
})

test('a name that no request could spell is refused', () => {
  expect(() => query('')).toThrow(/it is no name/)
  expect(() => query('\ud800')).toThrow(/it is no name/)
  expect(() => header(undefined as never)).toThrow(/it is no field name/)
  const accepts = z.object({ 'my theme': z.string().optional() })
  expect(() => service({ it: reads('/', { accepts, from: { 'my theme': cookie() } }, () => {}) })).toThrow(
    /is no cookie name/,
  )
})
