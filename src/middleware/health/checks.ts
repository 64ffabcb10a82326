/**
 * Checks of what an app depends on: together, each with a timeout, each once at a time, and no more
 * often than their results are worth.
 *
 * @module
 */
import { isPromise } from '../../call/after.ts'

/**
 * Asks whether something is there. It fails by throwing, rejecting, giving false, or taking too long;
 * `signal` is aborted when nobody waits any more: a check that ends then is asked again, and one that
 * never ends fails for good.
 */
export type Check = (signal: AbortSignal) => unknown

export interface Finding {
  readonly passes: boolean
  /** Why it fails; undefined where it passes. For the log. */
  readonly reason?: unknown
}

/** By the names of the checks. */
export type Findings = ReadonlyMap<string, Finding>

export interface Timing {
  /** How long a check may take. */
  readonly timeoutMs: number
  /** How long what was found is given again. */
  readonly cacheMs: number
}

/** What was found, now or later. `now` in epoch milliseconds. */
export type Checking = (now: number) => Findings | Promise<Findings>

const PASSES: Finding = { passes: true }

/** Makes the checking of some checks. It never rejects. */
export function checking(checks: { readonly [name: string]: Check }, timing: Timing): Checking {
  const each = Object.keys(checks).map((name) => ({ name, find: once(checks[name]!, timing.timeoutMs) }))
  let last: { readonly at: number; readonly findings: Findings } | null = null
  let running: Promise<Findings> | null = null

  const run = async (now: number): Promise<Findings> => {
    const found = await Promise.all(each.map(async ({ name, find }) => [name, await find()] as const))
    const findings: Findings = new Map(found)
    last = { at: now, findings }
    running = null
    return findings
  }
  return (now) => {
    if (each.length === 0) return new Map()
    // A clock that was set back makes nothing last longer.
    if (last !== null && now >= last.at && now - last.at < timing.cacheMs) return last.findings
    running ??= run(now)
    return running
  }
}

// A check that is late is not asked again before it is over. Until then it fails at once: to wait for
// it once more would keep whoever asks beyond a timeout of their own, and tell nothing new.
function once(check: Check, timeoutMs: number): () => Promise<Finding> {
  let last: Promise<Finding> | null = null
  return () => {
    if (last !== null) return last
    const controller = new AbortController()
    const under = find(check, controller.signal)
    last = within(under, timeoutMs, controller)
    void under.then(() => {
      last = null
    })
    return last
  }
}

async function find(check: Check, signal: AbortSignal): Promise<Finding> {
  try {
    const given = check(signal)
    const found: unknown = isPromise(given) ? await given : given
    return found === false ? { passes: false, reason: 'it gave false' } : PASSES
  } catch (reason) {
    return { passes: false, reason }
  }
}

function within(under: Promise<Finding>, timeoutMs: number, controller: AbortController): Promise<Finding> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => {
      const reason = `no answer within ${timeoutMs} ms`
      controller.abort(new Error(reason))
      resolve({ passes: false, reason })
    }, timeoutMs)
    void under.then((finding) => {
      clearTimeout(timer)
      resolve(finding)
    })
  })
}
