/**
 * Guards and resources: where the members of a handler's context come from.
 *
 * @module
 */
import type { Key, RequestHeaders, Server } from '../contract.ts'
import { Fault } from '../fault.ts'
import { isRecord } from '../value/data.ts'
import { type AnyFailureType, isFailureType } from './failure.ts'

/** What a guard decides from: the head alone, before a byte of body was read. */
export interface GuardHead {
  readonly method: string
  /** Still percent-encoded, as the service saw it; the template where a handler is called by name. */
  readonly path: string
  readonly query: string | null
  readonly headers: RequestHeaders
  readonly client: string | null
  readonly protocol: 'http' | 'https'
  /** Context keys: a session, or what a gateway in front has carried here. */
  get<T>(key: Key<T>): T | undefined
  set<T>(key: Key<T>, value: T): void
}

export interface Guard<T> {
  readonly kind: 'guard'
  /** As the contract shows it. */
  readonly name: string
  // biome-ignore lint: variance: with what it uses, of any types.
  readonly decide: (head: GuardHead, used: any) => T | PromiseLike<T>
  readonly errors: readonly AnyFailureType[]
  /** Guards and resources that it needs, which come before it. */
  readonly uses: Providers
  /** How a caller identifies itself, for documents; null where it does not. */
  readonly scheme: SecurityScheme | null
}

/** How callers identify themselves, as OpenAPI says it (3.1, Security Scheme Object). */
export type SecurityScheme =
  | { readonly type: 'http'; readonly scheme: string; readonly bearerFormat?: string }
  | { readonly type: 'apiKey'; readonly in: 'header' | 'query' | 'cookie'; readonly name: string }
  | { readonly type: 'openIdConnect'; readonly openIdConnectUrl: string }

/** Opened by its first holder, closed by its last. */
export interface Resource<T> {
  readonly kind: 'resource'
  /** Resources that it needs, which are opened before it and closed after it. */
  readonly uses: Resources
  /** `used` are the values of those. */
  open(server: Server, used?: object): Promise<T>
  close(): Promise<void>
}

/** Resources by name. */
// biome-ignore lint: variance: resources of anything.
export type Resources = { readonly [name: string]: Resource<any> }

/** What guards have decided. */
export type Decided = ReadonlyMap<Guard<unknown>, unknown>

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
 *   uses     guards and resources that it needs: `guard('member', (head, { db }) => ..., { uses: { db } })`
 *   errors   the failures that it may raise, for the contract
 *   scheme   how a caller identifies itself, for documents
 */
export function guard<T, U extends Providers = Record<never, never>>(
  name: string,
  decide: (head: GuardHead, used: Provided<U>) => T | PromiseLike<T>,
  options: {
    readonly uses?: U
    readonly errors?: readonly AnyFailureType[]
    readonly scheme?: SecurityScheme
  } = {},
): Guard<T> {
  const { uses = {}, errors = [], scheme = null } = options
  checkGuard(name, decide, { ...options, uses, errors })
  return { kind: 'guard', name, decide, errors, uses, scheme }
}

const OPTIONS: ReadonlySet<string> = new Set(['uses', 'errors', 'scheme'])

// What the compiler has not seen: a guard that decides nothing, or without what it needs, guards nothing.
function checkGuard(
  name: string,
  decide: unknown,
  options: { readonly uses: Providers; readonly errors: readonly unknown[] },
): void {
  const refuse = (reason: string, fix: string): never => {
    throw new Fault('setup_faulty', { what: `guard(${JSON.stringify(name)})`, reason, fix })
  }
  if (typeof name !== 'string' || name === '') refuse('it has no name', 'Write guard("member", decide)')
  if (typeof decide !== 'function')
    refuse('its second argument is no function', 'Write guard("member", ({ headers }) => ...)')
  for (const option of Object.keys(options))
    if (!OPTIONS.has(option))
      refuse(`it has no option ${option}`, `Its options are ${[...OPTIONS].join(', ')}`)
  if (!isRecord(options.uses) || !Object.values(options.uses).every(isProvider))
    refuse('its uses are not all guards or resources', 'Write uses: { db }, of guard(...) or resource(...)')
  if (!Array.isArray(options.errors) || !options.errors.every(isFailureType))
    refuse('its errors are not all failures', 'Write errors: [Nobody], made by failure(code, kind)')
}

/** True for a guard or a resource. */
export function isProvider(value: unknown): value is Provider<unknown> {
  const { kind } = (value ?? {}) as Partial<Provider<unknown>>
  return kind === 'guard' || kind === 'resource'
}

/**
 * Something opened at boot and closed after the drain; every service that names the same one shares it.
 *
 *   uses   resources that it needs: `resource((_, { db }) => ..., (notes) => ..., { uses: { db } })`
 */
export function resource<T, U extends Resources = Record<never, never>>(
  open: (server: Server, used: Provided<U>) => T | PromiseLike<T>,
  close: (value: T) => void | PromiseLike<void> = () => {},
  options: { readonly uses?: U } = {},
): Resource<T> {
  if (typeof open !== 'function' || typeof close !== 'function') {
    const fix = 'Write resource(() => ..., (opened) => ...): how it is opened, and how it is closed'
    throw new Fault('setup_faulty', { what: 'resource(...)', reason: 'it takes functions', fix })
  }
  let holders = 0
  let opened: Promise<T> | null = null
  let closed: Promise<void> = Promise.resolve()
  return {
    kind: 'resource',
    uses: options.uses ?? {},
    open: async (server, used = {}) => {
      holders++
      // What it holds, a port or a lock, is free again only when it is closed.
      opened ??= closed.then(() => open(server, used as Provided<U>))
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
