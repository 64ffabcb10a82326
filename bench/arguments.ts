/**
 * The arguments of `npm run bench -- ...`.
 *
 *   in     arguments, names of the rows
 *   out    what is asked for; `wrong` holds a sentence for who typed it
 *
 * @module
 */
import { parseArgs } from 'node:util'

export type Choice =
  | {
      readonly kind: 'run'
      readonly rows: readonly string[]
      readonly quick: boolean
      /** Where the report goes; null: where such a run's report goes by default. */
      readonly json: string | null
      readonly chart: string | null
    }
  | { readonly kind: 'draw'; readonly from: string; readonly chart: string | null }
  | { readonly kind: 'list' | 'help' }
  | { readonly kind: 'wrong'; readonly sentence: string }

export const HELP: string = `Usage: npm run bench [-- options]

Measures CPU time per request of Hagaki and its peers, side by side, and holds it against the targets.

  --quick        few and short rounds, of the peers only those that a target names, and without the rows of
                 several programs that --only does not name; under a minute
  --only ROWS    some rows, separated by commas: npm run bench -- --only hello,json
  --json FILE    where the figures go
  --chart FILE   where the chart goes
  --draw FILE    no run: draws the chart of figures that were written before
  --list         the rows
  --help         this text

A whole run writes docs/bench.json and docs/bench.svg; a quick or partial one writes bench/results.json
and bench/results.svg. The exit code is 0 whether targets are met or missed, 1 when a server gave a
wrong answer or failed under load, 2 for arguments that make no sense.`

const OPTIONS = {
  quick: { type: 'boolean' },
  only: { type: 'string', multiple: true },
  json: { type: 'string' },
  chart: { type: 'string' },
  draw: { type: 'string' },
  list: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const

/** Reads the arguments. `rows` are those there are, in their order; `long` those that a quick run leaves out. */
export function choose(
  args: readonly string[],
  rows: readonly string[],
  long: readonly string[] = [],
): Choice {
  try {
    const { values } = parseArgs({ args: [...args], options: OPTIONS })
    if (values.help) return { kind: 'help' }
    if (values.list) return { kind: 'list' }
    const { quick = false, json = null, chart = null, draw, only } = values
    for (const [flag, file] of [
      ['--json', json],
      ['--chart', chart],
      ['--draw', draw],
    ]) {
      if (file === '') return wrong(`${flag} is the name of a file, and that one is empty.`)
    }
    if (draw !== undefined) {
      if (quick || only !== undefined || json !== null)
        return wrong('--draw measures nothing: it goes with --chart alone.')
      return { kind: 'draw', from: draw, chart }
    }
    const all = quick ? rows.filter((row) => !long.includes(row)) : rows
    const asked = only === undefined ? all : named(only.join(','), rows)
    return typeof asked === 'string' ? wrong(asked) : { kind: 'run', rows: asked, quick, json, chart }
  } catch (error) {
    // The first sentence names the argument; what Node advises behind it is for other programs.
    return wrong((error as Error).message.replace(/\. .*$/s, '.'))
  }
}

function wrong(sentence: string): Choice {
  return { kind: 'wrong', sentence: `${sentence} npm run bench -- --help tells what there is.` }
}

/** The rows named in `text`, in their own order; else a sentence. */
function named(text: string, rows: readonly string[]): readonly string[] | string {
  const names = text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '')
  const unknown = names.filter((name) => !rows.includes(name))
  if (names.length === 0) return `--only names no row: there are ${rows.join(', ')}.`
  if (unknown.length > 0) return `There is no row ${unknown.join(', ')}: there are ${rows.join(', ')}.`
  return rows.filter((row) => names.includes(row))
}
