/**
 * The project that a reader of a page would have: an empty folder in which `hagaki`, and whatever
 * else the repository uses, is installed.
 *
 * @module
 */
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, isAbsolute, join, normalize } from 'node:path'
import { pathToFileURL } from 'node:url'
import { natsServer, python, ruby } from '../../scripts/needs.ts'
import { type Ended, runProgram } from '../process.ts'
import type { Manifest } from './shell.ts'

export class Project {
  readonly folder: string
  readonly env: NodeJS.ProcessEnv
  readonly #root: string
  /** Names of the TypeScript and JavaScript files written, for the type check. */
  readonly #code = new Set<string>()

  /** `root` is the repository. */
  constructor(root: string) {
    this.#root = root
    this.folder = mkdtempSync(join(realpathSync(tmpdir()), 'hagaki-docs-'))
    this.env = environment(this.folder)
    link(root, this.folder)
    writePrograms(root, this.folder)
    this.#put('package.json', JSON.stringify({ name: 'page', private: true, type: 'module' }))
  }

  /** Writes a file of the page. Throws Error for a name that leads out of the project. */
  write(name: string, text: string): void {
    if (isAbsolute(name) || normalize(name).startsWith('..'))
      throw new Error(`${name} is outside the project`)
    this.#put(name, text)
    if (/\.[cm]?[jt]sx?$/.test(name)) this.#code.add(name)
    // Whoever writes Python has one, with Flask, and who writes Ruby one with Sinatra.
    if (name.endsWith('.py')) writeProgram(this.folder, 'python3', quote(python()))
    if (name.endsWith('.ru')) writeProgram(this.folder, 'ruby', quote(ruby()))
  }

  /** Makes it what a reader of an example has, who is in a checkout: with the examples, and what they run on. */
  checkOut(): void {
    // A copy: some keep their data beside themselves.
    const isSource = (path: string): boolean => !/[/\\](?:data|node_modules)$/.test(path)
    cpSync(join(this.#root, 'examples'), join(this.folder, 'examples'), { recursive: true, filter: isSource })
    symlinkSync(join(this.#root, 'src'), join(this.folder, 'src'), 'junction')
    const start = join(this.#root, 'scripts', 'start.ts')
    writeProgram(
      this.folder,
      'npm-start',
      `node ${sourceFlags(this.#root).map(quote).join(' ')} ${quote(start)}`,
    )
    writeProgram(this.folder, 'python3', quote(python()))
    writeProgram(this.folder, 'ruby', quote(ruby()))
    writeProgram(this.folder, 'nats-server', quote(natsServer()))
  }

  has(name: string): boolean {
    return existsSync(join(this.folder, name))
  }

  /** Runs a file that was written. */
  run(name: string): Promise<Ended> {
    return runProgram(process.execPath, [...sourceFlags(this.#root), name], {
      cwd: this.folder,
      env: this.env,
    })
  }

  /** Type-checks all that was written so far, as a strict project would. Gives the complaints, or ''. */
  async typeCheck(): Promise<string> {
    if (this.#code.size === 0) return ''
    // Ours, because the condition leads to our sources, and they are compiled along.
    const config = { extends: join(this.#root, 'tsconfig.json'), compilerOptions: COMPILER, include: [] }
    this.#put(CONFIG, JSON.stringify({ ...config, files: [...this.#code] }))
    const tsc = join(this.#root, 'node_modules', 'typescript', 'bin', 'tsc')
    const args = [tsc, '-p', CONFIG, '--pretty', 'false']
    const { code, stdout, stderr } = await runProgram(process.execPath, args, {
      cwd: this.folder,
      env: this.env,
    })
    return code === 0 ? '' : stdout + stderr || `tsc ended with ${code}`
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true })
  }

  #put(name: string, text: string): void {
    const path = join(this.folder, name)
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, text)
  }
}

/** Of our check: a page may have a `tsconfig.json` of its own. */
const CONFIG = 'tsconfig.page.json'

/** What a strict project has, and nothing that only we ask of ourselves. */
const COMPILER = {
  erasableSyntaxOnly: false,
  exactOptionalPropertyTypes: false,
  noUncheckedIndexedAccess: false,
  allowJs: true,
  checkJs: true,
}

/** Flags with which Node runs our sources, and `.ts` files at all. */
function sourceFlags(root: string): string[] {
  const loader = pathToFileURL(join(root, 'test', 'typescript.mjs')).href
  return ['--conditions=hagaki-source', '--import', loader]
}

/** Without colours, without what a test runner left there, and with npm kept off the network. */
function environment(folder: string): NodeJS.ProcessEnv {
  const env: NodeJS.ProcessEnv = { ...process.env, NO_COLOR: '1', npm_config_offline: 'true' }
  for (const name of Object.keys(env))
    if (/^(FORCE_COLOR|NODE_OPTIONS|VITEST.*)$/.test(name)) delete env[name]
  env['PATH'] = join(folder, 'node_modules', '.bin') + delimiter + env['PATH']
  return env
}

/** Links `hagaki` to the repository, and each direct dependency to where it is installed. */
function link(root: string, folder: string): void {
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Manifest
  const installed = Object.keys({ ...manifest.dependencies, ...manifest.devDependencies })
  const targets = new Map(installed.map((name) => [name, join(root, 'node_modules', name)]))
  targets.set(manifest.name, root)
  for (const [name, target] of targets) {
    const path = join(folder, 'node_modules', name)
    mkdirSync(dirname(path), { recursive: true })
    symlinkSync(target, path, 'junction')
  }
}

/** The programs that a page may call. `hagaki` runs from our sources. */
function writePrograms(root: string, folder: string): void {
  const flags = sourceFlags(root).map(quote).join(' ')
  const programs: Record<string, string> = {
    hagaki: `node ${flags} ${quote(join(root, 'src', 'cli', 'main.ts'))}`,
    tsc: `node ${quote(join(root, 'node_modules', 'typescript', 'bin', 'tsc'))} --customConditions hagaki-source`,
    // It hands flags on to the processes that it starts, and none of its own.
    tsx: `node ${quote(join(root, 'node_modules', 'tsx', 'dist', 'cli.mjs'))} --conditions=hagaki-source`,
  }
  for (const [name, command] of Object.entries(programs)) writeProgram(folder, name, command)
}

function writeProgram(folder: string, name: string, command: string): void {
  const bin = join(folder, 'node_modules', '.bin')
  mkdirSync(bin, { recursive: true })
  writeFileSync(join(bin, name), `#!/bin/sh\nexec ${command} "$@"\n`, { mode: 0o755 })
}

/** One word of sh. */
function quote(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`
}
