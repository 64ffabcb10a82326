/**
 * Where a command's product goes: to a file, or to standard output.
 *
 * @module
 */
import { writeFile } from 'node:fs/promises'
import { Fault } from '../fault.ts'

/** Writes text, and says of a file what is in it now. Fault: setup_faulty. */
export async function writeOutput(file: string | null, text: string, what: string): Promise<void> {
  if (file === null) {
    process.stdout.write(text)
    return
  }
  try {
    await writeFile(file, text)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new Fault('setup_faulty', { what: `Cannot write ${file}`, reason, fix: 'Look at the path' }, error)
  }
  process.stdout.write(`hagaki: ${what} in ${file}\n`)
}
