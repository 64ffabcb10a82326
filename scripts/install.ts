/**
 * Installing what npm does not bring, where that can be done without asking: by apt-get, as root on
 * Debian and Ubuntu.
 *
 * @module
 */
import { spawnSync } from 'node:child_process'
import { existsSync, rmSync, writeFileSync } from 'node:fs'
import type { Need } from './needs.ts'

/** Installs packages, saying before what and why. False when this is no place for it, or it failed. */
export function install(needs: readonly Need[]): boolean {
  if (process.getuid?.() !== 0 || !existsSync('/etc/debian_version') || !existsSync('/usr/bin/apt-get'))
    return false
  for (const need of needs) {
    console.log(`Installing ${need.apt.join(', ')} with apt-get: ${need.what} is missing, and ${need.why}.`)
  }
  const packages = needs.flatMap((need) => need.apt)
  return apt('update') && withoutServices(() => apt('install', '-y', '--no-install-recommends', ...packages))
}

/** Debian starts a service that is installed, unless this program says no. */
const POLICY = '/usr/sbin/policy-rc.d'

// Tests start what they need by themselves: nothing here is to take a port of this machine.
function withoutServices(run: () => boolean): boolean {
  if (existsSync(POLICY)) return run() // whoever runs this machine has decided
  writeFileSync(POLICY, '#!/bin/sh\nexit 101\n', { mode: 0o755 })
  try {
    return run()
  } finally {
    rmSync(POLICY)
  }
}

function apt(...args: readonly string[]): boolean {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  return spawnSync('apt-get', args, { env, stdio: ['ignore', 'inherit', 'inherit'] }).status === 0
}
