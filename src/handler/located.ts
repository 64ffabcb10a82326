/**
 * Where what does not fit was sent: issues name members, and a member may have another name where it comes from.
 *
 * @module
 */
import type { Issue } from '../fault.ts'
import { type Binding, BODY } from './binding.ts'

/**
 * Issues with the place of their member in the request, and its name there, as OpenAPI has them (Parameter Object).
 * What is in the body is where its pointer says.
 */
export function located(binding: Binding, issues: readonly Issue[]): readonly Issue[] {
  return issues.map((issue) => {
    const place = placeOf(binding, issue.pointer)
    return place === null ? issue : { ...issue, ...place }
  })
}

function placeOf(
  { template, pins, rest, body }: Binding,
  pointer: string,
): Required<Pick<Issue, 'in' | 'name'>> | null {
  const [, first] = pointer.split('/', 2)
  if (first === undefined || body === 'whole') return null
  const member = first.replaceAll('~1', '/').replaceAll('~0', '~')
  if (template.names.includes(member)) return { in: 'path', name: member }
  const pin = pins.find((one) => one.member === member)
  if (pin !== undefined) return { in: pin.in, name: pin.name }
  return rest === 'query' && !(body === 'member' && member === BODY) ? { in: 'query', name: member } : null
}
