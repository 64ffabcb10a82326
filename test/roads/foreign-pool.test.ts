/** What a pool of processes in another language does over time: here of Python. Safety: a worker takes only its own calls. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { silentLog } from 'hagaki'
import { type Running, type ServeOptions, serve } from 'hagaki/server'
import { type WsgiOptions, wsgi } from 'hagaki/wsgi'
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest'
import { python } from '../../scripts/needs.ts'
import { WAIT_MS } from '../wait.ts'

/** What the pool logs. */
let logged: string[]
beforeEach(() => {
  logged = []
  vi.spyOn(console, 'error').mockImplementation((line: string) => void logged.push(line))
})
afterEach(() => void vi.restoreAllMocks())

const APP = `
import os, sys, time

held = []

def app(environ, start_response):
    path = environ["PATH_INFO"]
    start_response("200 OK", [("Content-Type", "text/plain")])
    if path == "/grow":
        held.append(bytearray(b"x") * 150_000_000)
    if path == "/slow":
        return slow()
    if path == "/say":
        print("one\\x1b[31m\\n\\ntwo " + "x" * 20_000, file=sys.stderr)
        print("three", end="", flush=True)
    if path == "/env":
        return [repr([os.environ.get(name) for name in ("OURS", "HOME", "VIRTUAL_ENV")]).encode()]
    if path == "/prefix":
        return [sys.prefix.encode()]
    return [f"{os.getpid()} FIRST".encode()]

def slow():
    yield b"begun "
    while not os.path.exists("go"):
        time.sleep(0.01)
    yield b"done"
`

test('a change of the app replaces it: calls under way end in the old one, and none is lost', async () => {
  const { folder, url } = await served({ reload: true, processes: 2 })
  const before = await said(url, '/')
  const slow = await fetch(`${url}/slow`)
  const reader = slow.body!.getReader()
  expect(new TextDecoder().decode((await reader.read()).value)).toBe('begun ')

  const lost: string[] = []
  let isOver = false
  const traffic = Promise.all(
    [1, 2, 3].map(async () => {
      while (!isOver) {
        const answer = await fetch(url)
        const text = await answer.text()
        if (answer.status !== 200 || !/ (FIRST|SECOND)$/.test(text)) lost.push(text)
      }
    }),
  )
  writeFileSync(join(folder, 'app.py'), APP.replace('FIRST', 'SECOND'))
  await says(/app\.py changed, and the new app serves/)
  expect(await said(url, '/')).toMatch(/SECOND$/)
  isOver = true
  await traffic
  expect(lost).toEqual([])

  writeFileSync(join(folder, 'go'), '')
  expect(new TextDecoder().decode((await reader.read()).value)).toBe('done')
  await vi.waitFor(() => expect(isAlive(before.split(' ')[0]!)).toBe(false), WAIT_MS)
})

test('a change that does not load is shown, the old app goes on, and the next change is taken', async () => {
  const { folder, url } = await served({ reload: true })
  const before = await said(url, '/')
  writeFileSync(join(folder, 'app.py'), 'def app(:\n')
  await says(
    /app\.py changed, and the new app does not load: wsgi\('app'\): SyntaxError: .*\(app\.py, line 1\)/,
  )
  expect(await said(url, '/')).toBe(before)
  writeFileSync(join(folder, 'app.py'), APP.replace('FIRST', 'SECOND'))
  await says(/app\.py changed, and the new app serves/)
  expect(await said(url, '/')).toMatch(/SECOND$/)
})

test('files are looked at in development, and not in production', async () => {
  for (const environment of ['development', 'production'] as const) {
    const { folder, url } = await served({}, { environment })
    writeFileSync(join(folder, 'app.py'), APP.replace('FIRST', 'SECOND'))
    if (environment === 'development') await says(/the new app serves/)
    expect(await said(url, '/')).toMatch(environment === 'development' ? /SECOND$/ : /FIRST$/)
  }
})

test('a process that has had its number of calls is replaced, and no call is lost', async () => {
  const { url } = await served({ maxRequests: 20 })
  const pids = new Set<string>()
  for (let at = 0; pids.size < 3; at++) {
    expect(at, 'calls until the third process').toBeLessThan(20_000)
    const answers = await Promise.all([1, 2, 3, 4].map(() => fetch(url)))
    for (const answer of answers) {
      expect(answer.status).toBe(200)
      pids.add((await answer.text()).split(' ')[0]!)
    }
  }
  expect(logged.join('\n')).toMatch(/A worker is replaced .*"it has had its number of calls"/)
  expect(logged.join('\n')).not.toMatch(/A worker is gone/)
  const [first] = pids
  await vi.waitFor(() => expect(isAlive(first!)).toBe(false), WAIT_MS)
})

test('a process that holds more than its memory is replaced, and killed when it holds twice as much', async () => {
  const { url } = await served({ memory: '130mb' })
  const [first] = (await said(url, '/')).split(' ')
  await said(url, '/grow')
  await says(/A worker is replaced .*it held [0-9]+ MB of memory, and 130 are its bound/)
  let next = first
  await vi.waitFor(async () => {
    next = (await said(url, '/')).split(' ')[0]
    expect(next).not.toBe(first)
  }, WAIT_MS)
  for (let at = 0; at < 3; at++) await fetch(`${url}/grow`)
  await says(/A worker is gone; another one starts .*it held [0-9]+ MB/)
  await vi.waitFor(() => expect(isAlive(next!)).toBe(false), WAIT_MS)
  expect(await said(url, '/')).toMatch(/FIRST$/)
})

test('what a process writes is in the log, line by line, with the process it came from', async () => {
  const { url } = await served()
  const [pid] = (await said(url, '/')).split(' ')
  await said(url, '/say')
  const from = `{"worker":"wsgi('app')","pid":${pid}}`
  // The end of a line follows when the process has written it, its first pieces when they are too long to wait.
  const ofTwo = (): string[] => logged.filter((line) => /^\S+ info (?:two )?x+ /.test(line))
  await vi.waitFor(() => expect(ofTwo()).toHaveLength(3), WAIT_MS)
  // What would be another line, or change the terminal, is written out.
  expect(logged.find((line) => line.includes(' one'))).toMatch(/ info one\\x1b\[31m \{/)
  const two = ofTwo()
  expect(two.map((line) => line.endsWith(from))).toEqual([true, true, true])
  expect(Math.max(...two.map((line) => line.length))).toBeLessThan(8_400)
  await running!.close({ now: true })
  await says(/ info three \{/) // it had no end
})

test('environment variables are those of the gateway, but for what is set and taken away', async () => {
  const { url } = await served({ env: { OURS: 'b\u00e4r', HOME: undefined } })
  expect(await said(url, '/env')).toBe("['b\u00e4r', None, None]")
})

test('a virtual environment is that of its folder, programs included', async () => {
  const { folder, url } = await served({ venv: '.venv' }, {}, (folder) => {
    const made = spawnSync(python(), ['-m', 'venv', '--without-pip', join(folder, '.venv')])
    expect(made.stderr.toString()).toBe('')
  })
  expect(await said(url, '/prefix')).toBe(join(folder, '.venv'))
  expect(await said(url, '/env')).toContain(join(folder, '.venv'))
})

test('a virtual environment that is none, and options that make no sense, are refused with what to do', () => {
  const table: [options: WsgiOptions, refusal: string][] = [
    [
      { venv: 'none', cwd: '/srv' },
      'there is no virtual environment in /srv/none. Make it: python3 -m venv /srv/none',
    ],
    [{ venv: '.venv', python: 'python3' }, 'Name one of python and venv'],
    [{ memory: '1mb' }, 'memory: "1mb" holds no app. Use 16mb or more, such as "256mb"'],
    [{ memory: 'much' }, 'it is no size'],
    [{ maxRequests: 0 }, 'maxRequests: 0 is out of range'],
    [{ env: { 'A=B': 'c' } }, 'env: "A=B" cannot be set'],
  ]
  for (const [options, refusal] of table) expect(() => wsgi('app', options)).toThrow(refusal)
})

test('one that dies again and again is started after pauses that grow', async () => {
  const { folder, url } = await served()
  writeFileSync(join(folder, 'app.py'), 'import os\nos._exit(3)\n')
  const [pid] = (await said(url, '/')).split(' ')
  process.kill(Number(pid), 'SIGKILL')
  await vi.waitFor(
    () => expect(count(/A worker did not start .*status 3/)).toBeGreaterThanOrEqual(3),
    WAIT_MS,
  )
  const times = logged
    .filter((line) => line.includes('A worker did not start'))
    .map((line) => Date.parse(line.split(' ')[0]!))
  // 100 ms, 200, 400: each at least what it has to wait.
  expect(times[1]! - times[0]!).toBeGreaterThanOrEqual(95)
  expect(times[2]! - times[1]!).toBeGreaterThanOrEqual(195)
  writeFileSync(join(folder, 'app.py'), APP)
  await vi.waitFor(async () => expect(await said(url, '/')).toMatch(/FIRST$/), WAIT_MS)
})

let running: Running | null = null

async function served(
  options: WsgiOptions = {},
  how: ServeOptions = {},
  prepare: (folder: string) => void = () => {},
): Promise<{ readonly folder: string; readonly url: string }> {
  const folder = mkdtempSync(join(realpathSync(tmpdir()), 'hagaki-pool-'))
  writeFileSync(join(folder, 'app.py'), APP)
  prepare(folder)
  const interpreter = options.venv === undefined ? { python: python() } : {}
  const app = wsgi('app', { cwd: folder, ...interpreter, ...options })
  const started = await serve(app, { port: 0, log: silentLog, ...how })
  running = started
  onTestFinished(async () => {
    await started.close({ now: true })
    rmSync(folder, { recursive: true })
  })
  return { folder, url: started.url }
}

async function said(url: string, path: string): Promise<string> {
  return (await fetch(url + path)).text()
}

async function says(pattern: RegExp): Promise<void> {
  await vi.waitFor(() => expect(logged.join('\n')).toMatch(pattern), WAIT_MS)
}

function count(pattern: RegExp): number {
  return logged.filter((line) => pattern.test(line)).length
}

function isAlive(pid: string): boolean {
  try {
    return process.kill(Number(pid), 0)
  } catch {
    return false
  }
}
