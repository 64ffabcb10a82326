/**
 * Installing what npm does not bring, where that can be done without asking: by apt-get, as root on
 * Debian and Ubuntu.
 *
 * @module
 */
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import type { Need } from './needs.ts'

/** Installs packages, saying before what and why. False when this is no place for it, or it failed. */
export function install(needs: readonly Need[]): boolean {
  if (process.getuid?.() !== 0 || !existsSync('/etc/debian_version') || !existsSync('/usr/bin/apt-get'))
    return false
  for (const need of needs) {
    console.log(`Installing ${need.apt.join(', ')} with apt-get: ${need.what} is missing, and ${need.why}.`)
  }
  const packages = needs.flatMap((need) => need.apt)
  return apt('update') && apt('install', '-y', '--no-install-recommends', ...packages)
}

function apt(...args: readonly string[]): boolean {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  return spawnSync('apt-get', args, { env, stdio: ['ignore', 'inherit', 'inherit'] }).status === 0
}
