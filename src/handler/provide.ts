/**
 * Guards and resources: where the members of a handler's context come from.
 *
 * @module
 */
import type { RequestHeaders, Server } from '../contract.ts'
import type { AnyFailureType } from './failure.ts'

/** What a guard decides from: the head alone, before a byte of body was read. */
export interface GuardHead {
  readonly method: string
  /** Still percent-encoded, as the service saw it. */
  readonly path: string
  readonly query: string | null
  readonly headers: RequestHeaders
  readonly client: string | null
  readonly protocol: 'http' | 'https'
}

export interface Guard<T> {
  readonly kind: 'guard'
  /** As the contract shows it. */
  readonly name: string
  readonly decide: (head: GuardHead) => T | Promise<T>
  readonly errors: readonly AnyFailureType[]
}

/** Opened by its first holder, closed by its last. */
export interface Resource<T> {
  readonly kind: 'resource'
  open(server: Server): Promise<T>
  close(): Promise<void>
}

export type Provider<T> = Guard<T> | Resource<T>
// biome-ignore lint: variance: providers of anything.
export type Providers = { readonly [name: string]: Provider<any> }

/** The context members that providers give. */
export type Provided<P extends Providers> = {
  readonly [K in keyof P]: P[K] extends Provider<infer T> ? T : never
}

/**
 * Lets a call through with a typed value, or raises a failure or fault.
 *
 *   errors   the failures that it may raise, for the contract
 */
export function guard<T>(
  name: string,
  decide: (head: GuardHead) => T | Promise<T>,
  options: { readonly errors?: readonly AnyFailureType[] } = {},
): Guard<T> {
  return { kind: 'guard', name, decide, errors: options.errors ?? [] }
}

/** Something opened at boot and closed after the drain; every service that names the same one shares it. */
export function resource<T>(
  open: (server: Server) => T | Promise<T>,
  close: (value: T) => void | Promise<void> = () => {},
): Resource<T> {
  let holders = 0
  let opened: Promise<T> | null = null
  return {
    kind: 'resource',
    open: async (server) => {
      holders++
      opened ??= Promise.resolve(server).then(open)
      try {
        return await opened
      } catch (error) {
        if (--holders === 0) opened = null // a later boot may try again
        throw error
      }
    },
    close: async () => {
      if (holders === 0 || --holders > 0) return
      const value = await opened!
      opened = null
      await close(value)
    },
  }
}
