/**
 * `hagaki contract MODULE`: writes a service's contract.
 *
 * @module
 */
import { loadService } from './load-service.ts'
import { writeOutput } from './output.ts'

/** Resolves with the exit status. Faults: setup_faulty for a module that exports no service. */
export async function writeContract(module: string, output: string | null): Promise<number> {
  const { contract } = await loadService(module)
  const count = Object.keys(contract.handlers).length
  await writeOutput(output, `${JSON.stringify(contract, null, 2)}\n`, `${count} handlers`)
  return 0
}
