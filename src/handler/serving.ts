/**
 * The service that an app stands beside: what it offers and where, for apps that speak of it.
 *
 * @module
 */
import { key } from '../call/keys.ts'
import type { Key } from '../contract.ts'
import type { Contract } from './contract.ts'

export interface Serving {
  readonly contract: Contract
  /** The path prefix in front of the service. */
  readonly mount: string
}

/** Set by a service for the apps that are mounted in it. */
export const serving: Key<Serving> = key('serving')
