/**
 * Member names of JSON texts: one that comes twice is read as its first by some, and as its last by
 * others (RFC 8259 section 4), so it is refused.
 *
 * @module
 */

const QUOTE = 0x22
const COLON = 0x3a
const BACKSLASH = 0x5c

/** True when some object of `json` names a member twice. `data` is what `JSON.parse` made of it. */
export function repeatsMember(json: string, data: unknown): boolean {
  return membersWritten(json) !== membersHeld(data)
}

// Outside of strings a colon stands behind each name, and nowhere else.
function membersWritten(json: string): number {
  let count = 0
  for (let at = 0; at < json.length; at++) {
    const code = json.charCodeAt(at)
    if (code === COLON) count++
    else if (code === QUOTE) at = stringEnd(json, at)
  }
  return count
}

function stringEnd(json: string, start: number): number {
  let at = start + 1
  while (at < json.length && json.charCodeAt(at) !== QUOTE) at += json.charCodeAt(at) === BACKSLASH ? 2 : 1
  return at
}

// A list of what is left to count, and no recursion: data may nest deeper than any stack.
function membersHeld(data: unknown): number {
  let count = 0
  const left: unknown[] = [data]
  while (left.length > 0) {
    const next = left.pop()
    if (typeof next !== 'object' || next === null) continue
    const inner: unknown[] = Object.values(next)
    if (!Array.isArray(next)) count += inner.length
    for (const one of inner) left.push(one)
  }
  return count
}
