import { join } from 'node:path'
import { inflateSync } from 'node:zlib'
import { bodyText, perform, request } from 'hagaki'
import { expect, onTestFinished, test } from 'vitest'
import { HELLO, scratchCards, scratchFolder } from '../scratch.ts'
import almanac from './almanac.ts'
import { encodePng } from './png.ts'
import { tally } from './tally.ts'

const card = (text: string, from = 'Ada', hour = 11) => ({
  ...HELLO,
  id: 1,
  text,
  from,
  by: null,
  picture: null,
  at: new Date(Date.UTC(2026, 10, 20, hour)).toISOString(),
})

/** A wall where the almanac looks for it. */
async function hang(): ReturnType<typeof scratchCards> {
  const folder = await scratchFolder()
  process.env['WALL_DATA'] = folder
  onTestFinished(() => void delete process.env['WALL_DATA'])
  return scratchCards(join(folder, 'cards.jsonl'))
}

const get = (path: string) => perform(almanac, request('GET', path, { mount: '/town/almanac' }))

test('words count by what they say, in any script and any case, the common ones aside', () => {
  const { words } = tally([card('The sea, the SEA! And it is a Café.'), card('海 東京 café'), card('sea')])
  expect(words).toEqual([
    ['sea', 3],
    ['café', 2],
    ['東京', 1],
  ])
})

test('a tally has hours of the day, and those who wrote most; ties go by name', () => {
  const { cards, hours, writers } = tally([
    card('x', 'Bo', 0),
    card('x', 'Al', 23),
    card('x', 'Cy', 23),
    card('x', 'Cy', 23),
  ])
  expect(cards).toBe(4)
  expect([hours.length, hours[0], hours[23]]).toEqual([24, 1, 3])
  expect(writers).toEqual([
    ['Cy', 2],
    ['Al', 1],
    ['Bo', 1],
  ])
})

test('the page counts the cards that hang, whatever is written on them', async () => {
  const cards = await hang()
  expect(bodyText(await get('/'))).toContain('0 cards hang on the wall')
  await cards.add({ ...HELLO, text: '<script>', from: '<b>' })
  await cards.add(HELLO)
  await cards.remove(2)
  const page = bodyText(await get('/'))!
  expect(page).toContain('1 card hangs on the wall')
  expect(page).toContain('<bdi>&#60;b&#62;</bdi>')
  expect(page).toContain('Busiest: 11:00 to 12:00, with 1 card.')
})

test('its links lead to the wall above it, and its picture to itself', async () => {
  await hang()
  const page = bodyText(await get('/'))!
  expect(page).toContain('<link rel="stylesheet" href="/town/wall.css">')
  expect(page).toContain('<a href="/town/almanac" aria-current="page">')
  expect(page).toContain('src="/town/almanac/stamp.png"')
})

test('the same cards give the same stamp, others another', async () => {
  const cards = await hang()
  const stamp = async (): Promise<Buffer> => {
    const { contentType, body } = await get('/stamp.png')
    expect(contentType).toBe('image/png')
    return Buffer.from(body!)
  }
  const bare = await stamp()
  await cards.add(HELLO)
  expect(bare.equals(await stamp())).toBe(false)
  await cards.remove(1)
  expect(await stamp()).toEqual(bare)
})

test('it only shows, and only what it has', async () => {
  await hang()
  expect((await perform(almanac, request('POST', '/'))).status).toBe(405)
  expect((await get('/nowhere')).status).toBe(404)
})

test('a picture is whole PNG chunks, each row what differs from the one above (PNG 9.2)', () => {
  const rgb = Buffer.from([1, 2, 3, 250, 251, 252, 4, 5, 6, 5, 4, 3])
  const png = encodePng({ width: 2, height: 2, rgb })
  expect(png.subarray(0, 8)).toEqual(Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'))
  expect(png.subarray(8, 33).toString('hex')).toBe(
    '0000000d49484452000000020000000208020000 00fdd49a73'.replace(' ', ''),
  )
  const length = png.readUInt32BE(33)
  expect([...inflateSync(png.subarray(41, 41 + length))]).toEqual([
    2, 1, 2, 3, 250, 251, 252, 2, 3, 3, 3, 11, 9, 7,
  ])
  expect(png.subarray(45 + length).toString('hex')).toBe('0000000049454e44ae426082')
})
