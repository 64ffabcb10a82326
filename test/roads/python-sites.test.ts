/** The same site in Flask and in Django, unchanged, below a mount: what a browser sees of it. PEP 3333; contract clause 4. */
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { type App, type Middleware, mount, silentLog, use } from 'hagaki'
import { type Running, serve } from 'hagaki/server'
import { remoteUser, wsgi } from 'hagaki/wsgi'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { python } from '../../scripts/needs.ts'
import { WireClient } from '../server/wire-client.ts'
import { head } from '../server/wire-request.ts'

const HERE = new URL('.', import.meta.url)
const SITES = { flask: 'flask_site:app', django: 'django_site' }

let running: Running
beforeAll(async () => {
  const sites = Object.entries(SITES).map(([name, target]): [string, App] => [
    `/${name}`,
    wsgi(target, { cwd: HERE, python: python() }),
  ])
  // A guard in front of it: the gateway knows who is there, whatever the client says.
  const guard: Middleware = (app) => (method, path, headers, options, server) => {
    if (headers['authorization'] === 'Basic YW5uYTp4') options.set(remoteUser, 'anna')
    return app(method, path, headers, options, server)
  }
  running = await serve(use(mount(Object.fromEntries(sites)), guard), { port: 0, log: silentLog })
})
afterAll(() => running.close({ now: true }))

describe.each(Object.keys(SITES))('%s', (site) => {
  const ask = (path: string, init: RequestInit = {}): Promise<Response> =>
    fetch(`${running.url}/${site}${path}`, { redirect: 'manual', ...init })

  test('a form logs in, redirects below the mount, and the session stays', async () => {
    const posted = await ask('/login', { method: 'POST', body: new URLSearchParams({ name: 'Anna \u20ac' }) })
    expect([posted.status, posted.headers.get('location')]).toEqual([303, `/${site}/`])
    const cookie = posted.headers.get('set-cookie')!.split(';')[0]!
    const home = await ask('/', { headers: { cookie } })
    expect(await home.text()).toBe(`<a href='/${site}/login'>Anna \u20ac</a>`)
    expect(await (await ask('/')).text()).toContain('nobody')
  })

  test('an upload of 300 KB in multipart/form-data arrives octet by octet', async () => {
    const octets = new Uint8Array(300_000).map((_, at) => at * 7)
    const form = new FormData()
    form.set('title', 'K\u00e4rtchen')
    form.set('card', new Blob([octets]), 'card.png')
    const answer = await ask('/upload', { method: 'POST', body: form })
    const sha256 = createHash('sha256').update(octets).digest('hex')
    expect(await answer.json()).toEqual({ name: 'card.png', title: 'K\u00e4rtchen', sha256 })
  })

  test('a body is read to its end: with a length, and after an Expect that is answered', async () => {
    expect(await (await ask('/raw', { method: 'PUT', body: new Uint8Array(123_456) })).text()).toBe('123456')
    const client = await WireClient.connect(running.port)
    client.send(head(`PUT /${site}/raw`, 'content-length: 3', 'expect: 100-continue'))
    expect((await client.head()).status).toBe(100)
    expect(await client.send('abc').response()).toMatchObject({ status: 200, body: '3' })
    client.reset()
  })

  test('an answer streams, a cookie comes twice, 204 and HEAD have no body', async () => {
    const stream = await ask('/stream')
    expect([stream.headers.get('content-length'), await stream.text()]).toEqual([null, '0\n1\n2\n'])
    const cookies = await ask('/cookies')
    expect([cookies.status, cookies.headers.getSetCookie().map((one) => one.split(';')[0])]).toEqual([
      204,
      ['a=1', 'b=2'],
    ])
    const told = await ask('/', { method: 'HEAD' })
    expect([told.status, await told.text()]).toEqual([200, ''])
  })

  test('a static file is served, and not again when it is fresh', async () => {
    const file = await ask('/static/card.svg')
    expect(file.headers.get('content-type')).toMatch(/^image\/svg\+xml/)
    expect(await file.text()).toBe(readFileSync(new URL('static/card.svg', HERE), 'utf8'))
    const modified = file.headers.get('last-modified')!
    const again = await ask('/static/card.svg', { headers: { 'if-modified-since': modified } })
    expect([again.status, await again.text()]).toEqual([304, ''])
    expect((await ask('/static/..%2Fflask_site.py')).status).toBeGreaterThanOrEqual(400)
  })

  test('errors are the pages of the app, and say nothing of what went wrong', async () => {
    const missing = await ask('/nowhere')
    expect(missing.status).toBe(404)
    expect(missing.headers.get('content-type')).toMatch(/^text\/html/)
    const failed = await ask('/error')
    expect(failed.status).toBe(500)
    expect(await failed.text()).not.toContain('a secret')
  })

  test('who is there is whom the gateway let in, and where it is the address that was asked', async () => {
    const anna = await ask('/who', { headers: { authorization: 'Basic YW5uYTp4' } })
    expect(await anna.text()).toBe('anna')
    expect(await (await ask('/who', { headers: { 'remote-user': 'eve' } })).text()).toBe('None')
    expect(await (await ask('/where')).text()).toBe(`${running.url}/${site}/`)
  })
})
