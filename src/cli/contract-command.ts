/**
 * `hagaki contract MODULE`: writes a service's contract.
 *
 * @module
 */
import { clientContract } from '../client/client-contract.ts'
import type { ContractCommand } from './command.ts'
import { handlersText, loadService } from './load-service.ts'
import { writeOutput } from './output.ts'

/** Resolves with the exit status. Faults: setup_faulty for a module that exports no service. */
export async function writeContract({ module, output, client }: ContractCommand): Promise<number> {
  const { contract } = await loadService(module)
  const written = client ? clientContract(contract) : contract
  await writeOutput(output, `${JSON.stringify(written, null, 2)}\n`, handlersText(contract))
  return 0
}
