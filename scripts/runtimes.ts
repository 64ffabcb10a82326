/**
 * Bun and Deno, for the tests that run on them as well.
 *
 *   node --import tsx scripts/runtimes.ts   fetches what is missing, and prints the paths
 *   HAGAKI_BUN, HAGAKI_DENO                 paths to use instead of fetching
 *
 * @module
 */
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ROOT } from '../test/checks/child.ts'
import { fetched, type Program, TARGET, versionOf } from './fetched.ts'

/** A runtime, and the variable that hands its path to the tests. */
export interface Runtime {
  readonly variable: 'HAGAKI_BUN' | 'HAGAKI_DENO'
  readonly program: Program
}

export const RUNTIMES: readonly Runtime[] = [
  {
    variable: 'HAGAKI_BUN',
    program: {
      what: 'Bun 1.4.5',
      version: '1.4.5',
      path: 'package/bin/bun',
      packages: {
        'linux-x64': {
          name: '@oven/bun-linux-x64',
          sha512: 'IWX9BELoGHAUtMonkeSaNaZwXzRk+oDw6Mk+HBFXd3KHYIBNBsIGRupMZPcgNoDbJpLu6gAJjIoIVPZtt1aJ1g==',
        },
        'linux-arm64': {
          name: '@oven/bun-linux-aarch64',
          sha512: '4BXmsSKnjOrlGWqZV4x/oWa7AVoR+B6lCXddMzOAXBIm3t50eslg9wb66gmtW1AamEQ1l1CDvmmruysEhqOWMg==',
        },
      },
      otherwise: 'Or set HAGAKI_BUN to the path of a Bun.',
    },
  },
  {
    variable: 'HAGAKI_DENO',
    program: {
      what: 'Deno 2.9.6',
      version: '2.9.6',
      path: 'package/deno',
      packages: {
        'linux-x64': {
          name: '@deno/linux-x64-glibc',
          sha512: '3md4TKLCuzsLDmfOoC5KN7NAZaxSVkMgm64vg6foD00JBADCpYS2/5QqXfzgnP5ZQz3iLP9vBQJtEgc116OAoQ==',
        },
        'linux-arm64': {
          name: '@deno/linux-arm64-glibc',
          sha512: 'poqhoH9B3nYloigEMPT5t8HY+wBeiuea1An5Q7fqgJzP0SYmWsoS/oUnWO/pEiA4ofzIBy1Elt/in58xKtxEoQ==',
        },
      },
      otherwise: 'Or set HAGAKI_DENO to the path of a Deno.',
    },
  },
]

/** Path of a runtime. Throws Error with the fix when it cannot be had. */
export async function runtimePath({ variable, program }: Runtime): Promise<string> {
  const given = process.env[variable]
  if (!given) return fetched(program, { folder: FOLDER, target: TARGET })
  if (versionOf(given) !== null) return given
  throw new Error(`${variable}=${given} does not run`)
}

// A folder for both: they are of other versions.
const FOLDER = join(ROOT, 'node_modules', '.cache', 'hagaki-runtimes')

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const runtime of RUNTIMES) console.log(`${runtime.program.what}\t${await runtimePath(runtime)}`)
}
