/**
 * From arguments to a command, and from errors to an exit status.
 *
 * @module
 */
import type { Environment } from '../contract.ts'
import { VERSION } from '../version.ts'
import { parseCommand, topicOf } from './arguments.ts'
import { checkContract } from './check-command.ts'
import { checkProgram } from './check-worker-command.ts'
import type { Command } from './command.ts'
import { writeContract } from './contract-command.ts'
import { explain } from './explain.ts'
import { HELP } from './help.ts'
import { writeDocument } from './openapi-command.ts'
import { printRoutes } from './routes-command.ts'
import { serveModule } from './serve-command.ts'
import { tryModule } from './try-command.ts'
import { workModule } from './work-command.ts'
import { serveByWorkers } from './workers-command.ts'

/**
 * Runs one command line and ends the process. Whatever an app still holds open (a timer, a pool of
 * connections) must not keep it; what was written goes out first.
 */
export async function main(args: readonly string[]): Promise<void> {
  // A reader that went away is no reason to end: `hagaki app.ts | head -1`.
  for (const output of [process.stdout, process.stderr]) output.on('error', () => {})
  process.once('beforeExit', stuck)
  const status = await run(args)
  process.stderr.write('', () => process.stdout.write('', () => process.exit(status)))
}

// An app that waits for nothing: Node would end with a status of its own, and say nothing of the app.
function stuck(): void {
  process.stderr.write('hagaki: the app waits for what can never come: nothing is left that runs\n')
  process.exit(1)
}

/** Runs one command line. Resolves with the exit status: 0, 1 when it failed, 2 for wrong usage. */
export async function run(args: readonly string[]): Promise<number> {
  try {
    return await execute(parseCommand(args, process.env))
  } catch (error) {
    return explain(error, topicOf(args))
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
      return command.check === null
        ? writeContract(command)
        : checkContract(command.module, command.check, command.strict)
    case 'routes':
      return printRoutes(command)
    case 'openapi':
      return writeDocument(command)
    case 'check-worker':
      return checkProgram(command)
    case 'try':
      agree(command.environment)
      return tryModule(command)
    case 'work':
      agree(command.environment)
      return workModule(command)
    case 'serve':
      agree(command.environment)
      return command.workers === null && !command.watch ? serveModule(command) : serveByWorkers(command)
  }
}

// Libraries look there, in workers too. A word of the user's own, such as "test", stays.
function agree(environment: Environment): void {
  const { NODE_ENV = '' } = process.env
  if (['', 'development', 'production'].includes(NODE_ENV)) process.env['NODE_ENV'] = environment
}
