/**
 * `--limit NAME=VALUE`: one of the server's limits as people write it.
 *
 * @module
 */
import { DEFAULT_LIMITS } from '../call/limits.ts'
import type { Limits } from '../contract.ts'
import { parseDuration } from '../value/duration.ts'
import { nearest } from '../value/nearest.ts'
import { parseSize } from '../value/size.ts'
import { UsageError } from './usage-error.ts'

/** What counts neither bytes nor milliseconds. */
const COUNTS: ReadonlySet<string> = new Set(['fields'])

/** Limits by the names that are typed: times without their unit, for the value brings one. */
export const LIMIT_NAMES: readonly string[] = Object.keys(DEFAULT_LIMITS).map((name) =>
  name.replace(/Ms$/, ''),
)

/** `["body=10mb", "headTimeout=5s"]` as limits; the last of a name counts. Throws UsageError. */
export function parseLimits(options: readonly string[]): Partial<Limits> {
  const limits: Record<string, number> = Object.create(null) as Record<string, number>
  for (const option of options) {
    const at = option.indexOf('=')
    if (at < 1) throw new UsageError(`--limit ${option} has no value: write it as --limit body=10mb`)
    const [name, value] = [option.slice(0, at), option.slice(at + 1)]
    const known = [name, `${name}Ms`].find((one) => Object.hasOwn(DEFAULT_LIMITS, one))
    if (known === undefined) throw new UsageError(unknown(name))
    limits[known] = parse(known, name, value)
  }
  return { ...limits }
}

function parse(known: string, name: string, value: string): number {
  // Nothing to wait for, and nothing to keep: a number that needs no unit.
  if (value === '0' || (COUNTS.has(known) && /^[0-9]{1,9}$/.test(value))) return Number(value)
  if (COUNTS.has(known)) throw new UsageError(`--limit ${name} counts: write a number, such as ${name}=100`)
  try {
    return known.endsWith('Ms')
      ? parseDuration(value)
      : parseSize(/^[0-9]+$/.test(value) ? Number(value) : value)
  } catch {
    const such = known.endsWith('Ms')
      ? `a time, such as ${name}=200ms, 5s or 2m`
      : `a size, such as ${name}=16kb or 10mb`
    throw new UsageError(`--limit ${name}=${value} is no limit: ${name} takes ${such}`)
  }
}

function unknown(name: string): string {
  const near = nearest(name, LIMIT_NAMES)
  const hint = near === null ? `known are ${LIMIT_NAMES.join(', ')}` : `did you mean ${near}?`
  return `there is no limit ${JSON.stringify(name)}: ${hint}`
}
