/**
 * Builds `dist` from `src`: JavaScript, declarations and source maps, file by file.
 *
 * @module
 */
import { spawnSync } from 'node:child_process'
import { chmodSync, existsSync, rmSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const path = (name: string): string => fileURLToPath(new URL(`../${name}`, import.meta.url))

rmSync(path('dist'), { recursive: true, force: true })

const tsc = spawnSync(
  process.execPath,
  [path('node_modules/typescript/bin/tsc'), '-p', path('tsconfig.build.json')],
  { stdio: ['ignore', 'inherit', 'inherit'] },
)
if (tsc.status !== 0) process.exit(1)

const program = path('dist/cli/main.js')
if (existsSync(program)) chmodSync(program, 0o755)
