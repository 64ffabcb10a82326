/**
 * Step `fuzz`: every parser, with inputs that nobody thought of.
 *
 * At a desk 2 s each. In CI what anybody can send is given 60 s each, the others 15 s: two at a time,
 * 7 parsers of the wire and 8 others take about 4.5 minutes.
 *
 * @module
 */
import { run } from './child.ts'
import { type Outcome, single } from './step.ts'

export async function runFuzz(): Promise<Outcome> {
  const [seconds, smallSeconds] = process.env['CI'] ? [60, 15] : [2, 2]
  const times = ['--seconds', String(seconds), '--small-seconds', String(smallSeconds)]
  const node = ['--conditions=hagaki-source', '--import', 'tsx', 'scripts/fuzz.ts']
  const { ok } = await run(process.execPath, [...node, ...times])
  return single(ok, `${seconds} s for each parser of the wire, ${smallSeconds} s for each other`)
}
