/**
 * The wall as a service: postcards, the pictures on them, and the members. It knows no HTTP.
 *
 * @module
 */
import { failure, raise, reply, service, verbs } from 'hagaki'
import { spool } from 'hagaki/spool'
import * as stream from 'hagaki/stream'
import { z } from 'zod'
import { Card, CardId, Draft } from './card.ts'
import { CardsFallen, cards } from './cards.ts'
import { door } from './members/door.ts'
import { owner } from './members/keeper.ts'
import { member, NotSignedIn, visitor } from './members/visit.ts'
import { KINDS, MOST_OCTETS, PictureName, typeOf } from './pictures/picture.ts'
import { NoPicture, pictures, WallFull } from './pictures/pictures.ts'

export const CardMissing = failure('card_missing', 'missing', z.object({ id: CardId }))
export const PictureMissing = failure('picture_missing', 'missing', z.object({ name: PictureName }))
export const NotYours = failure('not_yours', 'denied')

const Page = z.object({ cards: z.array(Card), next: CardId.nullable() })
const PageOf = z.object({ before: CardId.optional(), limit: z.number().int().min(1).max(100).default(30) })
const Which = z.object({ id: CardId })
const WhichPicture = z.object({ name: PictureName })

const picture = stream.bytes(...Object.values(KINDS))

const { reads } = verbs({ cards })
const { creates } = verbs({ visitor, cards, pictures })
const { deletes } = verbs({ owner, cards, pictures })
const live = stream.verbs({ cards })
const gallery = stream.verbs({ pictures })
const ofMembers = stream.verbs({ member, cards, pictures })

const list = reads(
  '/cards',
  { accepts: PageOf, returns: Page, summary: 'Cards, the newest first' },
  async ({ before = Number.MAX_SAFE_INTEGER, limit }, { cards }) => {
    await cards.fresh()
    return cards.page(before, limit)
  },
)

const read = reads(
  '/cards/{id}',
  { accepts: Which, returns: Card, errors: [CardMissing], summary: 'One card' },
  async ({ id }, { cards }) => {
    await cards.fresh()
    return cards.find(id) ?? raise(CardMissing({ id }))
  },
)

const add = creates(
  '/cards',
  {
    accepts: Draft,
    returns: Card,
    limit: '4kb',
    location: '/cards/{id}',
    errors: [NotSignedIn, PictureMissing],
    summary: 'Puts a card up',
    description:
      'Everybody may write. Cards of members bear their name, and may have a picture that was uploaded before.',
  },
  async ({ picture = null, ...draft }, { visitor, cards, pictures }) => {
    if (picture !== null) {
      if (visitor === null) raise(NotSignedIn())
      await cards.fresh()
      // One picture, one card: it goes with the card.
      if (cards.shows(picture.name) || (await pictures.find(picture.name)) === null)
        raise(PictureMissing({ name: picture.name }))
    }
    return cards.add({ ...draft, by: visitor?.name ?? null, picture })
  },
)

const watch = live.reads(
  '/watch',
  {
    accepts: z.object({ after: z.number().int().min(0).optional() }),
    gives: stream.items(Card, { id: ({ id }) => String(id), retryMs: 1_000 }),
    errors: [CardsFallen],
    summary: 'Cards after a number, and each new one when it comes',
    description:
      'Without a number, the new ones alone. Who comes back names the last card it saw by `last-event-id`.',
  },
  ({ after }, { cards, signal, resume }) => cards.watch(numberOf(resume) ?? after, signal),
)

const remove = deletes(
  '/cards/{id}',
  {
    accepts: Which,
    errors: [CardMissing, NotYours],
    summary: 'Takes a card down',
    description: 'Members take down their own; the keeper of the wall any, by a bearer token.',
  },
  async ({ id }, { owner, cards, pictures }) => {
    await cards.fresh()
    const card = cards.find(id) ?? raise(CardMissing({ id }))
    if (owner !== 'keeper' && owner.name !== card.by) raise(NotYours())
    if ((await cards.remove(id)) === null) raise(CardMissing({ id }))
    if (card.picture !== null) await pictures.remove(card.picture.name)
  },
)

const upload = ofMembers.creates(
  '/pictures',
  {
    takes: picture,
    limit: MOST_OCTETS,
    returns: WhichPicture,
    location: '/pictures/{name}',
    errors: [NoPicture, WallFull],
    summary: 'Uploads a picture for a card',
    description: 'For members. One that is on no card after an hour is thrown away.',
  },
  async ({ body }, { cards, pictures, defer }) => {
    const uploaded = await spool(body, { defer, limit: MOST_OCTETS, dir: pictures.folder })
    await cards.fresh() // before what hangs nowhere is thrown away
    return { name: await pictures.keep(uploaded, (name) => cards.shows(name)) }
  },
)

const show = gallery.reads(
  '/pictures/{name}',
  { accepts: WhichPicture, gives: picture, errors: [PictureMissing], fresh: '1h', summary: 'One picture' },
  async ({ name }, { pictures }) => {
    const { octets, pieces } = (await pictures.find(name)) ?? raise(PictureMissing({ name }))
    return reply(pieces, { mediaType: typeOf(name), length: octets })
  },
)

export const wall = service({ list, read, add, watch, remove, upload, show, members: door })
export type Wall = typeof wall
export default wall

function numberOf(id: string | null): number | undefined {
  return id !== null && /^[0-9]{1,15}$/.test(id) ? Number(id) : undefined
}
