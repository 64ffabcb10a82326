/**
 * Bounds of one variant against those of another: numbers, lengths, counts, patterns.
 *
 * @module
 */
import type { JsonSchema } from '../schema/json-schema.ts'
import type { Misfit } from './misfit.ts'
import { same } from './same.ts'

interface Bound {
  readonly keyword: string
  readonly type: readonly string[]
  /** Whether what `sent` allows is within what `taken` allows; null where nobody can tell. */
  readonly holds: (sent: unknown, taken: unknown) => boolean | null
  readonly say: (value: unknown) => string
  /** Without one. */
  readonly any: string
}

const atLeast = (sent: unknown, taken: unknown): boolean =>
  typeof sent === 'number' && sent >= (taken as number)
const atMost = (sent: unknown, taken: unknown): boolean =>
  typeof sent === 'number' && sent <= (taken as number)
// Where both say something else, neither pattern tells what the other one lets through.
const equal = (sent: unknown, taken: unknown): boolean | null =>
  sent === undefined ? false : same(sent, taken) ? true : null

function count(keyword: string, type: string, word: string): Bound {
  const isLower = keyword.startsWith('min')
  const many = (value: unknown): string => `${String(value)} ${word}${value === 1 ? '' : 's'}`
  return {
    keyword,
    type: [type],
    // What nobody says of a count is that it is at least none.
    holds: isLower ? (sent, taken) => atLeast(sent ?? 0, taken) : atMost,
    say: (value) => `${isLower ? 'at least' : 'at most'} ${many(value ?? 0)}`,
    any: `any number of ${word}s`,
  }
}

const NUMBERS = ['number', 'integer']

const BOUNDS: readonly Bound[] = [
  count('minLength', 'string', 'character'),
  count('maxLength', 'string', 'character'),
  count('minLength', 'file', 'byte'),
  count('maxLength', 'file', 'byte'),
  {
    keyword: 'contentMediaType',
    type: ['file'],
    holds: same,
    say: String,
    any: 'files of any type',
  },
  count('minItems', 'array', 'item'),
  count('maxItems', 'array', 'item'),
  count('minProperties', 'object', 'member'),
  count('maxProperties', 'object', 'member'),
  {
    keyword: 'multipleOf',
    type: NUMBERS,
    holds: (sent, taken) => typeof sent === 'number' && Number.isInteger(sent / (taken as number)),
    say: (value) => `multiples of ${String(value)}`,
    any: 'any number',
  },
  {
    keyword: 'pattern',
    type: ['string'],
    holds: equal,
    say: (value) => `what matches ${String(value)}`,
    any: 'any text',
  },
  {
    keyword: 'format',
    type: ['string'],
    holds: equal,
    say: (value) => `the format ${String(value)}`,
    any: 'any text',
  },
  {
    keyword: 'uniqueItems',
    type: ['array'],
    holds: (sent, taken) => taken !== true || sent === true,
    say: () => 'each item once',
    any: 'the same item again',
  },
]

/** The keywords that are compared here. */
export const BOUND_KEYWORDS: ReadonlySet<string> = new Set([
  ...BOUNDS.map(({ keyword }) => keyword),
  'minimum',
  'maximum',
  'exclusiveMinimum',
  'exclusiveMaximum',
])

/** Where bounds of `sent` reach beyond those of `taken`. Both are of the same type. */
export function boundMisfits(at: string, sent: JsonSchema, taken: JsonSchema): Misfit[] {
  const found: Misfit[] = []
  for (const { keyword, type, holds, say, any } of BOUNDS) {
    const value = taken[keyword]
    if (value === undefined || !type.includes(String(taken['type']))) continue
    const held = holds(sent[keyword], value)
    if (held === true) continue
    const before = sent[keyword] === undefined ? any : say(sent[keyword])
    found.push({ at, kind: 'bound', about: say(value), before, certain: held === false })
  }
  if (NUMBERS.includes(String(taken['type']))) found.push(...limitMisfits(at, sent, taken))
  return found
}

interface Limit {
  readonly value: number
  /** True where the value itself is beyond it. */
  readonly open: boolean
}

function limitMisfits(at: string, sent: JsonSchema, taken: JsonSchema): Misfit[] {
  return (['minimum', 'maximum'] as const).flatMap((keyword) => {
    const [from, to] = [limitOf(sent, keyword), limitOf(taken, keyword)]
    if (to === null || (from !== null && isWithin(from, to, keyword))) return []
    const before = from === null ? 'any number' : sayLimit(from, keyword)
    return [{ at, kind: 'bound' as const, about: sayLimit(to, keyword), before, certain: true }]
  })
}

function limitOf(schema: JsonSchema, keyword: 'minimum' | 'maximum'): Limit | null {
  const closed = schema[keyword]
  const open = schema[keyword === 'minimum' ? 'exclusiveMinimum' : 'exclusiveMaximum']
  const limits = [
    ...(typeof closed === 'number' ? [{ value: closed, open: false }] : []),
    ...(typeof open === 'number' ? [{ value: open, open: true }] : []),
  ]
  if (limits.length === 0) return null
  return limits.reduce((one, other) => (isWithin(one, other, keyword) ? one : other))
}

function isWithin(one: Limit, other: Limit, keyword: 'minimum' | 'maximum'): boolean {
  if (one.value === other.value) return one.open || !other.open
  return keyword === 'minimum' ? one.value > other.value : one.value < other.value
}

function sayLimit({ value, open }: Limit, keyword: 'minimum' | 'maximum'): string {
  if (keyword === 'minimum') return `${open ? 'more than' : 'at least'} ${value}`
  return `${open ? 'less than' : 'at most'} ${value}`
}
