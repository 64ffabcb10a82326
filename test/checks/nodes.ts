/**
 * Step `nodes`: the tests that depend on Node once more, on each newer Node. In CI only, for they take
 * long: at a desk the step `unit` runs them all on the Node that is there.
 *
 * @module
 */
import { delimiter, dirname } from 'node:path'
import { nodePath, RELEASES, type Release } from '../../scripts/nodes.ts'
import { childEnvironment } from './child.ts'
import type { Outcome } from './step.ts'
import { runVitest } from './unit.ts'

/** What runs on every newer Node: sockets, TLS, signals, streams and zlib are where they differ. */
const SOCKETS: readonly string[] = [
  'test/server/',
  'test/proxy/',
  'test/nodes/roads-in',
  'test/reliability/stop',
  'test/codecs/codings',
]
/** What runs besides on the one that most use, the newest with long-term support: threads, processes, signals. */
const MOST: readonly string[] = [...SOCKETS, 'test/roads/', 'test/cli/', 'test/handlers/']
const MOST_ON = '24.'

/** Runs nothing where CI is not set; fails when a Node cannot be had. */
export async function runNodes(): Promise<Outcome> {
  if (!process.env['CI']) {
    return { passed: 0, failed: 0, note: 'only in CI: CI=true npm test -- --only nodes' }
  }
  const outcomes: Outcome[] = []
  for (const release of RELEASES) outcomes.push(await runOn(release))
  return together(outcomes)
}

async function runOn(release: Release): Promise<Outcome> {
  const { version } = release
  console.log(`\n-- Node ${version}`)
  const began = performance.now()
  const outcome = await onNode(release)
  const seconds = ((performance.now() - began) / 1000).toFixed(0)
  return { ...outcome, note: `${version}: ${outcome.note} in ${seconds} s` }
}

async function onNode(release: Release): Promise<Outcome> {
  try {
    const program = await nodePath(release)
    const folders = release.version.startsWith(MOST_ON) ? MOST : SOCKETS
    const environment = childEnvironment()
    // For tests that start a Node by its name.
    const env = { ...environment, PATH: `${dirname(program)}${delimiter}${environment['PATH'] ?? ''}` }
    return await runVitest({ program, folders, env })
  } catch (error) {
    console.error((error as Error).message)
    return { passed: 0, failed: 1, note: 'not there' }
  }
}

/** Sums outcomes, and keeps what each has to say. */
export function together(outcomes: readonly Outcome[]): Outcome {
  const sum = (count: (outcome: Outcome) => number): number =>
    outcomes.reduce((total, outcome) => total + count(outcome), 0)
  return {
    passed: sum(({ passed }) => passed),
    failed: sum(({ failed }) => failed),
    note: outcomes.map(({ note }) => note).join('; '),
  }
}
