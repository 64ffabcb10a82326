/**
 * The built package: whether `dist` is as new as what it is built from, and its tarball.
 *
 * @module
 */
import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { type Ended, ROOT, run } from './child.ts'
import { npm } from './tool.ts'

/** Builds `dist`. */
export function build(): Promise<Ended> {
  return run(process.execPath, ['--import', 'tsx', join(ROOT, 'scripts', 'build.ts')])
}

/** Builds `dist` unless it is there and newer than all it is built from. Throws Error when that fails. */
export async function buildIfStale(): Promise<void> {
  const built = join(ROOT, 'dist', 'index.js')
  if (existsSync(built) && statSync(built).mtimeMs > newestSource()) return
  if (!(await build()).ok) throw new Error('The build failed: see its output above')
}

function newestSource(): number {
  const below = readdirSync(join(ROOT, 'src'), { recursive: true, encoding: 'utf8' })
  // Folders as well: theirs is the time at which a file in them came or went.
  const sources = ['src', ...below.map((name) => join('src', name))]
  const names = [...sources, 'package.json', 'tsconfig.json', 'tsconfig.build.json']
  return Math.max(...names.map((name) => statSync(join(ROOT, name)).mtimeMs))
}

export interface Tarball {
  readonly path: string
  /** Names inside it, below `package/`. */
  readonly files: readonly string[]
}

/** Packs the package into `folder` as it would be published, from `dist` as it is. */
export async function pack(folder: string): Promise<Tarball> {
  // Its scripts would build once more.
  const args = ['pack', '--ignore-scripts', '--json', '--loglevel=error', '--pack-destination', folder]
  const { ok, kept } = await npm(args, { keep: 'stdout' })
  if (!ok) throw new Error('npm pack failed: see its output above')
  const [packed] = JSON.parse(kept) as [{ filename: string; files: readonly { path: string }[] }]
  return { path: join(folder, packed.filename), files: packed.files.map((file) => file.path) }
}
