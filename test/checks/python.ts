/**
 * Step `python`: the tests of the Python worker, by its standard library's unittest.
 *
 * @module
 */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { python } from '../../scripts/needs.ts'
import { childEnvironment, ROOT, run } from './child.ts'
import { type Outcome, single } from './step.ts'

const FOLDER = join(ROOT, 'workers', 'python')

export async function runUnittest(): Promise<Outcome> {
  if (!existsSync(FOLDER)) return { passed: 0, failed: 0, note: 'no workers/python' }
  if (!existsSync(join(FOLDER, 'tests'))) return single(false, 'workers/python has no tests')
  const env = { ...childEnvironment(), PYTHONDONTWRITEBYTECODE: '1' }
  const args = ['-m', 'unittest', 'discover', '-s', 'tests']
  const { ok, kept } = await run(python(), args, { cwd: FOLDER, env, keep: 'stderr' })
  return countUnittest(kept, ok)
}

/** Counts from unittest's closing lines: "Ran 3 tests in 0.1s", "FAILED (failures=1, skipped=1)". */
export function countUnittest(text: string, ok: boolean): Outcome {
  const ran = Number(/^Ran (\d+) tests? in /m.exec(text)?.[1] ?? 0)
  const closing = /^(?:OK|FAILED)(?: \((.*)\))?\s*$/m.exec(text)?.[1] ?? ''
  const count = (name: string): number => Number(new RegExp(`(?:^|, )${name}=(\\d+)`).exec(closing)?.[1] ?? 0)

  const failed = count('failures') + count('errors') + count('unexpected successes')
  const skipped = count('skipped')
  // An error in one test's subtests may count several times.
  const passed = Math.max(0, ran - failed - skipped)
  if (ran === 0) return { passed: 0, failed: Math.max(1, failed), note: 'no test ran' }
  const note = skipped > 0 ? `${skipped} not run` : ''
  return ok ? { passed, failed, note } : { passed, failed: Math.max(1, failed), note }
}
