/**
 * What a postcard is, as data.
 *
 * @module
 */
import { z } from 'zod'
import { line, lines, named } from './line.ts'
import { PictureName } from './pictures/picture.ts'

/** UTF-16 code units, as a browser counts them for `maxlength`. */
export const MOST = { text: 280, name: 40, lines: 12, alt: 120 } as const

/** A picture on a card, and what it shows, in words for those who do not see it. */
const Picture = z.object({
  name: PictureName,
  alt: line.max(MOST.alt, `must have at most ${MOST.alt} characters`).or(z.literal('')).default(''),
})

/** What somebody writes. Space around it is dropped. */
export const Draft = z.object({
  text: lines
    .max(MOST.text, `must have at most ${MOST.text} characters`)
    .regex(/^[^\n]*(?:\n[^\n]*){0,11}$/, `must have at most ${MOST.lines} lines`),
  from: named(MOST.name),
  to: named(MOST.name),
  picture: Picture.optional().describe('That was uploaded before, by a member'),
})
export type Draft = z.infer<typeof Draft>

/** The number of a card: 1 is the first, and a number is never given twice. */
export const CardId = z.number().int().positive()

const hung = {
  text: z.string(),
  from: z.string(),
  to: z.string(),
  at: z.iso.datetime(),
}

/** A card on the wall. The rules for drafts may change; cards that hang stay what they are. */
export const Card = z
  .strictObject({
    id: CardId,
    ...hung,
    by: z.string().nullable().describe('The member who wrote it; null for a passer-by'),
    picture: z.strictObject({ name: PictureName, alt: z.string() }).nullable(),
  })
  .meta({ id: 'Card' })
export type Card = z.infer<typeof Card>

/**
 * A line of the cards file: a card that was put up, or the number of one that was taken down. Cards are
 * numbered in the order of their lines; those of older files say their number, and have no more than a text.
 */
export const Entry = z.union([
  z.strictObject({
    ...hung,
    id: CardId.optional(),
    by: Card.shape.by.default(null),
    picture: Card.shape.picture.default(null),
  }),
  z.strictObject({ removed: CardId }),
])
export type Entry = z.infer<typeof Entry>
