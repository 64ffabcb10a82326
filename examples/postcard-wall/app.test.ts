import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { client, http, upload } from 'hagaki/client'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { python } from '../../scripts/needs.ts'
import { Started } from '../started.ts'
import type { Card } from './card.ts'
import { HELLO, png, scratchFile } from './scratch.ts'
import { type Wall, wall } from './wall.ts'

let folder: string
let started: Started

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'postcard-wall-'))
  started = await Started.start('postcard-wall/app.ts', {
    WALL_DATA: folder,
    WALL_PYTHON: python(),
  })
})

afterAll(async () => {
  await started?.stop()
  await rm(folder, { recursive: true, force: true })
})

const api = () => client<Wall>(wall.contract, http(`${started.url}/api`))
const get = (path: string, init?: RequestInit) => fetch(started.url + path, { redirect: 'manual', ...init })

test('two who watch see a new card at once, and both the same', async () => {
  const { id } = await api().add(HELLO)
  const watching = [1, 2].map(() =>
    api()
      .watch({ after: id - 1 })
      [Symbol.asyncIterator](),
  )
  // The first card shows that both are there.
  for (const watch of watching) expect((await watch.next()).value!.id).toBe(id)
  const coming = watching.map((watch) => watch.next())
  const card = await api().add({ ...HELLO, text: 'Live!' })
  expect((await Promise.all(coming)).map(({ value }) => value)).toEqual([card, card])
  for (const watch of watching) await watch.return()
})

test('what curl sees of a watch is one event for each card', async () => {
  const { id } = await api().add(HELLO)
  const leaving = new AbortController()
  const answer = await get(`/api/watch?after=${id - 1}`, { signal: leaving.signal })
  expect(answer.headers.get('content-type')).toBe('text/event-stream')
  const reader = answer.body!.pipeThrough(new TextDecoderStream()).getReader()
  let text = ''
  while (!text.endsWith('}\n\n')) text += (await reader.read()).value
  const [first, named, data, ...rest] = text.split('\n').filter((line) => line !== '')
  expect([first, named, rest]).toEqual(['retry: 1000', `id: ${id}`, []])
  expect((JSON.parse(data!.replace(/^data: /, '')) as Card).id).toBe(id)
  leaving.abort()
})

test('the wall answers while the almanac draws', async () => {
  await api().add(HELLO) // so that there is a new stamp to draw
  const order: string[] = []
  const stamp = get('/almanac/stamp.png').then(({ status }) => order.push(`stamp ${status}`))
  for (let count = 0; count < 5; count++) await api().list()
  order.push('wall')
  await stamp
  expect(order).toEqual(['wall', 'stamp 200'])
})

test('every answer tells browsers to load, post and frame nothing from elsewhere, refusals too', async () => {
  const answers = [
    ['/', 200],
    ['/wall.css', 200],
    ['/almanac', 200],
    ['/office/', 200],
    ['/api/cards/999', 404],
    ['/office/nowhere', 404],
    ['/nowhere', 404],
  ] as const
  for (const [path, status] of answers) {
    const { headers, status: found } = await get(path)
    expect(found, path).toBe(status)
    const policy = headers.get('content-security-policy')
    expect(policy, path).toContain("default-src 'none'")
    expect(policy, path).toContain("frame-ancestors 'none'")
    expect(headers.get('x-content-type-options'), path).toBe('nosniff')
    expect(headers.get('referrer-policy'), path).toBe('same-origin')
  }
})

test('the post office weighs, and remembers the country in its session', async () => {
  const weigh = (country: string, weight: string, cookie = '') =>
    get('/office/quote', {
      method: 'POST',
      body: new URLSearchParams({ country, weight }),
      headers: { cookie },
    })
  const weighed = await weigh('fr', '26')
  expect([weighed.status, weighed.headers.get('location')]).toEqual([303, '/office/'])
  const [cookie = '', ...attributes] = weighed.headers.getSetCookie()[0]!.split('; ')
  expect(attributes).toEqual(expect.arrayContaining(['HttpOnly', 'SameSite=Lax']))
  const counter = await (await get('/office/', { headers: { cookie } })).text()
  expect(counter).toContain('<b>¥260</b> to France for 26 g.')
  expect(counter).toContain('<option value="fr" selected>France</option>')
  expect(await (await get('/office/')).text()).toContain('<option value="jp" selected>Japan</option>')

  const refused = await weigh('<x>', '"><script>', cookie)
  expect(refused.status).toBe(422)
  const form = await refused.text()
  expect(form).toContain('Choose a country from the list.')
  expect(form).toContain('value="&#34;&gt;&lt;script&gt;"')
  expect(form).not.toContain('"><script>')
})

test('postage rises with every ten grams begun', async () => {
  const prices: string[] = []
  for (const weight of ['1', '6', '7', '16', '17', '50']) {
    const body = new URLSearchParams({ country: 'jp', weight })
    const cookie = (await get('/office/quote', { method: 'POST', body })).headers
      .getSetCookie()[0]!
      .split('; ')[0]!
    prices.push(/¥\d+/.exec(await (await get('/office/', { headers: { cookie } })).text())![0])
  }
  expect(prices).toEqual(['¥85', '¥85', '¥127', '¥127', '¥170', '¥297'])
  for (const weight of ['0', '51', '-1', '1.5', 'x', '', '9999999999999999999999', '٣']) {
    const body = new URLSearchParams({ country: 'jp', weight })
    expect((await get('/office/quote', { method: 'POST', body })).status, weight).toBe(422)
  }
})

test('the pages of the office lead to the wall', async () => {
  const counter = await (await get('/office')).text()
  expect(counter).toContain('<link rel="stylesheet" href="/wall.css">')
  expect(counter).toContain('<a href="/almanac">Almanac</a>')
  expect(counter).toContain('action="/office/quote"')
})

/** A member, as far as cookies go. */
async function joined(name: string): Promise<(path: string, init?: RequestInit) => Promise<Response>> {
  const answer = await get('/api/members', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name, password: 'correct horse' }),
  })
  expect(answer.status).toBe(201)
  const [line] = answer.headers.getSetCookie()
  expect(line).toMatch(/^visit=[\w-]+; Max-Age=2592000; Path=\/; HttpOnly; SameSite=Lax$/)
  const cookie = line!.split('; ')[0]!
  return (path, init) => get(path, { ...init, headers: { ...init?.headers, cookie } })
}

test('who is signed in is known to the service, in the thread, and to the post office', async () => {
  const name = 'Zoë <b>'
  const zoe = await joined(name)
  expect(await (await zoe('/api/me')).json()).toEqual({ name })
  for (const path of ['/', '/almanac', '/office/']) {
    const page = await (await zoe(path)).text()
    expect(page, path).toMatch(/Zoë (?:&#60;|&lt;)b(?:&#62;|&gt;)/)
    expect(page, path).toContain('Sign out')
    expect(page, path).not.toContain(name)
    expect(await (await get(path)).text(), path).toContain('/sign-in')
  }
  const told = await (await get('/office/', { headers: { 'x-wall-member': 'Mallory' } })).text()
  expect(told).not.toContain('Mallory')
})

test('signing out ends it everywhere, and pages with a name on them are kept from caches that people share', async () => {
  const bob = await joined('Bob')
  expect((await bob('/')).headers.get('cache-control')).toBe('private')
  const left = await bob('/sign-out', { method: 'POST' })
  expect([left.status, left.headers.get('location')]).toEqual([303, '/'])
  expect(left.headers.getSetCookie()).toEqual(['visit=; Max-Age=0; Path=/; HttpOnly; SameSite=Lax'])
  expect((await get('/api/me')).status).toBe(401)
})

test('another site changes nothing, in the service, on the pages and in the post office', async () => {
  const eve = await joined('Eve')
  const from = { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' }
  const json = { ...from, 'content-type': 'application/json' }
  const form = { ...from, 'content-type': 'application/x-www-form-urlencoded' }
  const { id } = (await (
    await eve('/api/cards', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(HELLO),
    })
  ).json()) as Card
  const tried: [string, RequestInit][] = [
    ['/api/cards', { method: 'POST', headers: json, body: JSON.stringify(HELLO) }],
    [`/api/cards/${id}`, { method: 'DELETE', headers: from }],
    ['/api/pictures', { method: 'POST', headers: { ...from, 'content-type': 'image/png' }, body: 'x' }],
    ['/api/sign-out', { method: 'POST', headers: from }],
    ['/write', { method: 'POST', headers: form, body: new URLSearchParams(HELLO) }],
    ['/take-down', { method: 'POST', headers: form, body: new URLSearchParams({ id: String(id) }) }],
    ['/sign-in', { method: 'POST', headers: form, body: new URLSearchParams({ name: 'a', password: 'b' }) }],
    ['/sign-out', { method: 'POST', headers: form }],
    ['/office/quote', { method: 'POST', headers: form, body: new URLSearchParams({ country: 'fr' }) }],
  ]
  for (const [path, init] of tried) {
    const answer = await eve(path, init)
    expect([answer.status, answer.headers.getSetCookie()], path).toEqual([403, []])
    expect(await answer.json(), path).toMatchObject({ code: 'cross_site' })
  }
  expect(await api().read({ id })).toMatchObject({ by: 'Eve' })
})

test('a picture is sent with the progress told, shown, and kept by caches for an hour', async () => {
  const ada = await joined('Ada')
  const signedIn: typeof fetch = (url, init) => ada(String(url).slice(started.url.length), init)
  const typed = client<Wall>(wall.contract, http(`${started.url}/api`, { upload, fetch: signedIn }))
  const told: number[] = []
  const { name } = await typed.upload(
    { body: png(3_000_000) },
    { onProgress: ({ sent, total }) => told.push(sent / total) },
  )
  expect(told.length).toBeGreaterThan(1)
  expect(told.at(-1)).toBe(1)
  const shown = await get(`/api/pictures/${name}`)
  expect(Object.fromEntries(shown.headers)).toMatchObject({
    'content-type': 'image/png',
    'content-length': '3000000',
    'cache-control': 'public, max-age=3600',
    'x-content-type-options': 'nosniff',
  })
  expect(Buffer.from(await shown.arrayBuffer()).equals(png(3_000_000))).toBe(true)
})

test('without a Python that has Flask the rest of the wall is there', async () => {
  const path = await scratchFile()
  const lone = await Started.start('postcard-wall/app.ts', {
    WALL_DATA: dirname(path),
    WALL_PYTHON: fileURLToPath(import.meta.url),
  })
  onTestFinished(() => lone.stop())
  const office = await fetch(`${lone.url}/office`)
  expect([office.status, office.headers.get('content-type')]).toEqual([503, 'application/problem+json'])
  expect(await office.json()).toMatchObject({ code: 'call_refused' })
  for (const page of ['/', '/almanac', '/api/cards']) expect((await fetch(lone.url + page)).status).toBe(200)
})
