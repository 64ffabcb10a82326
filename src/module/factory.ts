/**
 * Apps and factories of apps: both are functions that a module exports by default.
 *
 * An app takes a request, and a factory nothing. So a function that names a parameter, or that has
 * a life, is an app. One that names none is called once, before the server listens: what it
 * returns, or promises, is the app when that is a function; when it is a result, the function is
 * an app that looks at nothing of its requests. `app(() => ...)` names parameters for it.
 *
 * @module
 */
import { abandon } from '../call/chunks.ts'
import { type App, LIFE } from '../contract.ts'
import { Fault, isFault } from '../fault.ts'

/** The app that an exported function is, or makes. Fault: setup_faulty, with what the factory threw as its cause. */
export async function appOf(exported: App | (() => unknown), what: string): Promise<App> {
  if (LIFE in exported || namesParameters(exported)) return exported as App
  let made: unknown
  try {
    made = await (exported as () => unknown)()
  } catch (error) {
    if (isFault(error) && error.code === 'setup_faulty') throw error // it says better what is wrong
    const reason = `its factory failed: ${error instanceof Error ? error.message : String(error)}`
    const fix = 'It has to make the app before it can serve. If it is the app: export default app(() => ...)'
    throw new Fault('setup_faulty', { what, reason, fix }, error)
  }
  if (typeof made === 'function') return made as App
  if (Array.isArray(made)) {
    abandon(made)
    return exported as App
  }
  const reason = 'its default export takes no request, and made no app'
  const fix = 'Return the app: export default async () => app((method, path) => ...)'
  throw new Fault('setup_faulty', { what, reason, fix })
}

/** True when the source of a function has a parameter: `length` counts none that is optional or a rest. */
export function namesParameters(fn: (...args: never[]) => unknown): boolean {
  if (fn.length > 0) return true
  const source = Function.prototype.toString.call(fn)
  const [, first] = /^[^(]*\((?:\s|\/\*[^]*?\*\/|\/\/.*)*([^])/.exec(source) ?? []
  return first !== undefined && first !== ')'
}
