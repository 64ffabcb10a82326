/** `hagaki try`: one request with no server. */
import { describe, expect, test } from 'vitest'
import { Command, hagaki, Place } from './command.ts'

const APP = `
import { app, redirect, stream, text } from 'hagaki'

export default app(async (method, path, headers, options) => {
  switch (path) {
    case '/echo': {
      const body = options.input.absent ? 'none' : new TextDecoder().decode(await options.input.bytes())
      return text([method, options.query, headers['k'], headers['cookie'], headers['content-type'], headers['accept'], body].join('|'))
    }
    case '/two': return [201, 'text/plain', { 'set-cookie': ['a=1', 'b=2'], location: '/x' }, 'made']
    case '/bytes': return [200, 'application/octet-stream', {}, new Uint8Array([0, 255, 10, 128])]
    case '/none': return [204, null, {}, null]
    case '/gone': return text('nothing here', 404)
    case '/throw': throw new Error('the disk is full')
    case '/stream': return [200, 'text/plain', {}, stream((async function* () {
      const holding = setInterval(() => {}, 1_000)
      const told = new Promise((resolve) => process.once('SIGUSR2', resolve))
      yield 'first\\n'
      await told
      clearInterval(holding)
      yield 'second\\n'
    })())]
    case '/cut': return [200, 'text/plain', {}, stream((async function* () { yield 'half'; throw new Error('torn') })())]
    case '/never': return new Promise(() => {})
    default: return text(path)
  }
})
`

describe.concurrent('hagaki try', () => {
  test('prints the body and ends with 0; with -i status and fields before it', async ({ onTestFinished }) => {
    const place = new Place(onTestFinished, { 'app.js': APP })
    const table: [args: string[], stdout: string][] = [
      [['/hello'], '/hello'],
      [['GET', '/hello'], '/hello'],
      [['HEAD', '/hello', '-i'], '200 OK\ncontent-type: text/plain; charset=utf-8\ncontent-length: 6\n\n'],
      [
        ['/two', '-i'],
        '201 Created\ncontent-type: text/plain\nset-cookie: a=1\nset-cookie: b=2\nlocation: /x\n\nmade',
      ],
      [['DELETE', '/none', '-i'], '204 No Content\n\n'],
    ]
    await Promise.all(
      table.map(async ([args, stdout]) => {
        expect(await hagaki(place, ['try', 'app.js', ...args])).toEqual({ status: 0, stdout, stderr: '' })
      }),
    )
  })

  test('sends method, query, fields and body as they are typed', async ({ onTestFinished }) => {
    const place = new Place(onTestFinished, { 'app.js': APP, 'card.json': '{"text":"hi"}' })
    const json = ['--json', '-d', '{"a":1}']
    const table: [args: string[], stdout: string][] = [
      [['/echo?a=%20b'], 'GET|a=%20b|||||none'],
      [['/echo', '-d', 'body'], 'POST||||||body'],
      [['PUT', '/echo', '-d', ''], 'PUT||||||'],
      [
        ['/echo', '-H', 'K:  v ', '-H', 'k: w', '-H', 'cookie: a=1', '-H', 'Cookie: b=2'],
        'GET||v, w|a=1; b=2|||none',
      ],
      [['/echo', ...json], 'POST||||application/json|application/json|{"a":1}'],
      [['/echo', ...json, '-H', 'Content-Type: text/x'], 'POST||||text/x|application/json|{"a":1}'],
      [['PATCH', '/echo', '-d', '@card.json'], 'PATCH||||||{"text":"hi"}'],
    ]
    await Promise.all(
      table.map(async ([args, stdout]) => {
        expect(await hagaki(place, ['try', 'app.js', ...args]), args.join(' ')).toMatchObject({
          status: 0,
          stdout,
        })
      }),
    )
  })

  test('ends with 1 for an answer of 400 and above, and prints it all the same', async ({
    onTestFinished,
  }) => {
    const place = new Place(onTestFinished, { 'app.js': APP })
    const [gone, thrown, torn] = await Promise.all(
      ['/gone', '/throw', '/cut'].map((path) => hagaki(place, ['try', 'app.js', path])),
    )
    expect(gone).toEqual({ status: 1, stdout: 'nothing here', stderr: '' })
    expect(thrown).toMatchObject({ status: 1, stdout: expect.stringContaining('"status":500') as string })
    expect(thrown!.stderr).toMatch(/the disk is full\n\s+at .*app\.js:14:/)
    expect(torn).toMatchObject({ status: 1, stdout: 'half' })
    expect(torn!.stderr).toMatch(/torn/)
  })

  test('prints a stream as it comes', async ({ onTestFinished }) => {
    const command = Command.start(new Place(onTestFinished, { 'app.js': APP }), ['try', 'app.js', '/stream'])
    await command.says(/first\n/)
    command.tell('SIGUSR2')
    expect(await command.ended()).toEqual({ status: 0, stdout: 'first\nsecond\n', stderr: '' })
  })

  test('ends with 1 when nothing is left that could answer', async ({ onTestFinished }) => {
    const never = await hagaki(new Place(onTestFinished, { 'app.js': APP }), ['try', 'app.js', '/never'])
    expect(never).toMatchObject({
      status: 1,
      stdout: '',
      stderr: expect.stringContaining('nothing is left that runs') as string,
    })
  })

  test('opens what the app needs before, and closes it after', async ({ onTestFinished }) => {
    const place = new Place(onTestFinished, {
      'app.js': `
import { resource, service, verbs } from 'hagaki'
import { z } from 'zod'
const { reads } = verbs({ db: resource(() => { console.error('opened'); return 'data' }, () => console.error('closed')) })
export default async () => service({ get: reads('/get', { returns: z.string() }, (_, { db }) => db) })
`,
    })
    expect(await hagaki(place, ['try', 'app.js', '/get'])).toEqual({
      status: 0,
      stdout: '"data"',
      stderr: 'opened\nclosed\n',
    })
  })

  test('holds the app to the contract, but in production', async ({ onTestFinished }) => {
    // Clause 21: nobody changes a result that was given.
    const place = new Place(onTestFinished, {
      'app.js': "export default (method) => [200, null, { Name: 'v' }, 'x']\n",
    })
    const strict = await hagaki(place, ['try', 'app.js', '/'])
    expect(strict.status).toBe(1)
    expect(strict.stderr).toMatch(/Contract|contract/)
  })

  test('refuses a request that makes no sense with 2, and an app that does not load with 1', async ({
    onTestFinished,
  }) => {
    const place = new Place(onTestFinished, { 'app.js': APP, 'broken.js': 'const a = ;\n' })
    const table: [args: string[], status: number, said: RegExp][] = [
      [['app.js', 'get', '/'], 2, /^hagaki: Cannot take method "get"/],
      [
        ['app.js', 'GET', 'cards'],
        2,
        /^hagaki: "cards" is no path\. Write: hagaki try app\.js GET \/cards\n/,
      ],
      [
        ['app.js', '/', '-H', 'nothing'],
        2,
        /^hagaki: -H "nothing" is no field: write it as -H 'name: value'/,
      ],
      [['app.js', '/', '-H', 'a b: c'], 2, /^hagaki: Cannot take field "a b"/],
      [['app.js', '/', '-d', '@gone.json'], 2, /^hagaki: -d @gone\.json: there is no such file/],
      [['gone.js', '/'], 1, /^hagaki: gone\.js: there is no file/],
      [['broken.js', '/'], 1, /broken\.js:1\n/],
    ]
    await Promise.all(
      table.map(async ([args, status, said]) => {
        const ended = await hagaki(place, ['try', ...args])
        expect([ended.status, ended.stdout], args.join(' ')).toEqual([status, ''])
        expect(ended.stderr).toMatch(said)
      }),
    )
  })
})
