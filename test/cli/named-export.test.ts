/** `app.ts:notes`: what a module exports under a name, as Python's `app.py:app` is one. */
import { expect, test } from 'vitest'
import { Command, hagaki, Place } from './command.ts'

const APP = `
import { app, mount, service, text, verbs } from 'hagaki'

const { reads } = verbs({})
const list = reads('/list', {}, () => {})
export const notes = service({ list })
export const users = service({ list })
export const limit = 5
export default mount({ '/api': notes, '/': app((method, path) => text(method + ' ' + path)) })
`

test('is served, in this process and in others, tried, and asked for what it offers', async ({
  onTestFinished,
}) => {
  const place = new Place(onTestFinished, { 'app.ts': APP })
  const [tried, contract, routes] = await Promise.all([
    hagaki(place, ['try', 'app.ts:notes', '/list', '-i', '-E', 'production']),
    hagaki(place, ['contract', 'app.ts:notes']),
    hagaki(place, ['routes', 'app.ts:users']),
  ])
  expect(tried).toMatchObject({ status: 0, stdout: expect.stringMatching(/^204 No Content/) as string })
  expect(JSON.parse(contract.stdout)).toMatchObject({ handlers: { list: { path: '/list' } } })
  expect(routes.stdout).toMatch(/GET +\/list/)

  for (const more of [[], ['-w', '2']]) {
    const { command, url } = await Command.serve(place, 'app.ts:notes', more)
    expect((await fetch(`${url}/list`)).status).toBe(204)
    expect((await fetch(`${url}/other`)).status).toBe(404)
    command.signal('SIGTERM')
    expect((await command.ended()).status).toBe(0)
  }
})

test('a name that is none, or no app, is told with those that are', async ({ onTestFinished }) => {
  const place = new Place(onTestFinished, { 'app.ts': APP, 'none.ts': 'export const limit = 5\n' })
  const messages = [
    ['app.ts:note', 'it exports nothing as note. Did you mean notes?'],
    ['app.ts:somethingElse', 'it exports nothing as somethingElse. It exports default, notes, users'],
    ['app.ts:limit', 'what it exports as limit is a number, and no app. It exports default, notes, users'],
    ['none.ts:app', 'it exports nothing as app. It exports no app'],
  ] as const
  for (const [module, message] of messages) {
    const { status, stderr } = await hagaki(place, [module, '-p', '0'])
    expect([status, stderr]).toEqual([1, `hagaki: ${module}: ${message}\n`])
  }
})

test('where what is exported by default is no service, those that are one are named', async ({
  onTestFinished,
}) => {
  const place = new Place(onTestFinished, { 'app.ts': APP })
  const { status, stderr } = await hagaki(place, ['contract', 'app.ts'])
  expect([status, stderr]).toEqual([
    1,
    'hagaki: app.ts: its app has no contract. Only a service has one, and it exports such: write app.ts:notes or app.ts:users\n',
  ])
})

test('a server of an OpenAPI document is a URL, or a path', async ({ onTestFinished }) => {
  const place = new Place(onTestFinished, { 'app.ts': APP })
  for (const server of ['not a url', 'example.com/api', '']) {
    const { status, stderr } = await hagaki(place, ['openapi', 'app.ts:notes', '--server', server])
    expect([status, stderr.split('\n')[0]]).toEqual([
      2,
      `hagaki: --server ${JSON.stringify(server)} is no URL: write such as https://example.com/api, or a path such as /api`,
    ])
  }
  const servers = ['https://{region}.example.com/api', '/api']
  const { stdout } = await hagaki(place, [
    'openapi',
    'app.ts:notes',
    ...servers.flatMap((one) => ['--server', one]),
  ])
  expect(JSON.parse(stdout)).toMatchObject({ servers: servers.map((url) => ({ url })) })
})
