/**
 * JSON bodies (RFC 8259), bounded.
 *
 * @module
 */
import { Fault } from '../fault.ts'
import { utf8Text } from '../value/utf8.ts'

/** How deep arrays and objects may nest. */
export const MAX_DEPTH = 64

/** Data of a body. Fault: body_malformed, for `__proto__` as a member name as well. */
export function decodeJson(bytes: Uint8Array): unknown {
  const text = utf8Text(bytes)
  if (text === null) throw malformed('it is not UTF-8')
  if (nesting(text) > MAX_DEPTH) throw malformed(`it nests deeper than ${MAX_DEPTH}`)
  let data: unknown
  try {
    data = JSON.parse(text)
  } catch (error) {
    throw new Fault('body_malformed', { reason: 'it is not JSON' }, error)
  }
  // Only a text with this name, written out or escaped, can give it; the walk is for those alone.
  if ((text.includes('__proto__') || text.includes('\\u')) && namesPrototype(data)) {
    throw malformed('it has a member named __proto__')
  }
  return data
}

/** Bytes of data. Throws TypeError for what JSON cannot hold, such as undefined and cycles. */
export function encodeJson(data: unknown): string {
  const text = JSON.stringify(data) as string | undefined
  if (text === undefined) throw new TypeError(`Cannot write ${typeof data} as JSON`)
  return text
}

// Counts brackets outside of strings; on what is no JSON it may count anything, and that is refused next.
function nesting(text: string): number {
  let depth = 0
  let deepest = 0
  let quoted = false
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (quoted) {
      if (code === 0x5c) at++
      else if (code === 0x22) quoted = false
    } else if (code === 0x22) quoted = true
    else if (code === 0x5b || code === 0x7b) deepest = Math.max(deepest, ++depth)
    else if (code === 0x5d || code === 0x7d) depth--
  }
  return deepest
}

// The depth is bounded above, so this may recurse.
function namesPrototype(data: unknown): boolean {
  if (typeof data !== 'object' || data === null) return false
  if (Array.isArray(data)) return data.some(namesPrototype)
  return Object.hasOwn(data, '__proto__') || Object.values(data).some(namesPrototype)
}

function malformed(reason: string): Fault {
  return new Fault('body_malformed', { reason })
}
