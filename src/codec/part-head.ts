/**
 * The head of one part of a form (RFC 7578 section 4): its name, and what it says of a file.
 *
 *   in     the header section, with the CRLF of its last line
 *   out    PartHead, a plain value
 *   Fault  body_malformed
 *
 * Names are data and nothing else: `../../x` is a text, not a path, and none of it reaches another field.
 *
 * @module
 */
import { isToken, stripBlanks } from '../value/headers.ts'
import { type MediaType, mediaType } from '../value/media-type.ts'
import { utf8Text } from '../value/utf8.ts'
import { malformed } from './format.ts'

export interface PartHead {
  readonly name: string
  /** What the sender calls the file, perhaps ""; null for a text. */
  readonly filename: string | null
  /** Null without a content type. */
  readonly type: MediaType | null
}

/** How long the name of a part may be, in code units. */
export const MAX_PART_NAME = 512

export function partHead(section: Uint8Array): PartHead {
  const fields = fieldsOf(section)
  const disposition = fields.get('content-disposition')
  if (disposition === undefined) throw malformed('a part has no content-disposition')
  const coding = fields.get('content-transfer-encoding')
  // RFC 7578 section 4.7 deprecates it. These three change nothing; others would.
  if (coding !== undefined && !/^(?:7bit|8bit|binary)$/i.test(coding))
    throw malformed('a part has a content-transfer-encoding')
  const field = fields.get('content-type')
  const type = field === undefined ? null : mediaType(field)
  if (field !== undefined && type === null) throw malformed('a part has a content-type that is none')
  return { ...dispositionOf(disposition), type }
}

// Lines of RFC 5322, without folds, repeats and controls. Browsers write them in UTF-8.
function fieldsOf(section: Uint8Array): Map<string, string> {
  const text = utf8Text(section)
  if (text === null) throw malformed('a part has a head that is not UTF-8')
  const fields = new Map<string, string>()
  for (const line of text.split('\r\n').slice(0, -1)) {
    const colon = line.indexOf(':')
    const name = line.slice(0, Math.max(colon, 0)).toLowerCase()
    if (!isToken(name)) throw malformed('a part has a head that is none')
    const value = stripBlanks(line.slice(colon + 1))
    if (CONTROL.test(value)) throw malformed('a part has a control character in its head')
    if (fields.has(name)) throw malformed('a part has a field twice')
    fields.set(name, value)
  }
  return fields
}

const CONTROL = /[\x00-\x08\x0a-\x1f\x7f]/

const PARAMETER =
  /;[ \t]*([!#$%&'*+\-.^_`|~0-9A-Za-z]+)=(?:([!#$%&'*+\-.^_`|~0-9A-Za-z]+)|"((?:[^"\\]|\\.)*)")[ \t]*/y

function dispositionOf(field: string): { readonly name: string; readonly filename: string | null } {
  const semicolon = field.indexOf(';')
  const kind = stripBlanks(semicolon < 0 ? field : field.slice(0, semicolon))
  if (kind.toLowerCase() !== 'form-data') throw malformed('a part is no form-data')
  const parameters = new Map<string, string>()
  for (let at = semicolon < 0 ? field.length : semicolon; at < field.length; at = PARAMETER.lastIndex) {
    PARAMETER.lastIndex = at
    const found = PARAMETER.exec(field)
    if (found === null) throw malformed('a part has a content-disposition that is none')
    const name = found[1]!.toLowerCase()
    if (parameters.has(name)) throw malformed('a part has a parameter twice')
    parameters.set(name, found[2] ?? unquote(found[3]!))
  }
  const name = parameters.get('name')
  if (name === undefined) throw malformed('a part has no name')
  if (name.length > MAX_PART_NAME)
    throw malformed(`a part has a name of more than ${MAX_PART_NAME} characters`)
  if (name === '__proto__') throw malformed('a part is named __proto__')
  return { name, filename: filenameOf(parameters) }
}

// Browsers write a backslash as it is and a quote as %22; curl writes \\ and \". Both are read as they are meant.
function unquote(quoted: string): string {
  return quoted.replaceAll(/\\(["\\])/g, '$1')
}

// RFC 7578 section 4.2 forbids `filename*`, and some send it. With both, readers would take either.
function filenameOf(parameters: ReadonlyMap<string, string>): string | null {
  const filename = parameters.get('filename')
  const extended = parameters.get('filename*')
  if (extended === undefined) return filename ?? null
  if (filename !== undefined) throw malformed('a part names its file twice')
  // RFC 8187 section 3.2.
  const [, encoded] = /^utf-8'[^']*'(.*)$/is.exec(extended) ?? []
  if (encoded === undefined) throw malformed('a part has a filename* that is none')
  let name: string
  try {
    name = decodeURIComponent(encoded)
  } catch (error) {
    throw malformed('a part has a filename* that is none', error)
  }
  if (CONTROL.test(name)) throw malformed('a part has a control character in its head')
  return name
}
