/**
 * Node releases newer than the one that runs us, for tests: fetched on demand, for each is bound to one
 * platform, and `npm ci` has to work on all of them.
 *
 *   node --import tsx scripts/nodes.ts         fetches what is missing, and prints the paths
 *   HAGAKI_NODE_22, HAGAKI_NODE_24, ...        paths to use instead of fetching
 *
 * @module
 */
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ROOT, run } from '../test/checks/child.ts'
import { npm } from '../test/checks/tool.ts'

/** One release of Node, exactly. */
export interface Release {
  readonly version: string
  /** Digests of the tarballs that hold its program, by `platform-architecture`: SHA-512 in base64. */
  readonly sha512: Readonly<Record<string, string>>
}

/** The releases that the tests run on besides the one that runs them, oldest first. */
export const RELEASES: readonly Release[] = [
  {
    version: '22.23.3',
    sha512: {
      'linux-arm64':
        'l3DAHZreylo+p9QXDtsOrjG2JXJqVzYXnAGmIQNOUNARcMppTO2cmewVQP+36tjJnSE+dzpMNtgW+c3oiDvXtA==',
      'linux-x64': 'qHnz5tFsHoj/WM+uRENVjWONi5hVvmwrgq8A4V76KpuVNAc4+jwK8x4gwbobE9BtHNg/AKR2583eYorLF/c7ng==',
    },
  },
  {
    version: '24.21.0',
    sha512: {
      'linux-arm64':
        'FpJRPEz2OvvTLfjIOlNGFY9JLPMKgl5m+d4oGYBLg24kJ1mmvN1Zl/HPJgF4HDaJ51ISev1l1cRZ/DM+keXW5g==',
      'linux-x64': '3nULszZ5X0fciYpG0t6TrdApJzAn8+FlINP6OiMX7V8HrvpATPN936U1LlReOJriLRa4e8yEqQBYCnLyPNAs7Q==',
    },
  },
  {
    version: '26.10.0',
    sha512: {
      'linux-arm64':
        'idArV/cmqW9M9ODyGlbOIiyxFourDh1mJB0SdKCdMbSZjjef9CLEN3o1/eE4yf+B0+5BD+F74MpTTHiB3XXTBQ==',
      'linux-x64': 'OmAztarr1gK4PD+sNyoku4N5Q40d8eqMuLjNa/zRvxF33aCsVKVIQLs4V5HYPWSWWlMiTdkmbZE/6Phigma0hw==',
    },
  },
]

/** Gone with `node_modules`; npm's own cache still has the tarballs then. */
const FOLDER = join(ROOT, 'node_modules', '.cache', 'hagaki-nodes')

/** What differs between machines: tests of this file bring their own. */
export interface Machine {
  readonly folder: string
  readonly target: string
  readonly environment: NodeJS.ProcessEnv
}

const HERE: Machine = {
  folder: FOLDER,
  target: `${process.platform}-${process.arch}`,
  environment: process.env,
}

/**
 * Path of a release's program, fetched when it is not there yet. Throws Error with the fix when it
 * cannot be had: a Node that is missing fails the tests, it never skips them.
 */
export async function nodePath(release: Release, machine: Machine = HERE): Promise<string> {
  const { version } = release
  const variable = variableOf(release)
  const given = machine.environment[variable]
  if (given) {
    const has = versionOf(given)
    if (has?.startsWith(`${majorOf(version)}.`) === true) return given
    throw new Error(`${variable}=${given} is no Node ${majorOf(version)}: ${has ?? 'it does not run'}`)
  }
  const path = join(machine.folder, version, 'node')
  if (!existsSync(path)) await fetchNode(release, machine)
  if (versionOf(path) === version) return path
  rmSync(join(machine.folder, version), { recursive: true, force: true })
  throw new Error(`Node ${version} was fetched, and does not run here. ${otherwise(release)}`)
}

async function fetchNode(release: Release, { folder, target }: Machine): Promise<void> {
  const { version } = release
  const digest = Object.hasOwn(release.sha512, target) ? release.sha512[target] : undefined
  if (digest === undefined) {
    const known = Object.keys(release.sha512).join(', ')
    throw new Error(`Cannot fetch Node ${version} for ${target}: known are ${known}. ${otherwise(release)}`)
  }
  const name = `node-${target}`
  mkdirSync(folder, { recursive: true })
  // Moved to its place when it is whole: an interrupted run leaves nothing that looks like a Node.
  const making = mkdtempSync(join(folder, 'making-'))
  try {
    const began = performance.now()
    console.log(`Fetching Node ${version} from the package registry: ${name}, some 50 MB`)
    const args = [
      'pack',
      `${name}@${version}`,
      '--ignore-scripts',
      '--loglevel=error',
      '--pack-destination',
      making,
    ]
    // It names the file, which we know.
    if (!(await npm(args, { cwd: folder, keep: 'stdout' })).ok) {
      throw new Error(
        `Cannot fetch ${name}@${version}: npm says above why. Look whether the registry is reached: ` +
          `npm view ${name}@${version} version. ${otherwise(release)}`,
      )
    }
    const tarball = join(making, `${name}-${version}.tgz`)
    const is = createHash('sha512').update(readFileSync(tarball)).digest('base64')
    if (is !== digest) {
      throw new Error(
        `${name}@${version} is not what it was: sha512 is ${is}, and should be ${digest}. Do not run it. ` +
          `${otherwise(release)}`,
      )
    }
    // By its name alone, for a tar that takes "C:" for a host.
    const program = 'package/bin/node'
    if (!(await run('tar', ['-xzf', `${name}-${version}.tgz`, program], { cwd: making })).ok)
      throw new Error(`Cannot unpack ${tarball}: tar says above why`)
    rmSync(join(folder, version), { recursive: true, force: true })
    renameSync(join(making, 'package', 'bin'), join(folder, version))
    console.log(`Fetched Node ${version} in ${((performance.now() - began) / 1000).toFixed(1)} s`)
  } finally {
    rmSync(making, { recursive: true, force: true })
  }
}

function otherwise(release: Release): string {
  return `Or set ${variableOf(release)} to the path of a Node ${majorOf(release.version)}.`
}

function variableOf({ version }: Release): string {
  return `HAGAKI_NODE_${majorOf(version)}`
}

export function majorOf(version: string): number {
  return Number.parseInt(version, 10)
}

/** What the program says it is, without its `v`; null when it does not run. */
function versionOf(path: string): string | null {
  const { status, stdout } = spawnSync(path, ['--version'], { encoding: 'utf8', timeout: 60_000 })
  return status === 0 ? stdout.trim().replace(/^v/, '') : null
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const release of RELEASES) console.log(`${release.version}\t${await nodePath(release)}`)
}
