/**
 * Where what was created is: `location: '/notes/{id}'`, filled from the answer's members.
 *
 * @module
 */
import { Fault } from '../fault.ts'
import { isText, type MemberForms } from '../schema/coerce.ts'
import { isRecord } from '../value/data.ts'
import { parseTemplate } from './template.ts'

/** The path of what an answer's data are about; null where a member is a text that no path holds. */
export type Locate = (data: unknown) => string | null

/** As the router refuses it in every spelling: empty, a dot segment, or cut in two by somebody on the way. */
const NO_SEGMENT = /^\.{0,2}$|[/\\\0]/

/** Works out how paths are filled. Fault: setup_faulty for a name that is no simple member of the answer. */
export function locateBy(
  template: string,
  prefix: string,
  returns: MemberForms | null,
  what: string,
): Locate {
  const { segments } = parseTemplate(template)
  for (const segment of segments) {
    if (!('name' in segment)) continue
    const form = returns?.named.get(segment.name)
    if (form !== undefined && isText(form)) continue
    const [reason, fix] =
      form === undefined
        ? ['is no member of returns', `Add ${segment.name} to returns`]
        : ['is an object or a list', 'Name a text or a number']
    throw new Fault('setup_faulty', { what, reason: `{${segment.name}} in its location ${reason}`, fix })
  }
  const before = prefix.split('/').map(encodeURIComponent).join('/')
  if (template === '/' && prefix !== '') return () => before
  return (data) => {
    let path = before
    for (const segment of segments) {
      const text = 'literal' in segment ? segment.literal : textOf(data, segment.name, template)
      if ('name' in segment && NO_SEGMENT.test(text)) return null
      path += `/${encodeURIComponent(text)}`
    }
    return path
  }
}

function textOf(data: unknown, name: string, template: string): string {
  const value = isRecord(data) ? data[name] : undefined
  if (typeof value === 'string' || typeof value === 'number') return String(value)
  throw new TypeError(`Cannot fill the location ${template}: ${name} is ${typeof value}`)
}
