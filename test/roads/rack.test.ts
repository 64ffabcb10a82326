/** `rack`: Ruby apps in processes. The Rack specification; contract clauses 4, 33, 34, 36. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type App, living, mount, silentLog } from 'hagaki'
import { type RackOptions, rack, remoteUser } from 'hagaki/rack'
import { type Running, type ServeOptions, serve } from 'hagaki/server'
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest'
import { ruby } from '../../scripts/needs.ts'
import { closeApp, openApp } from '../../src/call/life.ts'
import { serverFacts } from '../../src/call/server-facts.ts'
import { WireClient } from '../server/wire-client.ts'
import { head } from '../server/wire-request.ts'
import { WAIT_MS } from '../wait.ts'

const HERE = new URL('.', import.meta.url)
const NOTES: RackOptions = { cwd: HERE, ruby: ruby() }

/** A Sinatra app and a plain one, for the tests that leave them as they were. */
let shared: Running
beforeAll(async () => {
  const apps = { '/sinatra': rack('sinatra_notes.ru', NOTES), '/plain': rack('rack_notes.ru', NOTES) }
  shared = await serve(mount(apps), { port: 0, log: silentLog })
})
afterAll(() => shared.close({ now: true }))

test('a Sinatra app posts a form, redirects and keeps a session below its mount (4)', async () => {
  const posted = await fetch(`${shared.url}/sinatra/notes`, {
    method: 'POST',
    body: new URLSearchParams({ name: 'Anna \u20ac' }),
    redirect: 'manual',
  })
  expect([posted.status, posted.headers.get('location')]).toEqual([303, `${shared.url}/sinatra/`])
  const cookie = posted.headers.get('set-cookie')!.split(';')[0]!
  const home = await fetch(`${shared.url}/sinatra/`, { headers: { cookie } })
  expect(await home.text()).toBe("<a href='/sinatra/notes'>Anna \u20ac</a>")
})

test('a Sinatra app takes uploads, streams, and has its own error pages, without the reason in production', async () => {
  const { url } = shared
  const sent = await fetch(`${url}/sinatra/upload`, {
    method: 'PUT',
    body: new Uint8Array(900_000),
    headers: { 'content-type': 'image/png' },
  })
  expect(await sent.text()).toBe('{:bytes=>900000, :type=>"image/png"}')
  const form = new FormData()
  form.set('title', 'b\u00e4r')
  form.set('picture', new File([new Uint8Array(300_000)], 'bear.png', { type: 'image/png' }))
  const picture = await fetch(`${url}/sinatra/picture`, { method: 'POST', body: form })
  expect(await picture.text()).toBe('bear.png image/png 300000 b\u00e4r')
  expect(await (await fetch(`${url}/sinatra/stream`)).text()).toBe('0\n1\n2\n')
  expect((await fetch(`${url}/sinatra/nowhere`)).status).toBe(404)
  const error = await fetch(`${url}/sinatra/error`)
  expect(error.status).toBe(500)
  expect(await error.text()).not.toContain('a secret')
})

test('a client that goes away closes the body that is made for it, and making it was held up before (33)', async () => {
  const { port, url } = shared
  const client = await WireClient.connect(port)
  await client.send(head('GET /plain/endless')).head()
  client.socket.pause()
  let [made, before] = [await said(url, '/plain/made'), '']
  while (made !== before) {
    before = made
    await new Promise((resolve) => setTimeout(resolve, 150))
    made = await said(url, '/plain/made')
  }
  expect(Number(made) * 65_536).toBeLessThan(32 * 1024 * 1024)
  client.reset()
  expect(await said(url, '/plain/closed')).toBe('closed')
})

test('an app is told how many calls and processes there may be beside it, and in which environment it runs', async () => {
  expect(await said(shared.url, '/plain/multi')).toBe('[true, true]')
  expect(await said(shared.url, '/plain/environment')).toBe('production')
  const { url } = await served(rack('rack_notes.ru', { ...NOTES, threads: 1, reload: false }), {
    environment: 'development',
  })
  expect(await said(url, '/multi')).toBe('[false, true]')
  expect(await said(url, '/environment')).toBe('development')
  const set = await served(rack('rack_notes.ru', { ...NOTES, env: { RACK_ENV: 'staging' } }))
  expect(await said(set.url, '/environment')).toBe('staging')
})

test('REMOTE_USER is who the gateway has let in, and nothing that a client says', async () => {
  const app = rack('rack_notes.ru', NOTES)
  const known: App = living(
    (method, path, headers, options, server) => {
      if (headers['authorization'] === 'Bearer of-anna') options.set(remoteUser, 'anna')
      return app(method, path, headers, options, server)
    },
    [app],
  )
  const { url } = await served(known)
  const headers = { 'remote-user': 'eve', authorization: 'Bearer of-anna' }
  expect(await (await fetch(`${url}/user`, { headers })).text()).toBe('"anna"')
  expect(await (await fetch(`${url}/user`, { headers: { 'remote-user': 'eve' } })).text()).toBe('nil')
})

test('a process that is killed or exits loses the calls in it (502), and the next call works', async () => {
  const { url } = await served(rack('rack_notes.ru', NOTES))
  for (const path of ['/die', '/exit']) {
    const pid = await said(url, '/pid')
    const neighbour = fetch(`${url}/hang`)
    const lost = await fetch(url + path)
    expect(lost.status).toBe(502)
    expect(await lost.json()).toMatchObject({
      code: 'call_lost',
      detail: "Lost rack('rack_notes.ru') before it answered",
    })
    expect((await neighbour).status).toBe(502)
    const next = await said(url, '/pid')
    expect(next).toMatch(/^[0-9]+$/)
    expect(next).not.toBe(pid)
    expect(isAlive(pid)).toBe(false)
  }
})

test('of two processes the death of one touches no call in the other', async () => {
  const { url } = await served(rack('rack_notes.ru', { ...NOTES, processes: 2 }))
  // The first process has a call, so that the next one is the second's.
  const reader = (await fetch(`${url}/endless`)).body!.getReader()
  await reader.read()
  expect((await fetch(`${url}/die`)).status).toBe(502)
  for (let pieces = 0; pieces < 20; pieces++) expect((await reader.read()).done).toBe(false)
  await reader.cancel()
  expect(await said(url, '/pid')).toMatch(/^[0-9]+$/)
})

test('an answer that does not come in time is 504, and its process is gone (SIGKILL)', async () => {
  const { url } = await served(rack('rack_notes.ru', { ...NOTES, timeout: '2s' }))
  const pid = await said(url, '/pid')
  const late = await fetch(`${url}/hang`)
  expect([late.status, await late.json()]).toMatchObject([504, { code: 'call_timeout' }])
  expect(await said(url, '/pid')).not.toBe(pid)
  await vi.waitFor(() => expect(isAlive(pid)).toBe(false), WAIT_MS)
})

test('after the stop no process is left, not even one with a call that hangs', async () => {
  const running = await served(rack('rack_notes.ru', { ...NOTES, processes: 2 }))
  const pids = await Promise.all([said(running.url, '/pid'), said(running.url, '/pid')])
  const hanging = fetch(`${running.url}/hang`).catch(() => {})
  void running.close()
  await running.close({ now: true })
  await hanging
  expect(pids.map(isAlive)).toEqual([false, false])
})

/** Files that do not load, and what the boot says of each. */
const UNLOADABLE: readonly [name: string, text: string, refusal: RegExp][] = [
  [
    'needs_gem.ru',
    "require 'no_such_gem/anywhere'\n",
    /^rack\('needs_gem\.ru'\): LoadError: cannot load such file -- no_such_gem\/anywhere \(\S+needs_gem\.ru:1\)\. Install its gem: \S*ruby\S* -S gem install no_such_gem/,
  ],
  [
    'needs_file.ru',
    "require_relative 'nowhere'\n",
    /needs_file\.ru:1\)\. Look for the file at that line; the app runs in /,
  ],
  [
    'broken.ru',
    'run ->(env) {\n',
    /^rack\('broken\.ru'\): SyntaxError: \S*broken\.ru:.*\. Correct it, or use/,
  ],
  ['raises.ru', "\nraise 'no database'\n", /RuntimeError: no database \(\S+raises\.ru:2\)\. The backtrace/],
  ['exits.ru', 'exit 7\n', /SystemExit: exit \(\S+exits\.ru:1\)/],
  ['empty.ru', '', /missing run or map statement.*\. End it with: run App$/],
  ['number.ru', 'run 7\n', /number\.ru gives a Integer and no Rack app\. End it with: run App/],
]

test.each(UNLOADABLE)(
  '%s, which does not load, stops the boot, with why and what to type',
  async (name, text, refusal) => {
    const cwd = folder()
    writeFileSync(join(cwd, name), text)
    expect(await bootOf(rack(name, { cwd, ruby: ruby() }))).toMatch(refusal)
  },
)

test('a Gemfile whose gems are not there stops the boot, and says what to type', async () => {
  const cwd = folder()
  writeFileSync(join(cwd, 'config.ru'), 'run ->(env) { [200, {}, []] }\n')
  writeFileSync(join(cwd, 'Gemfile'), "gem 'no_such_gem_anywhere'\n")
  expect(await bootOf(rack('config.ru', { cwd, ruby: ruby() }))).toMatch(
    /^rack\('config\.ru'\): .*no_such_gem_anywhere.*\. In \S+, type: bundle install$/,
  )
})

test('an interpreter, a file or a folder that is not there stops the boot, and is named', async () => {
  const table: [file: string, options: RackOptions, refusal: string][] = [
    [
      'rack_notes.ru',
      { ...NOTES, ruby: '/no/such/ruby' },
      "there is no /no/such/ruby. Install Ruby 3.1 or newer, or name the interpreter: rack('rack_notes.ru', { ruby: '/usr/bin/ruby' })",
    ],
    ['nowhere.ru', NOTES, `there is no file ${fileURLToPath(new URL('nowhere.ru', HERE))}. Name it: `],
    ['nowhere/config.ru', NOTES, `there is no folder ${fileURLToPath(new URL('nowhere', HERE))}. Look at`],
    ['rack_notes.ru', { ...NOTES, ruby: '/bin/false' }, 'it did not start: it exited with status 1'],
  ]
  for (const [file, options, refusal] of table) {
    const found = await bootOf(rack(file, options))
    expect(found).toContain(`rack('${file}'): `)
    expect(found).toContain(refusal)
  }
})

test('options that make no sense are refused where they are given', () => {
  const table: [file: string, options: RackOptions, refusal: string][] = [
    ['', {}, 'rack(""): it names no rackup file. Write the path of one, such as "config.ru"'],
    ['--version', {}, 'it names no rackup file'],
    ['app.rb', {}, 'it names no rackup file'],
    ['config.ru', { processes: 0 }, "rack('config.ru'): processes: 0 is out of range. Use 1 to 64"],
  ]
  for (const [file, options, refusal] of table) expect(() => rack(file, options), file).toThrow(refusal)
})

async function served(app: App, options: ServeOptions = {}): Promise<Running> {
  const running = await serve(app, { port: 0, log: silentLog, ...options })
  onTestFinished(() => running.close({ now: true }))
  return running
}

async function said(url: string, path: string): Promise<string> {
  return (await fetch(url + path)).text()
}

/** Why the boot stopped. */
async function bootOf(app: App): Promise<string> {
  return openApp(app, serverFacts()).then(
    () => closeApp(app).then(() => 'it booted'),
    (error: Error) => error.message,
  )
}

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'hagaki-rack-'))
  onTestFinished(() => rmSync(path, { recursive: true, force: true }))
  return path
}

/** True for a zombie as well. */
function isAlive(pid: string): boolean {
  try {
    return process.kill(Number(pid), 0)
  } catch {
    return false
  }
}
