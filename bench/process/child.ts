/**
 * One file of experiments in a process of its own, so that none warms or spoils another's code.
 * `child.ts FILE ROUNDS ROUND_MS NAMES`; the last line of stdout holds the rows.
 *
 * @module
 */
import type { Figure, Row } from '../report.ts'
import { judge } from '../report.ts'
import { type Case, type Experiment, time } from './rounds.ts'

const [file, rounds, roundMs, names] = process.argv.slice(2)
const { EXPERIMENTS } = (await import(`./${file}.ts`)) as { readonly EXPERIMENTS: readonly Experiment[] }

const rows: Row[] = []
for (const experiment of EXPERIMENTS) {
  if (names!.split(',').includes(experiment.name)) rows.push(await row(experiment))
}
process.stdout.write(`${JSON.stringify(rows)}\n`, () => process.exit()) // whatever threads there are

async function row({ name, title, base, cases, targets }: Experiment): Promise<Row> {
  const here = cases.filter((one): one is Case => 'run' in one)
  const samples = await time(here, { rounds: Number(rounds), roundMs: Number(roundMs) })
  const figures = cases.map((one): Figure => {
    const { name: of, title: called, kind } = one
    const common = { name: of, title: called, kind, failed: false, perSecond: null }
    return 'run' in one
      ? { ...common, samples: samples[here.indexOf(one)]!, absent: null }
      : { ...common, samples: [], absent: one.absent }
  })
  return {
    name,
    title,
    unit: 'CPU ns per operation',
    base,
    figures,
    targets: targets.map((target) => judge(target, figures)),
  }
}
