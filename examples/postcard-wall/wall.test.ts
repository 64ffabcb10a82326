import { readdir } from 'node:fs/promises'
import { Fault, perform, request } from 'hagaki'
import { type Client, local } from 'hagaki/client'
import { expect, onTestFinished, test } from 'vitest'
import type { Draft } from './card.ts'
import type { Member } from './members/member.ts'
import { NotSignedIn } from './members/visit.ts'
import { NoPicture } from './pictures/pictures.ts'
import { HELLO, png, scratchResources } from './scratch.ts'
import { CardMissing, NotYours, PictureMissing, type Wall, wall } from './wall.ts'

const ADA: Member = { name: 'Ada' }

async function scratchWall(): Promise<Client<Wall>> {
  return local(wall, { ...(await scratchResources()), owner: 'keeper' })
}

/** One wall as several people see it, and the folder of its pictures. */
async function peopleAtWall(): Promise<{
  ada: Client<Wall>
  bob: Client<Wall>
  nobody: Client<Wall>
  kept: () => Promise<string[]>
}> {
  const resources = await scratchResources()
  const as = (who: Member): Client<Wall> =>
    local(wall, { ...resources, member: who, visitor: who, owner: who })
  return {
    ada: as(ADA),
    bob: as({ name: 'Bob' }),
    nobody: local(wall, resources),
    kept: () => readdir(resources.pictures.folder),
  }
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
  const app = wall.with(await scratchResources())
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

test('everybody may write; the cards of members bear their name, whatever they say they are from', async () => {
  const { ada, nobody } = await peopleAtWall()
  expect(await nobody.add({ ...HELLO, from: 'Ada' })).toMatchObject({ from: 'Ada', by: null, picture: null })
  expect(await ada.add({ ...HELLO, from: 'A.' })).toMatchObject({ from: 'A.', by: 'Ada', picture: null })
})

test('a picture that was uploaded hangs on one card, is shown, and goes with it', async () => {
  const { ada, bob, nobody, kept } = await peopleAtWall()
  const bytes = png(200_000)
  const { name } = await ada.upload({ body: bytes })
  const card = await ada.add({ ...HELLO, picture: { name, alt: ' A pixel ' } })
  expect(card.picture).toEqual({ name, alt: 'A pixel' })

  const pieces: Uint8Array[] = []
  for await (const piece of nobody.show({ name })) pieces.push(piece)
  expect(Buffer.concat(pieces).equals(bytes)).toBe(true)

  const again = await failed(bob.add({ ...HELLO, picture: { name } }))
  expect(PictureMissing.is(again)).toBe(true)
  await ada.remove({ id: card.id })
  expect(await kept()).toEqual(expect.not.arrayContaining([name]))
  await expect(nobody.show({ name }).next()).rejects.toMatchObject({ detail: { status: 404 } })
})

test('a picture is for members, who say which they have uploaded', async () => {
  const { ada, nobody } = await peopleAtWall()
  expect(NotSignedIn.is(await failed(nobody.upload({ body: png() })))).toBe(true)
  const { name } = await ada.upload({ body: png() })
  expect(NotSignedIn.is(await failed(nobody.add({ ...HELLO, picture: { name } })))).toBe(true)
  const unknown = '00000000-0000-4000-8000-000000000000.png'
  expect(PictureMissing.is(await failed(ada.add({ ...HELLO, picture: { name: unknown } })))).toBe(true)
  for (const odd of ['', '../cards.jsonl', `${name}/..`, name.toUpperCase(), `${unknown}\n`]) {
    expect((await failed(ada.add({ ...HELLO, picture: { name: odd } }))).detail.status, odd).toBe(422)
  }
})

test('what is no picture by its first octets is kept nowhere, whatever it is called', async () => {
  const { ada, kept } = await peopleAtWall()
  const none = ['', 'x', '<svg xmlns="http://www.w3.org/2000/svg"/>', '<script>', 'GIF89a', 'RIFF1234WAVE']
  for (const text of none) {
    expect(NoPicture.is(await failed(ada.upload({ body: Buffer.from(text) }))), text).toBe(true)
  }
  const app = wall.with({ ...(await scratchResources()), member: ADA })
  const sent = request('POST', '/pictures', { headers: { 'content-type': 'image/svg+xml' }, body: '<svg/>' })
  expect((await perform(app, sent)).status).toBe(415)
  expect((await kept()).filter((name) => /\.(?:png|jpg|webp)$/.test(name))).toEqual([])
})

test('the kind of a picture is that of its octets', async () => {
  const { ada, nobody } = await peopleAtWall()
  for (const [first, ending] of [
    ['\xff\xd8\xff\xe0', 'jpg'],
    ['\x89PNG\r\n\x1a\n', 'png'],
    ['RIFF\x10\0\0\0WEBP', 'webp'],
  ] as const) {
    const { name } = await ada.upload({ body: Buffer.from(`${first}and more`, 'latin1') })
    expect(name).toMatch(new RegExp(`\\.${ending}$`))
    const pieces = nobody.show({ name })
    expect((await pieces.next()).done).toBe(false)
    await pieces.return()
  }
})

test('a picture has at most 8 MB', async () => {
  const { ada } = await peopleAtWall()
  const most = 8 * 1024 * 1024
  expect(await ada.upload({ body: png(most) })).toEqual({ name: expect.any(String) as string })
  expect((await failed(ada.upload({ body: png(most + 1) }))).detail).toMatchObject({
    status: 413,
    code: 'body_too_large',
  })
})

test('members take down their own cards, and no others', async () => {
  const { ada, bob, nobody } = await peopleAtWall()
  const { id } = await ada.add(HELLO)
  expect(NotSignedIn.is(await failed(nobody.remove({ id })))).toBe(true)
  expect(NotYours.is(await failed(bob.remove({ id })))).toBe(true)
  await ada.remove({ id })
  expect(CardMissing.is(await failed(ada.remove({ id })))).toBe(true)
  const passerBy = await nobody.add({ ...HELLO, from: 'Ada' })
  expect(NotYours.is(await failed(ada.remove({ id: passerBy.id })))).toBe(true)
})

test('who watches again goes on after the card he saw last', async () => {
  const app = wall.with(await scratchResources())
  for (let count = 0; count < 3; count++) await app.invoke('add', HELLO)
  const first = async (last: string, query: string): Promise<number | undefined> => {
    const options = { headers: last === '' ? {} : { 'last-event-id': last } }
    for await (const card of await app.invoke('watch', { after: Number(query) }, options)) return card.id
  }
  expect(await first('', '0')).toBe(1)
  expect(await first('2', '0')).toBe(3)
  for (const odd of ['x', '-1', '1e3', '9'.repeat(16)]) expect(await first(odd, '1'), odd).toBe(2)
})

test('the contract names what each handler does and may refuse', () => {
  const { handlers } = wall.contract
  expect(Object.entries(handlers).map(([name, { verb, path }]) => `${name}: ${verb} ${path}`)).toEqual([
    'list: reads /cards',
    'read: reads /cards/{id}',
    'add: creates /cards',
    'watch: reads /watch',
    'remove: deletes /cards/{id}',
    'upload: creates /pictures',
    'show: reads /pictures/{name}',
    'members.join: creates /members',
    'members.signIn: acts /sign-in',
    'members.signOut: acts /sign-out',
    'members.me: reads /me',
  ])
  expect(handlers['remove']).toMatchObject({
    guards: ['owner'],
    errors: {
      not_signed_in: { kind: 'unauthenticated' },
      not_keeper: { kind: 'denied' },
      not_yours: { kind: 'denied' },
      card_missing: { kind: 'missing' },
    },
  })
  expect(handlers['upload']?.guards).toEqual(['member'])
  for (const [name, { summary }] of Object.entries(handlers)) expect(summary, name).toBeTruthy()
})
