/**
 * `hagaki contract MODULE`: writes a service's contract.
 *
 * @module
 */
import { resolve } from 'node:path'
import { clientContract } from '../client/client-contract.ts'
import type { Contract } from '../handler/contract.ts'
import type { ContractCommand } from './command.ts'
import { languageOf, splitForeign } from './languages.ts'
import { handlersText, loadService } from './load-service.ts'
import { writeOutput } from './output.ts'

/** Resolves with the exit status. Faults: setup_faulty for a module that exports no service. */
export async function writeContract({ module, output, client }: ContractCommand): Promise<number> {
  const contract = await contractOf(module)
  const written = client ? clientContract(contract) : contract
  await writeOutput(output, `${JSON.stringify(written, null, 2)}\n`, handlersText(contract))
  return 0
}

async function contractOf(module: string): Promise<Contract> {
  const asked = languageOf(module)?.contract
  if (asked === undefined) return (await loadService(module)).contract
  const [file, member] = splitForeign(module)
  return asked(resolve(file), member, module)
}
