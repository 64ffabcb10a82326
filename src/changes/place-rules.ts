/**
 * Where a handler is: verb, path, host, and whether callers should leave it.
 *
 * @module
 */
import { VERBS } from '../handler/verb.ts'
import { breaks, fits, perhaps } from './change.ts'
import { type Rule, shapeOf } from './pair.ts'

const verb: Rule = ({ before, after }) => {
  if (before.verb === after.verb) return []
  const [old, now] = [VERBS[before.verb], VERBS[after.verb]]
  if (old.method !== now.method) {
    const what = `verb is ${after.verb} (${now.method}) now, before ${before.verb} (${old.method})`
    return [breaks(what, 'callers that know the old one find no such method')]
  }
  const why = 'its status is another, and so is what may be repeated'
  return [perhaps(`verb is ${after.verb} now, before ${before.verb}`, why)]
}

const path: Rule = ({ before, after }) => {
  if (before.path === after.path) return []
  const what = `path is ${after.path} now, before ${before.path}`
  if (shapeOf(before.path) === shapeOf(after.path)) return [fits(what)] // its members are told of by accepts
  return [breaks(what, 'callers that know the old one do not find it')]
}

const host: Rule = ({ before, after }) => {
  if (before.host === after.host) return []
  const what = `host is ${after.host ?? 'any'} now, before ${before.host ?? 'any'}`
  return [after.host === undefined ? fits(what) : breaks(what, 'callers of another host do not find it')]
}

const deprecated: Rule = ({ before, after }) => {
  if (before.deprecated === after.deprecated) return []
  return [fits(after.deprecated ? 'is deprecated now' : 'is not deprecated any more')]
}

export const PLACE_RULES: readonly Rule[] = [verb, path, host, deprecated]
