/**
 * Step `ruby`: the tests of the Ruby worker, by Minitest.
 *
 * @module
 */
import { join } from 'node:path'
import { ruby } from '../../scripts/needs.ts'
import { childEnvironment, ROOT, run } from './child.ts'
import type { Outcome } from './step.ts'

export async function runMinitest(): Promise<Outcome> {
  const cwd = join(ROOT, 'workers', 'ruby')
  const { ok, kept } = await run(ruby(), ['test/all.rb'], { cwd, env: childEnvironment(), keep: 'stdout' })
  return countMinitest(kept, ok)
}

/** Counts from minitest's closing line: "6 runs, 875 assertions, 0 failures, 0 errors, 0 skips". */
export function countMinitest(text: string, ok: boolean): Outcome {
  const line = /^(\d+) runs, \d+ assertions, (\d+) failures, (\d+) errors, (\d+) skips$/m.exec(text)
  const [runs = 0, failures = 0, errors = 0, skips = 0] = line?.slice(1).map(Number) ?? []
  const failed = failures + errors
  const passed = runs - failed - skips
  if (runs === 0) return { passed: 0, failed: Math.max(1, failed), note: 'no test ran' }
  const note = skips > 0 ? `${skips} not run` : ''
  return ok ? { passed, failed, note } : { passed, failed: Math.max(1, failed), note }
}
