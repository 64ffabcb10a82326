import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { closeApp, openApp, serverFacts } from 'hagaki'
import { expect, onTestFinished, test } from 'vitest'
import { Board } from './board.ts'
import type { Card } from './card.ts'
import { Cards, CardsFallen } from './cards.ts'
import { HELLO, scratchCards, scratchFile, scratchFolder, THEN } from './scratch.ts'
import { wall } from './wall.ts'

const idsOf = (cards: Cards): number[] => cards.page(Infinity, 100).cards.map(({ id }) => id)

/** The next `count` cards. */
async function take(watched: AsyncGenerator<Card, void>, count: number): Promise<number[]> {
  const ids: number[] = []
  while (ids.length < count) ids.push((await watched.next()).value!.id)
  return ids
}

const forever = new AbortController().signal

test('a card has the next number and the time of the clock', async () => {
  const cards = await scratchCards()
  const at = '2026-11-20T11:30:00.000Z'
  expect(await cards.add(HELLO)).toEqual({ id: 1, ...HELLO, at, by: null, picture: null })
  expect((await cards.add(HELLO)).id).toBe(2)
})

test('an accepted card is in the file, and nobody sees it before', async () => {
  const path = await scratchFile()
  const cards = await scratchCards(path)
  const adding = cards.add(HELLO)
  expect(idsOf(cards)).toEqual([])
  const { id: _, ...card } = await adding
  expect(JSON.parse(await readFile(path, 'utf8'))).toEqual({ ...card, mark: expect.any(String) as string })
  expect(idsOf(cards)).toEqual([1])
})

test('after a restart the wall is what it was, and numbers go on', async () => {
  const path = await scratchFile()
  const before = await Cards.open(path)
  await Promise.all([1, 2, 3, 4].map(() => before.add(HELLO)))
  expect((await before.remove(4))?.id).toBe(4)
  expect((await before.remove(2))?.id).toBe(2)
  expect(await before.remove(2)).toBe(null)
  await before.close()
  const after = await scratchCards(path)
  expect(idsOf(after)).toEqual([3, 1])
  expect((await after.add(HELLO)).id).toBe(5)
})

test('a wall that is full at the restart still keeps the newest alone', async () => {
  const path = await scratchFile()
  const before = await Cards.open(path)
  for (let count = 0; count < 5; count++) await before.add(HELLO)
  await before.close()
  expect(idsOf(await scratchCards(path, new Board(3)))).toEqual([5, 4, 3])
})

test('a page says where the next begins, and the last that there is none', async () => {
  const cards = await scratchCards()
  for (let count = 0; count < 4; count++) await cards.add(HELLO)
  expect(cards.page(Infinity, 2).next).toBe(3)
  expect(cards.page(3, 2).next).toBe(null)
  expect((await scratchCards()).page(Infinity, 2)).toEqual({ cards: [], next: null })
})

test('a watcher sees each card once and in order, from where it stopped looking', async () => {
  const cards = await scratchCards()
  await Promise.all([1, 2, 3].map(() => cards.add(HELLO)))
  const watched = cards.watch(1, forever)
  expect(await take(watched, 2)).toEqual([2, 3])
  const coming = take(watched, 2)
  await Promise.all([4, 5].map(() => cards.add(HELLO)))
  expect(await coming).toEqual([4, 5])
})

test('a watcher that names no card sees the new ones alone', async () => {
  const cards = await scratchCards()
  await cards.add(HELLO)
  const coming = take(cards.watch(undefined, forever), 1)
  await cards.add(HELLO)
  expect(await coming).toEqual([2])
})

test('a card that was taken down before a watcher came to it is not shown', async () => {
  const cards = await scratchCards()
  await Promise.all([1, 2, 3].map(() => cards.add(HELLO)))
  const watched = cards.watch(0, forever)
  expect(await take(watched, 1)).toEqual([1])
  await cards.remove(2)
  expect(await take(watched, 1)).toEqual([3])
})

test('a watcher ends when nobody waits for it any more', async () => {
  const cards = await scratchCards()
  const leaving = new AbortController()
  const coming = cards.watch(0, leaving.signal).next()
  leaving.abort()
  expect(await coming).toEqual({ done: true, value: undefined })
})

test('a watcher so slow that cards have fallen off learns so, and skips none', async () => {
  const cards = await scratchCards(undefined, new Board(2))
  await cards.add(HELLO)
  const watched = cards.watch(0, forever)
  expect(await take(watched, 1)).toEqual([1])
  for (let count = 0; count < 3; count++) await cards.add(HELLO)
  const late = await watched.next().catch((error: unknown) => error)
  expect(CardsFallen.is(late) && late.data).toEqual({ fallen: 2 })
})

test('two processes hang cards on one wall: no number is given twice, and each is taken down once', async () => {
  const path = await scratchFile()
  const walls = [await scratchCards(path), await scratchCards(path)]
  const watched = walls.map((cards) => take(cards.watch(0, forever), 20))
  const added = await Promise.all(Array.from({ length: 20 }, (_, at) => walls[at % 2]!.add(HELLO)))
  const all = Array.from({ length: 20 }, (_, at) => at + 1)
  expect(added.map(({ id }) => id).sort((a, b) => a - b)).toEqual(all)
  expect(await Promise.all(watched)).toEqual([all, all])
  const removed = await Promise.all(walls.map((cards) => cards.remove(7)))
  expect(removed.filter((card) => card !== null)).toHaveLength(1)
})

test('cards of a file from before there were members hang as they were, by their own numbers', async () => {
  const path = await scratchFile()
  const at = new Date(THEN).toISOString()
  const old = [{ id: 3, ...HELLO, at }, { id: 9, ...HELLO, at }, { removed: 3 }]
  await mkdir(dirname(path))
  await writeFile(path, old.map((entry) => `${JSON.stringify(entry)}\n`).join(''))
  const cards = await scratchCards(path)
  expect(cards.page(Infinity, 9).cards).toEqual([{ id: 9, ...HELLO, at, by: null, picture: null }])
  expect((await cards.add(HELLO)).id).toBe(10)
})

test('the file is where WALL_DATA says, and times are the clock of the server', async () => {
  const folder = await scratchFolder()
  process.env['WALL_DATA'] = folder
  onTestFinished(() => void delete process.env['WALL_DATA'])
  await openApp(wall, serverFacts({ now: () => THEN }))
  const card = await wall.invoke('add', HELLO)
  await closeApp(wall)
  expect(card.at).toBe(new Date(THEN).toISOString())
  expect(await readFile(join(folder, 'cards.jsonl'), 'utf8')).toContain(card.at)
})
