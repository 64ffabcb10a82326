/**
 * From arguments to a command, and from errors to an exit status.
 *
 * @module
 */
import { isFault } from '../fault.ts'
import { VERSION } from '../version.ts'
import { parseCommand, UsageError } from './arguments.ts'
import { writeContract } from './contract-command.ts'
import { HELP } from './help.ts'
import { serveModule } from './serve-command.ts'

/**
 * Runs one command line and ends the process. Whatever an app still holds open (a timer, a pool of
 * connections) must not keep it; what was written goes out first.
 */
export async function main(args: readonly string[]): Promise<void> {
  const status = await run(args)
  process.stderr.write('', () => process.stdout.write('', () => process.exit(status)))
}

/** Runs one command line. Resolves with the exit status: 0, 1 when it failed, 2 for wrong usage. */
export async function run(args: readonly string[]): Promise<number> {
  try {
    const command = parseCommand(args)
    switch (command.name) {
      case 'help':
        process.stdout.write(HELP)
        return 0
      case 'version':
        process.stdout.write(`hagaki ${VERSION}\n`)
        return 0
      case 'contract':
        return await writeContract(command)
      case 'serve':
        return await serveModule(command)
    }
  } catch (error) {
    const cause = isFault(error) ? error.cause : null
    if (cause instanceof SyntaxError) return endOf(cause, (error as Error).message)
    process.stderr.write(`hagaki: ${explain(error)}\n`)
    return error instanceof UsageError ? 2 : 1
  }
}

// Node knows the place of a syntax error, and shows it only when it ends of it: with status 1.
function endOf(error: SyntaxError, message: string): Promise<never> {
  process.stderr.write(`hagaki: ${message}\n\n`)
  return new Promise(() => {
    setImmediate(() => {
      throw error
    })
  })
}

// A module's own error is shown with its stack, which says file and line; ours say what to do.
function explain(error: unknown): string {
  if (error instanceof UsageError) return `${error.message}\nTry: hagaki --help`
  if (!isFault(error)) return stackOf(error)
  return isFromModule(error.cause) ? `${error.message}\n\n${stackOf(error.cause)}` : error.message
}

function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}

// Errors of the system, such as a port in use, say nothing by their stack.
function isFromModule(cause: unknown): cause is Error {
  return cause instanceof Error && !isFault(cause) && !('syscall' in cause)
}
