/**
 * Counting cards. Pure.
 *
 * @module
 */
import type { Card } from '../card.ts'

export type Count = readonly [name: string, count: number]

export interface Tally {
  readonly cards: number
  /** Most used first, at most ten. */
  readonly words: readonly Count[]
  /** Who wrote most, at most five. */
  readonly writers: readonly Count[]
  /** Cards by hour of the day, UTC: 24 numbers. */
  readonly hours: readonly number[]
}

export function tally(cards: readonly Card[]): Tally {
  const hours = Array.from({ length: 24 }, () => 0)
  for (const { at } of cards) hours[new Date(at).getUTCHours()]!++
  return {
    cards: cards.length,
    words: most(
      cards.flatMap(({ text }) => wordsOf(text)),
      10,
    ),
    writers: most(
      cards.map(({ from }) => from),
      5,
    ),
    hours,
  }
}

const WORDS = new Intl.Segmenter('en', { granularity: 'word' })

// Words of every cards-writing English hand, which say nothing about this wall.
const COMMON = new Set(
  'about after all and are been but can could for from had has have here how into its just like more much not now off one our out over she some such than that the their them then there these they this those too two very was were what when where which who will with would you your'.split(
    ' ',
  ),
)

function wordsOf(text: string): string[] {
  return [...WORDS.segment(text.normalize())]
    .filter(({ isWordLike }) => isWordLike === true)
    .map(({ segment }) => segment.toLowerCase())
    .filter((word) => isTelling(word) && !COMMON.has(word))
}

// Three letters say something in alphabets; two in scripts that need fewer.
function isTelling(word: string): boolean {
  return (
    word.length > 2 ||
    (word.length > 1 && /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/u.test(word))
  )
}

// Ties by name, so that the same cards always give the same page.
function most(names: readonly string[], limit: number): Count[] {
  const counts = new Map<string, number>()
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1)
  return [...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1)).slice(0, limit)
}
