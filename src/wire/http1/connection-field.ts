/**
 * The `connection` field. RFC 9110 section 7.6.1, RFC 9112 section 9.
 *
 * @module
 */
import { nominatedFields } from '../../value/headers.ts'

export interface ConnectionOptions {
  readonly close: boolean
  readonly keepAlive: boolean
  readonly upgrade: boolean
  /** Lower-case names of the fields that belong to the connection. */
  readonly nominated: readonly string[]
}

const NONE = read(undefined)

// What nearly every client sends.
const KNOWN: ReadonlyMap<string, ConnectionOptions> = new Map(
  ['keep-alive', 'Keep-Alive', 'close', 'Close', 'upgrade', 'Upgrade', 'keep-alive, Upgrade'].map((field) => [
    field,
    read(field),
  ]),
)

/** Understands a value; undefined is a field that is not there. Fault: field_faulty for a nominated singleton. */
export function connectionOf(field: string | undefined): ConnectionOptions {
  return field === undefined ? NONE : (KNOWN.get(field) ?? read(field))
}

function read(field: string | undefined): ConnectionOptions {
  const nominated = nominatedFields(field)
  return {
    close: nominated.includes('close'),
    keepAlive: nominated.includes('keep-alive'),
    upgrade: nominated.includes('upgrade'),
    nominated,
  }
}
