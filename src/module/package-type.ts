/**
 * Which kind of module a package's `.js` and `.ts` files are.
 *
 * @module
 */
import { existsSync, readFileSync } from 'node:fs'

/** The `type` of the package that a file belongs to. */
export function packageType(file: URL): unknown {
  for (let folder = new URL('.', file); ; folder = new URL('..', folder)) {
    const manifest = new URL('package.json', folder)
    if (existsSync(manifest)) {
      try {
        return (JSON.parse(readFileSync(manifest, 'utf8')) as { readonly type?: unknown } | null)?.type
      } catch {
        return undefined // Node says what is wrong with it
      }
    }
    if (new URL('..', folder).href === folder.href) return undefined
  }
}
