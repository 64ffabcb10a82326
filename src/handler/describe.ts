/**
 * Describing a handler: its contract, made from its plan.
 *
 * @module
 */
import type { FailureKind } from '../call/failure.ts'
import { Fault } from '../fault.ts'
import { memberWords } from '../schema/form-words.ts'
import type { JsonSchema } from '../schema/json-schema.ts'
import { type AnySchema, jsonSchemaOf } from '../schema/standard.ts'
import { wholeOf } from '../schema/whole.ts'
import type { Binding } from './binding.ts'
import type { HandlerContract, TakesContract } from './contract.ts'
import type { AnyFailureType } from './failure.ts'
import type { Definition } from './handler.ts'
import type { Plan } from './plan.ts'
import type { Guard } from './provide.ts'
import { VERBS } from './verb.ts'

/** What a plan says to others, but for what it does. */
export type Described = Omit<Plan, 'contract' | 'current'>

/** Describes one handler, with all of its guards. */
export function describe(
  plan: Described,
  guards: readonly Guard<unknown>[],
  schemas: Schemas,
): HandlerContract {
  const { definition, binding, giving, offers, cacheControl, host } = plan
  const { verb, summary, description, deprecated, returns, limit, version, location } = definition
  const takes = takesOf(plan, schemas)
  return {
    verb,
    path: plan.template.text,
    ...(host !== null && { host }),
    ...(summary !== undefined && { summary }),
    ...(description !== undefined && { description }),
    ...(deprecated && { deprecated }),
    ...(schemas.accepts !== null && binding.body !== 'whole' && { accepts: schemas.accepts }),
    ...(binding.members !== null && memberWords(binding.members)),
    ...(binding.pins.length > 0 && { from: fromOf(binding) }),
    ...(takes !== null && { takes }),
    gives: giving.gives,
    ...(returns !== undefined && { offers }),
    ...(schemas.returns !== null && { returns: schemas.returns }),
    ...(giving.itemLimit !== undefined && { itemLimit: giving.itemLimit }),
    ...(giving.heartbeatMs !== undefined && giving.heartbeatMs > 0 && { heartbeatMs: giving.heartbeatMs }),
    ...(giving.resumes === true && { resumes: true as const }),
    errors: describeErrors(plan.name, definition, guards),
    guards: guards.map((guard) => guard.name),
    ...(limit !== undefined && { limit: limit.wire }),
    ...(limit !== undefined && limit.decoded !== limit.wire && { decodedLimit: limit.decoded }),
    ...(version !== undefined &&
      (VERBS[verb].safe ? { versioned: true as const } : { tagged: true as const })),
    ...(cacheControl !== null && { fresh: cacheControl }),
    ...(location !== undefined && { location }),
    ...(plan.refusals !== null && { ownRefusals: true as const }),
  }
}

/** The JSON Schemas of a handler. */
export interface Schemas {
  readonly accepts: JsonSchema | null
  readonly body: JsonSchema | null
  readonly returns: JsonSchema | null
  /** Of items that flow in. */
  readonly items: JsonSchema | null
}

/** Asks a handler's schemas what they are. Fault: setup_faulty for one that leaves the data domain. */
export function schemasOf(name: string, { accepts, body, returns, taking }: Definition): Schemas {
  const of = (schema: AnySchema | undefined, side: 'input' | 'output', what: string): JsonSchema | null =>
    schema === undefined || wholeOf(schema) !== null ? null : bare(schema, side, `${what} of "${name}"`)
  return {
    accepts: of(accepts, 'input', 'accepts'),
    body: of(body, 'input', 'body'),
    returns: of(returns, 'output', 'returns'),
    items: of(taking?.items, 'input', 'items'),
  }
}

function takesOf({ binding, taking, mediaTypes }: Described, schemas: Schemas): TakesContract | null {
  const { body } = binding
  if (taking === null || body === 'nothing') return null
  const schema =
    taking.items !== undefined ? schemas.items : body === 'whole' ? schemas.accepts : schemas.body
  const entries = body === 'member' && binding.form !== null && memberWords(binding.form.members)
  return {
    as: taking.takes,
    mediaTypes,
    body,
    ...(schema !== null && { schema }),
    ...(taking.limits !== undefined && { limits: taking.limits }),
    ...entries,
  }
}

function fromOf({ pins }: Binding): NonNullable<HandlerContract['from']> {
  return Object.fromEntries(pins.map(({ member, in: place, name }) => [member, { in: place, name }]))
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
