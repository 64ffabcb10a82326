/** `wsgi`: Python apps in processes. PEP 3333; contract clauses 4, 33, 34, 36; safety: a worker takes only its own calls. */
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type App, mount, perform, request, silentLog } from 'hagaki'
import { type Running, serve } from 'hagaki/server'
import { type WsgiOptions, wsgi } from 'hagaki/wsgi'
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest'
import { python } from '../../scripts/needs.ts'
import { closeApp, openApp } from '../../src/call/life.ts'
import { serverFacts } from '../../src/call/server-facts.ts'
import { WireClient } from '../server/wire-client.ts'
import { head } from '../server/wire-request.ts'
import { WAIT_MS } from '../wait.ts'

const HERE = new URL('.', import.meta.url)
const NOTES: WsgiOptions = { cwd: HERE, python: python() }

/** A Flask app and a plain one, for the tests that leave them as they were. */
let shared: Running
beforeAll(async () => {
  const apps = { '/flask': wsgi('flask_notes:app', NOTES), '/plain': wsgi('wsgi_notes', NOTES) }
  shared = await serve(mount(apps), { port: 0, log: silentLog })
})
afterAll(() => shared.close({ now: true }))

test('a Flask app posts a form, redirects and keeps a session below its mount (4)', async () => {
  const posted = await fetch(`${shared.url}/flask/notes`, {
    method: 'POST',
    body: new URLSearchParams({ name: 'Anna \u20ac' }),
    redirect: 'manual',
  })
  expect([posted.status, posted.headers.get('location')]).toEqual([302, '/flask/'])
  const cookie = posted.headers.get('set-cookie')!.split(';')[0]!
  const home = await fetch(`${shared.url}/flask/`, { headers: { cookie } })
  expect(await home.text()).toBe("<a href='/flask/notes'>Anna \u20ac</a>")
})

test('a Flask app takes an upload of 900 KB, streams, and has its own error pages', async () => {
  const { url } = shared
  const body = new Uint8Array(900_000)
  const sent = await fetch(`${url}/flask/upload`, {
    method: 'PUT',
    body,
    headers: { 'content-type': 'image/png' },
  })
  expect(await sent.json()).toEqual({ bytes: 900_000, type: 'image/png' })
  expect(await (await fetch(`${url}/flask/stream`)).text()).toBe('0\n1\n2\n')
  const missing = await fetch(`${url}/flask/nowhere`)
  expect([missing.status, missing.headers.get('content-type')]).toEqual([404, 'text/html; charset=utf-8'])
  const error = await fetch(`${url}/flask/error`)
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
  expect(await said(url, '/plain/closed')).toBe('True')
})

test('an app is told how many calls and processes there may be beside it (PEP 3333: wsgi.multithread)', async () => {
  expect(await said(shared.url, '/plain/multi')).toBe('[True, True]')
  const { url } = await served(wsgi('wsgi_notes', { ...NOTES, threads: 1 }))
  expect(await said(url, '/multi')).toBe('[False, True]')
})

test('a process that is killed loses the call in it (502), and the next call works', async () => {
  const { url } = await served(wsgi('wsgi_notes:app', NOTES))
  for (const path of ['/die', '/exit']) {
    const pid = await said(url, '/pid')
    const neighbour = fetch(`${url}/hang`)
    const lost = await fetch(url + path)
    expect(lost.status).toBe(502)
    expect(await lost.json()).toMatchObject({
      code: 'call_lost',
      detail: "Lost wsgi('wsgi_notes:app') before it answered",
    })
    expect((await neighbour).status).toBe(502)
    const next = await said(url, '/pid')
    expect(next).toMatch(/^[0-9]+$/)
    expect(next).not.toBe(pid)
    expect(isAlive(pid)).toBe(false)
  }
})

test('of two processes the death of one touches no call in the other', async () => {
  const { url } = await served(wsgi('wsgi_notes', { ...NOTES, processes: 2 }))
  // The first process has a call, so that the next one is the second's.
  const reader = (await fetch(`${url}/endless`)).body!.getReader()
  await reader.read()
  expect((await fetch(`${url}/die`)).status).toBe(502)
  for (let pieces = 0; pieces < 20; pieces++) expect((await reader.read()).done).toBe(false)
  await reader.cancel()
  expect(await said(url, '/pid')).toMatch(/^[0-9]+$/)
})

test('an answer that does not come in time is 504, and its process is gone (SIGKILL)', async () => {
  const { url } = await served(wsgi('wsgi_notes', { ...NOTES, timeout: '2s' }))
  const pid = await said(url, '/pid')
  const late = await fetch(`${url}/hang`)
  expect([late.status, await late.json()]).toMatchObject([504, { code: 'call_timeout' }])
  expect(await said(url, '/pid')).not.toBe(pid)
  await vi.waitFor(() => expect(isAlive(pid)).toBe(false), WAIT_MS)
})

test('after the stop no process is left, not even one with a call that hangs', async () => {
  const processes = (): number =>
    process.getActiveResourcesInfo().filter((one) => one === 'ProcessWrap').length
  const before = processes()
  const running = await served(wsgi('wsgi_notes', { ...NOTES, processes: 2 }))
  const pids = await Promise.all([said(running.url, '/pid'), said(running.url, '/pid')])
  const hanging = fetch(`${running.url}/hang`).catch(() => {})
  void running.close()
  await running.close({ now: true })
  await hanging
  expect(pids.map(isAlive)).toEqual([false, false])
  await until(() => processes() <= before)
  expect(processes()).toBeLessThanOrEqual(before)
})

test('300 calls, a third of them given up, leave no descriptor or handle behind', async () => {
  const held = (): number[] => [descriptors(), process.getActiveResourcesInfo().length]
  const before = held()
  const app = wsgi('wsgi_notes', { ...NOTES, timeout: '20s' })
  await openApp(app, serverFacts())
  for (let round = 0; round < 6; round++) {
    await Promise.all(
      Array.from({ length: 50 }, async (_, at) => {
        const controller = new AbortController()
        const path = at % 3 === 0 ? '/endless' : '/pid'
        const answer = perform(app, request('GET', path), { signal: controller.signal })
        if (at % 3 > 0) expect((await answer).status).toBe(200)
        else {
          setImmediate(() => controller.abort(new Error('given up')))
          await answer.catch(() => {})
        }
      }),
    )
  }
  await closeApp(app)
  await until(() => held().every((count, at) => count <= before[at]!))
})

test('a process exits when its gateway is killed and can tell it nothing (spec: A worker exits when the link ends)', async () => {
  const gateway = spawn(
    process.execPath,
    [...process.execArgv, '--conditions=hagaki-source', fileURLToPath(new URL('./modules/gateway.ts', HERE))],
    { stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, HAGAKI_PYTHON: python() } },
  )
  onTestFinished(() => void gateway.kill('SIGKILL'))
  const url = await firstLine(gateway.stdout)
  const pid = await said(url, '/pid')
  fetch(`${url}/hang`).catch(() => {})
  expect(isAlive(pid)).toBe(true)
  gateway.kill('SIGKILL')
  await vi.waitFor(() => expect(isAlive(pid) && !isZombie(pid)).toBe(false), WAIT_MS)
})

const UNLOADABLE: readonly [target: string, refusal: RegExp][] = [
  [
    'needs_package:app',
    /^wsgi\('needs_package:app'\): No module named 'no_such_package_anywhere'\. .* -m pip install no_such_package_anywhere$/,
  ],
  [
    'nowhere:app',
    /^wsgi\('nowhere:app'\): No module named 'nowhere'\. Start the worker in the folder that holds nowhere/,
  ],
  ['no_app:app', /^wsgi\('no_app:app'\): .*app/],
  ['broken:app', /^wsgi\('broken:app'\): SyntaxError: .*line 1/],
]

test.each(UNLOADABLE)(
  '%s, which does not load, stops the boot, with why and what to type',
  async (target, refusal) => {
    const folder = mkdtempSync(join(tmpdir(), 'hagaki-wsgi-'))
    onTestFinished(() => rmSync(folder, { recursive: true }))
    writeFileSync(join(folder, 'needs_package.py'), 'import no_such_package_anywhere\n')
    writeFileSync(join(folder, 'no_app.py'), 'other = 1\n')
    writeFileSync(join(folder, 'broken.py'), 'def app(:\n')
    expect(await bootOf(wsgi(target, { cwd: folder, python: python() }))).toMatch(refusal)
  },
)

test('an interpreter or a folder that is not there stops the boot, and is named', async () => {
  const table: [options: WsgiOptions, refusal: string][] = [
    [
      { ...NOTES, python: '/no/such/python' },
      "there is no /no/such/python. Install Python 3.9 or newer, or name the interpreter: wsgi('wsgi_notes', { python: '.venv/bin/python' })",
    ],
    [{ ...NOTES, cwd: '/no/such/folder' }, 'there is no folder /no/such/folder. Look at its cwd'],
    [{ ...NOTES, cwd: fileURLToPath(import.meta.url) }, 'ENOTDIR'],
    [
      { ...NOTES, python: '/bin/false' },
      'it did not start: it exited with status 1. What it wrote before may say why',
    ],
  ]
  for (const [options, refusal] of table) {
    const found = await bootOf(wsgi('wsgi_notes', options))
    expect(found).toContain("wsgi('wsgi_notes'): ")
    expect(found).toContain(refusal)
  }
})

test('an optional app that does not load: the server boots, and its calls are 503 without the reason', async () => {
  const app = mount({
    '/there': wsgi('wsgi_notes', NOTES),
    '/not': wsgi('nowhere:app', { ...NOTES, optional: true }),
    '/neither': wsgi('wsgi_notes', { ...NOTES, python: '/no/such/python', optional: true }),
  })
  const { url } = await served(app)
  expect(await said(url, '/there/pid')).toMatch(/^[0-9]+$/)
  for (const path of ['/not/a', '/neither/a']) {
    const refused = await fetch(url + path)
    expect(refused.status).toBe(503)
    const told = await refused.text()
    expect(told).toContain('the log says why')
    expect(told).not.toMatch(/python"|nowhere'/)
  }
})

test('options that make no sense are refused where they are given', () => {
  const table: [target: string, options: WsgiOptions, refusal: string][] = [
    ['', {}, 'wsgi(""): it names no app. Write "module:app", such as "flask_app:app"'],
    ['flask_app.py:app; rm', {}, 'it names no app'],
    ['-c:app', {}, 'it names no app'],
    ['a:b', { processes: 0 }, "wsgi('a:b'): processes: 0 is out of range. Use 1 to 64"],
    ['a:b', { threads: 257 }, "wsgi('a:b'): threads: 257 is out of range. Use 1 to 256"],
    ['a:b', { timeout: 'soon' }, 'Write milliseconds as a number, or "200ms", "5s", "2m"'],
  ]
  for (const [target, options, refusal] of table) expect(() => wsgi(target, options), target).toThrow(refusal)
})

async function served(app: App): Promise<Running> {
  const running = await serve(app, { port: 0, log: silentLog })
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

/** True for a zombie as well. */
function isAlive(pid: string): boolean {
  try {
    return process.kill(Number(pid), 0)
  } catch {
    return false
  }
}

/** Whoever has inherited it may not look after it. */
function isZombie(pid: string): boolean {
  const { stdout } = spawnSync('ps', ['-o', 'stat=', '-p', pid], { encoding: 'utf8' })
  return stdout.startsWith('Z')
}

/** What has ended is closed a moment later; what never is ends the test by its time. */
async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 5))
}

/** How many descriptors are open, where that can be told. */
function descriptors(): number {
  return existsSync('/proc/self/fd') ? readdirSync('/proc/self/fd').length : 0
}

async function firstLine(stream: AsyncIterable<Buffer>): Promise<string> {
  for await (const piece of stream) return piece.toString().trim()
  throw new Error('It said nothing')
}
