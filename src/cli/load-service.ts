/**
 * The service that a module exports, for the commands that ask what it says of itself.
 *
 * @module
 */
import { resolve } from 'node:path'
import { Fault } from '../fault.ts'
import type { Contract } from '../handler/contract.ts'
import type { AnyService } from '../handler/handlers.ts'
import { languageOf, splitModule } from './languages.ts'
import { loadModule, urlOf } from './load-module.ts'

/** Fault: setup_faulty for a module that exports none. */
export async function loadService(module: string): Promise<AnyService> {
  const inAnother = languageOf(module)?.service
  if (inAnother !== undefined) {
    const [file, member] = splitModule(module)
    return inAnother(resolve(file), member, module)
  }
  const url = urlOf(module)
  const app = await loadModule(url, module)
  if (isService(app)) return app
  const named = url.hash === '' ? await servicesIn(url) : []
  const fix =
    named.length === 0
      ? 'Only a service has one: name the module whose default export is service({ ... })'
      : `Only a service has one, and it exports such: write ${named.map((name) => `${module}:${name}`).join(' or ')}`
  throw new Fault('setup_faulty', { what: module, reason: 'its app has no contract', fix })
}

/** Names under which a module that was loaded exports services. */
async function servicesIn(url: URL): Promise<readonly string[]> {
  const exported = (await import(url.href)) as object
  return Object.entries(exported).flatMap(([name, value]) => (isService(value) ? name : []))
}

function isService(value: unknown): value is AnyService {
  return typeof value === 'function' && 'contract' in value && 'handlers' in value
}

/** How many a contract has, as it is said: "3 handlers". */
export function handlersText({ handlers }: Contract): string {
  const count = Object.keys(handlers).length
  return count === 1 ? '1 handler' : `${count} handlers`
}
