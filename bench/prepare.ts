/**
 * What a run needs: the peers, a built Hagaki among them as npm would install it, and wrk.
 *
 * @module
 */
import { spawnSync } from 'node:child_process'
import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const BENCH: string = fileURLToPath(new URL('.', import.meta.url))
const ROOT: string = fileURLToPath(new URL('../', import.meta.url))
const PACKAGE: string = join(BENCH, 'node_modules', 'hagaki')

/** Installs what `bench/package.json` names, unless it is there. Throws Error when npm fails. */
export function installPeers(say: (text: string) => void): void {
  const installed = join(BENCH, 'node_modules', '.package-lock.json')
  if (newest([installed]) >= newest([join(BENCH, 'package-lock.json')])) return
  say('installing the peers, once')
  const npm = process.env['npm_execpath']
  const args = ['ci', '--no-audit', '--no-fund', '--loglevel=error']
  const { status, stderr } =
    npm === undefined
      ? spawnSync('npm', args, { cwd: BENCH, encoding: 'utf8' })
      : spawnSync(process.execPath, [npm, ...args], { cwd: BENCH, encoding: 'utf8' })
  if (status !== 0) throw new Error(`npm ci in bench/ failed:\n${stderr}`)
}

/**
 * Builds Hagaki from its source into `bench/node_modules`, unless it is newer than that. What others do
 * with `dist` meanwhile does not touch a run. Throws Error when nothing came of it.
 */
export function buildHagaki(say: (text: string) => void): void {
  const stamp = join(PACKAGE, '.built')
  const configuration = ['package.json', 'tsconfig.json', 'tsconfig.build.json'].map((name) =>
    join(ROOT, name),
  )
  const files = [...['src', 'workers'].flatMap(below), ...configuration]
  const age = newest(files)
  if (newest([stamp]) >= age) return
  say('building Hagaki')
  rmSync(PACKAGE, { recursive: true, force: true })
  const tsc = join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc')
  // Types are the matter of `npm test`: here it is what runs that counts.
  const options = ['-p', join(ROOT, 'tsconfig.build.json'), '--outDir', join(PACKAGE, 'dist')]
  const { stdout } = spawnSync(process.execPath, [tsc, ...options, '--noEmitOnError', 'false'], {
    encoding: 'utf8',
  })
  if (!existsSync(join(PACKAGE, 'dist', 'index.js'))) throw new Error(`Hagaki does not build:\n${stdout}`)
  copyFileSync(join(ROOT, 'package.json'), join(PACKAGE, 'package.json'))
  cpSync(join(ROOT, 'workers'), join(PACKAGE, 'workers'), { recursive: true })
  writeFileSync(stamp, '')
}

/** A folder of ours and all that is in it. */
function below(name: string): string[] {
  const folder = join(ROOT, name)
  const inside = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  return [folder, ...inside.map((file) => join(folder, file))].filter((file) => !file.includes('__pycache__'))
}

/** Why nothing can be measured over sockets here, with what to do; null when it can. */
export function withoutLoad(): string | null {
  if (process.platform !== 'linux')
    return 'Over sockets this runs on Linux alone: it pins servers to a core and reads their CPU time from /proc.'
  const absent = ['wrk', 'taskset'].filter((name) => !onPath(name))
  if (absent.length === 0) return null
  const packages = absent.map((name) => (name === 'wrk' ? 'wrk' : 'util-linux'))
  return `Missing: ${absent.join(' and ')}. Install it: sudo apt-get install ${packages.join(' ')}`
}

function onPath(name: string): boolean {
  const folders = (process.env['PATH'] ?? '').split(':')
  return folders.some((folder) => folder !== '' && existsSync(join(folder, name)))
}

/** The time of the newest, in epoch milliseconds; 0 when none is there. */
function newest(paths: readonly string[]): number {
  return Math.max(0, ...paths.map((path) => statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0))
}

/** A folder for what servers read and write, with the file they serve. Gone when this process ends. */
export function workFolder(file: Uint8Array): string {
  const path = join(BENCH, 'node_modules', '.bench', String(process.pid))
  mkdirSync(path, { recursive: true })
  process.once('exit', () => rmSync(path, { recursive: true, force: true }))
  writeFileSync(join(path, 'card.bin'), file)
  return path
}
