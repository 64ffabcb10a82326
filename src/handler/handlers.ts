/**
 * The handlers of a service as the compiler knows them: their names, and what they are called with.
 *
 * @module
 */
import type { App } from '../contract.ts'
import type { Contract } from './contract.ts'
import type { ServiceOptions } from './flatten.ts'
import type { AnyHandler, TypesOf } from './handler.ts'

/** Handlers and services by name, and apps by path prefix. */
export type Handlers = { readonly [name: string]: AnyHandler | App }

/** A service of any handlers. */
export interface AnyService extends App {
  readonly handlers: Handlers
  readonly options: ServiceOptions
  readonly contract: Contract
}

/** The names by which handlers are called: those of a service within a service are "notes.add". */
export type NamesOf<H extends Handlers> = {
  [N in keyof H & string]: H[N] extends AnyService
    ? `${N}.${NamesOf<H[N]['handlers']>}`
    : H[N] extends AnyHandler
      ? N
      : never
}[keyof H & string]

/** The handler of a name. */
export type HandlerOf<H extends Handlers, N extends string> = N extends keyof H
  ? H[N] extends AnyHandler
    ? H[N]
    : never
  : N extends `${infer First}.${infer Rest}`
    ? H[First] extends AnyService
      ? HandlerOf<H[First]['handlers'], Rest>
      : never
    : never

/** What `local` and `with` may give instead of guards and resources. */
export type Overrides<H extends Handlers> = Partial<Merged<ProvidedIn<H>>>

type ProvidedIn<H extends Handlers> = {
  [N in keyof H]: H[N] extends AnyService ? ProvidedIn<H[N]['handlers']> : TypesOf<H[N]>['provided']
}[keyof H]

// biome-ignore lint: variance: turns a union of objects into one with the members of all.
type Merged<U> = (U extends any ? (one: U) => void : never) extends (all: infer I) => void ? I : never
