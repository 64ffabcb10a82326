/**
 * `--over SERVER --name NAME`: a worker on NATS.
 *
 * @module
 */
import { UsageError } from './usage-error.ts'

export interface NatsOption {
  /** Servers of one cluster, as typed: "nats://n1". */
  readonly over: readonly string[]
  /** What gateways call the app. */
  readonly name: string
  /** Name of the file that says who it is there, or null. */
  readonly creds: string | null
}

interface Given {
  readonly over?: readonly string[] | undefined
  readonly name?: string | undefined
  readonly creds?: string | undefined
}

/** Null without them. Throws UsageError for half of them. */
export function parseNats({ over = [], name, creds }: Given): NatsOption | null {
  if (over.length > 0 && name === undefined)
    throw new UsageError('--over needs --name: what gateways call the app, such as --name notes')
  if (over.length === 0 && (name !== undefined || creds !== undefined)) {
    const option = name === undefined ? 'creds' : 'name'
    throw new UsageError(`--${option} needs --over: where NATS is, such as --over nats://n1`)
  }
  return name === undefined ? null : { over, name, creds: creds ?? null }
}
