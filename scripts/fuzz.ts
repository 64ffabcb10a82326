/**
 * `npm run fuzz`: gives every parser inputs that nobody thought of. `-- --help` tells more.
 *
 * Exit code: 0 when all held, 1 when something did not, 2 for arguments that make no sense.
 *
 * @module
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { type Bundle, bundle } from '../test/fuzz/bundle.ts'
import { type Hunted, hunt } from '../test/fuzz/hunt.ts'
import { row } from '../test/fuzz/paste.ts'
import type { Target } from '../test/fuzz/target.ts'
import { TARGETS } from '../test/fuzz/targets.ts'

const HELP = `npm run fuzz -- [options]

  --seconds N       for each parser; 60 without it
  --only a,b        these parsers alone
  --seed N          a whole number: the same inputs again
  --at-once N       how many parsers are fuzzed at the same time; 2 without it
  --list            what there is, and what holds of it
`

/** How often a line tells how far a parser has come, in milliseconds. */
const TELL_MS = 10_000

process.exitCode = await main(process.argv.slice(2))

async function main(args: string[]): Promise<number> {
  const options = optionsOf(args)
  if (typeof options === 'string') {
    console.error(`${options}\n\n${HELP}`)
    return 2
  }
  if (options.help) console.log(HELP)
  else if (options.list) for (const { name, holds } of TARGETS) console.log(`${name.padEnd(12)}  ${holds}`)
  else return run(options)
  return 0
}

interface Options {
  readonly help: boolean
  readonly list: boolean
  readonly seconds: number
  readonly seed: number
  readonly atOnce: number
  readonly targets: readonly Target[]
}

/** A sentence for arguments that make no sense. */
function optionsOf(args: string[]): Options | string {
  const text = { type: 'string' } as const
  const flag = { type: 'boolean', default: false } as const
  const known = {
    seconds: text,
    only: text,
    seed: text,
    'at-once': text,
    list: flag,
    help: flag,
  }
  let values: ReturnType<typeof parseArgs<{ options: typeof known }>>['values']
  try {
    values = parseArgs({ args, options: known }).values
  } catch (error) {
    return (error as Error).message
  }
  const names = values.only?.split(',') ?? TARGETS.map(({ name }) => name)
  const stranger = names.find((name) => TARGETS.every((target) => target.name !== name))
  if (stranger !== undefined) return `No parser is named "${stranger}": --list tells their names`
  const seconds = Number(values.seconds ?? '60')
  if (!(seconds > 0)) return 'Seconds are a number above 0'
  const seed = Number(values.seed ?? Date.now() % 1_000_000)
  if (!Number.isSafeInteger(seed)) return '--seed is a whole number'
  const atOnce = Number(values['at-once'] ?? '2')
  if (!Number.isSafeInteger(atOnce) || atOnce < 1) return '--at-once is a whole number above 0'
  const targets = TARGETS.filter(({ name }) => names.includes(name))
  return { help: values.help, list: values.list, seconds, seed, atOnce, targets }
}

async function run(options: Options): Promise<number> {
  const { targets, seed, atOnce } = options
  const folder = mkdtempSync(join(tmpdir(), 'hagaki-fuzz-'))
  try {
    const made = await bundle(folder)
    console.log(`Seed ${seed}; ${made.places} places in the sources are counted`)
    const left = [...targets]
    const failed: Hunted[] = []
    const lane = async (): Promise<void> => {
      for (let next = left.shift(); next !== undefined; next = left.shift()) {
        const hunted = await fuzz(made, next, options)
        if (hunted.failure !== null) failed.push(hunted)
      }
    }
    await Promise.all(Array.from({ length: atOnce }, lane))
    for (const { name, failure } of failed) {
      console.log(`\n${name}: ${failure!.error}\n\nA row for test/fuzz/found.test.ts:\n`)
      console.log(row(name, failure!.input))
    }
    console.log(`${targets.length - failed.length} held, ${failed.length} did not`)
    return failed.length === 0 ? 0 : 1
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function fuzz(made: Bundle, { name }: Target, { seed, seconds }: Options): Promise<Hunted> {
  const began = performance.now()
  let told = began
  const line = (what: string, { iterations, corpus, reached }: Omit<Hunted, 'name' | 'failure'>): void => {
    const passed = ((performance.now() - began) / 1_000).toFixed(0)
    console.log(
      `${name.padEnd(12)} ${what.padEnd(5)} ${passed.padStart(4)} s  ${String(iterations).padStart(9)} inputs  ` +
        `${String(corpus).padStart(5)} kept  ${String(reached).padStart(5)} places`,
    )
  }
  const hunted = await hunt(made, name, seed, seconds, (progress) => {
    if (performance.now() - told < TELL_MS) return
    told = performance.now()
    line('', progress)
  })
  line(hunted.failure === null ? 'held' : 'BROKE', hunted)
  return hunted
}
