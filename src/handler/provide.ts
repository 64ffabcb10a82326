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
  /** Still percent-encoded, as the service saw it; the template where a handler is called by name. */
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
  readonly decide: (head: GuardHead) => T | PromiseLike<T>
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
 * Lets a call through with a typed value, or raises a failure or fault. It decides once for a call,
 * also for the handlers that its handler invokes.
 *
 *   errors   the failures that it may raise, for the contract
 */
export function guard<T>(
  name: string,
  decide: (head: GuardHead) => T | PromiseLike<T>,
  options: { readonly errors?: readonly AnyFailureType[] } = {},
): Guard<T> {
  return { kind: 'guard', name, decide, errors: options.errors ?? [] }
}

/** Something opened at boot and closed after the drain; every service that names the same one shares it. */
export function resource<T>(
  open: (server: Server) => T | PromiseLike<T>,
  close: (value: T) => void | PromiseLike<void> = () => {},
): Resource<T> {
  let holders = 0
  let opened: Promise<T> | null = null
  let closed: Promise<void> = Promise.resolve()
  return {
    kind: 'resource',
    open: async (server) => {
      holders++
      // What it holds, a port or a lock, is free again only when it is closed.
      opened ??= closed.then(() => open(server))
      const opening = opened
      try {
        return await opening
      } catch (error) {
        holders--
        if (opened === opening) opened = null // a later boot may try again
        throw error
      }
    },
    close: async () => {
      if (opened === null || --holders > 0) return
      const closing = opened.then((value) => close(value))
      opened = null
      closed = closing.catch(() => {})
      await closing
    },
  }
}
