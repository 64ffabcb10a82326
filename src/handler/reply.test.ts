import { expect, test } from 'vitest'
import { z } from 'zod'
import { key } from '../call/keys.ts'
import { perform } from '../call/perform.ts'
import { use } from '../call/use.ts'
import { bodyJson, request } from '../value/message.ts'
import { reply, setting } from './reply.ts'
import { service } from './service.ts'
import { header } from './source.ts'
import { verbs } from './verbs.ts'

const { reads, creates, acts } = verbs({})
const seen = key('seen', { carry: z.number() })
const Note = z.object({ id: z.number(), text: z.string() })

const app = service(
  {
    page: reads('/page', { returns: z.array(Note) }, () =>
      reply([{ id: 1, text: 'a' }], {
        fields: { 'x-total': '7', link: ['</page?2>; rel=next', '</>; rel=up'] },
      }),
    ),
    add: creates('/notes', { returns: Note, location: '/notes/{id}' }, () => ({ id: 7, text: 'a/b' })),
    odd: creates(
      '/odd',
      { accepts: z.object({ text: z.string() }), returns: Note, location: '/by/{text}' },
      ({ text }) => ({ id: 7, text }),
    ),
    form: acts('/form', {}, () => reply(undefined, { redirect: { to: '/thanks' } })),
    moved: reads('/moved', { returns: z.string() }, () =>
      reply('there', { redirect: { to: '/new', as: 'permanent' } }),
    ),
    again: acts('/again', {}, () => reply(undefined, { redirect: { to: '/new', as: 'temporary' } })),
    login: acts('/login', { returns: z.string() }, () => reply('in', { set: [setting(seen, 3)] })),
    broken: reads('/broken', { returns: z.string() }, () => reply('', { fields: { 'x-a': 'b\r\nc' } })),
    framed: reads('/framed', { returns: z.string() }, () => reply('', { fields: { 'content-length': '1' } })),
    unfit: reads('/unfit', { returns: z.string() }, () => reply(1 as never, { fields: { 'x-a': 'b' } })),
  },
  { prefix: '/v1' },
)

test('fields go beside the data', async () => {
  const answer = await perform(app, request('GET', '/v1/page'))
  expect(answer.headers).toMatchObject({ 'x-total': '7', link: ['</page?2>; rel=next', '</>; rel=up'] })
  expect(bodyJson(answer)).toEqual([{ id: 1, text: 'a' }])
})

test('what was created says where it is, below the mount and the prefix (RFC 9110 15.3.2)', async () => {
  const answer = await perform(app, request('POST', '/v1/notes', { mount: '/api' }))
  expect([answer.status, answer.headers['location']]).toEqual([201, '/api/v1/notes/7'])
  const odd = async (text: string): Promise<unknown> => {
    const made = await perform(app, request('POST', '/v1/odd', { json: { text } }))
    return [made.status, made.headers['location']]
  }
  expect(await odd('a b ü?')).toEqual([201, '/v1/by/a%20b%20%C3%BC%3F'])
  // What no path holds has no address: it would lead to something else.
  for (const text of ['', '.', '..', 'a/b', 'a\\b', '\0'])
    expect(await odd(text), JSON.stringify(text)).toEqual([201, undefined])
})

test('a redirect says how to go on (RFC 9110 15.4)', async () => {
  for (const [method, path, status, location] of [
    ['POST', '/v1/form', 303, '/thanks'],
    ['GET', '/v1/moved', 308, '/new'],
    ['POST', '/v1/again', 307, '/new'],
  ] as const) {
    const answer = await perform(app, request(method, path))
    expect([answer.status, answer.headers['location']], path).toEqual([status, location])
    // For who does not follow. A browser never shows it.
    expect(answer.body === null ? null : bodyJson(answer), path).toBe(path === '/v1/moved' ? 'there' : null)
  }
})

test('called by name a reply is its data', async () => {
  expect(await app.invoke('moved')).toBe('there')
  expect(await app.invoke('page')).toEqual([{ id: 1, text: 'a' }])
  expect(await app.invoke('form')).toBe(undefined)
})

test('context keys are there for whoever is around the handler', async () => {
  const around: unknown[] = []
  const watched = use(app, (next) => async (method, path, headers, options, server) => {
    const result = await next(method, path, headers, options, server)
    around.push(options.get(seen))
    return result
  })
  expect(bodyJson(await perform(watched, request('POST', '/v1/login')))).toBe('in')
  expect(around).toEqual([3])
})

test('fields that no answer may hold, and data that do not fit, are failures of the app', async () => {
  for (const path of ['/v1/broken', '/v1/framed', '/v1/unfit'])
    expect((await perform(app, request('GET', path))).status, path).toBe(500)
})

test('a location that cannot be filled is refused at boot', () => {
  const Id = z.object({ id: z.number() })
  for (const [make, message] of [
    [
      () => creates('/', { returns: Id, location: '/notes/{name}' as never }, () => ({ id: 1 })),
      /\{name\} in its location/,
    ],
    [() => creates('/', { location: '/notes/{id}' as never }, () => {}), /is no member of returns/],
    [
      () => acts('/', { returns: Id, location: '/notes/{id}' }, () => ({ id: 1 })),
      /it acts and creates nothing/,
    ],
    [
      () => creates('/', { returns: z.object({ at: Id }), location: '/at/{at}' }, () => ({ at: { id: 1 } })),
      /\{at\} in its location is an object or a list/,
    ],
  ] as const) {
    expect(() => service({ it: make() }), String(message)).toThrow(message)
  }
})

test('what the handler says that its answer depends on comes on top of what is known', async () => {
  const varying = service({
    it: reads(
      '/',
      {
        accepts: z.object({ theme: z.string().optional() }),
        from: { theme: header('x-theme') },
        returns: z.string(),
      },
      () => reply('a', { fields: { vary: ['x-size', 'x-light'] } }),
    ),
  })
  expect((await perform(varying, request('GET', '/'))).headers['vary']).toBe('x-theme, x-size, x-light')
})

test('a redirect goes to a path or a URL, written in ASCII (RFC 3986 section 2)', async () => {
  const to = async (to: string): Promise<unknown> => {
    const go = service({ it: acts('/', {}, () => reply(undefined, { redirect: { to } })) })
    const answer = await perform(go, request('POST', '/'))
    return answer.status === 303 ? answer.headers['location'] : answer.status
  }
  expect(await to('/stücke?a=日#b%20')).toBe('/st%C3%BCcke?a=%E6%97%A5#b%20')
  expect(await to('https://example.com/a')).toBe('https://example.com/a')
  for (const hostile of ['', '/a\r\nset-cookie: a=b', '/a b', '/\0', '/\ud800', 7 as never])
    expect(await to(hostile), JSON.stringify(hostile)).toBe(500)
  expect(() => reply(undefined, { redirect: { to: '/', as: 'forever' as never } })).toThrow(
    /other, temporary, permanent/,
  )
})
