/**
 * What a handler gives: its data and their formats, and what is said of them besides.
 *
 * @module
 */
import type { HandlerContract } from '../handler/contract.ts'
import { breaks, type Finding, fits, perhaps } from './change.ts'
import type { Rule } from './pair.ts'
import { givenChanges } from './schema-rules.ts'
import { covers } from './taken-rules.ts'

const data: Rule = ({ before, after }) => {
  const [had, has] = [before.offers !== undefined, after.offers !== undefined]
  if (!had && !has) return []
  if (!has) return [breaks('gives nothing any more', 'callers that look for its answer find none')]
  if (!had) return [perhaps('gives an answer now', 'its status was 204, and is another')]
  if (before.gives !== after.gives) {
    const why = 'callers that know the old one read something else'
    return [breaks(`gives ${after.gives} now, before ${before.gives}`, why)]
  }
  const place = after.gives === 'items' ? 'item' : 'returns'
  return givenChanges(place, before.returns ?? {}, after.returns ?? {})
}

const offered: Rule = ({ before: { offers: old }, after: { offers: now } }) => {
  if (old === undefined || now === undefined) return []
  const gone = old.filter((type) => !covers(now, type))
  const more = now.filter((type) => !covers(old, type))
  const moved = gone.length === 0 && old[0] !== now[0]
  return [
    ...gone.map((type) => breaks(`offers no ${type} any more`, 'callers that accept it alone are refused')),
    ...(moved
      ? [breaks(`offers ${now[0]} first now, before ${old[0]}`, 'callers that name no format get it')]
      : []),
    ...more.map((type) => fits(`offers ${type} as well`)),
  ]
}

const versioned: Rule = ({ before, after }) => {
  if (before.versioned === after.versioned) return []
  if (after.versioned) return [fits('has versions now')]
  return [breaks('has no versions any more', 'callers that send if-match are refused, and get no etag')]
}

const tagged: Rule = ({ before, after }) => {
  if (before.tagged === after.tagged) return []
  if (after.tagged) return [fits('gives the version of what it has changed now')]
  return [breaks('gives no version any more', 'callers that go on with it have to read first')]
}

const location: Rule = ({ before: { location: old }, after: { location: now } }) => {
  if (old === now) return []
  if (now === undefined) return [breaks('says no location any more', 'callers that follow it find none')]
  return [fits(`location is ${now} now${old === undefined ? '' : `, before ${old}`}`)]
}

const fresh: Rule = ({ before: { fresh: old }, after: { fresh: now } }) =>
  old === now ? [] : [fits(`stays fresh by ${now ?? 'nothing'} now, before ${old ?? 'nothing'}`)]

const flow: Rule = ({ before, after }) => {
  if (before.gives !== 'items' || after.gives !== 'items') return []
  return [...resumed(before.resumes, after.resumes), ...longer(before, after)]
}

function resumed(before: true | undefined, after: true | undefined): Finding[] {
  if (before === after) return []
  if (after) return [fits('is gone on with after last-event-id now')]
  return [breaks('is not gone on with any more', 'callers that come back miss what was in between')]
}

// What callers wait for, and hold: more of either is more than they were told.
function longer(before: HandlerContract, after: HandlerContract): Finding[] {
  return FLOW.flatMap(([member, name, unit, why]) => {
    const [old, now] = [before[member], after[member]]
    if (old === now) return []
    const say = (value: number | undefined): string => (value === undefined ? 'any' : `${value} ${unit}`)
    const what = `${name} is ${say(now)} now, before ${say(old)}`
    return [old === undefined || (now !== undefined && now < old) ? fits(what) : perhaps(what, why)]
  })
}

const FLOW = [
  ['itemLimit', 'its longest item', 'bytes', 'callers that take no longer ones fail'],
  ['heartbeatMs', 'its longest silence', 'ms', 'callers that wait no longer give up'],
] as const

export const GIVEN_RULES: readonly Rule[] = [data, offered, flow, versioned, tagged, location, fresh]
