/**
 * The options of middleware, checked where they are written: a mistake stops the boot and says how to
 * put it right.
 *
 * @module
 */
import { Fault } from '../fault.ts'
import { isRecord } from '../value/data.ts'

/**
 * Checks that `options` is a plain object with none but known members.
 *
 *   in     what is called, such as "cors", and the names of its options
 *   Fault  setup_faulty
 */
export function knownOptions<T extends object>(what: string, options: T, known: readonly string[]): T {
  if (!isRecord(options))
    throw unfit(`${what}(...)`, 'it takes a plain object', `Write ${what}({ ${known[0]!}: ... })`)
  for (const name of Object.keys(options)) {
    if (!known.includes(name))
      throw unfit(`${what}({ ${name} })`, 'there is no such option', `Known: ${known.join(', ')}`)
  }
  return options
}

/** A fault that names the option, what is wrong with it, and what to write instead. */
export function unfit(what: string, reason: string, fix: string): Fault {
  return new Fault('setup_faulty', { what, reason, fix })
}
