/**
 * Where what was created is: `location: '/notes/{id}'`, filled from the answer's members.
 *
 * @module
 */
import { Fault } from '../fault.ts'
import type { MemberForms } from '../schema/coerce.ts'
import { isRecord } from '../value/data.ts'
import { parseTemplate } from './template.ts'

/** The path of what an answer's data are about. */
export type Locate = (data: unknown) => string

/** Works out how paths are filled. Fault: setup_faulty for a name that is no simple member of the answer. */
export function locateBy(
  template: string,
  prefix: string,
  returns: MemberForms | null,
  what: string,
): Locate {
  const { segments } = parseTemplate(template)
  for (const segment of segments) {
    if (!('name' in segment) || returns?.named.has(segment.name) === true) continue
    const reason = `{${segment.name}} in its location is no member of returns`
    throw new Fault('setup_faulty', { what, reason, fix: `Add ${segment.name} to returns` })
  }
  return (data) => {
    const parts = segments.map((segment) => {
      if ('literal' in segment) return encodeURIComponent(segment.literal)
      const value = isRecord(data) ? data[segment.name] : undefined
      if (typeof value !== 'string' && typeof value !== 'number')
        throw new TypeError(`Cannot fill the location ${template}: ${segment.name} is ${typeof value}`)
      return encodeURIComponent(String(value))
    })
    return `${prefix}/${parts.join('/')}`
  }
}
