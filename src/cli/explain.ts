/**
 * Errors as the user of a terminal sees them.
 *
 * @module
 */
import { isFault } from '../fault.ts'
import { missingImport } from '../module/missing-import.ts'
import { codeFrame } from './code-frame.ts'
import type { Topic } from './command.ts'
import { UsageError } from './usage-error.ts'

/**
 * Says on standard error what went wrong, and what to do; `topic` is whose help says more of wrong
 * usage. Resolves with the exit status: 1, or 2 for wrong usage. For the syntax errors that Node alone
 * can place it ends the process itself.
 */
export async function explain(error: unknown, topic: Topic = 'serve'): Promise<number> {
  const cause = isFault(error) ? error.cause : null
  process.stderr.write(`hagaki: ${explanation(error, topic)}\n`)
  if (cause instanceof SyntaxError && codeFrame(stackOf(cause)) === null) return endOf(cause)
  return error instanceof UsageError ? 2 : 1
}

// Node knows the place of a syntax error in JavaScript, and shows it only when it ends of it: with status 1.
function endOf(error: SyntaxError): Promise<never> {
  process.stderr.write('\n')
  return new Promise(() => {
    process.removeAllListeners('uncaughtException')
    setImmediate(() => {
      throw error
    })
  })
}

// A module's own error is shown with its stack, which says file and line; ours say what to do.
function explanation(error: unknown, topic: Topic): string {
  if (error instanceof UsageError)
    return `${error.message}\nTry: hagaki ${topic === 'serve' ? '' : `${topic} `}--help`
  if (!isFault(error)) return placed(error) ?? stackOf(error)
  const place = isFromModule(error.cause) ? placed(error.cause) : null
  return place === null ? error.message : `${error.message}\n\n${place}`
}

// The stack of a syntax error is all Node's: null when it has no place, which Node alone knows then.
function placed(error: unknown): string | null {
  const stack = stackOf(error)
  // The stack of an import that found nothing leads through whoever looked for it.
  const { place = null } = missingImport(error) ?? {}
  const missed = place === null ? null : codeFrame(place)
  if (missed !== null) return missed
  if (error instanceof SyntaxError) return codeFrame(stack)
  // A compiler's message says where, and its stack leads into the compiler.
  const said = error instanceof Error ? codeFrame(error.message) : null
  if (said !== null) return said
  const frame = codeFrame(stack)
  return frame === null ? stack : `${frame}\n\n${stack}`
}

function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}

// Errors of the system, such as a port in use, say nothing by their stack.
function isFromModule(cause: unknown): cause is Error {
  return cause instanceof Error && !isFault(cause) && !('syscall' in cause)
}
