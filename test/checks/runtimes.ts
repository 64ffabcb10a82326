/**
 * Step `runtimes`: the client on Bun and Deno. In CI only, for they have to be fetched; at a desk the step
 * `unit` runs the same script on the Node that is there.
 *
 * @module
 */
import { RUNTIMES, runtimePath } from '../../scripts/runtimes.ts'
import { childEnvironment } from './child.ts'
import type { Outcome } from './step.ts'
import { runVitest } from './unit.ts'

/** Runs nothing where CI is not set; fails when a runtime cannot be had. */
export async function runRuntimes(): Promise<Outcome> {
  if (!process.env['CI']) {
    return { passed: 0, failed: 0, note: 'only in CI: CI=true npm test -- --only runtimes' }
  }
  const env = childEnvironment()
  try {
    for (const runtime of RUNTIMES) env[runtime.variable] = await runtimePath(runtime)
  } catch (error) {
    console.error((error as Error).message)
    return { passed: 0, failed: 1, note: 'not there' }
  }
  const outcome = await runVitest({ folders: ['test/client/runtimes'], env })
  return { ...outcome, note: RUNTIMES.map(({ program }) => program.what).join(', ') }
}
