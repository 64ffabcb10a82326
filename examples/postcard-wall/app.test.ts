import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { client, http } from 'hagaki/client'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { python } from '../../scripts/needs.ts'
import { Started } from '../started.ts'
import type { Card } from './card.ts'
import { HELLO, scratchFile } from './scratch.ts'
import { type Wall, wall } from './wall.ts'

let folder: string
let started: Started

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'postcard-wall-'))
  started = await Started.start('postcard-wall/app.ts', {
    WALL_FILE: join(folder, 'cards.jsonl'),
    WALL_PYTHON: python(),
  })
}, 60_000)

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
  const { value } = await answer.body!.getReader().read()
  const [line, ...rest] = new TextDecoder().decode(value).split('\n')
  expect((JSON.parse(line!.replace(/^data: /, '')) as Card).id).toBe(id)
  expect(rest).toEqual(['', ''])
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

test('without a Python that has Flask the rest of the wall is there', async () => {
  const path = await scratchFile()
  const lone = await Started.start('postcard-wall/app.ts', {
    WALL_FILE: path,
    WALL_PYTHON: fileURLToPath(import.meta.url),
  })
  onTestFinished(() => lone.stop())
  const office = await fetch(`${lone.url}/office`)
  expect([office.status, office.headers.get('content-type')]).toEqual([503, 'application/problem+json'])
  expect(await office.json()).toMatchObject({ code: 'call_refused' })
  for (const page of ['/', '/almanac', '/api/cards']) expect((await fetch(lone.url + page)).status).toBe(200)
}, 60_000)
