/**
 * The fault that something throws, as plain data.
 *
 * @module
 */
import { isFault } from '../../src/fault.ts'

/** Throws Error when nothing is thrown, and on what is no fault. */
export function faultOf(run: () => unknown): { readonly code: string; readonly detail: unknown } {
  try {
    run()
  } catch (error) {
    if (!isFault(error)) throw error
    return { code: error.code, detail: error.detail }
  }
  throw new Error('it was taken')
}
