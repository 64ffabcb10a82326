/**
 * Misfits: where data of one schema do not fit another, and how that is said.
 *
 * @module
 */

/** One place where what fits the first schema does not fit the second. */
export interface Misfit {
  /** Member by member, "/tags/*" for the items of a list; empty for the whole. */
  readonly at: string
  readonly kind: MisfitKind
  /** What it is about, as it is said: types, values, a name, a bound. */
  readonly about: string
  /** Of a bound: what it was in the first schema. */
  readonly before?: string
  /** False where nobody can tell from the schemas alone. */
  readonly certain: boolean
}

export type MisfitKind =
  | 'type'
  | 'values'
  | 'only'
  | 'bound'
  | 'required'
  | 'gone'
  | 'refused'
  | 'unknown'
  | 'others'
  | 'undecided'

/** In which direction what is taken or given has changed. */
export type Direction = 'narrower' | 'wider'

interface Said {
  /** What is said of "takes" or "gives" when less fits than before. */
  readonly narrower: (about: string, verb: string, before: string) => string
  /** And when more does. */
  readonly wider: (about: string, verb: string, before: string) => string
}

const WORDS: { readonly [K in MisfitKind]: Said } = {
  type: {
    narrower: (about, verb) => `${verb} no ${about} any more`,
    wider: (about, verb) => `${verb} ${about} as well`,
  },
  values: {
    narrower: (about, verb) => `${verb} no ${about} any more`,
    wider: (about, verb) => `${verb} ${about} as well`,
  },
  only: {
    narrower: (about, verb) => `${verb} ${about} alone now`,
    wider: (about, verb) => `${verb} more than ${about} now`,
  },
  bound: {
    narrower: (about, verb, before) => `${verb} ${about}, before ${before}`,
    wider: (about, verb, before) => `${verb} ${before}, before ${about}`,
  },
  required: {
    narrower: (_, verb) => (verb === 'takes' ? 'is required now' : 'is always there now'),
    wider: (_, verb) => (verb === 'takes' ? 'may be left out now' : 'may be absent now'),
  },
  gone: { narrower: () => 'is required now', wider: () => 'is gone' },
  refused: {
    narrower: (_, verb) => (verb === 'takes' ? 'is refused now' : 'is gone'),
    wider: () => 'is new',
  },
  unknown: {
    narrower: (_, verb) => (verb === 'takes' ? 'is not looked at any more' : 'is gone'),
    wider: () => 'is new',
  },
  others: {
    narrower: (_, verb) => `${verb} no members under other names any more`,
    wider: (_, verb) => `${verb} members under other names as well`,
  },
  undecided: {
    narrower: (about) => `has other ${about}, which cannot be compared`,
    wider: (about) => `has other ${about}, which cannot be compared`,
  },
}

/** Says a misfit, such as "/due is required now". */
export function sayMisfit(
  { at, kind, about, before = '' }: Misfit,
  verb: 'takes' | 'gives',
  direction: Direction,
): string {
  const said: Said = WORDS[kind]
  return `${at === '' ? '' : `${at} `}${said[direction](about, verb, before)}`
}
