/**
 * From arguments to a command, and from errors to an exit status.
 *
 * @module
 */
import { VERSION } from '../version.ts'
import { type Command, parseCommand } from './arguments.ts'
import { writeContract } from './contract-command.ts'
import { explain } from './explain.ts'
import { HELP } from './help.ts'
import { serveModule } from './serve-command.ts'
import { tryModule } from './try-command.ts'
import { serveByWorkers } from './workers-command.ts'

/**
 * Runs one command line and ends the process. Whatever an app still holds open (a timer, a pool of
 * connections) must not keep it; what was written goes out first.
 */
export async function main(args: readonly string[]): Promise<void> {
  // A reader that went away is no reason to end: `hagaki app.ts | head -1`.
  for (const output of [process.stdout, process.stderr]) output.on('error', () => {})
  const status = await run(args)
  process.stderr.write('', () => process.stdout.write('', () => process.exit(status)))
}

/** Runs one command line. Resolves with the exit status: 0, 1 when it failed, 2 for wrong usage. */
export async function run(args: readonly string[]): Promise<number> {
  try {
    return await execute(parseCommand(args, process.env))
  } catch (error) {
    return explain(error)
  }
}

async function execute(command: Command): Promise<number> {
  switch (command.name) {
    case 'help':
      process.stdout.write(HELP[command.topic])
      return 0
    case 'version':
      process.stdout.write(`hagaki ${VERSION}\n`)
      return 0
    case 'contract':
      return writeContract(command)
    case 'try':
      return tryModule(command)
    case 'serve':
      return command.workers === null && !command.watch ? serveModule(command) : serveByWorkers(command)
  }
}
