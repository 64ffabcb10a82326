/**
 * What a worker of handlers in another language says that it offers: declarations, as plain data. What becomes of
 * them is done on this side.
 *
 * @module
 */
import type { MultipartOptions } from '../codec/multipart.ts'
import { Fault } from '../fault.ts'
import { VERBS, type Verb } from '../handler/verb.ts'
import type { JsonSchema } from '../schema/json-schema.ts'
import type { PartOptions } from '../stream/flow.ts'
import { isRecord } from '../value/data.ts'

/** The calls that every such worker answers besides those of its handlers, whose names have no colon. */
export const OFFER = 'hagaki:offer'
export const GUARD = 'hagaki:guard'

/** Data by JSON Schema, or a whole body of bytes or text of some media types. */
export type Shape =
  | { readonly data: JsonSchema }
  | { readonly bytes: readonly string[] }
  | { readonly text: readonly string[] }

export interface Flowing {
  readonly bytes?: readonly string[]
  readonly items?: JsonSchema
  readonly parts?: PartOptions
  readonly limit?: string | number
  /** The member that is an item's id. */
  readonly id?: string
  readonly heartbeatMs?: number
  readonly retryMs?: number
}

/** A format by its name, or the one that has options. */
export type OfferedFormat = string | { readonly multipart: MultipartOptions }

export interface OfferedFailures {
  readonly [code: string]: { readonly kind: string; readonly data?: JsonSchema }
}

export interface HandlerOffer {
  readonly verb: Verb
  readonly path: string
  readonly accepts?: Shape
  readonly body?: Shape
  readonly returns?: Shape
  readonly takes?: Flowing
  readonly gives?: Flowing
  readonly errors?: OfferedFailures
  /** Members of the context, and the guards that decide them. */
  readonly guards?: { readonly [member: string]: string }
  readonly from?: { readonly [member: string]: { readonly in: string; readonly name?: string } }
  readonly formats?: readonly OfferedFormat[]
  readonly limit?: string | number
  readonly version?: string
  readonly fresh?: unknown
  readonly location?: string
  readonly summary?: string
  readonly description?: string
  readonly deprecated?: boolean
}

/** A service, and those within it. */
export interface ServiceOffer {
  readonly prefix?: string
  readonly formats?: readonly OfferedFormat[]
  readonly handlers: { readonly [name: string]: HandlerOffer }
  readonly services: { readonly [name: string]: ServiceOffer }
}

export interface Offer extends ServiceOffer {
  readonly hagaki: 1
  /** All guards by name, with those that they use by member. */
  readonly guards: {
    readonly [name: string]: {
      readonly errors: OfferedFailures
      readonly uses?: { readonly [member: string]: string }
    }
  }
}

/** Fault: setup_faulty for what is no offer. What its metadata may be, their own places check. */
export function readOffer(data: unknown): Offer {
  if (!isRecord(data) || data['hagaki'] !== 1 || !isRecord(data['guards']) || !isService(data))
    throw faulty('what it offers', 'it says nothing that this version understands')
  return data as unknown as Offer
}

function isService(data: unknown): boolean {
  if (!isRecord(data) || !isRecord(data['handlers']) || !isRecord(data['services'])) return false
  for (const [name, one] of Object.entries(data['handlers'])) {
    const { verb, path } = one as Partial<HandlerOffer>
    if (typeof verb !== 'string' || !Object.hasOwn(VERBS, verb) || typeof path !== 'string')
      throw faulty(`Handler ${JSON.stringify(name)}`, 'it has no verb and path')
  }
  return Object.values(data['services']).every(isService)
}

function faulty(what: string, reason: string): Fault {
  const fix = 'Use the worker of the same version of hagaki'
  return new Fault('setup_faulty', { what, reason, fix })
}
