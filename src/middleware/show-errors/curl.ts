/**
 * A request as a `curl` command for a POSIX shell, so that it can be sent again.
 *
 * @module
 */
import { fullPath } from '../../value/path.ts'
import { HIDDEN } from './secrets.ts'
import type { Seen } from './seen.ts'

/** What curl works out itself, and a coding that a terminal cannot show. */
const LEFT_OUT: ReadonlySet<string> = new Set([
  'host',
  'content-length',
  'transfer-encoding',
  'connection',
  'keep-alive',
  'upgrade',
  'te',
  'expect',
  'accept-encoding',
])

/** What curl adds by itself, beside a body too: a colon with nothing behind it takes it away. */
const ADDED = ['accept', 'user-agent'] as const
const ADDED_WITH_BODY = [...ADDED, 'content-type'] as const

/** Characters of a command; a longer one nobody pastes. */
const MAX_COMMAND = 65_536

/** The command, one option a line; null when it would be too long. The body is a file to be filled in. */
export function curlOf({ method, path, mount, query, headers, protocol, hasBody }: Seen): string | null {
  const isPath = path.startsWith('/')
  const target = `${isPath ? fullPath(mount, path) : '/'}${query === null ? '' : `?${query}`}`
  const options: string[] = [quote(`${protocol}://${headers.get('host') ?? 'localhost'}${target}`)]
  if (method === 'HEAD') options.push('--head')
  else if (method !== 'GET' || hasBody) options.push(`-X ${quote(method)}`) // a body makes it POST
  if (!isPath) options.push(`--request-target ${quote(path)}`)
  // curl takes these for a list of addresses, and resolves those.
  if (/[[\]{}]/.test(target)) options.push('--globoff')
  if (/\/(?:\.|%2e)/i.test(target)) options.push('--path-as-is')
  for (const [name, value] of headers) {
    if (LEFT_OUT.has(name)) continue
    // A colon with nothing behind it would take the field away.
    options.push(`-H ${quote(value === '' ? `${name};` : `${name}: ${value ?? HIDDEN}`)}`)
  }
  for (const name of hasBody ? ADDED_WITH_BODY : ADDED) {
    if (!headers.has(name)) options.push(`-H '${name}:'`)
  }
  if (hasBody) options.push('--data-binary @body')
  const command = `curl ${options.join(' \\\n  ')}`
  return command.length > MAX_COMMAND ? null : command
}

/**
 * Quotes text as one word of a shell. Each code unit of a field is an octet, while a terminal pastes
 * UTF-8: what is not ASCII is written in the octal of `$'...'`, which POSIX.1-2024, bash, ksh and zsh read.
 */
export function quote(text: string): string {
  if (/^[A-Za-z0-9@%+=:,./_-]+$/.test(text)) return text
  if (/^[ -~]*$/.test(text)) return `'${text.replaceAll("'", `'\\''`)}'`
  return `$'${text.replace(/[^ -&(-[\]-~]/g, octal)}'`
}

// Beyond an octet there is nothing that a field could have held.
function octal(one: string): string {
  return `\\${Math.min(one.charCodeAt(0), 0xff).toString(8).padStart(3, '0')}`
}
