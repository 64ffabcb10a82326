/** Issues say where in the request their member was sent, and under which name. */
import { expect, test } from 'vitest'
import { z } from 'zod'
import { perform } from '../call/perform.ts'
import { issuesOf, local } from '../client/client.ts'
import { bodyJson, request } from '../value/message.ts'
import { service } from './service.ts'
import { cookie, header, query } from './source.ts'
import { verbs } from './verbs.ts'

const { acts, reads, updates } = verbs({})
const whole = z.number().int()
const rename = updates(
  '/notes/{id}',
  {
    accepts: z.object({
      id: whole,
      text: z.string(),
      page: whole,
      client: whole,
      theme: whole,
      'a/b~c': whole,
    }),
    from: { page: query('p'), client: header('x-client'), theme: cookie('tone'), 'a/b~c': header('x-odd') },
  },
  () => {},
)
const list = reads('/notes', { accepts: z.object({ tag: z.enum(['a']), page: whole.optional() }) }, () => {})
const put = acts(
  '/put/{id}',
  { accepts: z.object({ id: whole, tag: whole }), body: z.object({ id: whole }) },
  () => {},
)
const app = service({ rename, list, put })

const issuesOn = async (...asked: Parameters<typeof request>): Promise<unknown> => {
  const { data } = bodyJson(await perform(app, request(...asked))) as { data: { issues: object[] } }
  return data.issues.map((issue) => ({ ...issue, message: '' }))
}

const at = (pointer: string, place: object = {}): object => ({ pointer, message: '', ...place })

test('a member that is in no body is told with its place and its name there, and the others with their pointer', async () => {
  const headers = { 'x-client': 'x', cookie: 'tone=x', 'x-odd': 'x' }
  expect(await issuesOn('PATCH', '/notes/x?p=x', { headers, json: { text: 1 } })).toEqual([
    at('/id', { in: 'path', name: 'id' }),
    at('/text'),
    at('/page', { in: 'query', name: 'p' }),
    at('/client', { in: 'header', name: 'x-client' }),
    at('/theme', { in: 'cookie', name: 'tone' }),
    at('/a~1b~0c', { in: 'header', name: 'x-odd' }),
  ])
  expect(await issuesOn('GET', '/notes')).toEqual([at('/tag', { in: 'query', name: 'tag' })])
})

test('what comes again, and what is missing, is told with its place as well', async () => {
  expect(await issuesOn('PATCH', '/notes/1?p=1&p=2', { json: { text: '' } })).toEqual([
    at('/page', { in: 'query', name: 'p' }),
  ])
  expect(await issuesOn('GET', '/notes?page=1&page=2')).toEqual([at('/page', { in: 'query', name: 'page' })])
  const bare = await issuesOn('PATCH', '/notes/1?p=1', { json: { text: '' } })
  expect(bare).toContainEqual(at('/client', { in: 'header', name: 'x-client' }))
})

test('a body that is one value is in no other place, also where a member of it is called as one in the path', async () => {
  expect(await issuesOn('POST', '/put/1?tag=x', { json: { id: 'x' } })).toEqual([
    at('/tag', { in: 'query', name: 'tag' }),
    at('/body/id'),
  ])
})

test('the typed client has it; by name there is no place', async () => {
  const wrong = await local(app)
    .list({ tag: 'b' as 'a' })
    .catch((error: unknown) => issuesOf(error))
  expect(wrong).toEqual([{ pointer: '/tag', message: expect.any(String), in: 'query', name: 'tag' }])
  const named = await app.invoke('list', { tag: 'b' as 'a' }).catch((error: unknown) => error)
  expect(named).toMatchObject({ detail: { issues: [{ pointer: '/tag', message: expect.any(String) }] } })
  expect(named).not.toHaveProperty('detail.issues.0.in')
})
