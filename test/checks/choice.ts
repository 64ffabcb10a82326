/**
 * The arguments of `npm test -- ...`.
 *
 *   in     arguments, names of the steps
 *   out    what is asked for; `wrong` holds a sentence for who typed it
 *
 * @module
 */
import { parseArgs } from 'node:util'

export type Choice =
  | { readonly kind: 'run'; readonly names: readonly string[] }
  | { readonly kind: 'list' | 'help' }
  | { readonly kind: 'wrong'; readonly sentence: string }

export const HELP: string = `Usage: npm test [-- options]

Runs every check there is, and goes on after a failure, so that one run tells everything.

  --only NAMES   some steps, separated by commas, in their own order: npm test -- --only types,lint
  --list         the steps
  --help         this text

One test file, or tests by name, go to vitest itself:

  npx vitest run test/layers.test.ts
  npx vitest -t 'layer'`

/** Reads the arguments. */
export function choose(args: readonly string[], steps: readonly string[]): Choice {
  const options = {
    only: { type: 'string', multiple: true },
    list: { type: 'boolean' },
    help: { type: 'boolean', short: 'h' },
  } as const
  try {
    const { values } = parseArgs({ args: [...args], options })
    if (values.help) return { kind: 'help' }
    if (values.list) return { kind: 'list' }
    if (values.only === undefined) return { kind: 'run', names: steps }
    return only(values.only.join(','), steps)
  } catch (error) {
    return { kind: 'wrong', sentence: (error as Error).message }
  }
}

function only(text: string, steps: readonly string[]): Choice {
  const names = text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '')
  const unknown = names.filter((name) => !steps.includes(name))
  if (unknown.length > 0 || names.length === 0) {
    const what = names.length === 0 ? '--only names no step' : `No step is called ${unknown.join(', ')}`
    return { kind: 'wrong', sentence: `${what}. Steps: ${steps.join(', ')}` }
  }
  return { kind: 'run', names: steps.filter((name) => names.includes(name)) }
}
