/**
 * `hagaki check-worker -- COMMAND`: holds a program to the rules of frames.
 *
 * @module
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { checkWorker, ROWS, type Row } from '../check-worker/check-worker.ts'
import { Fault } from '../fault.ts'
import { nearest } from '../value/nearest.ts'
import type { CheckWorkerCommand } from './check-worker-arguments.ts'
import { table } from './table.ts'
import { UsageError } from './usage-error.ts'

/** Prints a line for each row. Resolves with the exit status: 1 where a rule is not kept. Throws UsageError. */
export async function checkProgram(command: CheckWorkerCommand): Promise<number> {
  const rows = command.only === null ? ROWS : chosen(command.only)
  if (command.list) {
    process.stdout.write(table([['', ''], ...rows.map(({ name, rule }) => [name, rule])]).trimStart())
    return 0
  }
  const [program = '', ...args] = command.program
  await starts(program, args)
  let kept = 0
  for await (const { row, broken } of checkWorker(
    { command: program, args, patienceMs: command.patienceMs },
    rows,
  )) {
    if (broken === null) kept++
    process.stdout.write(broken === null ? `pass  ${row.name}\n` : failure(row, broken))
  }
  process.stdout.write(`hagaki: ${kept} of ${rows.length} rules are kept\n`)
  return kept === rows.length ? 0 : 1
}

function failure({ name, rule, section }: Row, broken: string): string {
  return `FAIL  ${name}  ${broken}\n      ${rule} (frames.md, ${section})\n`
}

function chosen(names: readonly string[]): Row[] {
  for (const name of names) {
    if (ROWS.some((row) => row.name === name)) continue
    const near = nearest(
      name,
      ROWS.map((row) => row.name),
    )
    const fix = near === null ? 'see hagaki check-worker --list' : `did you mean ${near}?`
    throw new UsageError(`there is no row ${JSON.stringify(name)}: ${fix}`)
  }
  return ROWS.filter(({ name }) => names.includes(name))
}

// Said once, and not by every row. Fault: setup_faulty.
async function starts(program: string, args: readonly string[]): Promise<void> {
  const child = spawn(program, args, { stdio: ['pipe', 'ignore', 'ignore'] })
  try {
    await once(child, 'spawn')
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    const fix = 'Look at the path; a program of the working directory is ./program'
    throw new Fault('setup_faulty', { what: program, reason, fix }, error)
  } finally {
    child.kill('SIGKILL')
  }
}
