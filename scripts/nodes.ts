/**
 * Node releases newer than the one that runs us, for tests.
 *
 *   node --import tsx scripts/nodes.ts         fetches what is missing, and prints the paths
 *   HAGAKI_NODE_22, HAGAKI_NODE_24, ...        paths to use instead of fetching
 *
 * @module
 */
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ROOT } from '../test/checks/child.ts'
import { fetched, type Place, TARGET, versionOf } from './fetched.ts'

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
export interface Machine extends Place {
  readonly environment: NodeJS.ProcessEnv
}

const HERE: Machine = { folder: FOLDER, target: TARGET, environment: process.env }

/**
 * Path of a release's program, fetched when it is not there yet. Throws Error with the fix when it
 * cannot be had: a Node that is missing fails the tests, it never skips them.
 */
export async function nodePath(release: Release, machine: Machine = HERE): Promise<string> {
  const { version, sha512 } = release
  const variable = `HAGAKI_NODE_${majorOf(version)}`
  const given = machine.environment[variable]
  if (given) {
    const has = versionOf(given)
    if (has?.startsWith(`${majorOf(version)}.`) === true) return given
    throw new Error(`${variable}=${given} is no Node ${majorOf(version)}: ${has ?? 'it does not run'}`)
  }
  const packages = Object.entries(sha512).map(
    ([target, digest]) => [target, { name: `node-${target}`, sha512: digest }] as const,
  )
  const program = {
    what: `Node ${version}`,
    version,
    path: 'package/bin/node',
    packages: Object.fromEntries(packages),
    otherwise: `Or set ${variable} to the path of a Node ${majorOf(version)}.`,
  }
  return fetched(program, machine)
}

export function majorOf(version: string): number {
  return Number.parseInt(version, 10)
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const release of RELEASES) console.log(`${release.version}\t${await nodePath(release)}`)
}
