/**
 * What a handler takes: members and their places, its body, the formats and the size of that.
 *
 * @module
 */
import { DEFAULT_LIMITS } from '../call/limits.ts'
import type { HandlerContract } from '../handler/contract.ts'
import type { JsonSchema } from '../schema/json-schema.ts'
import { isInRange } from '../schema/whole.ts'
import { breaks, type Finding, fits, perhaps } from './change.ts'
import type { Rule } from './pair.ts'
import { takenChanges } from './schema-rules.ts'

const NO_MEMBERS: JsonSchema = { type: 'object' }

const accepts: Rule = ({ before, after }) =>
  takenChanges('accepts', before.accepts ?? NO_MEMBERS, after.accepts ?? NO_MEMBERS)

const pins: Rule = ({ before, after }) => {
  const members = new Set([...Object.keys(before.from ?? {}), ...Object.keys(after.from ?? {})])
  return [...members].flatMap((member) => {
    const [old, now] = [placeOf(before, member), placeOf(after, member)]
    // A member that is new, or gone, is told of by accepts.
    if (old === now || !hasMember(before, member) || !hasMember(after, member)) return []
    const why = 'callers that send it where it was are refused, or not heeded'
    return [breaks(`accepts /${member} is taken from ${now} now, before from ${old}`, why)]
  })
}

function placeOf({ from = {} }: HandlerContract, member: string): string {
  const pin = Object.hasOwn(from, member) ? from[member] : undefined
  return pin === undefined ? 'where its verb says' : `the ${pin.in} ${JSON.stringify(pin.name)}`
}

function hasMember({ accepts: schema }: HandlerContract, member: string): boolean {
  const properties = schema?.['properties'] as object | undefined
  return properties === undefined ? schema !== undefined : Object.hasOwn(properties, member)
}

const body: Rule = ({ before, after }) => {
  const [old, now] = [before.takes, after.takes]
  if (old === undefined && now === undefined) return []
  if (old === undefined) {
    // Members of a body are told of by accepts.
    return now!.body === 'members' ? [] : [breaks('takes a body now', 'callers that send none are refused')]
  }
  if (now === undefined) return [breaks('takes no body any more', 'callers that send one are refused')]
  if (old.as !== now.as) {
    return [
      breaks(`takes ${now.as} now, before ${old.as}`, 'callers that know the old one send something else'),
    ]
  }
  if (old.body !== now.body) {
    const what = `its body is ${BODIES[now.body]} now, before ${BODIES[old.body]}`
    return [breaks(what, 'callers that know the old one send something else')]
  }
  return old.schema === undefined && now.schema === undefined
    ? []
    : takenChanges(old.as === 'items' ? 'item' : 'body', old.schema ?? {}, now.schema ?? {})
}

const BODIES = { members: 'members of its input', whole: 'its input', member: 'the member body' } as const

const read: Rule = ({ before: { takes: old }, after: { takes: now } }) => {
  if (old === undefined || now === undefined || old.as !== now.as) return []
  const gone = old.mediaTypes.filter((type) => !covers(now.mediaTypes, type))
  const more = now.mediaTypes.filter((type) => !covers(old.mediaTypes, type))
  return [
    ...gone.map((type) => breaks(`reads no ${type} any more`, 'callers that send it are refused')),
    ...more.map((type) => fits(`reads ${type} as well`)),
  ]
}

/** True when every media type of a range is in one of some ranges. */
export function covers(ranges: readonly string[], type: string): boolean {
  return ranges.includes(type) || isInRange(type, ranges)
}

const limits: Rule = ({ before, after }) => {
  if (before.takes === undefined || after.takes === undefined) return []
  const decoded = limitChange('decoded limit', decodedOf(before), decodedOf(after))
  const wire = limitChange('limit', before.limit, after.limit)
  // Where one limit holds for both, it is said once.
  return before.decodedLimit === undefined && after.decodedLimit === undefined ? wire : [...wire, ...decoded]
}

const flowLimits: Rule = ({ before: { takes: old }, after: { takes: now } }) => {
  if (old === undefined || now === undefined || old.as !== now.as) return []
  return FLOW_LIMITS.flatMap(([name, limit, unit]) => {
    const [was, is] = [old.limits?.[limit], now.limits?.[limit]]
    if (was === is) return []
    const say = (many: number | undefined): string => (many === undefined ? 'none' : `${many} ${unit}`)
    const what = `limit of ${name} is ${say(is)} now, before ${say(was)}`
    return [is === undefined || (was !== undefined && is > was) ? fits(what) : breaks(what, MORE_IS_REFUSED)]
  })
}

const MORE_IS_REFUSED = 'callers that send more are refused'
const FLOW_LIMITS = [
  ['an item', 'item', 'bytes'],
  ['parts', 'parts', 'parts'],
  ['a part', 'part', 'bytes'],
  ["a part's headers", 'partHeaders', 'bytes'],
] as const

function decodedOf({ limit, decodedLimit }: HandlerContract): number | undefined {
  return decodedLimit ?? limit
}

function limitChange(name: string, before: number | undefined, after: number | undefined): Finding[] {
  if (before === after) return []
  const say = (bytes: number | undefined): string => (bytes === undefined ? "the server's" : `${bytes} bytes`)
  const what = `${name} is ${say(after)} now, before ${say(before)}`
  const [old, now] = [before ?? DEFAULT_LIMITS.body, after ?? DEFAULT_LIMITS.body]
  if (now >= old) return [fits(what)]
  const isOwn = before !== undefined && after !== undefined
  return [isOwn ? breaks(what, MORE_IS_REFUSED) : perhaps(what, MORE_IS_REFUSED)]
}

export const TAKEN_RULES: readonly Rule[] = [accepts, pins, body, read, limits, flowLimits]
