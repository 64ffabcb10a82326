/**
 * The keywords of JSON Schema that look at a value alone: what each may be, and what is wrong with a value by it.
 *
 * JSON Schema draft 2020-12, Validation, section 6.
 *
 * @module
 */
import { isRecord } from '../../value/data.ts'
import { same } from './same.ts'

export interface Keyword {
  /** What it has to be, in words that follow "is not". */
  readonly words: string
  readonly isSound: (operand: unknown) => boolean
  /** Made once for a schema: the check of a value, which gives what is wrong with it, or null. */
  readonly check: (operand: unknown) => (value: unknown) => string | null
}

const TYPES = ['string', 'number', 'integer', 'boolean', 'null', 'array', 'object']

/** Where a value is of another type, the others say nothing that helps. */
export const TYPE: Keyword = {
  words: `one of ${TYPES.join(', ')}, or a list of them`,
  isSound: (operand) => {
    const names = typeof operand === 'string' ? [operand] : operand
    return Array.isArray(names) && names.length > 0 && names.every((name) => TYPES.includes(name as string))
  },
  check: (operand) => {
    const names = (typeof operand === 'string' ? [operand] : operand) as string[]
    const message = `must be ${names.join(' or ')}`
    return (value) => (names.some((name) => isOf(name, value)) ? null : message)
  },
}

/** By name, in the order in which they are told. */
export const KEYWORDS: ReadonlyMap<string, Keyword> = new Map<string, Keyword>([
  ['const', valued(() => true, 'a value', same, 'must be what the schema says')],
  [
    'enum',
    valued(
      Array.isArray,
      'a list',
      (list, value) => (list as unknown[]).some((one) => same(one, value)),
      'must be one of those listed',
    ),
  ],
  ['minLength', sized(isText, lengthOf, (size, least) => size >= least, 'must have at least {} characters')],
  ['maxLength', sized(isText, lengthOf, (size, most) => size <= most, 'must have at most {} characters')],
  ['pattern', { words: 'a pattern', isSound: isPattern, check: patternCheck }],
  ['minimum', bounded((value, least) => value >= least, 'must be at least {}')],
  ['maximum', bounded((value, most) => value <= most, 'must be at most {}')],
  ['exclusiveMinimum', bounded((value, least) => value > least, 'must be more than {}')],
  ['exclusiveMaximum', bounded((value, most) => value < most, 'must be less than {}')],
  [
    'multipleOf',
    {
      ...bounded((value, of) => Number.isInteger(value / of), 'must be a multiple of {}'),
      words: 'a number above 0',
      isSound: (operand) => isNumber(operand) && operand > 0,
    },
  ],
  ['minItems', sized(isList, countOf, (count, least) => count >= least, 'must have at least {} items')],
  ['maxItems', sized(isList, countOf, (count, most) => count <= most, 'must have at most {} items')],
  [
    'uniqueItems',
    valued((one) => typeof one === 'boolean', 'true or false', isUnique, 'must have no item twice'),
  ],
  [
    'minProperties',
    sized(isRecord, sizeOf, (count, least) => count >= least, 'must have at least {} members'),
  ],
  ['maxProperties', sized(isRecord, sizeOf, (count, most) => count <= most, 'must have at most {} members')],
])

function valued(
  isSound: (operand: unknown) => boolean,
  words: string,
  holds: (operand: unknown, value: unknown) => boolean,
  message: string,
): Keyword {
  return { words, isSound, check: (operand) => (value) => (holds(operand, value) ? null : message) }
}

function bounded(holds: (value: number, bound: number) => boolean, words: string): Keyword {
  return {
    words: 'a number',
    isSound: isNumber,
    check: (operand) => {
      const message = words.replace('{}', String(operand))
      return (value) => (isNumber(value) && !holds(value, operand as number) ? message : null)
    },
  }
}

function sized<T>(
  is: (value: unknown) => value is T,
  sizeOfOne: (value: T) => number,
  holds: (size: number, bound: number) => boolean,
  words: string,
): Keyword {
  return {
    words: 'a count',
    isSound: (operand) => Number.isSafeInteger(operand) && (operand as number) >= 0,
    check: (operand) => {
      const message = words.replace('{}', String(operand))
      return (value) => (is(value) && !holds(sizeOfOne(value), operand as number) ? message : null)
    },
  }
}

function isPattern(operand: unknown): boolean {
  if (typeof operand !== 'string') return false
  try {
    void new RegExp(operand, 'u')
    return true
  } catch {
    return false
  }
}

function patternCheck(operand: unknown): (value: unknown) => string | null {
  const pattern = new RegExp(operand as string, 'u')
  const message = `must match ${String(operand)}`
  return (value) => (typeof value === 'string' && !pattern.test(value) ? message : null)
}

function isOf(type: string, value: unknown): boolean {
  if (type === 'object') return isRecord(value)
  if (type === 'array') return Array.isArray(value)
  if (type === 'null') return value === null
  if (type === 'integer') return Number.isInteger(value)
  return typeof value === type
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number'
}

function isText(value: unknown): value is string {
  return typeof value === 'string'
}

function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value)
}

// Characters are code points.
function lengthOf(text: string): number {
  let length = text.length
  for (let at = 0; at < text.length - 1; at++) {
    const isPair = (text.charCodeAt(at) & 0xfc00) === 0xd800 && (text.charCodeAt(at + 1) & 0xfc00) === 0xdc00
    if (isPair) length--
  }
  return length
}

function countOf(list: readonly unknown[]): number {
  return list.length
}

function sizeOf(data: Readonly<Record<string, unknown>>): number {
  return Object.keys(data).length
}

function isUnique(unique: unknown, value: unknown): boolean {
  if (unique !== true || !Array.isArray(value)) return true
  const simple = new Set<unknown>()
  const composed: unknown[] = []
  for (const item of value as unknown[]) {
    if (typeof item === 'object' && item !== null) {
      // Each is held against all before it: of more than these nobody says whether one is there twice.
      if (composed.length === MAX_COMPARED || composed.some((before) => same(before, item))) return false
      composed.push(item)
    } else if (simple.has(item)) return false
    else simple.add(item)
  }
  return true
}

const MAX_COMPARED = 1_000
