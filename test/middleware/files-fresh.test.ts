/** `files`: what is kept in memory, and what of a change is seen when. */
import {
  appendFileSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { type App, perform, request, type ServerFacts, serverFacts } from 'hagaki'
import { expect, onTestFinished, test, vi } from 'vitest'
import { folder, get, LONG_AGO, linted, octets, put } from './folder.ts'

/** A clock of the process that the test moves. The disk, and everything else, goes on as it is. */
function pauseClock(): (ms: number) => void {
  vi.useFakeTimers({ toFake: ['performance'] })
  onTestFinished(() => void vi.useRealTimers())
  return (ms) => void vi.advanceTimersByTime(ms)
}

/** A server to which all files have been there for a minute. */
const LATER = serverFacts({ now: () => Date.now() + 60_000 })

const body = async (app: App, target = '/f.txt'): Promise<string> => octets(await get(app, target))

test('a change is served a second later, and its tag with it', async () => {
  const pass = pauseClock()
  for (const [before, after] of [
    ['one', 'two'],
    ['a'.repeat(60_000), 'b'.repeat(60_000)],
    ['small', 'x'.repeat(70_000)],
  ] as const) {
    const root = folder({ 'f.txt': before })
    const app = linted(root)
    const first = await get(app, '/f.txt')
    put(root, 'f.txt', after)
    pass(999)
    expect(await body(app)).toBe(before)
    pass(1)
    const second = await get(app, '/f.txt', { 'if-none-match': String(first.headers['etag']) })
    expect([second.status, octets(second)]).toEqual([200, after])
    expect(second.headers['etag']).not.toBe(first.headers['etag'])
  }
})

test('how long that may take is told, and 0 asks the disk each time', async () => {
  const pass = pauseClock()
  const root = folder({ 'f.txt': 'one' })
  const [minute, now] = [linted(root, { freshMs: 60_000 }), linted(root, { freshMs: 0 })]
  expect([await body(minute), await body(now)]).toEqual(['one', 'one'])
  put(root, 'f.txt', 'two')
  pass(59_999)
  expect([await body(minute), await body(now)]).toEqual(['one', 'two'])
  pass(1)
  expect(await body(minute)).toBe('two')
})

test('in development the disk is asked each time', async () => {
  const root = folder({ 'f.txt': 'one' })
  const app = linted(root)
  const facts: ServerFacts = { environment: 'development' }
  const seen = async (): Promise<string> =>
    octets(await perform(app, request('GET', '/f.txt'), { server: serverFacts(facts) }))
  expect(await seen()).toBe('one')
  put(root, 'f.txt', 'two')
  expect(await seen()).toBe('two')
})

test('a change that leaves size and time as they were is seen', async () => {
  const pass = pauseClock()
  const root = folder({ 'f.txt': 'one' })
  const path = join(root, 'f.txt')
  // To the one the file is young, and may change unseen; to the other it has long been as it is.
  for (const server of [serverFacts(), LATER]) {
    const app = linted(root)
    for (const content of ['two', 'six', 'ten', 'one', 'two']) {
      const { mtimeMs, ctimeMs } = statSync(path)
      writeFileSync(path, content)
      utimesSync(path, LONG_AGO, LONG_AGO)
      expect(statSync(path).mtimeMs).toBe(mtimeMs)
      while (server === LATER && statSync(path).ctimeMs === ctimeMs) utimesSync(path, LONG_AGO, LONG_AGO)
      pass(1000)
      expect(octets(await perform(app, request('GET', '/f.txt'), { server }))).toBe(content)
    }
  }
})

test('what has not changed is not read again', async () => {
  const pass = pauseClock()
  const app = linted(folder({ 'f.txt': 'one', 'f.txt.gz': 'GZIP' }), { precompressed: true })
  const seen: boolean[] = []
  const look: App = (...call) => {
    const result = app(...call)
    seen.push(Array.isArray(result))
    return result
  }
  const read = async (): Promise<Uint8Array | null> =>
    (await perform(look, request('GET', '/f.txt'), { server: LATER })).body
  const first = await read()
  for (let second = 0; second < 3; second++) {
    pass(1000)
    expect(await read()).toBe(first)
    expect(await read()).toBe(first)
  }
  expect(seen).toEqual([false, false, true, false, true, false, true])
})

test('a link that leads elsewhere within the second is followed there once its file has gone', async () => {
  const root = folder({ 'one.bin': '1'.repeat(100_000), 'two.bin': '2'.repeat(100_000) })
  symlinkSync('one.bin', join(root, 'f.bin'))
  const app = linted(root, { freshMs: 60_000 })
  expect((await body(app, '/f.bin'))[0]).toBe('1')
  rmSync(join(root, 'f.bin'))
  rmSync(join(root, 'one.bin'))
  symlinkSync('two.bin', join(root, 'f.bin'))
  expect((await body(app, '/f.bin'))[0]).toBe('2')
})

test('a file that is gone is missing, and one that is new is there', async () => {
  const pass = pauseClock()
  const root = folder({ 'f.txt': 'one', 'index.html': 'index' })
  const app = linted(root, { extensions: ['txt'] })
  expect([await body(app), await body(app, '/'), await body(app, '/f')]).toEqual(['one', 'index', 'one'])
  rmSync(join(root, 'f.txt'))
  rmSync(join(root, 'index.html'))
  pass(1000)
  for (const target of ['/f.txt', '/', '/f']) expect((await get(app, target)).status, target).toBe(404)
  put(root, 'f.txt', 'new')
  put(root, 'f', 'exact')
  // What is missing is not kept.
  expect([await body(app), await body(app, '/f')]).toEqual(['new', 'exact'])
})

test('a name that comes before another one takes its place', async () => {
  const pass = pauseClock()
  const root = folder({ 'f.html': 'html', 'a.js': 'plain' })
  const app = linted(root, { extensions: ['txt', 'html'], precompressed: true })
  const coded = async (): Promise<string> => octets(await get(app, '/a.js', { 'accept-encoding': 'gzip' }))
  expect([await body(app, '/f'), await coded()]).toEqual(['html', 'plain'])
  put(root, 'f.txt', 'txt')
  put(root, 'a.js.gz', 'GZIP')
  pass(1000)
  expect([await body(app, '/f'), await coded()]).toEqual(['txt', 'GZIP'])
  rmSync(join(root, 'a.js.gz'))
  pass(1000)
  expect(await coded()).toBe('plain')
})

test('a large file that was replaced within the second is sent with what it has become', async () => {
  const root = folder({ 'f.bin': 'a'.repeat(100_000) })
  const app = linted(root)
  const first = await get(app, '/f.bin')
  for (const content of ['b'.repeat(100_001), 'c'.repeat(100_000), 'tiny', '']) {
    put(root, 'next.bin', content, LONG_AGO + content.length)
    renameSync(join(root, 'next.bin'), join(root, 'f.bin'))
    const answer = await get(app, '/f.bin', { 'if-match': '*', range: 'bytes=2-3' })
    if (content.length > 0) {
      expect([answer.status, octets(answer), answer.headers['content-range']]).toEqual([
        206,
        content.slice(2, 4),
        `bytes 2-3/${content.length}`,
      ])
    } else expect([answer.status, octets(answer)]).toEqual([200, ''])
    expect(answer.headers['etag']).not.toBe(first.headers['etag'])
  }
})

test('a condition is asked of what is opened, not of what was there', async () => {
  const root = folder({ 'f.bin': 'a'.repeat(100_000) })
  const app = linted(root)
  const ask = async (headers: Record<string, string>): Promise<number> =>
    (await perform(app, request('GET', '/f.bin', { headers }), { server: LATER })).status
  const { headers } = await perform(app, request('HEAD', '/f.bin'), { server: LATER })
  expect(await ask({ 'if-match': String(headers['etag']) })).toBe(200)
  put(root, 'f.bin', 'b'.repeat(100_000), LONG_AGO + 1)
  expect(await ask({ 'if-match': String(headers['etag']) })).toBe(412)
})

test('many who ask at once for what is not known share one reading', async () => {
  const root = folder({ 'f.txt': 'one' })
  const app = linted(root)
  const bodies = await Promise.all(Array.from({ length: 50 }, () => perform(app, request('GET', '/f.txt'))))
  // The octets are the same memory, not equal ones.
  expect(new Set(bodies.map((answer) => answer.body)).size).toBe(1)
})

test('memory is bounded: what does not fit is read again, and answered as well', async () => {
  const root = folder()
  const names = Array.from({ length: 20 }, (_, at) => `${at}.txt`)
  for (const name of names) put(root, name, name.repeat(1000))
  const kept = async (memoryBytes: number): Promise<number> => {
    const app = linted(root, { memoryBytes, freshMs: 60_000 })
    for (const name of names) expect(await body(app, `/${name}`)).toBe(name.repeat(1000))
    let known = 0
    for (const name of names) {
      let now = false
      const look: App = (...call) => {
        const result = app(...call)
        now = Array.isArray(result)
        return result
      }
      expect(await body(look, `/${name}`)).toBe(name.repeat(1000))
      if (now) known++
    }
    return known
  }
  expect(await kept(0)).toBe(0)
  expect(await kept(1)).toBe(0)
  expect(await kept(1_000_000)).toBe(20)
})

test('what is kept cannot be changed by who was given it', async () => {
  const app = linted(folder({ 'f.txt': 'one' }))
  const look: App = async (...call) => {
    const result = await app(...call)
    expect(Object.isFrozen(result) && Object.isFrozen(result[2])).toBe(true)
    return result
  }
  expect(await body(look)).toBe('one')
})

test('a file that grows or shrinks while it is read is answered with what was read', async () => {
  const root = folder({ 'log.txt': 'line\n' })
  const app = linted(root, { freshMs: 0 })
  const path = join(root, 'log.txt')
  for (let round = 0; round < 50; round++) {
    const asked = get(app, '/log.txt')
    if (round % 10 === 9) truncateSync(path, 5)
    else appendFileSync(path, 'line\n')
    const answer = await asked
    expect(answer.status).toBe(200)
    expect(octets(answer)).toMatch(/^(?:line\n)*$/)
  }
  expect(await body(app, '/log.txt')).toBe(readFileSync(path, 'utf8'))
})
