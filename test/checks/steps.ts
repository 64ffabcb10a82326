/**
 * The steps of `npm test`, in their order: cheap ones first.
 *
 * @module
 */
import { colours } from './child.ts'
import { build } from './dist.ts'
import { runFuzz } from './fuzz.ts'
import { checkNeeds } from './needs.ts'
import { runNodes } from './nodes.ts'
import { checkPackage } from './package.ts'
import { runUnittest } from './python.ts'
import { runMinitest } from './ruby.ts'
import { runRuntimes } from './runtimes.ts'
import { type Outcome, type Step, single } from './step.ts'
import { tool } from './tool.ts'
import { runVitest } from './unit.ts'

export const STEPS: readonly Step[] = [
  {
    name: 'needs',
    what: 'Python with Flask and Django, Ruby with Sinatra, Chromium and nginx are there',
    run: checkNeeds,
  },
  {
    name: 'types',
    what: 'tsc over everything, type tests included',
    run: one('typescript', 'tsc', '--noEmit'),
  },
  {
    name: 'lint',
    what: 'oxlint, type-aware',
    run: one('oxlint', 'oxlint', '--type-aware', '--deny-warnings'),
  },
  { name: 'format', what: 'biome: layout and order of imports', run: format },
  { name: 'build', what: 'dist is built from src', run: async () => single((await build()).ok) },
  { name: 'package', what: 'knip, publint and attw: what would be published', run: checkPackage },
  { name: 'unit', what: 'vitest: src, test and examples', run: () => runVitest() },
  { name: 'nodes', what: 'vitest: sockets on Node 22, 24 and 26, in CI', run: runNodes },
  { name: 'runtimes', what: 'vitest: the client on Bun and Deno, in CI', run: runRuntimes },
  { name: 'fuzz', what: 'every parser, with inputs nobody thought of', run: runFuzz },
  { name: 'python', what: 'unittest: the Python worker', run: runUnittest },
  { name: 'ruby', what: 'minitest: the Ruby worker', run: runMinitest },
]

/** Biome does not know NO_COLOR. */
async function format(): Promise<Outcome> {
  const args = colours() ? ['ci'] : ['ci', '--colors=off']
  return single((await tool('@biomejs/biome', 'biome', args)).ok)
}

/** A step that is one program. */
function one(name: string, program: string, ...args: readonly string[]): () => Promise<Outcome> {
  return async () => single((await tool(name, program, args)).ok)
}
