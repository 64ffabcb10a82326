/**
 * The command line as data.
 *
 * @module
 */
import { parseArgs } from 'node:util'

export type Command =
  | { readonly name: 'help' }
  | { readonly name: 'version' }
  | { readonly name: 'serve'; readonly module: string; readonly port: number; readonly host: string }
  | { readonly name: 'contract'; readonly module: string; readonly output: string | null }

/** What the user typed is not a command; the message says what would be. */
export class UsageError extends Error {}

const OPTIONS = {
  port: { type: 'string', short: 'p' },
  host: { type: 'string' },
  output: { type: 'string', short: 'o' },
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean', short: 'V' },
} as const

/** Throws UsageError. */
export function parseCommand(args: readonly string[]): Command {
  const { values, positionals } = parsed(args)
  if (values.help === true || args.length === 0) return { name: 'help' }
  if (values.version === true) return { name: 'version' }
  const [first, second, ...rest] = positionals
  if (first === 'contract') {
    if (second === undefined) throw new UsageError('contract of which module? Write: hagaki contract app.ts')
    only(rest)
    refuse('contract', { port: values.port, host: values.host })
    return { name: 'contract', module: second, output: values.output ?? null }
  }
  if (first === undefined) throw new UsageError('which module? Write: hagaki app.ts')
  only(second === undefined ? [] : [second, ...rest])
  refuse('serving', { output: values.output })
  return {
    name: 'serve',
    module: first,
    port: parsePort(values.port ?? '9292'),
    host: parseHost(values.host ?? '127.0.0.1'),
  }
}

function parsed(
  args: readonly string[],
): ReturnType<typeof parseArgs<{ options: typeof OPTIONS; allowPositionals: true }>> {
  try {
    return parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true })
  } catch (error) {
    throw new UsageError((error as Error).message.replace(/\. To specify a positional.*$/s, ''))
  }
}

function only(rest: readonly string[]): void {
  if (rest.length > 0) throw new UsageError(`one module at a time, and ${JSON.stringify(rest[0])} is another`)
}

function refuse(command: string, options: { readonly [name: string]: string | undefined }): void {
  for (const [name, value] of Object.entries(options)) {
    if (value !== undefined) throw new UsageError(`--${name} does not go with ${command}`)
  }
}

// Node takes an empty host for every address there is: an unset variable must not open a server to all.
function parseHost(text: string): string {
  if (text !== '') return text
  throw new UsageError('--host is empty: use 127.0.0.1 for this machine alone, 0.0.0.0 for every address')
}

function parsePort(text: string): number {
  const port = Number(text)
  if (/^[0-9]{1,5}$/.test(text) && port < 65_536) return port
  throw new UsageError(`${JSON.stringify(text)} is no port: use 1 to 65535, or 0 for any free one`)
}
