/**
 * A service's contract as plain data: names, verbs, paths, schemas, limits. The client, gateways
 * and checks are made from it.
 *
 * @module
 */
import type { FailureKind } from '../call/failure.ts'
import { Fault } from '../fault.ts'
import type { JsonSchema } from '../schema/json-schema.ts'
import { type AnySchema, jsonSchemaOf } from '../schema/standard.ts'
import type { AnyFailureType } from './failure.ts'
import type { Definition } from './handler.ts'
import type { Guard } from './provide.ts'
import type { Verb } from './verb.ts'

export interface Contract {
  /** The version of this form. */
  readonly hagaki: 1
  readonly handlers: { readonly [name: string]: HandlerContract }
}

export interface HandlerContract {
  readonly verb: Verb
  readonly path: string
  readonly summary?: string
  /** All at once, or item by item. */
  readonly gives: 'data' | 'items'
  /** Of what a caller sends; absent when the handler accepts nothing. */
  readonly accepts?: JsonSchema
  /** Of what a caller receives, or of one item. */
  readonly returns?: JsonSchema
  /** By code: the failures of the handler and of its guards. */
  readonly errors: { readonly [code: string]: { readonly kind: FailureKind; readonly data?: JsonSchema } }
  /** The names of its guards, in the order they decide. */
  readonly guards: readonly string[]
  /** Bytes of body; absent where the server's limit holds. */
  readonly limit?: number
}

/** Describes one handler. Fault: setup_faulty for a schema that leaves JSON. */
export function describe(name: string, definition: Definition): HandlerContract {
  const { verb, path, summary, accepts, returns, limit, giving } = definition
  const guards = guardsOf(definition)
  return {
    verb,
    path,
    ...(summary !== undefined && { summary }),
    gives: giving.gives,
    ...(accepts && { accepts: bare(accepts, 'input', `accepts of "${name}"`) }),
    ...(returns && { returns: bare(returns, 'output', `returns of "${name}"`) }),
    errors: describeErrors(name, definition, guards),
    guards: guards.map((guard) => guard.name),
    ...(limit !== undefined && { limit }),
  }
}

/** The guards of a handler, in the order its verbs name them. */
export function guardsOf({ providers }: Definition): Guard<unknown>[] {
  return Object.values(providers).filter((provider): provider is Guard<unknown> => provider.kind === 'guard')
}

function describeErrors(
  name: string,
  definition: Definition,
  guards: readonly Guard<unknown>[],
): HandlerContract['errors'] {
  const errors: Record<string, { kind: FailureKind; data?: JsonSchema }> = {}
  const declared = new Map<string, AnyFailureType>()
  for (const failure of [...guards.flatMap((guard) => guard.errors), ...definition.errors]) {
    const { code, kind, schema } = failure
    const before = declared.get(code)
    if (before !== undefined && (before.kind !== kind || before.schema !== schema)) {
      const reason = `it declares two failures "${code}", which callers could not tell apart`
      throw new Fault('setup_faulty', { what: `Handler "${name}"`, reason, fix: 'Give one another code' })
    }
    declared.set(code, failure)
    const data = schema as AnySchema | undefined
    errors[code] = { kind, ...(data && { data: bare(data, 'output', `failure "${code}" of "${name}"`) }) }
  }
  return errors
}

// The dialect is the same for all, draft 2020-12, and need not be said each time.
function bare(schema: AnySchema, direction: 'input' | 'output', what: string): JsonSchema {
  const { $schema: _, ...rest } = jsonSchemaOf(schema, direction, what)
  return rest
}
