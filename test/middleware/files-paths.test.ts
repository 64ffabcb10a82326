/** `files`: no way out of the folder, and nothing but regular files. Contract clause 3, RFC 8615. */
import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, renameSync, rmSync, symlinkSync, unlinkSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import fc from 'fast-check'
import { type App, type Log, mount, perform, request } from 'hagaki'
import { expect, onTestFinished, test } from 'vitest'
import { folder, get, linted, octets, put } from './folder.ts'

const SECRET = 'the secret'

/** A folder in a folder, with a secret beside it. */
function besideSecret(): { readonly root: string; readonly outside: string } {
  const outside = folder({
    'secret.txt': SECRET,
    'public-2/secret.txt': SECRET,
    'public/a.txt': 'abc',
    'public/sub/b.txt': 'b',
    'public/.env': SECRET,
    'public/.git/config': SECRET,
    'public/sub/.hidden/c.txt': SECRET,
    'public/.well-known/security.txt': 'contact',
    'public/.well-known/.secret': SECRET,
  })
  return { root: join(outside, 'public'), outside }
}

const statuses = (app: App, targets: readonly string[]): Promise<number[]> =>
  Promise.all(targets.map(async (target) => (await get(app, target)).status))

test('no spelling leads out of the folder (3, RFC 3986 6.2)', async () => {
  const { root } = besideSecret()
  const app = mount({ '/m': linted(root, { follow: 'any' }), '/': linted(root) })
  const steps = [
    '..',
    '.',
    '%2e%2e',
    '%2E.',
    '.%2e',
    '%252e%252e',
    '..%2f',
    '..%2f..%2f',
    '..%5c',
    '..%5C..%5c',
    '%2e%2e%2f',
    '..%252f',
    '..%00',
    '..;',
    '..%3b',
    '...',
    '%c0%ae%c0%ae',
    '%e0%80%ae%e0%80%ae',
    '%c0%af',
    '..%c0%af',
    '%u002e%u002e',
    '..%20',
    '..%09',
    '%ff',
    '%',
    '',
  ]
  for (const step of steps) {
    for (const before of ['', '/sub', '/m', '/m/sub', '/none']) {
      for (const target of [
        `${before}/${step}/secret.txt`,
        `${before}/${step}secret.txt`,
        `${before}/${step}/${step}/secret.txt`,
        `${before}/${step}/public-2/secret.txt`,
      ]) {
        const answer = await get(app, target)
        expect([400, 404], target).toContain(answer.status)
        expect(octets(answer), target).not.toContain(SECRET)
      }
    }
  }
})

test('absolute paths, drives, streams, devices and doubled slashes name nothing here', async () => {
  const { root, outside } = besideSecret()
  const app = linted(root)
  const targets = [
    `/${outside}/secret.txt`,
    `//${outside}/secret.txt`,
    '//a.txt',
    '/sub//b.txt',
    '/sub/b.txt/',
    '/a.txt//',
    '/C:/secret.txt',
    '/C:secret.txt',
    '/file:///etc/passwd',
    '/a.txt::$DATA',
    '/a.txt:stream',
    '/a.txt.',
    '/a.txt%20',
    '/a.txt%2e',
    '/A.TXT',
    '/con',
    '/nul.txt',
    '/~root',
    '/%2a',
    '/a.txt%0a',
    '/dev/null',
  ]
  for (const target of targets) expect((await get(app, target)).status, target).toBe(404)
})

test('whatever path is asked for, what is answered lies in the folder', async () => {
  const { root } = besideSecret()
  const app = linted(root, { extensions: ['txt'], precompressed: true })
  const piece = fc.constantFrom(
    '/',
    '..',
    '.',
    '%2e',
    '%2f',
    '%5c',
    '%00',
    'sub',
    'a.txt',
    'b',
    'secret',
    'public-2',
    '.env',
    ':',
    '%25',
    '~',
    '%C3%A9',
  )
  await fc.assert(
    fc.asyncProperty(fc.array(piece, { maxLength: 8 }), async (pieces) => {
      const answer = await get(app, `/${pieces.join('')}`)
      expect([200, 301, 400, 404]).toContain(answer.status)
      expect(octets(answer)).not.toContain(SECRET)
    }),
  )
})

test('a name that is too long, or a path that is too deep, is missing', async () => {
  const app = linted(folder({ 'a.txt': 'abc' }), { extensions: ['html'] })
  for (const target of [
    `/${'a'.repeat(255)}`,
    `/${'a'.repeat(256)}`,
    `/${'a'.repeat(7000)}`,
    `/${'a/'.repeat(3500)}`,
    `/${'%C3%A9'.repeat(200)}`,
  ]) {
    expect((await get(app, target)).status, `${target.length}`).toBe(404)
  }
})

test('names with a dot in front are missing, but for /.well-known; or are served when told so (RFC 8615 3)', async () => {
  const { root } = besideSecret()
  const hidden = [
    '/.env',
    '/%2eenv',
    '/.git/config',
    '/.git/',
    '/.git',
    '/sub/.hidden/c.txt',
    '/.well-known/.secret',
    '/sub/.well-known/x',
  ]
  expect(await statuses(linted(root), hidden)).toEqual(hidden.map(() => 404))
  expect(octets(await get(linted(root), '/.well-known/security.txt'))).toBe('contact')
  expect(octets(await get(linted(root, { dotfiles: true }), '/.env'))).toBe(SECRET)
  expect((await get(linted(root, { dotfiles: true }), '/..')).status).toBe(400)
})

test('a folder below one with a dot in front is served: what is above it is not asked for', async () => {
  const root = folder({ '.app/public/a.txt': 'abc' })
  expect(octets(await get(linted(join(root, '.app/public')), '/a.txt'))).toBe('abc')
})

test('links lead anywhere inside the folder, and nowhere else; or nowhere; or anywhere', async () => {
  const { root, outside } = besideSecret()
  symlinkSync('a.txt', join(root, 'inside.txt'))
  symlinkSync('sub', join(root, 'folder'))
  symlinkSync('../secret.txt', join(root, 'outside.txt'))
  symlinkSync(outside, join(root, 'up'))
  symlinkSync(join(outside, 'public-2'), join(root, 'sibling'))
  symlinkSync('.env', join(root, 'env.txt'))
  symlinkSync('nowhere', join(root, 'dangling'))
  symlinkSync('loop', join(root, 'loop'))
  symlinkSync('outside.txt', join(root, 'twice.txt'))
  const targets = [
    '/a.txt',
    '/inside.txt',
    '/folder/b.txt',
    '/outside.txt',
    '/up/secret.txt',
    '/sibling/secret.txt',
    '/twice.txt',
    '/env.txt',
    '/dangling',
    '/loop',
    '/up/public/a.txt',
  ]
  expect(await statuses(linted(root), targets)).toEqual([
    200, 200, 200, 404, 404, 404, 404, 404, 404, 404, 200,
  ])
  expect(await statuses(linted(root, { follow: 'none' }), targets)).toEqual([
    200,
    ...Array<number>(10).fill(404),
  ])
  expect(await statuses(linted(root, { follow: 'any' }), targets)).toEqual([
    200, 200, 200, 200, 200, 200, 200, 404, 404, 404, 200,
  ])
})

test('links decide for an index, an extension, a coding and a fallback as well', async () => {
  const outside = folder({ 'secret.html': SECRET })
  const root = folder({ 'a.js': 'plain', 'sub/x': '' })
  for (const name of ['index.html', 'page.html', 'sub/index.html', 'a.js.gz', 'fallback.html']) {
    symlinkSync(join(outside, 'secret.html'), join(root, name))
  }
  const app = linted(root, { extensions: ['html'], precompressed: true, fallback: 'fallback.html' })
  expect(await statuses(app, ['/', '/page', '/sub', '/sub/', '/none'])).toEqual([404, 404, 404, 404, 404])
  expect(octets(await get(app, '/a.js', { 'accept-encoding': 'gzip' }))).toBe('plain')
})

test('a named pipe, a socket and a device are missing, and nothing waits for them', async () => {
  const root = folder({ 'a.txt': 'abc', 'b.js': 'b' })
  for (const name of ['pipe', 'index.html', 'page.html', 'b.js.gz'])
    execFileSync('mkfifo', [join(root, name)])
  const socket = createServer()
  await new Promise<void>((resolve) => socket.listen(join(root, 'socket'), resolve))
  onTestFinished(() => new Promise<void>((resolve) => void socket.close(() => resolve())))
  symlinkSync('/dev/zero', join(root, 'zero'))
  const app = linted(root, { follow: 'any', extensions: ['html'], precompressed: true })
  // More than Node has threads for files: four that wait would stop them all.
  const targets = Array.from({ length: 8 }, () => ['/pipe', '/', '/page', '/socket', '/zero']).flat()
  expect(await statuses(app, targets)).toEqual(targets.map(() => 404))
  expect(octets(await get(app, '/b.js', { 'accept-encoding': 'gzip' }))).toBe('b')
})

test('a folder that is called like an index, a page or a coding is none of them', async () => {
  const root = folder({ 'sub/index.html/x': '', 'page.html/x': '', 'a.js': 'plain', 'a.js.gz/x': '' })
  const app = linted(root, { extensions: ['html'], precompressed: true })
  expect(await statuses(app, ['/sub', '/sub/', '/page', '/page.html'])).toEqual([404, 404, 404, 404])
  expect(octets(await get(app, '/a.js', { 'accept-encoding': 'gzip' }))).toBe('plain')
})

test('a known file that a pipe, a link or a folder has replaced is missing at once', async () => {
  const outside = folder({ 'secret.txt': SECRET.repeat(10_000) })
  const root = folder()
  const app = linted(root)
  const replace: ((path: string) => void)[] = [
    (path) => execFileSync('mkfifo', [path]),
    (path) => symlinkSync(join(outside, 'secret.txt'), path),
    (path) => mkdirSync(path),
    () => {},
  ]
  for (const [at, by] of replace.entries()) {
    put(root, `${at}.txt`, 'x'.repeat(70_000))
    expect((await get(app, `/${at}.txt`)).status).toBe(200)
    unlinkSync(join(root, `${at}.txt`))
    by(join(root, `${at}.txt`))
    expect((await get(app, `/${at}.txt`)).status, String(at)).toBe(404)
  }
})

test('a folder that is swapped for another by its link is followed at once', async () => {
  const base = folder({ 'one/a.txt': 'one', 'two/b.txt': 'two', 'two/c.txt': 'two' })
  symlinkSync('one', join(base, 'current'))
  const app = linted(join(base, 'current'))
  expect(octets(await get(app, '/a.txt'))).toBe('one')
  symlinkSync('two', join(base, 'next'))
  renameSync(join(base, 'next'), join(base, 'current'))
  expect(
    await Promise.all(['/b.txt', '/c.txt'].map(async (target) => octets(await get(app, target)))),
  ).toEqual(['two', 'two'])
  rmSync(join(base, 'current'))
  expect((await get(app, '/d.txt')).status).toBe(404)
})

test('what this process may not read is missing, and the log says so', async () => {
  const root = folder({ 'a.txt': SECRET, 'l.txt': SECRET.repeat(10_000), 'sub/b.txt': SECRET, 'c.txt': 'c' })
  chmodSync(join(root, 'a.txt'), 0o000)
  chmodSync(join(root, 'l.txt'), 0o000)
  chmodSync(join(root, 'sub'), 0o000)
  onTestFinished(() => chmodSync(join(root, 'sub'), 0o755))
  chmodSync(root, 0o755)
  const warned: object[] = []
  const log: Log = { debug: () => {}, info: () => {}, error: () => {}, warn: (fields) => warned.push(fields) }
  const app = linted(root)
  const seen = await unprivileged(async () => {
    const answers = []
    for (const target of ['/a.txt', '/l.txt', '/sub/b.txt', '/sub/', '/sub', '/c.txt']) {
      answers.push((await perform(app, request('GET', target), { log })).status)
    }
    return answers
  })
  expect(seen).toEqual([404, 404, 404, 404, 404, 200])
  expect(warned.map((fields) => (fields as { err: { code: string } }).err.code)).toEqual(
    Array(5).fill('EACCES'),
  )
})

/** Runs as a user to whom permissions mean something. */
async function unprivileged<T>(run: () => Promise<T>): Promise<T> {
  if (process.geteuid!() !== 0) return run()
  process.seteuid!(65_534)
  try {
    return await run()
  } finally {
    process.seteuid!(0)
  }
}

test('a coding that may not be read is left out', async () => {
  const large = 'BR'.repeat(50_000)
  const root = folder({ 'a.js': 'plain', 'sub/a.js.br': 'BR', 'b.js': 'plain', 'b.js.br': large })
  chmodSync(root, 0o755)
  symlinkSync('sub/a.js.br', join(root, 'a.js.br'))
  const app = linted(root, { precompressed: true, freshMs: 0 })
  const seen = (target = '/a.js'): Promise<string> =>
    unprivileged(async () => octets(await get(app, target, { 'accept-encoding': 'br' })))
  expect(await seen()).toBe('BR')
  for (const path of ['sub', 'sub/a.js.br']) {
    chmodSync(join(root, path), 0o000)
    expect(await seen(), path).toBe('plain')
    chmodSync(join(root, path), 0o755)
  }
  expect((await seen('/b.js')) === large).toBe(true)
  chmodSync(join(root, 'b.js.br'), 0o000)
  expect(await seen('/b.js')).toBe('plain')
})
