import { Fault, perform, request } from 'hagaki'
import { type Client, local } from 'hagaki/client'
import { expect, onTestFinished, test } from 'vitest'
import type { Draft } from './card.ts'
import { HELLO, scratchCards } from './scratch.ts'
import { CardMissing, type Wall, wall } from './wall.ts'

async function scratchWall(): Promise<Client<Wall>> {
  return local(wall, { cards: await scratchCards(), keeper: 'keeper' })
}

async function failed(call: Promise<unknown>): Promise<Fault<'call_answered'>> {
  return call.then(
    () => Promise.reject(new Error('it was accepted')),
    (error: Fault<'call_answered'>) => error,
  )
}

/** What is wrong with a draft, as "pointer message". */
async function refusal(api: Client<Wall>, draft: object): Promise<string[]> {
  const { detail } = await failed(api.add({ ...HELLO, ...draft } as Draft))
  expect(detail).toMatchObject({ status: 422, code: 'input_invalid' })
  return (detail.data as { issues: { pointer: string; message: string }[] }).issues.map(
    ({ pointer, message }) => `${pointer} ${message}`,
  )
}

test('a card that was added is read, listed and watched', async () => {
  const api = await scratchWall()
  const card = await api.add(HELLO)
  expect(card).toMatchObject(HELLO)
  expect(await api.read({ id: card.id })).toEqual(card)
  expect(await api.list()).toEqual({ cards: [card], next: null })
  for await (const seen of api.watch({ after: 0 })) {
    expect(seen).toEqual(card)
    break
  }
})

test('a list has 30 cards, or up to 100, and its next page goes on where it ended', async () => {
  const api = await scratchWall()
  for (let count = 0; count < 32; count++) await api.add(HELLO)
  const first = await api.list()
  expect(first.cards).toHaveLength(30)
  const second = await api.list({ before: first.next! })
  expect(second.cards.map(({ id }) => id)).toEqual([2, 1])
  expect((await api.list({ limit: 100 })).cards).toHaveLength(32)
  for (const limit of [0, 101]) expect((await failed(api.list({ limit }))).detail.status).toBe(422)
})

test('a text may have 280 characters and 12 lines, a name 40', async () => {
  const api = await scratchWall()
  const fits = [
    { text: 'x'.repeat(280) },
    { text: '葉'.repeat(280) },
    { text: 'x\n'.repeat(11) + 'x' },
    { from: 'x'.repeat(40), to: 'x'.repeat(40) },
  ]
  for (const draft of fits) expect(await api.add({ ...HELLO, ...draft })).toMatchObject(draft)
  expect(await refusal(api, { text: 'x'.repeat(281) })).toEqual(['/text must have at most 280 characters'])
  expect(await refusal(api, { text: 'x\n'.repeat(12) + 'x' })).toEqual(['/text must have at most 12 lines'])
  expect(await refusal(api, { from: 'x'.repeat(41), to: 'x'.repeat(41) })).toEqual([
    '/from must have at most 40 characters',
    '/to must have at most 40 characters',
  ])
})

test('space around what was written is dropped, and nothing else is nothing', async () => {
  const api = await scratchWall()
  expect(await api.add({ text: '  a\n b ', from: ' c\t', to: '\u3000d' })).toMatchObject({
    text: 'a\n b',
    from: 'c',
    to: 'd',
  })
  for (const empty of ['', '   ', '\n\n']) {
    expect(await refusal(api, { text: empty })).toEqual(['/text must not be empty'])
  }
})

test('control characters are refused, but for line feeds in the text', async () => {
  const api = await scratchWall()
  for (const control of ['\0', '\t', '\r\n', '\x1b[2J', '\x7f', '\x85']) {
    const held = `a${control}b`
    expect(await refusal(api, { text: held, from: held, to: held })).toEqual([
      '/text must not hold control characters',
      '/from must not hold control characters',
      '/to must not hold control characters',
    ])
  }
  expect(await refusal(api, { from: 'a\nb' })).toEqual(['/from must not hold control characters'])
  // The client does not even send half of a character.
  expect(await failed(api.add({ ...HELLO, from: 'a\ud800' }))).toMatchObject({ code: 'input_invalid' })
})

test('a body over 4 KiB is refused before it is read', async () => {
  const api = await scratchWall()
  expect((await failed(api.add({ ...HELLO, text: 'x'.repeat(5_000) }))).detail).toMatchObject({
    status: 413,
    code: 'body_too_large',
  })
})

test('what is not there can be neither read nor removed', async () => {
  const api = await scratchWall()
  for (const call of [api.read({ id: 7 }), api.remove({ id: 7 })]) {
    const error = await failed(call)
    expect(error.detail.status).toBe(404)
    expect(CardMissing.is(error) && error.data).toEqual({ id: 7 })
  }
})

test('the keeper alone removes, by the token of WALL_TOKEN', async () => {
  const app = wall.with({ cards: await scratchCards() })
  await app.invoke('add', HELLO)
  const remove = async (authorization?: string): Promise<number> => {
    const headers = authorization === undefined ? {} : { authorization }
    return (await perform(app, request('DELETE', '/cards/1', { headers }))).status
  }
  onTestFinished(() => void delete process.env['WALL_TOKEN'])

  delete process.env['WALL_TOKEN']
  expect(await remove('Bearer undefined')).toBe(403)
  process.env['WALL_TOKEN'] = ''
  expect(await remove('Bearer x')).toBe(403)
  process.env['WALL_TOKEN'] = 'secret'
  for (const wrong of ['Bearer secre', 'Bearer secret2', 'Bearer SECRET'])
    expect(await remove(wrong)).toBe(403)
  for (const none of [undefined, 'secret', 'Basic secret', 'Bearer']) expect(await remove(none)).toBe(401)
  expect(await remove('bearer secret')).toBe(204)
  expect(await remove('Bearer secret')).toBe(404)
})

test('the contract names what each handler does and may refuse', () => {
  const { handlers } = wall.contract
  expect(Object.entries(handlers).map(([name, { verb, path }]) => `${name}: ${verb} ${path}`)).toEqual([
    'list: reads /cards',
    'read: reads /cards/{id}',
    'add: creates /cards',
    'watch: reads /watch',
    'remove: deletes /cards/{id}',
  ])
  expect(handlers['remove']).toMatchObject({
    guards: ['keeper'],
    errors: {
      token_needed: { kind: 'unauthenticated' },
      not_keeper: { kind: 'denied' },
      card_missing: { kind: 'missing' },
    },
  })
})
