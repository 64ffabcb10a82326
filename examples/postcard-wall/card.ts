/**
 * What a postcard is, as data.
 *
 * @module
 */
import { z } from 'zod'

/** UTF-16 code units, as a browser counts them for `maxlength`. */
export const MOST = { text: 280, name: 40, lines: 12 } as const

const CONTROL = 'must not hold control characters'
const EMPTY = 'must not be empty'

// \P{Cs} leaves out halves of a surrogate pair, which no file could hold.
const line = z
  .string()
  .trim()
  .min(1, EMPTY)
  .regex(/^[^\p{Cc}\p{Cs}]*$/u, CONTROL)
const lines = z
  .string()
  .trim()
  .min(1, EMPTY)
  .regex(/^(?:[^\p{Cc}\p{Cs}]|\n)*$/u, CONTROL)

/** What somebody writes. Space around it is dropped. */
export const Draft = z.object({
  text: lines
    .max(MOST.text, `must have at most ${MOST.text} characters`)
    .regex(/^[^\n]*(?:\n[^\n]*){0,11}$/, `must have at most ${MOST.lines} lines`),
  from: line.max(MOST.name, `must have at most ${MOST.name} characters`),
  to: line.max(MOST.name, `must have at most ${MOST.name} characters`),
})
export type Draft = z.infer<typeof Draft>

/** The number of a card: 1 is the first, and a number is never given twice. */
export const CardId = z.number().int().positive()

/** A card on the wall. The rules for drafts may change; cards that hang stay what they are. */
export const Card = z.strictObject({
  id: CardId,
  text: z.string(),
  from: z.string(),
  to: z.string(),
  at: z.iso.datetime(),
})
export type Card = z.infer<typeof Card>

/** A line of the cards file: a card that was put up, or the number of one that was taken down. */
export const Entry = z.union([Card, z.strictObject({ removed: CardId })])
export type Entry = z.infer<typeof Entry>
