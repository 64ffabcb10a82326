/**
 * `hagaki contract MODULE --check FILE`: what has changed since a contract was written, and whom that
 * breaks.
 *
 * @module
 */
import { readFile } from 'node:fs/promises'
import { type Change, changes, readContract, type Verdict } from '../changes/changes.ts'
import { Fault } from '../fault.ts'
import { loadService } from './load-service.ts'

/**
 * Prints each change as a line. Resolves with the exit status: 1 where one breaks callers, or, when
 * `strict`, may. Faults: setup_faulty for a module that exports no service, and a file without contract.
 */
export async function checkContract(module: string, file: string, strict: boolean): Promise<number> {
  const before = readContract(await textOf(file), file)
  const found = changes(before, (await loadService(module)).contract)
  process.stdout.write(found.map(line).join(''))
  process.stdout.write(`hagaki: ${summary(found, module, file)}\n`)
  const fails = (verdict: Verdict): boolean => verdict === 'breaks' || (strict && verdict === 'perhaps')
  return found.some(({ verdict }) => fails(verdict)) ? 1 : 0
}

function line({ verdict, handler, what, why }: Change): string {
  return `${verdict.padEnd(7)}  ${handler}: ${what}${why === '' ? '' : `: ${why}`}\n`
}

function summary(found: readonly Change[], module: string, file: string): string {
  if (found.length === 0) return `${module} offers what ${file} says`
  const count = (verdict: Verdict): number => found.filter((one) => one.verdict === verdict).length
  const [breaking, possible, fitting] = [count('breaks'), count('perhaps'), count('fits')]
  return `${breaking} ${breaking === 1 ? 'change breaks' : 'changes break'} callers, ${possible} may, ${fitting} ${fitting === 1 ? 'does' : 'do'} not: ${module} since ${file}`
}

async function textOf(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    const reason = code === 'ENOENT' ? 'there is no such file' : message
    const fix = 'Write it first, from what callers know: hagaki contract MODULE -o FILE'
    throw new Fault('setup_faulty', { what: file, reason, fix }, error)
  }
}
