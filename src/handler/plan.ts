/**
 * A handler as its service runs it: definition, binding and context members, worked out at boot.
 *
 * @module
 */
import type { Format } from '../codec/format.ts'
import type { JsonSchema } from '../schema/json-schema.ts'
import type { Binding } from './binding.ts'
import type { HandlerContract } from './contract.ts'
import type { Giving, ReturnsPolicy } from './giving.ts'
import type { Definition } from './handler.ts'
import type { Locate } from './location.ts'
import type { Guard } from './provide.ts'
import type { Refusals } from './refusals.ts'
import type { Route } from './router.ts'
import type { Taking } from './taking.ts'
import type { Template } from './template.ts'

export interface Plan extends Route {
  readonly name: string
  readonly method: string
  /** Lower case, without a port; null for any. */
  readonly host: string | null
  /** Prefix and path together. */
  readonly template: Template
  readonly definition: Definition
  readonly contract: HandlerContract
  /** What goes in, as JSON Schema; null where that says nothing of it. */
  readonly described: { readonly accepts: JsonSchema | null; readonly body: JsonSchema | null }
  readonly binding: Binding
  readonly formats: readonly Format[]
  /** Null where no body is read. */
  readonly taking: Taking | null
  readonly mediaTypes: readonly string[]
  readonly giving: Giving
  readonly offers: readonly string[]
  /** What becomes of what its function returned. */
  readonly fit: (value: unknown) => unknown
  /** In the order they decide, with those that they use; without those that are decided before any call. */
  readonly guards: readonly Guard<unknown>[]
  readonly cacheControl: string | null
  readonly locate: Locate | null
  /** The fields of the request that its answer depends on. */
  readonly vary: string | null
  /** The handler that reads what this one changes, by whose version it is changed; null for none. */
  readonly current: Plan | null
  /** How requests that are refused are answered; null for as problems. */
  readonly refusals: Refusals | null
}

/** Where a handler stands in its service. */
export interface Place {
  readonly prefix: string
  readonly host: string | null
  readonly formats: readonly Format[]
  readonly policy: ReturnsPolicy
  readonly refusals: Refusals | null
}
