/**
 * One handler before and after a change.
 *
 * @module
 */
import type { Contract, HandlerContract } from '../handler/contract.ts'
import type { Finding } from './change.ts'

export interface Pair {
  readonly before: HandlerContract
  readonly after: HandlerContract
  /** How callers identify themselves to guards. */
  readonly schemesBefore: NonNullable<Contract['schemes']>
  readonly schemesAfter: NonNullable<Contract['schemes']>
}

/** What one kind of change means to those who call the handler. */
export type Rule = (pair: Pair) => readonly Finding[]

/** A path whatever it calls its names. */
export function shapeOf(path: string): string {
  return path.replaceAll(/\{[^}]*\}/g, '{}')
}
