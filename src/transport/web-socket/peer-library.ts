/**
 * `ws`, which is there where somebody installed it.
 *
 * @module
 */
import { Fault } from '../../fault.ts'

/** Loads it. `what` needs it. Fault: setup_faulty, with what to type. */
export async function loadWs<T>(what: string): Promise<T> {
  // A name that no bundler follows: a browser has its own.
  const name: string = 'ws'
  try {
    return (await import(/* @vite-ignore */ name)) as T
  } catch (error) {
    const fix = 'Install it: npm install ws'
    throw new Fault('setup_faulty', { what, reason: 'it needs the package ws', fix }, error)
  }
}
