import { expect, test } from 'vitest'
import { z } from 'zod'
import { perform } from '../call/perform.ts'
import { use } from '../call/use.ts'
import type { App, Middleware } from '../contract.ts'
import { type Service, service } from '../handler/service.ts'
import { verbs } from '../handler/verbs.ts'
import { mount } from '../middleware/mount.ts'
import { bodyJson, bodyText, type ResponseValue, request } from '../value/message.ts'
import { text } from '../value/result.ts'
import { docsPage } from './docs-page.ts'

const { reads } = verbs({})
const read = reads('/notes/{id}', { accepts: z.object({ id: z.number() }), returns: z.string() }, () => 'hi')
const notes: Service = service({ read, '/docs': docsPage({ title: 'Notes' }) }) as unknown as Service

function get(app: App, path: string, method = 'GET'): Promise<ResponseValue> {
  return perform(app, request(method, path))
}

async function documentAt(app: App, path: string): Promise<object> {
  return bodyJson(await get(app, path)) as object
}

test('a page beside handlers speaks of them, and knows where they are', async () => {
  const paths = { '/notes/{id}': { get: { operationId: 'read' } } }
  expect(await documentAt(notes, '/docs/openapi.json')).toMatchObject({
    info: { title: 'Notes', version: '1.0.0' },
    servers: [{ url: '/' }],
    paths,
  })
  const mounted = mount({ '/api': notes })
  expect(await documentAt(mounted, '/api/docs/openapi.json')).toMatchObject({
    servers: [{ url: '/api' }],
    paths,
  })
  const both = mount({ '/a': notes, '/b': notes })
  for (const at of ['/a', '/b', '/a'])
    expect(await documentAt(both, `${at}/docs/openapi.json`)).toMatchObject({ servers: [{ url: at }] })
})

test('beside handlers of a service within a service it speaks of the whole', async () => {
  const inner = service({ read, '/docs': docsPage({ title: 'T' }) }, { prefix: '/v1' })
  const outer = service({ notes: inner, list: reads('/list', {}, () => {}) })
  expect(await documentAt(outer, '/v1/docs/openapi.json')).toMatchObject({
    servers: [{ url: '/' }],
    paths: { '/v1/notes/{id}': {}, '/list': {} },
  })
})

test('elsewhere it is told of which service it speaks, and where that is', async () => {
  const told = docsPage({ title: 'T', of: notes, servers: ['https://api.example.com/v1'] })
  expect(await documentAt(told, '/openapi.json')).toMatchObject({
    servers: [{ url: 'https://api.example.com/v1' }],
    paths: { '/notes/{id}': {} },
  })
  const { headers } = await get(told, '/')
  expect(headers['content-security-policy']).toContain("connect-src 'self' https://api.example.com;")
  const alone = await get(docsPage({ title: 'T' }), '/')
  expect([alone.status, bodyJson(alone)]).toEqual([500, expect.objectContaining({ code: 'setup_faulty' })])
})

test('what a document says adds no directive to the policy', async () => {
  const servers = [
    "https://a.example/'; script-src *",
    '//b.example/x',
    'javascript:alert(1)',
    '/; img-src *',
    'http://[',
  ]
  const { headers } = await get(docsPage({ title: 'T', of: notes, servers }), '/')
  const policy = String(headers['content-security-policy'])
  expect(policy).toContain("connect-src 'self' https://a.example b.example;")
  expect(policy.match(/[a-z-]+-src /g)).toEqual([
    'default-src ',
    'style-src ',
    'script-src ',
    'connect-src ',
    'img-src ',
  ])
})

test('it is read and nothing else', async () => {
  for (const path of ['/docs', '/docs/']) {
    const page = await get(notes, path)
    expect([page.status, page.contentType]).toEqual([200, 'text/html; charset=utf-8'])
    expect(bodyText(page)).toContain('href="/docs/openapi.json"')
  }
  const table: [method: string, path: string, status: number][] = [
    ['HEAD', '/docs', 200],
    ['OPTIONS', '/docs', 204],
    ['POST', '/docs', 405],
    ['DELETE', '/docs/openapi.json', 405],
    ['GET', '/docs/else', 404],
  ]
  for (const [method, path, status] of table)
    expect((await get(notes, path, method)).status, path).toBe(status)
  expect((await get(notes, '/docs', 'POST')).headers['allow']).toBe('GET, HEAD, OPTIONS')
})

test('whoever stands before it decides who sees it', async () => {
  const locked: Middleware = (next) => (method, path, headers, options, server) =>
    headers['authorization'] === undefined ? text('no', 401) : next(method, path, headers, options, server)
  const app = service({ read, '/docs': use(docsPage({ title: 'T' }), locked) })
  expect((await get(app, '/docs')).status).toBe(401)
  const asked = request('GET', '/docs', { headers: { authorization: 'x' } })
  expect((await perform(app, asked)).status).toBe(200)
})

test('the page is small, loads nothing, and says of itself only what is text', async () => {
  const title = '</title><script>alert(1)</script>'
  const description = '</script><script>alert(2)</script><!--'
  const app = docsPage({ title, description, of: notes })
  const [page, json] = [bodyText(await get(app, '/')) ?? '', bodyText(await get(app, '/openapi.json')) ?? '']
  expect(page.length - json.length, 'characters').toBeLessThan(60 * 1024)
  expect(page.match(/<script/g)).toHaveLength(2)
  expect(page).not.toMatch(/<(?:script|link|img|iframe)[^>]*(?:src|href)="(?!data:)/)
  expect(page).not.toContain('alert(2)</script>')
})
