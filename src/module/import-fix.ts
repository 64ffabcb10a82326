/**
 * What to do about a module that does not load, as far as what Node says of it tells.
 *
 * @module
 */
import { existsSync } from 'node:fs'
import { extname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { exportFix, subpathFix } from './export-fix.ts'
import { missingImport } from './missing-import.ts'
import { packageType } from './package-type.ts'

/** The error in one line. A compiler's message says what and where on its second line, or on its first behind a place. */
export function importReason(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error)
  const [first = '', second = ''] = message.split('\n').map((line) => line.trim())
  const { said } = compiled(error) ?? {}
  return (said ?? `${first} ${first.endsWith(':') ? second : ''}`).trim().replace(/\.$/, '')
}

/** One sentence for whoever wrote the module at `url`. */
export async function importFix(error: unknown, url: URL): Promise<string> {
  const missing = missingImport(error)
  if (missing?.kind === 'package') return `Install it: npm install ${missing.name}`
  if (missing !== null) {
    const place = missing.place === null ? '' : ` at ${missing.place}`
    const ending = otherEnding(missing.name)
    return ending === null
      ? `Look at the path${place}, its ending included`
      : `Write its ending as the file has it${place}: ${ending}`
  }
  const { place } = compiled(error) ?? {}
  if (place !== undefined) return `Mend it at ${place}`
  const known = (await exportFix(error, url)) ?? subpathFix(error)
  return known ?? kindFix(error, url) ?? syntaxFix(error, url) ?? 'It has to load before it can serve'
}

/** The ending of the file that is there, where another was written, or none. */
function otherEnding(path: string): string | null {
  const bare = path.slice(0, path.length - extname(path).length)
  return ['.ts', '.mts', '.js', '.mjs', '.tsx'].find((ending) => existsSync(bare + ending)) ?? null
}

/** A file that is one kind of module and written as the other. */
function kindFix(error: unknown, url: URL): string | null {
  const { message } = error as { readonly message?: unknown }
  if (typeof message !== 'string') return null
  if (/^(require|module|exports|__dirname|__filename) is not defined in ES module scope/.test(message))
    return message.startsWith('__')
      ? 'Write import.meta.dirname and import.meta.filename'
      : 'Write import and export, or name the file .cjs'
  const isModule =
    /^Cannot use import statement outside a module|^Unexpected token 'export'|'import\.meta' outside a module/
  if (!isModule.test(message) || !/\.[jt]sx?$/.test(url.pathname)) return null
  const type = packageType(url)
  if (type === 'module') return null
  const name = url.pathname.replace(/^.*\.([jt])sx?$/, '.m$1s')
  const says =
    type === undefined ? 'no package.json says' : `package.json says "type": ${JSON.stringify(type)}, not`
  return `Write "type": "module" in package.json, or name the file ${name}: ${says} "module", so Node takes it for CommonJS`
}

function syntaxFix(error: unknown, url: URL): string | null {
  if (!(error instanceof SyntaxError)) return null
  if ((error as NodeJS.ErrnoException).code === 'ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX')
    return "Node leaves types out and compiles nothing: write it without, or install tsx and run with NODE_OPTIONS='--import tsx'"
  // Node knows the place of a syntax error, and shows it only when it ends of it.
  return /\.[mc]?js$/.test(url.pathname) ? `Run it alone to see where: node ${fileURLToPath(url)}` : null
}

/** What esbuild, by which tsx compiles, says of one error: "/a/b.ts:4:12: ERROR: Unexpected ";"". */
function compiled(error: unknown): { readonly place: string; readonly said: string } | null {
  const message = error instanceof Error ? error.message : ''
  const [, place, said] =
    /^Transform failed with \d+ errors?:\s+(\S.*:\d+:\d+): ERROR: (.+)$/m.exec(message) ?? []
  return place === undefined || said === undefined ? null : { place, said }
}
