/**
 * How long an answer stays fresh: `cache-control` (RFC 9111 section 5.2) from metadata.
 *
 * @module
 */
import { Fault } from '../fault.ts'
import { parseDuration } from '../value/duration.ts'

/** "1m", milliseconds, or more than that. */
export type Fresh =
  | string
  | number
  | {
      readonly for: string | number
      /** Whether shared caches may keep it: by default where no guard decides who may see it. */
      readonly shared?: boolean
      /** How much longer it may be given while a new one is fetched (RFC 5861). */
      readonly stale?: string | number
      /** It never changes. RFC 8246. */
      readonly immutable?: boolean
    }

/** Ten years: caches take no more for true. */
const LONGEST_MS = 3_650 * 86_400_000

/** The value of `cache-control`. `guarded`: some guard decides. Fault: setup_faulty. */
export function cacheControl(fresh: Fresh, guarded: boolean, what: string): string {
  const {
    for: time,
    shared = !guarded,
    stale,
    immutable = false,
    ...rest
  } = typeof fresh === 'object' ? fresh : { for: fresh }
  const unknown = Object.keys(rest)[0]
  if (unknown !== undefined) {
    const fix = 'Write { for: "1m", shared, stale, immutable }'
    throw new Fault('setup_faulty', { what, reason: `its fresh has no ${unknown}`, fix })
  }
  const seconds = (given: string | number): number => {
    const whole = Math.floor(parseDuration(given, LONGEST_MS) / 1000)
    if (whole > 0) return whole
    const reason = `it is fresh for ${given} ms, and caches count in seconds`
    throw new Fault('setup_faulty', { what, reason, fix: 'Write a second or more, such as "1m"' })
  }
  if (shared && guarded) {
    const reason = 'its answer depends on guards, and shared caches would give it to anybody'
    throw new Fault('setup_faulty', { what, reason, fix: 'Leave out shared, or the guards' })
  }
  const directives = [shared ? 'public' : 'private', `max-age=${seconds(time)}`]
  if (stale !== undefined) directives.push(`stale-while-revalidate=${seconds(stale)}`)
  if (immutable) directives.push('immutable')
  return directives.join(', ')
}
