/**
 * Media types, parsed once, so that whoever decides on one and whoever decodes by it see the same
 * (RFC 9110 section 8.3.1).
 *
 * @module
 */
import { stripBlanks } from './headers.ts'

export interface MediaType {
  /** "type/subtype" in lower case. */
  readonly essence: string
  /** Names in lower case; a quoted value without its quotes. */
  readonly parameters: ReadonlyMap<string, string>
}

const ESSENCE = /^([!#$%&'*+\-.^_`|~0-9A-Za-z]+)\/([!#$%&'*+\-.^_`|~0-9A-Za-z]+)$/
const PARAMETER =
  /;[ \t]*(?:([!#$%&'*+\-.^_`|~0-9A-Za-z]+)=([!#$%&'*+\-.^_`|~0-9A-Za-z]+|"(?:[^"\\\x00-\x08\x0a-\x1f\x7f]|\\[\t\x20-\x7e\x80-\xff])*"))?[ \t]*/y

/** Those without parameters that were parsed before: a server is sent the same few again and again. */
const KNOWN = new Map<string, MediaType>()
const MAX_KNOWN = 100

/** Null for what is no media type, or names a parameter twice. */
export function mediaType(field: string): MediaType | null {
  const known = KNOWN.get(field)
  if (known !== undefined) return known
  const parsed = parse(field)
  if (parsed !== null && parsed.parameters.size === 0 && field.length < 100 && KNOWN.size < MAX_KNOWN)
    KNOWN.set(field, parsed)
  return parsed
}

function parse(field: string): MediaType | null {
  const semicolon = field.indexOf(';')
  const essence = stripBlanks(semicolon < 0 ? field : field.slice(0, semicolon)).toLowerCase()
  if (!ESSENCE.test(essence)) return null
  const parameters = new Map<string, string>()
  let at = semicolon < 0 ? field.length : semicolon
  while (at < field.length) {
    PARAMETER.lastIndex = at
    const found = PARAMETER.exec(field)
    if (found === null) return null
    at = PARAMETER.lastIndex
    const [, name, value] = found
    if (name === undefined || value === undefined) continue
    if (parameters.has(name.toLowerCase())) return null
    parameters.set(
      name.toLowerCase(),
      value.startsWith('"') ? value.slice(1, -1).replaceAll(/\\(.)/g, '$1') : value,
    )
  }
  return { essence, parameters }
}
