/**
 * Options of apps in other languages: typed on the command line, and handed to what runs them.
 *
 * @module
 */
import { isFault } from '../fault.ts'
import { foreignPool } from '../foreign/pool-options.ts'
import { type ForeignOptions, languageOf } from './languages.ts'
import { UsageError } from './usage-error.ts'

/** For `parseArgs`. */
export const FOREIGN = {
  processes: { type: 'string' },
  threads: { type: 'string' },
  timeout: { type: 'string' },
  memory: { type: 'string' },
  'max-requests': { type: 'string' },
  reload: { type: 'boolean' },
  'no-reload': { type: 'boolean' },
  python: { type: 'string' },
  venv: { type: 'string' },
  ruby: { type: 'string' },
  'early-hints': { type: 'boolean' },
} as const

type Given = { readonly [N in keyof typeof FOREIGN]?: string | boolean | undefined }

/** Throws UsageError for a value that makes no sense, and where the module is of a language without it. */
export function parseForeign(module: string, given: Given): ForeignOptions {
  const typed = (Object.keys(FOREIGN) as (keyof typeof FOREIGN)[]).filter((name) => given[name] !== undefined)
  if (typed.length > 0) goesWith(module, typed)
  if (given.reload === true && given['no-reload'] === true)
    throw new UsageError('--reload and --no-reload: it is one or the other')
  const reload = given.reload === true ? true : given['no-reload'] === true ? false : null
  const options: ForeignOptions = {
    ...count('processes', given.processes),
    ...count('threads', given.threads),
    ...text('timeout', given.timeout),
    ...text('memory', given.memory),
    ...renamed(count('max-requests', given['max-requests'])),
    ...(reload !== null && { reload }),
    ...text('python', given.python),
    ...text('venv', given.venv),
    ...text('ruby', given.ruby),
    ...(given['early-hints'] === true && { earlyHints: true }),
  }
  try {
    foreignPool(module, options)
  } catch (error) {
    throw isFault(error) ? new UsageError(error.message) : error
  }
  return options
}

/** Options of one language alone. */
const OWN: Readonly<Partial<Record<string, string>>> = {
  python: 'Python',
  venv: 'Python',
  ruby: 'Ruby',
  'early-hints': 'Ruby',
}

function goesWith(module: string, typed: readonly string[]): void {
  const language = languageOf(module)
  if (language === null)
    throw new UsageError(`--${typed[0]} goes with apps in other languages only, such as app.py`)
  const alien = typed.find((option) => (OWN[option] ?? language.name) !== language.name)
  if (alien !== undefined)
    throw new UsageError(`--${alien} goes with ${OWN[alien]} only, and ${module} is ${language.name}`)
  if (typed.includes('early-hints') && !module.endsWith('.ru'))
    throw new UsageError('--early-hints goes with Rack apps only, such as config.ru')
}

function count<N extends string>(name: N, given: unknown): { readonly [K in N]?: number } {
  if (given === undefined) return {}
  if (!/^[0-9]{1,10}$/.test(String(given)))
    throw new UsageError(`--${name} ${JSON.stringify(given)} is no whole number`)
  return { [name]: Number(given) } as { readonly [K in N]: number }
}

function text<N extends string>(name: N, given: unknown): { readonly [K in N]?: string } {
  if (given === undefined) return {}
  if (given === '') throw new UsageError(`--${name} is empty`)
  return { [name]: String(given) } as { readonly [K in N]: string }
}

function renamed({ 'max-requests': maxRequests }: { readonly 'max-requests'?: number }): ForeignOptions {
  return maxRequests === undefined ? {} : { maxRequests }
}
