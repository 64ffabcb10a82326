/**
 * The wall as a service: list, read, add, watch and remove postcards. It knows no HTTP.
 *
 * @module
 */
import { failure, raise, service, verbs } from 'hagaki'
import * as stream from 'hagaki/stream'
import { z } from 'zod'
import { Card, CardId, Draft } from './card.ts'
import { CardsFallen, cards } from './cards.ts'
import { keeper } from './keeper.ts'

export const CardMissing = failure('card_missing', 'missing', z.object({ id: CardId }))

const Page = z.object({ cards: z.array(Card), next: CardId.nullable() })
const PageOf = z.object({ before: CardId.optional(), limit: z.number().int().min(1).max(100).default(30) })
const Which = z.object({ id: CardId })

const { reads, creates } = verbs({ cards })
const { deletes } = verbs({ keeper, cards })
const live = stream.verbs({ cards })

const list = reads(
  '/cards',
  { accepts: PageOf, returns: Page, summary: 'Cards, the newest first' },
  ({ before = Number.MAX_SAFE_INTEGER, limit }, { cards }) => cards.page(before, limit),
)

const read = reads(
  '/cards/{id}',
  { accepts: Which, returns: Card, errors: [CardMissing], summary: 'One card' },
  ({ id }, { cards }) => cards.find(id) ?? raise(CardMissing({ id })),
)

const add = creates(
  '/cards',
  { accepts: Draft, returns: Card, limit: '4kb', summary: 'Puts a card up' },
  (draft, { cards }) => cards.add(draft),
)

const watch = live.reads(
  '/watch',
  {
    accepts: z.object({ after: z.number().int().min(0).optional() }),
    gives: stream.items(Card),
    errors: [CardsFallen],
    summary: 'Cards after a number, and each new one when it comes',
  },
  ({ after }, { cards, signal }) => cards.watch(after, signal),
)

const remove = deletes(
  '/cards/{id}',
  { accepts: Which, errors: [CardMissing], summary: 'Takes a card down; for the keeper' },
  async ({ id }, { cards }) => {
    if (!(await cards.remove(id))) raise(CardMissing({ id }))
  },
)

export const wall = service({ list, read, add, watch, remove })
export type Wall = typeof wall
export default wall
