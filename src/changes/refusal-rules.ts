/**
 * How a handler refuses: its failures, and the guards before it.
 *
 * @module
 */
import { FAILURE_STATUSES } from '../call/failure.ts'
import { breaks, type Finding, fits, perhaps } from './change.ts'
import type { Rule } from './pair.ts'
import { same } from './same.ts'
import { givenChanges } from './schema-rules.ts'

const errors: Rule = ({ before, after }) => {
  const found: Finding[] = []
  for (const [code, { kind, data }] of Object.entries(before.errors)) {
    const now = Object.hasOwn(after.errors, code) ? after.errors[code] : undefined
    if (now === undefined) {
      found.push(breaks(`error ${code} is gone`, 'callers that wait for it are told something else'))
      continue
    }
    if (now.kind !== kind) {
      const [old, status] = [FAILURE_STATUSES[kind], FAILURE_STATUSES[now.kind]]
      const what = `error ${code} is ${now.kind} (${status}) now, before ${kind} (${old})`
      found.push(breaks(what, 'callers that tell it by its status do not know it'))
    }
    if (data !== undefined && now.data === undefined)
      found.push(breaks(`error ${code} has no data any more`, 'callers that read them fail'))
    else if (data === undefined && now.data !== undefined) found.push(fits(`error ${code} has data now`))
    else if (data !== undefined) found.push(...givenChanges(`error ${code}`, data, now.data ?? {}))
  }
  for (const code of Object.keys(after.errors)) {
    if (Object.hasOwn(before.errors, code)) continue
    found.push(perhaps(`error ${code} is new`, 'callers that tell all codes apart do not know it'))
  }
  return found
}

const guards: Rule = ({ before, after, schemesBefore, schemesAfter }) => {
  const added = after.guards.filter((name) => !before.guards.includes(name))
  const gone = before.guards.filter((name) => !after.guards.includes(name))
  const kept = after.guards.filter((name) => before.guards.includes(name))
  const changed = kept.filter((name) => !same(schemesBefore[name], schemesAfter[name]))
  return [
    ...added.map((name) => breaks(`guard ${name} is new`, 'callers that it does not know are refused')),
    ...gone.map((name) => fits(`guard ${name} is gone`)),
    ...changed.map((name) =>
      schemesBefore[name] === undefined
        ? fits(`guard ${name} says how callers identify themselves`)
        : breaks(
            `guard ${name} asks otherwise who is calling`,
            'callers that identify themselves as before are refused',
          ),
    ),
  ]
}

export const REFUSAL_RULES: readonly Rule[] = [errors, guards]
