/**
 * `npm test`: every check of the project in one run. `npm test -- --help` tells more.
 *
 * Exit code: 0 when all is well, 1 when a step failed, 2 for arguments that make no sense.
 *
 * @module
 */
import { endChildrenOnSignals } from './checks/child.ts'
import { choose, HELP } from './checks/choice.ts'
import { ending, heading, type Row, table, totals } from './checks/screen.ts'
import { type Outcome, type Step, single } from './checks/step.ts'
import { STEPS } from './checks/steps.ts'

const choice = choose(
  process.argv.slice(2),
  STEPS.map((step) => step.name),
)
switch (choice.kind) {
  case 'help':
    console.log(HELP)
    break
  case 'list':
    for (const { name, what } of STEPS) console.log(`${name.padEnd(8)}  ${what}`)
    break
  case 'wrong':
    console.error(choice.sentence)
    process.exitCode = 2
    break
  case 'run':
    endChildrenOnSignals()
    await runAll(STEPS.filter((step) => choice.names.includes(step.name)))
}

async function runAll(steps: readonly Step[]): Promise<void> {
  const rows: Row[] = []
  for (const step of steps) {
    console.log(heading(step.name, step.what))
    const began = performance.now()
    const outcome = await guarded(step)
    const row = { name: step.name, outcome, seconds: (performance.now() - began) / 1000 }
    console.log(ending(row))
    rows.push(row)
  }
  console.log(table(rows))
  process.exitCode = totals(rows).failed === 0 ? 0 : 1
}

/** A step that throws has failed, and the others still run. */
async function guarded(step: Step): Promise<Outcome> {
  try {
    return await step.run()
  } catch (error) {
    console.error(error)
    return single(false, 'crashed')
  }
}
