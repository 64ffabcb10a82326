/** Paths over a real connection: each spelling reaches the handler that it names, or nobody. */
import { guard, mount, service, verbs } from 'hagaki'
import { type Running, serve } from 'hagaki/server'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { z } from 'zod'
import { WireClient, type WireResponse } from '../server/wire-client.ts'

const reached: string[] = []
const { reads, creates } = verbs({})
const admin = verbs({ admin: guard('admin', ({ path }) => void reached.push(`guard ${path}`)) })
const Name = z.object({ name: z.string() })

const files = service({
  top: reads('/', {}, () => void reached.push('top')),
  file: reads(
    '/{name}',
    { accepts: Name, returns: z.string() },
    ({ name }) => (reached.push(`file ${name}`), name),
  ),
  secret: admin.reads('/admin/{name}', { accepts: Name }, ({ name }) => void reached.push(`secret ${name}`)),
  add: creates('/{name}', { accepts: Name }, () => {}),
})

let running: Running
beforeAll(async () => {
  running = await serve(mount({ '/files': files }), { port: 0 })
})
afterAll(() => running.close())
beforeEach(() => void reached.splice(0))

async function ask(method: string, target: string): Promise<WireResponse> {
  const client = await WireClient.connect(running.port)
  try {
    return await client.ask(`${method} ${target} HTTP/1.1\r\nhost: x\r\n\r\n`)
  } finally {
    client.close()
  }
}

test('a spelling that two readers would take differently is 400, and reaches nobody (clause 3)', async () => {
  for (const path of [
    '/files/admin%2Fx',
    '/files/admin%2fx',
    '/files%2Fadmin/x',
    '/files/a%5Cb',
    '/files/a%00',
    '/files/../files/admin/x',
    '/files/./admin/x',
    '/files/%2e%2e/admin/x',
    '/files/admin/%2E',
    '/files/%2e',
    '/files/%',
    '/files/%zz',
    '/files/%ff',
    '/files/%c0%af',
    '/files/a\\b',
    '/files/{name}',
  ]) {
    const answer = await ask('GET', path)
    expect([answer.status, (JSON.parse(answer.body) as { code: string }).code], path).toEqual([
      400,
      expect.stringMatching(/^(path|target)_faulty$/),
    ])
  }
  expect(reached).toEqual([])
})

test('a spelling that everybody takes the same reaches the handler and its guard', async () => {
  expect((await ask('GET', '/files/%61dmin/%78')).status).toBe(204)
  expect((await ask('GET', 'http://x/files/admin/%C3%A9')).status).toBe(204)
  expect(reached).toEqual(['guard /%61dmin/%78', 'secret x', 'guard /admin/%C3%A9', 'secret é'])
})

test('a slash more is another path', async () => {
  for (const path of [
    '/files//',
    '/files//admin/x',
    '//files/x',
    '/files/admin/',
    '/files/admin//x',
    '/files/admin/x/',
  ]) {
    expect((await ask('GET', path)).status, path).toBe(404)
  }
  expect(reached).toEqual([])
  expect((await ask('GET', '/files')).status).toBe(204)
  expect((await ask('GET', '/files/')).status).toBe(204)
})

test('405, OPTIONS and HEAD speak of the path as it is (RFC 9110 15.5.6, 9.3.7, 9.3.2)', async () => {
  const refused = await ask('DELETE', '/files/a')
  expect([refused.status, refused.field('allow')]).toEqual([405, 'GET, POST, HEAD, OPTIONS'])
  const options = await ask('OPTIONS', '/files/admin/x')
  expect([options.status, options.field('allow'), options.body]).toEqual([204, 'GET, HEAD, OPTIONS', ''])
  const head = await ask('HEAD', '/files/a')
  expect([head.status, head.field('content-length'), head.body]).toEqual([200, '3', ''])
  expect(reached).toEqual(['file a'])
})

test('a 404 names the whole path', async () => {
  expect(JSON.parse((await ask('GET', '/files/a/b/c')).body)).toMatchObject({
    code: 'route_missing',
    data: { path: '/files/a/b/c' },
  })
})
