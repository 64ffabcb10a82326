/** The wall as several processes, which share its folder and nothing else. */
import { rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { type Client, client, http } from 'hagaki/client'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { python } from '../../scripts/needs.ts'
import { Started } from '../started.ts'
import { HELLO, temporary } from './scratch.ts'
import { type Wall, wall } from './wall.ts'

let folder: string
let started: Started

beforeAll(async () => {
  folder = await temporary()
  started = await Started.start(
    'postcard-wall/app.ts',
    { WALL_DATA: folder, WALL_PYTHON: python() },
    { workers: '2' },
  )
})

afterAll(async () => {
  await started?.stop()
  await rm(dirname(folder), { recursive: true, force: true })
})

/** Each call on a connection of its own: the workers take turns. */
const apart = { headers: { connection: 'close' } }
const api = (headers: Record<string, string> = {}): Client<Wall> =>
  client<Wall>(wall.contract, http(`${started.url}/api`, { headers: { ...apart.headers, ...headers } }))

test('whichever worker takes a card, whoever watches another one sees it within a second', async () => {
  const { id } = await api().add(HELLO)
  const watching = Array.from({ length: 6 }, () =>
    api()
      .watch({ after: id - 1 })
      [Symbol.asyncIterator](),
  )
  for (const watch of watching) expect((await watch.next()).value?.id).toBe(id)
  const tookMs: number[] = []
  for (let round = 1; round <= 6; round++) {
    const coming = watching.map((watch) => watch.next())
    const begunMs = performance.now()
    const card = await api().add({ ...HELLO, text: `Round ${round}` })
    const seen = await Promise.all(coming)
    tookMs.push(performance.now() - begunMs)
    expect(seen.map(({ value }) => value)).toEqual(watching.map(() => card))
  }
  expect(Math.min(...tookMs), 'where the machine let it').toBeLessThan(1_000)
  for (const watch of watching) await watch.return()
})

test('whoever was told that his card hangs finds it, whichever worker he asks', async () => {
  for (let round = 0; round < 10; round++) {
    const card = await api().add(HELLO)
    const found = [1, 2, 3, 4].map(() => api().read({ id: card.id }))
    expect(await Promise.all(found)).toEqual([card, card, card, card])
  }
})

test('many cards at once have a number each, and all workers show the same', async () => {
  const added = await Promise.all(Array.from({ length: 40 }, () => api().add(HELLO)))
  expect(new Set(added.map(({ id }) => id)).size).toBe(40)
  await api().add({ ...HELLO, text: 'the last one' })
  const lists = await Promise.all(Array.from({ length: 4 }, () => api().list({ limit: 100 })))
  for (const list of lists) expect(list).toEqual(lists[0])
})

test('who has joined at one worker is signed in at all of them, and known by the password to all', async () => {
  const { headers } = await fetch(`${started.url}/api/members`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...apart.headers },
    body: JSON.stringify({ name: 'Ada', password: 'correct horse' }),
  })
  const cookie = headers.getSetCookie()[0]!.split('; ')[0]!
  for (let count = 0; count < 4; count++) {
    expect(await api({ cookie }).members.me()).toEqual({ name: 'Ada' })
    expect(await api().members.signIn({ name: 'ada', password: 'correct horse' })).toEqual({ name: 'Ada' })
  }
})

test('the post offices of all workers know the same sessions', async () => {
  const weighed = await fetch(`${started.url}/office/quote`, {
    method: 'POST',
    body: new URLSearchParams({ country: 'ke', weight: '10' }),
    headers: apart.headers,
    redirect: 'manual',
  })
  const cookie = weighed.headers.getSetCookie()[0]!.split('; ')[0]!
  for (let count = 0; count < 4; count++) {
    const counter = await fetch(`${started.url}/office/`, { headers: { ...apart.headers, cookie } })
    expect(await counter.text()).toContain('to Kenya for 10 g.')
  }
})
