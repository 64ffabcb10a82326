/**
 * Failures: errors that an app declares as values, with a kind and not a status. HTTP maps the kind.
 *
 * @module
 */

/** What went wrong, in the words of no protocol. */
export type FailureKind = keyof typeof STATUSES

const STATUSES = {
  invalid: 422,
  unauthenticated: 401,
  denied: 403,
  missing: 404,
  conflict: 409,
  gone: 410,
  outdated: 412,
  limited: 429,
  unavailable: 503,
} as const

/** Every kind with the HTTP status it maps to. */
export const FAILURE_STATUSES: { readonly [K in FailureKind]: number } = STATUSES

const FAILURE: unique symbol = Symbol.for('hagaki.failure')

/** One raised failure. Its identity is its `code`; `data` is plain and may be shown to the caller. */
export class Failure<Data = unknown> extends Error {
  readonly code: string
  readonly kind: FailureKind
  readonly data: Data

  constructor(code: string, kind: FailureKind, data: Data) {
    super(`${code} (${kind})`)
    this.name = 'Failure'
    this.code = code
    this.kind = kind
    this.data = data
  }
}
Object.defineProperty(Failure.prototype, FAILURE, { value: true })

/** True for a failure of any copy of this package. */
export function isFailure(thrown: unknown): thrown is Failure {
  return (
    thrown instanceof Error &&
    FAILURE in thrown &&
    Object.hasOwn(STATUSES, (thrown as unknown as Failure).kind)
  )
}

/** Whole seconds until a caller may come again, of the data of what is limited or unavailable; null where they say none. */
export function retryAfterOf(data: unknown): number | null {
  const { retryAfterS } = Object(data) as { readonly retryAfterS?: unknown }
  const seconds = typeof retryAfterS === 'number' ? Math.ceil(retryAfterS) : Number.NaN
  return Number.isSafeInteger(seconds) && seconds >= 0 ? seconds : null
}

/** Throws, in places where only an expression fits: `find(id) ?? raise(Gone({ id }))`. */
export function raise(thrown: unknown): never {
  throw thrown
}
