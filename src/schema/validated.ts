/**
 * Running a schema once, whether it is asynchronous or not.
 *
 * Standard Schema's `validate` gives a promise where it is. Zod's finds out anew each time, by running all of a schema,
 * and once more when some of it gave a promise: what asks a database asks it twice, and a rejection of the first time
 * is heard by nobody, which ends the process. So schemas of zod are known here:
 *
 *   late      it holds async functions, or has given a promise: told so, zod runs it once
 *   unknown   it holds functions that may give one, as `superRefine` does: taken as both, until it has taken data
 *             without a promise; a promise that comes later for the first time is found out as zod does
 *   now       all that it holds is data, or it has taken some
 *
 * @module
 */
import type { StandardSchemaV1 } from '@standard-schema/spec'
import { isRecord } from '../value/data.ts'

type Result = StandardSchemaV1.Result<unknown>

/** What a schema says of data; a promise only where it is asynchronous. Throws what its functions throw. */
export function validated(schema: StandardSchemaV1, data: unknown): Result | Promise<Result> {
  const kind = kindOf(schema)
  if (kind === 'late') return (schema as Zod).safeParseAsync(data).then(resultOf)
  if (kind === 'unknown') return takenAsBoth(schema as Zod, data)
  const result = schema['~standard'].validate(data)
  if ('then' in result && isZod(schema)) KINDS.set(schema, 'late')
  return result
}

type Kind = 'late' | 'unknown' | 'now'

const KINDS = new WeakMap<StandardSchemaV1, Kind>()

function kindOf(schema: StandardSchemaV1): Kind {
  let kind = KINDS.get(schema)
  if (kind === undefined) {
    kind = isZod(schema) ? kindOfZod(schema) : 'now'
    KINDS.set(schema, kind)
  }
  return kind
}

/** What zod's schemas are to us: `_zod.def` is what one is made of, and `_zod.run` runs it. */
interface Zod extends StandardSchemaV1 {
  readonly _zod: { run: (payload: Payload, context: object) => Payload | Promise<Payload> }
  safeParse(data: unknown): Parsed
  safeParseAsync(data: unknown): Promise<Parsed>
}

interface Payload {
  readonly value: unknown
  readonly issues: readonly unknown[]
}

type Parsed =
  | { readonly success: true; readonly data: unknown }
  | { readonly success: false; readonly error: { readonly issues: readonly StandardSchemaV1.Issue[] } }

function isZod(schema: StandardSchemaV1): schema is Zod {
  const { _zod, safeParse, safeParseAsync } = schema as Partial<Zod>
  return (
    typeof _zod?.run === 'function' && typeof safeParse === 'function' && typeof safeParseAsync === 'function'
  )
}

const AsyncFunction = (async () => {}).constructor as new () => () => Promise<unknown>

// Schemas and checks hold what they are made of in `_zod.def`; the function of `superRefine` is in neither.
function kindOfZod(schema: Zod): Kind {
  const pending: unknown[] = [schema]
  const seen = new Set<unknown>()
  let kind: Kind = 'now'
  for (let one = pending.pop(); pending.length > 0 || one !== undefined; one = pending.pop()) {
    if (one instanceof AsyncFunction) return 'late'
    if (typeof one === 'function') kind = 'unknown'
    if (typeof one !== 'object' || one === null || seen.has(one)) continue
    seen.add(one)
    const { def } = ((one as { readonly _zod?: unknown })._zod ?? {}) as { readonly def?: Def }
    if (def?.check === 'custom') kind = 'unknown'
    if (def !== undefined) pending.push(...Object.values(def), lazily(def))
    else if (Array.isArray(one)) pending.push(...(one as unknown[]))
    else if (isRecord(one)) pending.push(...Object.values(one))
  }
  return kind
}

interface Def {
  readonly type?: unknown
  readonly check?: unknown
  readonly getter?: unknown
}

// A schema that refers to itself, or to one that comes later.
function lazily({ type, getter }: Def): unknown {
  return type === 'lazy' && typeof getter === 'function' ? (getter as () => unknown)() : null
}

function takenAsBoth(schema: Zod, data: unknown): Result | Promise<Result> {
  let pending: Promise<Payload> | null = null
  const result = ranBy(schema, data, (run, payload, context) => {
    const ran = run(payload, { ...context, async: true })
    if (!(ran instanceof Promise)) return ran
    pending = ran
    return payload
  })
  if (pending === null) {
    if (result.issues === undefined) KINDS.set(schema, 'now')
    return result
  }
  KINDS.set(schema, 'late')
  return (pending as Promise<Payload>).then((payload) => ranBy(schema, data, () => payload))
}

type Run = (run: Zod['_zod']['run'], payload: Payload, context: object) => Payload

// What becomes of a payload, its messages above all, is for zod to say; all of this is synchronous.
function ranBy(schema: Zod, data: unknown, by: Run): Result {
  const { _zod: inner } = schema
  const { run } = inner
  let isOuter = true
  inner.run = (payload, context) => {
    if (!isOuter) return run(payload, context) // of a schema that refers to itself
    isOuter = false
    return by(run, payload, context)
  }
  try {
    return resultOf(schema.safeParse(data))
  } finally {
    inner.run = run
  }
}

function resultOf(parsed: Parsed): Result {
  return parsed.success ? { value: parsed.data } : { issues: parsed.error.issues }
}
