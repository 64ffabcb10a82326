/** `isolate`: an app in threads. Contract clauses 13-17, 23, 33, 34, 36; safety: a worker takes only its own calls. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { type App, mount, perform, request, silentLog } from 'hagaki'
import { type IsolateOptions, isolate } from 'hagaki/isolate'
import { type Running, type ServeOptions, serve } from 'hagaki/server'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { closeApp, openApp } from '../../src/call/life.ts'
import { serverFacts } from '../../src/call/server-facts.ts'
import { WireClient } from '../server/wire-client.ts'
import { head } from '../server/wire-request.ts'
import { user } from './user.ts'

const FAR = new URL('./far.ts', import.meta.url)
const CHUNK = 65_536

/** One thread, for the tests that leave it as it was. */
let shared: Running
beforeAll(async () => {
  shared = await serve(mount({ '/': isolate(FAR) }), { port: 0, log: silentLog })
})
afterAll(() => shared.close({ now: true }))

test('a thread that does not answer in time: 504 for the late call, 502 for its neighbours, and the next call works', async () => {
  const { url } = await served({ '/': isolate(FAR, { threads: 2, timeout: '5s' }) })
  // The first thread loops. The second one is busy with a stream, so that the next call is the first's.
  const late = get(url, '/loop')
  const other = await fetch(`${url}/endless`)
  const reader = other.body!.getReader()
  await reader.read()
  const neighbour = get(url, '/thread', { method: 'POST' })
  expect(await late).toMatchObject({ status: 504, code: 'call_timeout' })
  expect(await neighbour).toMatchObject({ status: 502, code: 'call_lost' })
  expect((await reader.read()).done).toBe(false)
  await reader.cancel()
  expect(await get(url, '/a')).toMatchObject({ status: 200, text: 'GET /a' })
})

test('a thread that exits, or dies of an exception, is 502 for its calls, and another one follows', async () => {
  const { url } = await served({ '/': isolate(FAR) })
  for (const path of ['/exit', '/throw-later']) {
    const before = (await get(url, '/thread')).text
    const neighbour = get(url, '/hang', { method: 'POST' })
    expect(await get(url, path, { method: 'POST' }), path).toMatchObject({ status: 502, code: 'call_lost' })
    expect(await neighbour).toMatchObject({ status: 502 })
    expect((await get(url, '/thread')).text).not.toBe(before)
  }
})

test('a promise that an app dropped, and what it prints, touch no call', async () => {
  const { url } = shared
  const before = (await get(url, '/thread')).text
  for (const path of ['/reject-later', '/print']) expect(await get(url, path)).toMatchObject({ text: 'fine' })
  expect((await get(url, '/thread')).text).toBe(before)
})

test('a thread that dies again and again is followed again and again, and calls meanwhile wait for the next', async () => {
  const { url } = await served({ '/': isolate(FAR) })
  for (let death = 0; death < 5; death++) {
    const lost = get(url, '/exit', { method: 'POST' })
    const next = get(url, '/hang', { method: 'POST' })
    expect((await lost).status).toBe(502)
    expect((await next).status).toBe(502)
    expect(await Promise.all([get(url, '/a'), get(url, '/b')])).toMatchObject([
      { text: 'GET /a' },
      { text: 'GET /b' },
    ])
  }
})

test('a client that goes away fires the far signal, ends the far body and its teardown says so (15, 16)', async () => {
  const { url, port } = shared
  const client = await WireClient.connect(port)
  await client.send(head('GET /left')).head()
  await client.octets(100)
  client.reset()
  expect((await get(url, '/reason')).text).toContain('went away')
  expect((await get(url, '/returned')).text).toBe('/left')
  expect((await get(url, '/outcome')).text).toBe('{"status":200,"aborted":true}')
})

test('a client that does not read holds up the far app: what is made is bounded (33)', async () => {
  const { url, port } = shared
  const client = await WireClient.connect(port)
  await client.send(head('GET /endless')).head()
  client.socket.pause()
  const made = await stable(async () => (await get(url, '/made')).text)
  // What the kernel holds for both ends of a connection on one machine, and a window.
  expect(Number(made) * CHUNK).toBeLessThan(32 * 1024 * 1024)
  client.reset()
  expect((await get(url, '/returned')).text).toBe('/endless')
})

test('a far app that does not read holds up its client, and then gets all of it (13, 33)', async () => {
  const { url, port } = shared
  const size = 48 * 1024 * 1024
  const client = await WireClient.connect(port)
  client.send(head('POST /held-upload', `Content-Length: ${size}`))
  const { socket } = client
  const begin = socket.bytesWritten
  for (let sent = 0; sent < size; sent += CHUNK) socket.write(new Uint8Array(CHUNK))
  const taken = (): number => begin + size - socket.writableLength
  expect(await stable(async () => taken())).toBeLessThan(32 * 1024 * 1024)
  await get(url, '/open')
  expect(await client.response('POST')).toMatchObject({ status: 200, body: String(size) })
})

test('what a key carries is known there, and what is set there is known here (17)', async () => {
  const seen: unknown[] = []
  const far = isolate(FAR)
  const app: App = async (method, path, headers, options, server) => {
    options.set(user, 'anna')
    const result = await far(method, path, headers, options, server)
    seen.push(options.get(user))
    return result
  }
  const { url } = await served({ '/': Object.assign(app, livesOf(far)) })
  expect((await get(url, '/user')).text).toBe('anna')
  expect(seen).toEqual(['anna of the thread'])
})

test('how long a caller still waits is known there (11, 27)', async () => {
  const app = await opened(isolate(FAR))
  for (const [timeoutMs, least] of [
    [5_000, 1],
    [null, null],
  ] as const) {
    const { body } = await perform(app, request('GET', '/deadline', { timeoutMs }))
    const left = JSON.parse(Buffer.from(body!).toString()) as number | null
    if (least === null) expect(left).toBe(null)
    else expect(left).toSatisfy((ms: number) => ms > 0 && ms <= 5_000)
  }
})

test('the limits of the server hold in its threads', async () => {
  const { url } = await served({ '/': isolate(FAR) }, { limits: { body: 10 } })
  const post = (size: number): Promise<Answer> => get(url, '/ask', { method: 'POST', body: 'x'.repeat(size) })
  expect(await post(10)).toMatchObject({ status: 200, text: '10' })
  expect(await post(11)).toMatchObject({ status: 413, code: 'body_too_large' })
})

test('100 Continue is sent when the far app asks for the body, and not before (13)', async () => {
  const { port } = shared
  const expects = ['Expect: 100-continue', 'Content-Length: 3']
  const asking = await WireClient.connect(port)
  expect(await asking.send(head('POST /ask', ...expects)).head()).toMatchObject({ status: 100 })
  expect(await asking.send('abc').response('POST')).toMatchObject({ status: 200, body: '3' })
  const other = await WireClient.connect(port)
  expect(await other.send(head('POST /do-not-ask', ...expects)).head()).toMatchObject({ status: 200 })
})

test('200 calls at once over two threads, and each has its own answer', async () => {
  const { url } = await served({ '/': isolate(FAR, { threads: 2 }) })
  const answers = await Promise.all(
    Array.from({ length: 200 }, (_, at) => get(url, '/double', { headers: { 'x-number': String(at) } })),
  )
  expect(answers.map((answer) => answer.text)).toEqual(Array.from({ length: 200 }, (_, at) => String(2 * at)))
})

test('what a far service needs is opened at boot, before the first call, and closed at the stop (36)', async () => {
  const notes = noteFile()
  const running = await served({ '/': isolate(module('resources.ts')) })
  expect(notes()).toEqual(['opened'])
  expect(await get(running.url, '/colour')).toMatchObject({ status: 200, text: '"blue"' })
  await running.close()
  expect(notes()).toEqual(['opened', 'used', 'closed'])
})

test('what a far service cannot open stops the boot, and is named (36)', async () => {
  noteFile()
  process.env['HAGAKI_TEST_BREAKS'] = '1'
  onTestFinished(() => void delete process.env['HAGAKI_TEST_BREAKS'])
  const refusal = await bootOf(isolate(module('resources.ts')))
  expect(refusal).toMatch(/pen.*the ink is dry/)
})

test('a module that does not load stops the boot, with its name, why, and what to do', async () => {
  const table: [module: string | URL, reason: RegExp][] = [
    ['no-default.ts', /it has no default export that is an app\. Write: export default app\(/],
    ['no-app.ts', /its default export is an object, and no app\. Write: export default app\(/],
    [
      'foreign-app.ts',
      /its default export is the app of another framework\. Let it listen on a port of its own/,
    ],
    ['throws.ts', /the disk is full\. It has to load before it can serve/],
    [
      'imports.ts',
      /Cannot find module .*not-there\.ts.*Look at the path at \S+imports\.ts:\d+:\d+, its ending included/,
    ],
    [syntaxError(), /Unexpected token.*Run it alone to see where: node .*syntax\.mjs/],
    ['exits.ts', /it did not start: the thread exited\. What it wrote before may say why/],
    ['faulty-mount.ts', /mount\("api"\): it is no path prefix\. Write it as "\/api"/],
  ]
  for (const [name, reason] of table) {
    const url = name instanceof URL ? name : module(name)
    const refusal = await bootOf(isolate(url))
    expect(refusal).toMatch(reason)
    if (name !== 'faulty-mount.ts') expect(refusal).toContain(`isolate(${basename(url.pathname)}): `)
  }
})

test('a module that is not there is refused where it is named, with where it was looked for', () => {
  for (const name of ['./nowhere.ts', new URL('./nowhere.ts', import.meta.url)]) {
    expect(() => isolate(name)).toThrow(
      /^isolate\(nowhere\.ts\): there is no file .*nowhere\.ts\. Paths are looked up from the working directory/,
    )
  }
  expect(() => isolate(new URL('https://a.example/app.ts'))).toThrow('https: is no file')
})

test('options that make no sense are refused where they are given', () => {
  const table: [options: IsolateOptions, reason: string][] = [
    [{ threads: 0 }, '0 is no number of threads. Use 1 to 1024'],
    [{ threads: 1.5 }, '1.5 is no number of threads'],
    [{ threads: 1_025 }, '1025 is no number of threads'],
    [{ processes: 0 }, '0 is no number of processes. Use 1 to 64'],
    [{ threads: 1, processes: 1 }, 'it runs in threads or in processes. Give one of the two'],
    [{ memory: '1mb' }, 'memory: "1mb" holds no app. Use 16mb or more'],
    [{ timeout: '5 seconds' }, 'Write milliseconds as a number, or "200ms", "5s", "2m"'],
    [{ timeout: 0 }, 'it is no time'],
  ]
  for (const [options, reason] of table)
    expect(() => isolate(FAR, options), JSON.stringify(options)).toThrow(reason)
})

test('a path is looked up from the working directory, a URL from anywhere', async () => {
  const path = fileURLToPath(FAR)
  for (const name of [path, FAR.href]) {
    const app = await opened(isolate(name))
    expect((await perform(app, request('GET', '/a'))).status).toBe(200)
  }
})

test('a stop with calls under way ends them and the threads, also one that loops', async () => {
  const before = process.getActiveResourcesInfo()
  const running = await served({ '/loops': isolate(FAR), '/hangs': isolate(FAR) })
  const hanging = get(running.url, '/hangs/hang')
  hanging.catch(() => {})
  expect((await get(running.url, '/hangs/a')).status).toBe(200)
  expect((await get(running.url, '/loops/loop-soon')).text).toBe('soon')
  void running.close()
  await running.close({ now: true })
  await expect(hanging).rejects.toThrow() // cut
  await until(() => !more(before).includes('MessagePort'))
})

test('500 calls, a third of them given up, leave no listener, thread or handle behind', async () => {
  const warnings: Error[] = []
  const listen = (warning: Error): void => void warnings.push(warning)
  process.on('warning', listen)
  onTestFinished(() => void process.off('warning', listen))
  const before = process.getActiveResourcesInfo()
  const app = await opened(isolate(FAR, { threads: 2, timeout: '10s' }), false)
  for (let round = 0; round < 10; round++) {
    await Promise.all(
      Array.from({ length: 50 }, async (_, at) => {
        const controller = new AbortController()
        const answer = perform(app, request('GET', at % 3 === 0 ? '/hang' : '/a'), {
          signal: controller.signal,
        })
        if (at % 3 > 0) expect((await answer).status).toBe(200)
        else {
          controller.abort(new Error('given up'))
          await answer.catch(() => {})
        }
      }),
    )
  }
  await closeApp(app)
  expect(warnings).toEqual([])
  await until(() => more(before).length === 0)
})

/** What is active now, and was not. */
function more(before: readonly string[]): string[] {
  const left = [...before]
  return process.getActiveResourcesInfo().filter((one) => {
    const at = left.indexOf(one)
    if (at >= 0) left.splice(at, 1)
    return at < 0
  })
}

/** What has ended is closed a moment later; what never is ends the test by its time. */
async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 5))
}

interface Answer {
  readonly status: number
  readonly text: string
  readonly code: string | null
}

async function served(apps: Record<string, App>, options: ServeOptions = {}): Promise<Running> {
  const running = await serve(mount(apps), { port: 0, log: silentLog, ...options })
  onTestFinished(() => running.close({ now: true }))
  return running
}

async function get(url: string, path: string, init: RequestInit = {}): Promise<Answer> {
  const response = await fetch(url + path, init)
  const said = await response.text()
  const isProblem = response.headers.get('content-type') === 'application/problem+json'
  return {
    status: response.status,
    text: said,
    code: isProblem ? (JSON.parse(said) as { code: string }).code : null,
  }
}

async function opened(app: App, closes = true): Promise<App> {
  await openApp(app, serverFacts())
  if (closes) onTestFinished(() => closeApp(app))
  return app
}

/** Why the boot stopped. */
async function bootOf(app: App): Promise<string> {
  return openApp(app, serverFacts()).then(
    () => closeApp(app).then(() => 'it booted'),
    (error: Error) => error.message,
  )
}

function livesOf(app: App): object {
  return Object.fromEntries(
    Object.getOwnPropertySymbols(app).map((symbol) => [symbol, (app as never)[symbol]]),
  )
}

function module(name: string): URL {
  return new URL(`./modules/${name}`, import.meta.url)
}

/** Written here: no tool that reads the tree could read it. */
function syntaxError(): URL {
  const file = join(folder(), 'syntax.mjs')
  writeFileSync(file, 'export default () => {\n  const broken = ;\n}\n')
  return pathToFileURL(file)
}

/** A folder that is gone with the test. */
function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'hagaki-roads-'))
  onTestFinished(() => rmSync(path, { recursive: true }))
  return path
}

/** A file that a far module writes lines to. Gives what reads them. */
function noteFile(): () => string[] {
  const file = join(folder(), 'notes')
  process.env['HAGAKI_TEST_NOTES'] = file
  onTestFinished(() => void delete process.env['HAGAKI_TEST_NOTES'])
  return () => readFileSync(file, 'utf8').trim().split('\n')
}

/** What `look` gives once it gives the same for a while. */
async function stable<T>(look: () => Promise<T>): Promise<T> {
  let [last, same] = [await look(), 0]
  while (same < 10) {
    await new Promise((resolve) => setTimeout(resolve, 20))
    const now = await look()
    same = now === last ? same + 1 : 0
    last = now
  }
  return last
}
