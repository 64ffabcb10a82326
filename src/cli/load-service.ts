/**
 * The service that a module exports, for the commands that ask what it says of itself.
 *
 * @module
 */
import { resolve } from 'node:path'
import { Fault } from '../fault.ts'
import type { Contract } from '../handler/contract.ts'
import type { AnyService } from '../handler/handlers.ts'
import { languageOf, splitForeign } from './languages.ts'
import { loadModule, urlOf } from './load-module.ts'

/** Fault: setup_faulty for a module that exports none. */
export async function loadService(module: string): Promise<AnyService> {
  const inAnother = languageOf(module)?.service
  if (inAnother !== undefined) {
    const [file, member] = splitForeign(module)
    return inAnother(resolve(file), member, module)
  }
  const app = await loadModule(urlOf(module), module)
  if ('contract' in app && 'handlers' in app) return app as AnyService
  const fix = 'Only a service has one: name the module whose default export is service({ ... })'
  throw new Fault('setup_faulty', { what: module, reason: 'its app has no contract', fix })
}

/** How many a contract has, as it is said: "3 handlers". */
export function handlersText({ handlers }: Contract): string {
  const count = Object.keys(handlers).length
  return count === 1 ? '1 handler' : `${count} handlers`
}
