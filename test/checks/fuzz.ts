/**
 * Step `fuzz`: every parser, with inputs that nobody thought of.
 *
 * At a desk 2 s each, in CI 60 s: two at a time, 20 parsers take about 10 minutes.
 *
 * @module
 */
import { run } from './child.ts'
import { type Outcome, single } from './step.ts'

export async function runFuzz(): Promise<Outcome> {
  const seconds = process.env['CI'] ? 60 : 2
  const node = ['--conditions=hagaki-source', '--import', 'tsx', 'scripts/fuzz.ts']
  const { ok } = await run(process.execPath, [...node, '--seconds', String(seconds)])
  return single(ok, `${seconds} s for each parser`)
}
