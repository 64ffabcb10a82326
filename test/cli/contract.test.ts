/** `hagaki contract --check`, `hagaki routes` and `hagaki openapi`: what a service says of itself. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { hagaki, Place } from './command.ts'

/** A service whose `add` takes texts of so many characters. */
const NOTES = (max: number): string => `
import { app, guard, service, text, verbs } from 'hagaki'
import { z } from 'zod'

const { creates, reads } = verbs({})
const { deletes } = verbs({ user: guard('member', () => 'ann') })
const Which = z.object({ id: z.number() })
const add = creates('/notes', { accepts: z.object({ text: z.string().max(${max}) }), limit: '16kb' }, () => {})
const read = reads('/notes/{id}', { accepts: Which, returns: z.string(), deprecated: true }, () => 'hi')
const remove = deletes('/notes/{id}', { accepts: Which }, () => {})

export default service({ notes: service({ add, read, remove }, { prefix: '/v1' }), '/files': app(() => text('')) })
`
const APP = `import { app, text } from 'hagaki'\nexport default app(() => text('hi'))\n`

test('hagaki contract --client writes what clients need, and nothing else', async ({ onTestFinished }) => {
  const place = new Place(onTestFinished, { 'a.js': NOTES(20) })
  const { status, stdout } = await hagaki(place, ['contract', 'a.js', '--client'])
  expect([status, JSON.parse(stdout)]).toEqual([
    0,
    {
      hagaki: 1,
      handlers: {
        'notes.add': {
          verb: 'creates',
          path: '/v1/notes',
          members: { text: 'string' },
          takes: { as: 'data', mediaTypes: ['application/json'], body: 'members' },
          gives: 'data',
        },
        'notes.read': {
          verb: 'reads',
          path: '/v1/notes/{id}',
          members: { id: 'number' },
          gives: 'data',
          offers: ['application/json'],
        },
        'notes.remove': {
          verb: 'deletes',
          path: '/v1/notes/{id}',
          members: { id: 'number' },
          gives: 'data',
        },
      },
    },
  ])
})

describe('hagaki contract --check', () => {
  test('names each change and whom it breaks, and ends with 1; with 0 when it breaks nobody', async ({
    onTestFinished,
  }) => {
    const place = new Place(onTestFinished, { 'a.js': NOTES(20), 'b.js': NOTES(10) })
    const written = await Promise.all(
      ['a', 'b'].map((name) => hagaki(place, ['contract', `${name}.js`, '-o', `${name}.json`])),
    )
    for (const { status, stdout } of written)
      expect([status, stdout]).toEqual([0, expect.stringMatching(/^hagaki: 3 handlers in [ab]\.json\n$/)])

    const check = (module: string, file: string): ReturnType<typeof hagaki> =>
      hagaki(place, ['contract', module, '--check', file])
    const [same, less, more] = await Promise.all([
      check('a.js', 'a.json'),
      check('b.js', 'a.json'),
      check('a.js', 'b.json'),
    ])
    expect(same).toEqual({ status: 0, stdout: 'hagaki: a.js offers what a.json says\n', stderr: '' })
    expect(less).toEqual({
      status: 1,
      stdout:
        'breaks   notes.add: accepts /text takes at most 10 characters, before at most 20 characters: callers that send anything else are refused\n' +
        'hagaki: 1 change breaks callers, 0 may, 0 do not: b.js since a.json\n',
      stderr: '',
    })
    expect(more).toEqual({
      status: 0,
      stdout:
        'fits     notes.add: accepts /text takes at most 20 characters, before at most 10 characters\n' +
        'hagaki: 0 changes break callers, 0 may, 1 does not: a.js since b.json\n',
      stderr: '',
    })
  })

  test('fails for what may break only when it is strict', async ({ onTestFinished }) => {
    const place = new Place(onTestFinished, { 'a.js': NOTES(20) })
    await hagaki(place, ['contract', 'a.js', '-o', 'a.json'])
    const old = JSON.parse(readFileSync(join(place.folder, 'a.json'), 'utf8')) as {
      handlers: Record<string, { limit?: number }>
    }
    delete old.handlers['notes.add']!.limit
    place.write('old.json', JSON.stringify(old))
    const [plain, strict] = await Promise.all([
      hagaki(place, ['contract', 'a.js', '--check', 'old.json']),
      hagaki(place, ['contract', 'a.js', '--check', 'old.json', '--strict']),
    ])
    expect([plain.status, strict.status]).toEqual([0, 1])
    expect(strict.stdout).toMatch(/^perhaps {2}notes\.add: limit is 16384 bytes now, before the server's: /)
  })

  test('ends with 1 for a file that is not there or holds no contract, and says what to do', async ({
    onTestFinished,
  }) => {
    const files = {
      'a.js': NOTES(20),
      'app.js': APP,
      'broken.json': '{"hagaki":1',
      'new.json': '{"hagaki":2}',
    }
    const place = new Place(onTestFinished, {
      ...files,
      'api.json': '{"openapi":"3.1.1"}',
      'ok.json': '{"hagaki":1,"handlers":{}}',
    })
    const table: [args: string[], said: RegExp][] = [
      [
        ['a.js', '--check', 'none.json'],
        /^hagaki: none\.json: there is no such file\. Write it first, .*-o FILE\n$/,
      ],
      [['a.js', '--check', 'broken.json'], /^hagaki: broken\.json: it is no JSON: .*Write it anew .*\n$/],
      [
        ['a.js', '--check', 'new.json'],
        /^hagaki: new\.json: it is a contract of version 2, and 1 is known here\. /,
      ],
      [['a.js', '--check', 'api.json'], /^hagaki: api\.json: it is an OpenAPI document, and no contract\. /],
      [
        ['app.js', '--check', 'ok.json'],
        /^hagaki: app\.js: its app has no contract\. Only a service has one/,
      ],
    ]
    await Promise.all(
      table.map(async ([args, said]) => {
        const { status, stdout, stderr } = await hagaki(place, ['contract', ...args])
        expect([status, stdout]).toEqual([1, ''])
        expect(stderr).toMatch(said)
      }),
    )
  })
})

describe.concurrent('hagaki routes', () => {
  test('lists handlers of services within, and apps beside them', async ({ onTestFinished }) => {
    const place = new Place(onTestFinished, { 'a.js': NOTES(20) })
    const [table, json] = await Promise.all([
      hagaki(place, ['routes', 'a.js']),
      hagaki(place, ['routes', 'a.js', '--json']),
    ])
    expect(table).toEqual({
      status: 0,
      stdout: [
        'VERB     METHOD  PATH            HANDLER       LIMIT  GUARDS  NOTES',
        'creates  POST    /v1/notes       notes.add     16kb',
        'reads    GET     /v1/notes/{id}  notes.read                   deprecated',
        'deletes  DELETE  /v1/notes/{id}  notes.remove         member',
        '                 /files/*                                     app',
        '',
      ].join('\n'),
      stderr: '',
    })
    const listed = JSON.parse(json.stdout) as { handlers: object[]; apps: string[] }
    expect(listed.apps).toEqual(['/files'])
    expect(listed.handlers[2]).toEqual({
      name: 'notes.remove',
      verb: 'deletes',
      method: 'DELETE',
      path: '/v1/notes/{id}',
      host: null,
      limit: null,
      guards: ['member'],
      takes: null,
      reads: [],
      gives: null,
      offers: [],
      versioned: false,
      deprecated: false,
    })
  })

  test('ends with 1 for an app that is no service', async ({ onTestFinished }) => {
    const place = new Place(onTestFinished, { 'app.js': APP })
    for (const name of ['routes', 'openapi']) {
      const { status, stderr } = await hagaki(place, [name, 'app.js'])
      expect([status, stderr]).toEqual([1, expect.stringMatching(/its app has no contract\. Only a service/)])
    }
  })
})

describe.concurrent('hagaki openapi', () => {
  test('is titled by the package that the module is in, or as it is told', async ({ onTestFinished }) => {
    const place = new Place(onTestFinished, {
      'a.js': NOTES(20),
      'inner/package.json': '{"name":"notes","version":"1.2.3","type":"module"}',
      'inner/a.js': NOTES(20),
    })
    const options = [
      '--title',
      'T',
      '--api-version',
      '9',
      '--server',
      '/a',
      '--server',
      '/b',
      '--description',
      'D',
    ]
    const [bare, inner, told] = await Promise.all([
      hagaki(place, ['openapi', 'a.js']),
      hagaki(place, ['openapi', 'inner/a.js']),
      hagaki(place, ['openapi', 'a.js', ...options, '-o', 'api.json']),
    ])
    expect(JSON.parse(bare.stdout)).toMatchObject({ info: { title: 'page', version: '0.0.0' } })
    expect(JSON.parse(inner.stdout)).toMatchObject({ info: { title: 'notes', version: '1.2.3' } })
    expect(told.stdout).toBe('hagaki: OpenAPI 3.1.1 of 3 handlers in api.json\n')
    expect(JSON.parse(readFileSync(join(place.folder, 'api.json'), 'utf8'))).toMatchObject({
      openapi: '3.1.1',
      info: { title: 'T', version: '9', description: 'D' },
      servers: [{ url: '/a' }, { url: '/b' }],
    })
  })
})
