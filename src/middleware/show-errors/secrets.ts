/**
 * What of a request is not shown: pages are photographed, and pasted into reports.
 *
 * @module
 */

/** Stands where a secret was. */
export const HIDDEN = 'HIDDEN'

const FIELDS: ReadonlySet<string> = new Set([
  'authorization',
  'cookie',
  'proxy-authorization',
  'set-cookie',
  'x-api-key',
])
const NAMES =
  'authorization|cookie|passw|passphrase|secret|token|session|api[-_]?key|private[-_]?key|credential'
const LIKELY = new RegExp(NAMES, 'i')
// A member as `inspect` writes it: a name, a colon, a text in one of three quotes.
const MEMBER = new RegExp(
  `((?:[\\w$]{0,100}|['"][^'"\\n]{0,100})(?:${NAMES})[^\\s:]{0,100}:\\s{1,20})('(?:[^'\\\\\\n]|\\\\.)*'|"(?:[^"\\\\\\n]|\\\\.)*"|\`(?:[^\`\\\\]|\\\\.)*\`)`,
  'gi',
)

/** Says which fields and query members are hidden: those that are secrets, or sound like it, and `more`. */
export function secrets(more: readonly string[]): (name: string) => boolean {
  const named = new Set(more.map((name) => name.toLowerCase()))
  return (name) => FIELDS.has(name) || named.has(name.toLowerCase()) || LIKELY.test(name)
}

/** Hides the texts of members with such names in what `inspect` wrote. */
export function hideMembers(inspected: string): string {
  return inspected.replace(MEMBER, `$1${HIDDEN}`)
}

/** Hides such members of a raw query; what stays is as it was. */
export function hideInQuery(query: string, isSecret: (name: string) => boolean): string {
  return query
    .split('&')
    .map((member) => {
      const equals = member.indexOf('=')
      return equals > 0 && isSecret(plain(member.slice(0, equals)))
        ? `${member.slice(0, equals)}=${HIDDEN}`
        : member
    })
    .join('&')
}

/** A name or value of a query as text, or as it is where it decodes to none. */
export function plain(encoded: string): string {
  try {
    return decodeURIComponent(encoded.replaceAll('+', ' '))
  } catch {
    return encoded
  }
}
