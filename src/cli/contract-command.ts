/**
 * `hagaki contract MODULE`: writes a service's contract.
 *
 * @module
 */
import { writeFile } from 'node:fs/promises'
import { Fault } from '../fault.ts'
import type { Contract } from '../handler/contract.ts'
import { loadApp, moduleUrl } from '../module/load.ts'

/** Resolves with the exit status. Faults: setup_faulty for a module that exports no service. */
export async function writeContract(command: { module: string; output: string | null }): Promise<number> {
  const what = command.module
  const { contract } = (await loadApp(moduleUrl(what, what, 'Look at the path'), what)) as {
    readonly contract?: Contract
  }
  if (contract === undefined) {
    const fix = 'Only a service has one: name the module whose default export is service({ ... })'
    throw new Fault('setup_faulty', { what, reason: 'its app has no contract', fix })
  }
  const json = `${JSON.stringify(contract, null, 2)}\n`
  if (command.output === null) {
    process.stdout.write(json)
    return 0
  }
  try {
    await writeFile(command.output, json)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new Fault(
      'setup_faulty',
      { what: `Cannot write ${command.output}`, reason, fix: 'Look at the path' },
      error,
    )
  }
  process.stdout.write(`hagaki: ${Object.keys(contract.handlers).length} handlers in ${command.output}\n`)
  return 0
}
