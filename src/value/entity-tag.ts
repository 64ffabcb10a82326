/**
 * Entity tags: reading lists of them, and the two ways to compare. RFC 9110 sections 8.8.3 and 13.1.
 *
 * @module
 */

// OWS and commas between members, which may be empty; then one entity tag.
const MEMBER = /[ \t,]*((?:W\/)?"[!#-~\x80-\xff]*")[ \t]*(?=,|$)/y

/** The entity tags of a field, `"*"` among them not read as one. What is no list gives those before the flaw. */
export function entityTags(field: string): string[] {
  const tags: string[] = []
  MEMBER.lastIndex = 0
  for (let found = MEMBER.exec(field); found !== null; found = MEMBER.exec(field)) tags.push(found[1]!)
  return tags
}

/** True for a list of entity tags from its first octet to its last, with one at least. */
export function isTagList(field: string): boolean {
  let end = 0
  MEMBER.lastIndex = 0
  while (MEMBER.test(field)) end = MEMBER.lastIndex
  return end > 0 && /^[ \t,]*$/.test(field.slice(end))
}

/** True when both are the same octets and neither is weak (RFC 9110 8.8.3.2). */
export function sameStrong(a: string, b: string): boolean {
  return a === b && !a.startsWith('W/')
}

/** True when both are the same but for being weak (RFC 9110 8.8.3.2). */
export function sameWeak(a: string, b: string): boolean {
  return opaque(a) === opaque(b)
}

function opaque(tag: string): string {
  return tag.startsWith('W/') ? tag.slice(2) : tag
}
