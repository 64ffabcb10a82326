/**
 * `tsc` over one file of a user's, which imports what a user would.
 *
 * @module
 */
import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const TSC = join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc')

export interface Compiled {
  /** What `tsc` printed. */
  readonly said: string
  /** The declarations that it wrote, or null where it was not asked for any. */
  readonly declared: string | null
}

/** Compiles `source` as strictly as the repository, besides `compilerOptions`. */
export async function compile(
  source: string,
  compilerOptions: Readonly<Record<string, unknown>> = {},
  flags: readonly string[] = [],
): Promise<Compiled> {
  const folder = await mkdtemp(join(ROOT, 'node_modules', '.compiled-'))
  try {
    await writeFile(join(folder, 'source.ts'), source)
    const options = {
      noEmit: true,
      types: ['node'],
      outDir: join(folder, 'out'),
      rootDir: ROOT,
      ...compilerOptions,
    }
    const config = { extends: join(ROOT, 'tsconfig.json'), compilerOptions: options, include: ['source.ts'] }
    await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(config))
    const said = await printed([TSC, '-p', folder, '--pretty', 'false', ...flags])
    const written = join(options.outDir, relative(ROOT, folder), 'source.d.ts')
    return { said, declared: options.noEmit ? null : await readFile(written, 'utf8') }
  } finally {
    await rm(folder, { recursive: true })
  }
}

// What does not compile ends with a status, and prints all the same.
function printed(args: readonly string[]): Promise<string> {
  return new Promise((resolve) => {
    execFile(process.execPath, args, (_, stdout) => resolve(stdout))
  })
}
