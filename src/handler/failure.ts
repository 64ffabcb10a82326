/**
 * `failure`: declaring an error as a value with a kind.
 *
 * @module
 */
import { FAILURE_STATUSES, Failure, type FailureKind, isFailure } from '../call/failure.ts'
import { Fault, isCode, isFault } from '../fault.ts'
import { type AnySchema, type InputOf, isSchema, type OutputOf, type Schema } from '../schema/standard.ts'

/** Makes failures of one code, and knows them again, thrown here or answered by a server. */
export interface FailureType<S extends AnySchema | undefined = AnySchema | undefined> {
  /** A failure with its data; throw it, or give it to `raise`. */
  (
    ...data: S extends AnySchema ? [data: InputOf<S>] : []
  ): Failure<S extends AnySchema ? OutputOf<S> : undefined>
  readonly code: string
  readonly kind: FailureKind
  readonly schema: S
  /** True for a failure of this code, and for the same one as a client receives it. */
  is(error: unknown): error is Error & { readonly data: S extends AnySchema ? OutputOf<S> : undefined }
}

// biome-ignore lint: variance: failures of any schema.
export type AnyFailureType = FailureType<any>

/** True for what `failure` makes. */
export function isFailureType(value: unknown): value is AnyFailureType {
  return typeof value === 'function' && 'kind' in value && 'code' in value
}

/**
 * Declares an error. Its kind says what went wrong, and HTTP maps it to a status: invalid 422,
 * unauthenticated 401, denied 403, missing 404, conflict 409, gone 410, outdated 412, limited 429,
 * unavailable 503.
 *
 *   code    lower case with underscores, public, never changed
 *   schema  of its data, which the caller sees. Over HTTP `challenge` of what is unauthenticated is
 *           `www-authenticate` (RFC 9110 11.6.1), and `retryAfterS`, seconds, of what is limited or
 *           unavailable `retry-after` (10.2.3)
 *   Fault   setup_faulty for another code, or one that faults have; making one throws TypeError for
 *           data that do not fit
 */
export function failure(code: string, kind: FailureKind): FailureType<undefined>
export function failure<S extends AnySchema>(code: string, kind: FailureKind, schema: S): FailureType<S>
export function failure(code: string, kind: FailureKind, schema?: Schema): FailureType {
  const refuse = (reason: string, fix: string): never => {
    throw new Fault('setup_faulty', { what: `failure(${JSON.stringify(code)})`, reason, fix })
  }
  if (!/^[a-z][a-z0-9]*(?:_[a-z0-9]+)*$/.test(code)) refuse('the code is faulty', 'Write it like note_gone')
  if (isCode(code)) {
    const reason = 'a fault has that code, and callers could not tell the two apart'
    refuse(reason, 'Name what went wrong in your domain')
  }
  // One of another kind would be known to nobody, and answered as 500.
  if (!Object.hasOwn(FAILURE_STATUSES, kind))
    refuse(`there is no kind ${JSON.stringify(kind)}`, `Say ${Object.keys(FAILURE_STATUSES).join(', ')}`)
  if (schema !== undefined && !isSchema(schema))
    refuse('its third argument is no schema', 'Write it as z.object({ ... }), or leave it out')
  const raised = (data?: unknown): Failure =>
    new Failure(code, kind, schema === undefined ? undefined : fitting(code, schema, data))
  const is = (error: unknown): boolean =>
    (isFailure(error) && error.code === code) ||
    (isFault(error) &&
      error.code === 'call_answered' &&
      (error as Fault<'call_answered'>).detail.code === code)
  return Object.assign(raised, { code, kind, schema, is }) as unknown as FailureType
}

function fitting(code: string, schema: Schema, data: unknown): unknown {
  const result = schema['~standard'].validate(data)
  if ('then' in result) throw new TypeError(`Failure ${code}: its schema is asynchronous`)
  if (result.issues !== undefined)
    throw new TypeError(`Failure ${code}: ${result.issues[0]?.message ?? 'data do not fit'}`)
  return result.value
}
