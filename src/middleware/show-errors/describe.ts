/**
 * What was thrown, as plain bounded data. Anything can be thrown: a string, null, a proxy whose
 * traps throw, an error that causes itself, fifty million characters. None of it gets further.
 *
 * @module
 */
import { inspect } from 'node:util'
import { isFault } from '../../fault.ts'
import { clip } from '../../value/markup.ts'
import { type Frame, framesOf, type Project } from './frames.ts'
import { hideMembers } from './secrets.ts'

export interface Shown {
  /** How it belongs to the one before: "", "Caused by", "1 of 3". */
  readonly relation: string
  /** "TypeError"; "a string" for what is no error. */
  readonly name: string
  readonly message: string
  readonly code: string | null
  /** What to do, where somebody knows. */
  readonly fix: string | null
  readonly frames: readonly Frame[]
  /** Its other members as text, or null. */
  readonly members: string | null
}

/** How many errors one page tells of, and characters of each text. */
const MAX_ERRORS = 10
const MAX_MESSAGE = 8_000
const MAX_MEMBERS = 4_000
const MAX_NAME = 200

const NO_STACK = 'Throw an Error: nothing else knows where it came from'
const SHOWN_ELSEWHERE: ReadonlySet<string> = new Set(['name', 'message', 'stack', 'cause', 'errors', 'code'])

/** Describes a thrown value, then its causes and the errors it gathers: at most ten, each once. */
export function describe(thrown: unknown, project: Project): readonly Shown[] {
  const all: Shown[] = []
  const seen = new Set<unknown>()
  const add = (value: unknown, relation: string): void => {
    if (all.length === MAX_ERRORS || (isObject(value) && seen.has(value))) return
    seen.add(value)
    all.push(shownOf(value, relation, project))
    if (!isObject(value)) return
    for (const [at, one, count] of gathered(value)) add(one, `${at} of ${count}`)
    const cause = read(value, 'cause')
    if (cause !== undefined) add(cause, 'Caused by')
  }
  add(unwrapped(thrown), '')
  return all
}

// Ours says only that there is another, which is not for callers.
function unwrapped(thrown: unknown): unknown {
  try {
    return isFault(thrown) && thrown.code === 'app_failed' && thrown.cause !== undefined
      ? thrown.cause
      : thrown
  } catch {
    return thrown
  }
}

function* gathered(value: object): Generator<readonly [at: number, one: unknown, count: number]> {
  const errors = read(value, 'errors')
  const count = isObject(errors) ? read(errors, 'length') : 0
  // Members called "errors" are common, and mostly no errors: those are shown as members.
  if (!isError(value) || typeof count !== 'number' || count < 1) return
  for (let at = 0; at < Math.min(count, MAX_ERRORS); at++) {
    const one = read(errors as object, String(at))
    if (isObject(one) && isError(one)) yield [at + 1, one, count]
  }
}

function shownOf(value: unknown, relation: string, project: Project): Shown {
  if (!isObject(value)) return { ...bare(relation), name: kindOf(value), message: textOf(value) }
  const message = read(value, 'message')
  const stack = read(value, 'stack')
  const code = read(value, 'code')
  const hasStack = typeof stack === 'string'
  const fix = hasStack ? fixOf(value) : NO_STACK
  return {
    relation,
    name: clip(nameOf(value), MAX_NAME),
    message: typeof message === 'string' ? clip(without(message, fix), MAX_MESSAGE) : textOf(value),
    code: typeof code === 'string' || typeof code === 'number' ? clip(String(code), MAX_NAME) : null,
    fix,
    frames: hasStack ? framesOf(stack, typeof message === 'string' ? message : '', project) : [],
    members: typeof message === 'string' ? membersOf(value) : null,
  }
}

function bare(relation: string): Omit<Shown, 'name' | 'message'> {
  return { relation, code: null, fix: NO_STACK, frames: [], members: null }
}

function fixOf(value: object): string | null {
  const detail = read(value, 'detail')
  const fix = isObject(detail) ? read(detail, 'fix') : undefined
  return typeof fix === 'string' ? clip(fix, MAX_MESSAGE) : null
}

// The message of a fault ends with its fix, which has a place of its own.
function without(message: string, fix: string | null): string {
  return fix !== null && fix !== '' && message.endsWith(`. ${fix}`)
    ? message.slice(0, -fix.length - 1)
    : message
}

// A class that never said its name has that of its base.
function nameOf(value: object): string {
  const name = read(value, 'name')
  const maker = read(value, 'constructor')
  const made = isObject(maker) ? read(maker, 'name') : undefined
  const madeName = typeof made === 'string' ? made : ''
  if (!isError(value)) return madeName === '' || madeName === 'Object' ? 'an object' : `a ${madeName}`
  return typeof name === 'string' && name !== '' && name !== 'Error' ? name : madeName || 'Error'
}

function membersOf(value: object): string | null {
  try {
    const members: Record<string, unknown> = {}
    for (const [name, member] of Object.entries(Object.getOwnPropertyDescriptors(value))) {
      // Getters are not asked: they may do anything.
      if (!member.enumerable || !('value' in member) || SHOWN_ELSEWHERE.has(name)) continue
      if (name === 'status' && isFault(value)) continue
      members[name] = member.value
    }
    return Object.keys(members).length === 0 ? null : inspected(members)
  } catch {
    return null
  }
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? clip(value, MAX_MESSAGE) : inspected(value)
}

function inspected(value: unknown): string {
  try {
    const text = inspect(value, {
      depth: 3,
      maxArrayLength: 20,
      maxStringLength: 500,
      breakLength: 90,
      customInspect: false,
    })
    return clip(hideMembers(text.slice(0, 4 * MAX_MEMBERS)), MAX_MEMBERS)
  } catch {
    return 'a value that throws when it is looked at'
  }
}

function kindOf(value: unknown): string {
  if (value === null || value === undefined) return String(value)
  return `a ${typeof value}`
}

function isObject(value: unknown): value is object {
  return (typeof value === 'object' && value !== null) || typeof value === 'function'
}

function isError(value: object): boolean {
  return typeof read(value, 'stack') === 'string' && typeof read(value, 'message') === 'string'
}

function read(value: object, name: string): unknown {
  try {
    return Reflect.get(value, name)
  } catch {
    return undefined
  }
}
