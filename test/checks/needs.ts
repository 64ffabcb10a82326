/**
 * Step `needs`: finds what the tests need beyond npm, and installs what is missing where it can.
 * What it finds is handed to the later steps by environment variables.
 *
 * @module
 */
import { install } from '../../scripts/install.ts'
import { advice, NEEDS, type Need } from '../../scripts/needs.ts'
import { type Outcome, single } from './step.ts'

/** Fails when anything is still missing. */
export function checkNeeds(): Promise<Outcome> {
  const missing = NEEDS.filter((need) => !look(need))
  if (missing.length > 0) install(missing)
  const still = missing.filter((need) => !look(need))
  for (const need of still) console.error(advice(need))
  return Promise.resolve(
    still.length === 0
      ? single(true)
      : single(false, `missing: ${still.map((need) => need.what).join(', ')}`),
  )
}

/** True when it is there; then it is said, and handed on. */
function look(need: Need): boolean {
  const path = process.env[need.variable] || need.search()
  if (!path) return false
  process.env[need.variable] = path
  console.log(`${need.variable}=${path}`)
  return true
}
