/**
 * `hagaki routes MODULE`: what a service answers, as a table or as JSON.
 *
 * @module
 */
import type { HandlerContract } from '../handler/contract.ts'
import { flatten } from '../handler/flatten.ts'
import { VERBS } from '../handler/verb.ts'
import type { RoutesCommand } from './command.ts'
import { loadService } from './load-service.ts'
import { table } from './table.ts'

/** Resolves with the exit status. Faults: setup_faulty for a module that exports no service. */
export async function printRoutes({ module, json }: RoutesCommand): Promise<number> {
  const { contract, handlers, options } = await loadService(module)
  const apps = Object.keys(flatten(handlers, options).apps)
  const named = Object.entries(contract.handlers)
  process.stdout.write(
    json
      ? `${JSON.stringify({ handlers: named.map(([name, handler]) => plain(name, handler)), apps }, null, 2)}\n`
      : table([HEAD, ...named.map(([name, handler]) => row(name, handler)), ...apps.map(appRow)]),
  )
  return 0
}

const HEAD = ['VERB', 'METHOD', 'PATH', 'HANDLER', 'LIMIT', 'GUARDS', 'FORMATS', 'NOTES']

function row(name: string, handler: HandlerContract): string[] {
  const { verb, path, host = '', limit, guards } = handler
  return [
    verb,
    VERBS[verb].method,
    host + path,
    name,
    limit === undefined ? '' : sizeText(limit),
    guards.join(', '),
    formatsOf(handler).join(', '),
    notesOf(handler).join(', '),
  ]
}

function appRow(prefix: string): string[] {
  return ['', '', prefix === '/' ? '/*' : `${prefix.replace(/\/$/, '')}/*`, '', '', '', '', 'app']
}

// Of a handler that speaks JSON alone there is nothing to say.
function formatsOf({ takes, offers = [] }: HandlerContract): string[] {
  const types = [...new Set([...(takes?.mediaTypes ?? []), ...offers])]
  if (types.every((type) => type === 'application/json')) return []
  return types.map((type) => type.replace(/^application\//, ''))
}

function notesOf({ takes, gives, versioned, deprecated }: HandlerContract): string[] {
  const flows = (as: string | undefined): boolean => as === 'items' || as === 'chunks' || as === 'parts'
  return [
    ...(flows(takes?.as) ? [`takes ${takes?.as}`] : []),
    ...(flows(gives) ? [`gives ${gives}`] : []),
    ...(versioned ? ['versioned'] : []),
    ...(deprecated ? ['deprecated'] : []),
  ]
}

function plain(name: string, handler: HandlerContract): object {
  const { verb, path, host = null, limit = null, guards, takes, gives, offers = [] } = handler
  return {
    name,
    verb,
    method: VERBS[verb].method,
    path,
    host,
    limit,
    guards,
    takes: takes?.as ?? null,
    reads: takes?.mediaTypes ?? [],
    gives: offers.length === 0 ? null : gives,
    offers,
    versioned: handler.versioned === true,
    deprecated: handler.deprecated === true,
  }
}

/** As `parseSize` reads it. */
function sizeText(bytes: number): string {
  for (const [unit, size] of UNITS) if (bytes >= size && bytes % size === 0) return `${bytes / size}${unit}`
  return String(bytes)
}

const UNITS = [
  ['gb', 1024 ** 3],
  ['mb', 1024 ** 2],
  ['kb', 1024],
] as const
