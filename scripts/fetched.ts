/**
 * Programs that tests need and that are bound to one platform: fetched on demand from the package registry
 * and checked, for `npm ci` has to work on all platforms.
 *
 * @module
 */
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { run } from '../test/checks/child.ts'
import { npm } from '../test/checks/tool.ts'

/** One program, exactly. */
export interface Program {
  /** For people: "Node 22.23.3". */
  readonly what: string
  readonly version: string
  /** Where it is in the unpacked tarball: "package/bin/node". */
  readonly path: string
  /** By `platform-architecture`: the package, and the SHA-512 of its tarball in base64. */
  readonly packages: Readonly<Record<string, { readonly name: string; readonly sha512: string }>>
  /** What to do where it cannot be had. */
  readonly otherwise: string
}

/** Where it is kept, and for which platform. */
export interface Place {
  readonly folder: string
  readonly target: string
}

export const TARGET: string = `${process.platform}-${process.arch}`

/**
 * Path of a program, fetched when it is not there yet. Throws Error with the fix when it cannot be had: a
 * program that is missing fails the tests, it never skips them.
 */
export async function fetched(program: Program, place: Place): Promise<string> {
  const { version, what, otherwise } = program
  const path = join(place.folder, version, basename(program.path))
  if (!existsSync(path)) await fetchProgram(program, place)
  if (versionOf(path) === version) return path
  rmSync(join(place.folder, version), { recursive: true, force: true })
  throw new Error(`${what} was fetched, and does not run here. ${otherwise}`)
}

/** The version that a program says it is; null when it does not run. */
export function versionOf(path: string): string | null {
  const { status, stdout } = spawnSync(path, ['--version'], { encoding: 'utf8', timeout: 60_000 })
  return status === 0 ? (/\d+\.\d+\.\d+/.exec(stdout)?.[0] ?? null) : null
}

async function fetchProgram(program: Program, { folder, target }: Place): Promise<void> {
  const { what, version, packages, otherwise } = program
  const from = Object.hasOwn(packages, target) ? packages[target] : undefined
  if (from === undefined) {
    const known = Object.keys(packages).join(', ')
    throw new Error(`Cannot fetch ${what} for ${target}: known are ${known}. ${otherwise}`)
  }
  const { name, sha512 } = from
  mkdirSync(folder, { recursive: true })
  // Moved to its place when it is whole: an interrupted run leaves nothing that looks like a program.
  const making = mkdtempSync(join(folder, 'making-'))
  try {
    const began = performance.now()
    console.log(`Fetching ${what} from the package registry: ${name}, some 50 MB`)
    const args = ['pack', `${name}@${version}`, '--ignore-scripts', '--loglevel=error']
    // It names the file, which we know.
    if (!(await npm([...args, '--pack-destination', making], { cwd: folder, keep: 'stdout' })).ok) {
      throw new Error(
        `Cannot fetch ${name}@${version}: npm says above why. Look whether the registry is reached: ` +
          `npm view ${name}@${version} version. ${otherwise}`,
      )
    }
    const tarball = `${name.replace(/^@/, '').replace('/', '-')}-${version}.tgz`
    const is = createHash('sha512')
      .update(readFileSync(join(making, tarball)))
      .digest('base64')
    if (is !== sha512) {
      throw new Error(
        `${name}@${version} is not what it was: sha512 is ${is}, and should be ${sha512}. Do not run it. ` +
          otherwise,
      )
    }
    // By its name alone, for a tar that takes "C:" for a host.
    if (!(await run('tar', ['-xzf', tarball, program.path], { cwd: making })).ok)
      throw new Error(`Cannot unpack ${join(making, tarball)}: tar says above why`)
    rmSync(join(folder, version), { recursive: true, force: true })
    renameSync(join(making, dirname(program.path)), join(folder, version))
    console.log(`Fetched ${what} in ${((performance.now() - began) / 1000).toFixed(1)} s`)
  } finally {
    rmSync(making, { recursive: true, force: true })
  }
}
