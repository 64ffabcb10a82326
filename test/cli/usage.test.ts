/** What `hagaki` says to wrong usage, and to modules that it cannot serve. Exit status: 2 and 1. */
import { readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { describe, expect, test } from 'vitest'
import { VERSION } from '../../src/version.ts'
import { Command, hagaki, Place } from './command.ts'

describe.concurrent('hagaki', () => {
  test('prints help and version, and ends with 0', async ({ onTestFinished }) => {
    const place = new Place(onTestFinished)
    const [help, nothing, version] = await Promise.all([
      hagaki(place, ['--help']),
      hagaki(place, []),
      hagaki(place, ['-V']),
    ])
    expect(help).toMatchObject({
      status: 0,
      stdout: expect.stringContaining('hagaki MODULE [-p PORT] [--host HOST] [OPTIONS]'),
      stderr: '',
    })
    expect(nothing).toEqual(help)
    expect(version).toEqual({ status: 0, stdout: `hagaki ${VERSION}\n`, stderr: '' })
  })

  test('says more of each command', async ({ onTestFinished }) => {
    const place = new Place(onTestFinished)
    const names = ['work', 'try', 'contract', 'routes', 'openapi', 'check-worker']
    const told = await Promise.all(names.map((name) => hagaki(place, [name, '--help'])))
    for (const [at, name] of names.entries()) {
      const { status, stdout } = told[at]!
      expect([status, stdout]).toEqual([
        0,
        expect.stringMatching(new RegExp(`^hagaki ${name}: [^]*Examples?\n  hagaki ${name} `)),
      ])
    }
  })

  test('ends with 2 for wrong usage, and says what to try', async ({ onTestFinished }) => {
    const ended = await hagaki(new Place(onTestFinished), ['app.ts', '--prot', '80'])
    expect(ended).toEqual({
      status: 2,
      stdout: '',
      stderr: "hagaki: Unknown option '--prot': did you mean --port?\nTry: hagaki --help\n",
    })
  })

  test('ends with 1 for a module that is not there, or is no app, and says what to write', async ({
    onTestFinished,
  }) => {
    const place = new Place(onTestFinished, { 'other.ts': 'export const app = 1\n', 'web/index.ts': '' })
    const table: [args: string[], said: RegExp][] = [
      [['nowhere.ts'], /^hagaki: nowhere\.ts: there is no file \/.*\/nowhere\.ts\. Look at the path\n$/],
      [
        ['other.ts'],
        /^hagaki: other\.ts: it has no default export that is an app\. Write: export default app\(/,
      ],
      [['other'], /^hagaki: other: there is no file \/.*\/other\. Did you mean other\.ts\?\n$/],
      [['./web/idnex.ts'], /there is no file .*\. Did you mean \.\/web\/index\.ts\?\n$/],
      [['contract', 'other.ts'], /^hagaki: other\.ts: it has no default export that is an app\./],
    ]
    await Promise.all(
      table.map(async ([args, said]) => {
        const { status, stdout, stderr } = await hagaki(place, args)
        expect([status, stdout]).toEqual([1, ''])
        expect(stderr).toMatch(said)
      }),
    )
  })

  test('says of a word that is no command what to write, and whose help says more', async ({
    onTestFinished,
  }) => {
    const place = new Place(onTestFinished)
    const table: [args: string[], said: string][] = [
      [
        ['serve', 'app.ts'],
        'hagaki: there is no command "serve": to serve a module write: hagaki app.ts\nTry: hagaki --help\n',
      ],
      [
        ['tyr', 'app.ts', '/'],
        'hagaki: there is no command "tyr": did you mean hagaki try?\nTry: hagaki --help\n',
      ],
      [
        ['try', 'app.ts', '--jsn', '/'],
        "hagaki: Unknown option '--jsn': did you mean --json?\nTry: hagaki try --help\n",
      ],
      [['-v'], "hagaki: Unknown option '-v': did you mean -V?\nTry: hagaki --help\n"],
      [
        ['contract', 'a.ts', 'b.ts'],
        'hagaki: one module at a time, and "b.ts" is another\nTry: hagaki contract --help\n',
      ],
    ]
    await Promise.all(
      table.map(async ([args, said]) =>
        expect(await hagaki(place, args)).toEqual({ status: 2, stdout: '', stderr: said }),
      ),
    )
  })

  test('shows where an import found nothing, and what to do, without the stack of who looked', async ({
    onTestFinished,
  }) => {
    const place = new Place(onTestFinished, {
      'package.ts':
        "import { app } from 'hagaki'\nimport pg from '@no/such-package/pool'\nexport default app(() => pg)\n",
      'module.ts':
        "import { app } from 'hagaki'\nimport {\n  part,\n} from './lib/part.ts'\nexport default app(() => part)\n",
    })
    const [pack, module] = await Promise.all(['package.ts', 'module.ts'].map((name) => hagaki(place, [name])))
    expect(pack!.stderr).toMatch(
      /^hagaki: package\.ts: Cannot find package '@no\/such-package' .*\. Install it: npm install @no\/such-package\n\n\S+package\.ts:2:16\n[^]*> 2 \| import pg/,
    )
    expect(module!.stderr).toMatch(
      /^hagaki: module\.ts: Cannot find module '.*part\.ts' .*\. Look at the path at \S+module\.ts:4:8, its ending included\n\n\S+module\.ts:4:8\n[^]*> 4 \| } from/,
    )
    for (const { status, stderr } of [pack!, module!]) {
      expect(status).toBe(1)
      expect(stderr).not.toMatch(/^ {4}at /m)
    }
  })

  test('shows file and line of a syntax error, in JavaScript and in TypeScript', async ({
    onTestFinished,
  }) => {
    const broken = 'export default () => {\n  const broken = ;\n}\n'
    const place = new Place(onTestFinished, {
      'one.js': broken,
      'two.ts': broken,
      'three.js': "import './broken.js'\n",
      'broken.js': broken,
    })
    await Promise.all(
      [
        ['one.js', /one\.js:2/],
        ['two.ts', /two\.ts:2/],
        ['three.js', /broken\.js:2/],
      ].map(async ([name, line]) => {
        const { status, stderr } = await hagaki(place, [name as string])
        expect(status).toBe(1)
        expect(stderr).toMatch(new RegExp(`^hagaki: ${name}: .*Unexpected`))
        expect(stderr).toMatch(line!)
      }),
    )
  })

  test('shows file and line of what a module throws, and what is wrong with its set-up', async ({
    onTestFinished,
  }) => {
    const place = new Place(onTestFinished, {
      'throws.ts': 'const a: number = 1\nthrow new Error(`the disk is full ${a}`)\n',
      'mounts.ts':
        "import { app, mount, text } from 'hagaki'\nexport default mount({ api: app(() => text('')) })\n",
    })
    const [throws, mounts] = await Promise.all([hagaki(place, ['throws.ts']), hagaki(place, ['mounts.ts'])])
    expect(throws.status).toBe(1)
    expect(throws.stderr).toMatch(
      /^hagaki: throws\.ts: the disk is full 1\. It has to load before it can serve\n\n\S+throws\.ts:2:\d+\n[^]*> 2 \| throw new Error[^]*\nError: the disk is full 1\n/,
    )
    expect(throws.stderr).toMatch(/throws\.ts:2:/)
    expect(mounts).toEqual({
      status: 1,
      stdout: '',
      stderr: expect.stringMatching(
        /^hagaki: mount\("api"\): it is no path prefix\. Write it as "\/api".*\n$/,
      ) as string,
    })
  })

  test('says what a TypeScript file needs where its package is no module', async ({ onTestFinished }) => {
    const place = new Place(onTestFinished, { 'app.ts': 'export default () => null\n', 'package.json': '{}' })
    const { status, stderr } = await hagaki(place, ['contract', 'app.ts'])
    const reads = (process.features as { typescript?: unknown }).typescript
    if (reads) expect(stderr).not.toContain('package.json')
    else
      expect([status, stderr]).toEqual([
        1,
        'hagaki: app.ts: tsx takes it for CommonJS, because no package.json says "type": "module". Say so in package.json, or name the file .mts\n',
      ])
  })

  test('says what to do about a port in use', async ({ onTestFinished }) => {
    const taken = createServer().listen(0, '127.0.0.1')
    onTestFinished(() => void taken.close())
    await new Promise((resolve) => taken.once('listening', resolve))
    const { port } = taken.address() as { port: number }
    const { status, stderr } = await hagaki(new Place(onTestFinished, { 'app.js': APP }), [
      'app.js',
      '-p',
      String(port),
    ])
    expect(status).toBe(1)
    expect(stderr).toBe(
      `hagaki: Cannot listen on 127.0.0.1:${port}: another program listens there. Stop it, or take another port: ${port + 1}, or 0 for any free one\n`,
    )
  })

  test('says what to do about a path that is too long for a socket', async ({ onTestFinished }) => {
    const place = new Place(onTestFinished, { 'app.js': APP })
    const { status, stderr } = await hagaki(place, ['app.js', '--unix', `/tmp/${'a'.repeat(110)}`])
    expect(status).toBe(1)
    expect(stderr).toMatch(
      /^hagaki: Cannot listen on \/tmp\/a+: the path is too long\. Take one of at most \d+ octets\n$/,
    )
  })

  test('refuses a Node that is too old before it loads anything', async ({ onTestFinished }) => {
    const place = new Place(onTestFinished)
    const old = (version: string): Promise<unknown> =>
      // What this Node says of itself, changed before the command looks.
      hagaki(
        place,
        ['--version'],
        [
          '--import',
          `data:text/javascript,Object.defineProperty(process, 'versions', { value: { node: '${version}' } })`,
        ],
      )
    const [v18, v2018, v2019] = await Promise.all([old('18.20.8'), old('20.18.3'), old('20.19.0')])
    expect(v18).toEqual({
      status: 1,
      stdout: '',
      stderr: 'hagaki: needs Node 20.19 or newer, and this is 18.20.8\n',
    })
    expect(v2018).toMatchObject({ status: 1, stderr: expect.stringContaining('20.18.3') })
    expect(v2019).toMatchObject({ status: 0, stdout: `hagaki ${VERSION}\n` })
  })

  test('writes the contract of a service to standard output, or to a file', async ({ onTestFinished }) => {
    const place = new Place(onTestFinished, { 'notes.ts': NOTES })
    const [printed, written] = await Promise.all([
      hagaki(place, ['contract', 'notes.ts']),
      hagaki(place, ['contract', 'notes.ts', '-o', 'notes.json']),
    ])
    expect(printed).toMatchObject({ status: 0, stderr: '' })
    expect(JSON.parse(printed.stdout)).toMatchObject({ handlers: { list: { path: '/notes' } } })
    expect(written).toEqual({ status: 0, stdout: 'hagaki: 1 handler in notes.json\n', stderr: '' })
    expect(readFileSync(`${place.folder}/notes.json`, 'utf8')).toBe(printed.stdout)
  })

  test('says of what there is no contract, and where it cannot be written', async ({ onTestFinished }) => {
    const place = new Place(onTestFinished, { 'app.js': APP, 'notes.ts': NOTES })
    const [none, nowhere] = await Promise.all([
      hagaki(place, ['contract', 'app.js']),
      hagaki(place, ['contract', 'notes.ts', '-o', 'no/such/folder.json']),
    ])
    expect([none.status, none.stdout]).toEqual([1, ''])
    expect(none.stderr).toMatch(/^hagaki: app\.js: its app has no contract\. Only a service has one: /)
    expect([nowhere.status, nowhere.stdout]).toEqual([1, ''])
    expect(nowhere.stderr).toMatch(
      /^hagaki: Cannot write no\/such\/folder\.json: ENOENT.*Look at the path\n$/,
    )
  })

  test('prints where it listens, the port that it was given for 0 as well', async ({ onTestFinished }) => {
    const { command, url } = await Command.serve(new Place(onTestFinished, { 'app.js': APP }), 'app.js')
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:[1-9][0-9]*$/)
    expect(await (await fetch(`${url}/a`)).text()).toBe('GET /a')
    command.signal('SIGTERM')
    expect((await command.ended()).stdout).toMatch(/^hagaki: app\.js on http:/)
  })
})

const APP = "export default (method, path) => [200, 'text/plain', {}, `${method} ${path}`]\n"

// The timer is what a module may leave open: no reason to go on once the contract is out.
const NOTES = `
import { service, verbs } from 'hagaki'
import { z } from 'zod'

const { reads } = verbs({})
const list = reads('/notes', { returns: z.array(z.string()) }, () => [])
export default service({ list })
setInterval(() => {}, 1_000)
`
