/**
 * From the path of a request to names of folders and a file, and which of them may be shown. Pure.
 *
 * Only `segments` decodes, so that a guard outside sees the file that is served here (3).
 *
 * @module
 */
import { segments } from '../../value/path.ts'

export interface Asked {
  /** Never empty strings, dot segments, or with a slash, a backslash or NUL. */
  readonly names: readonly string[]
  /** True when the path ended in a slash. */
  readonly folder: boolean
}

/** Windows reads more into a name than its characters: streams, devices, and dots that it drops. */
export type Platform = 'windows' | 'posix'

/**
 * The names that a path asks for; null for those that are never shown: an empty one, which would be
 * another spelling of the path without it, a name with a dot in front, or what Windows takes for
 * something else.
 *
 *   Fault  path_faulty, as `segments`
 */
export function askedNames(path: string, dotfiles: boolean, platform: Platform): Asked | null {
  const names = segments(path)
  const folder = names.at(-1) === ''
  if (folder) names.pop()
  if (names.includes('') || (!dotfiles && isHidden(names))) return null
  return platform === 'windows' && names.some(isOddOnWindows) ? null : { names, folder }
}

/** True with a dot in front of any name, but for what is public by its name (RFC 8615). */
export function isHidden(names: readonly string[]): boolean {
  return names.some((name, at) => name.startsWith('.') && !(at === 0 && name === '.well-known'))
}

const DEVICE = /^(?:con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])(?:\.|$)/i

/** A drive, a stream, a wildcard, an ending that is dropped, a device, or a short name of another. */
export function isOddOnWindows(name: string): boolean {
  return /[<>:"|?*\x01-\x1f]|[. ]$|~[0-9]/.test(name) || DEVICE.test(name)
}

/** The part behind the last dot in lower case, "" without one; a dot in front is not one. */
export function extensionOf(name: string): string {
  const dot = name.lastIndexOf('.')
  return dot <= 0 ? '' : name.slice(dot + 1).toLowerCase()
}

export interface Place {
  /** Paths with every link followed. */
  readonly real: string
  readonly root: string
  /** The path below the root as it was asked for, in the platform's spelling. */
  readonly asked: string
}

/**
 * True when a file may be served from where it really is.
 *
 *   follow   'none': no link on the way; 'inside': links that stay below the root; 'any'
 */
export function mayServe(
  { real, root, asked }: Place,
  how: {
    readonly follow: 'inside' | 'none' | 'any'
    readonly dotfiles: boolean
    readonly separator: string
    /** True where the disk takes "A" and "a" for one name. */
    readonly caseless: boolean
  },
): boolean {
  const base = root.endsWith(how.separator) ? root : root + how.separator
  if (!real.startsWith(base)) return how.follow === 'any'
  const below = real.slice(base.length)
  if (!how.dotfiles && isHidden(below.split(how.separator))) return false
  if (below === asked) return true
  // On a disk that ignores case, the same name in another would lead around a guard.
  return how.follow !== 'none' && (!how.caseless || below.toLowerCase() !== asked.toLowerCase())
}
