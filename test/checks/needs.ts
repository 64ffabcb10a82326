/**
 * Step `needs`: finds what the tests need beyond npm, and on Debian as root installs what is missing.
 * What it finds is handed to the later steps by environment variables.
 *
 * @module
 */
import { existsSync } from 'node:fs'
import { advice, NEEDS, type Need } from '../needs.ts'
import { run } from './child.ts'
import { type Outcome, single } from './step.ts'

/** Fails when anything is still missing. */
export async function checkNeeds(): Promise<Outcome> {
  const missing = NEEDS.filter((need) => !look(need))
  if (missing.length === 0) return single(true)
  if (!canInstall()) return refuse(missing)

  await install(missing)
  const still = missing.filter((need) => !look(need))
  return still.length === 0 ? single(true) : refuse(still)
}

/** True when it is there; then it is said, and handed on. */
function look(need: Need): boolean {
  const path = process.env[need.variable] || need.search()
  if (!path) return false
  process.env[need.variable] = path
  console.log(`${need.variable}=${path}`)
  return true
}

function canInstall(): boolean {
  return process.getuid?.() === 0 && existsSync('/etc/debian_version') && existsSync('/usr/bin/apt-get')
}

async function install(missing: readonly Need[]): Promise<void> {
  for (const need of missing) {
    console.log(`Installing ${need.apt.join(', ')} with apt-get: ${need.what} is missing, and ${need.why}.`)
  }
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  await run('apt-get', ['update'], { env })
  const packages = missing.flatMap((need) => need.apt)
  await run('apt-get', ['install', '-y', '--no-install-recommends', ...packages], { env })
}

function refuse(missing: readonly Need[]): Outcome {
  for (const need of missing) console.error(advice(need))
  return single(false, `missing: ${missing.map((need) => need.what).join(', ')}`)
}
