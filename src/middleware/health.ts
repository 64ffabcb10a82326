/**
 * `health`: is the process alive, and may calls be sent to it? For balancers and supervisors. Contract
 * clause 36.
 *
 * @module
 */
import { chain } from '../call/after.ts'
import { life, living } from '../call/life.ts'
import type { App, Log, Middleware, Result } from '../contract.ts'
import { Fault } from '../fault.ts'
import { isRecord } from '../value/data.ts'
import { MAX_TIMER_MS } from '../value/duration.ts'
import { type Check, type Checking, checking, type Findings } from './health/checks.ts'
import { knownOptions, unfit } from './setup.ts'

export type { Check } from './health/checks.ts'

export interface HealthOptions {
  /** Where to ask whether the process is alive, by default "/livez". */
  readonly live?: string
  /** Where to ask whether it takes calls, by default "/readyz". */
  readonly ready?: string
  /** What must be there to take calls, by name. By default nothing. */
  readonly checks?: { readonly [name: string]: Check }
  /** How long each check may take, by default 2,000 milliseconds. */
  readonly timeoutMs?: number
  /** How long what the checks found is given again, by default 1,000 milliseconds. */
  readonly cacheMs?: number
}

/** From the opening of what is behind to the begin of the drain, it is open. */
type State = 'closed' | 'open' | 'draining'

const TYPE = 'application/health+json'
const HEADERS = Object.freeze({ 'cache-control': 'no-store' })
const ALLOW = ['GET', 'HEAD'] as const

/**
 * Answers two paths, and passes everything else on.
 *
 *   live    200 as long as anything is answered: it says that a restart would not help
 *   ready   200 while what is behind is open, the server does not stop, and every check passes; else
 *           503. Balancers stop sending calls then, and those that still come are answered
 *   answer  `{ status, reason, checks }`, each check with its own `status`, "pass" or "fail"; why one
 *           fails is in the log alone, as a warning, because strangers may ask
 *   Fault   setup_faulty; method_not_allowed for any method but GET and HEAD
 */
export function health(options: HealthOptions = {}): Middleware {
  const { live, ready, checks, timing } = settingsOf(options)

  return (next) => {
    let state: State = 'closed'
    const check = reporting(checking(checks, timing))
    const watched: App = (method, path, headers, call, server) => {
      if (path !== live && path !== ready) return next(method, path, headers, call, server)
      if (method !== 'GET' && method !== 'HEAD')
        throw new Fault('method_not_allowed', { method, allow: ALLOW })
      if (path === live) return answer(null, new Map())
      if (state !== 'open') return answer(state === 'draining' ? 'stopping' : 'not open', new Map())
      return chain(check(server.now(), call.log), (findings) =>
        // The server may have begun to stop meanwhile.
        answer(state === 'open' ? null : 'stopping', findings),
      ) as Result | Promise<Result>
    }
    const own = life(
      () => {
        state = 'open'
      },
      () => {
        state = 'closed'
      },
      undefined,
      () => {
        if (state === 'open') state = 'draining'
      },
    )
    return living(watched, [next], own)
  }
}

function answer(reason: string | null, findings: Findings): Result {
  const checks = Object.create(null) as Record<string, { status: string }>
  for (const [name, { passes }] of findings) checks[name] = { status: passes ? 'pass' : 'fail' }
  const passes = reason === null && [...findings.values()].every((finding) => finding.passes)
  const body = {
    status: passes ? 'pass' : 'fail',
    ...(reason === null ? {} : { reason }),
    ...(findings.size === 0 ? {} : { checks }),
  }
  return [passes ? 200 : 503, TYPE, HEADERS, JSON.stringify(body)]
}

// A failure is news once: balancers ask again and again.
function reporting(check: Checking): (now: number, log: Log) => ReturnType<Checking> {
  let known: Findings = new Map()
  return (now, log) =>
    chain(check(now), (findings) => {
      const before = known
      known = findings
      if (before !== findings) report(before, findings, log)
      return findings
    })
}

function report(before: Findings, now: Findings, log: Log): void {
  try {
    for (const [name, { passes, reason }] of now) {
      const failed = before.get(name)?.passes === false
      if (!passes && !failed) log.warn({ check: name, err: reason }, 'A check fails')
      if (passes && failed) log.info({ check: name }, 'A check passes again')
    }
  } catch {} // a log that fails makes nothing unhealthy
}

interface Settings {
  readonly live: string
  readonly ready: string
  readonly checks: { readonly [name: string]: Check }
  readonly timing: { readonly timeoutMs: number; readonly cacheMs: number }
}

const NAMES = ['live', 'ready', 'checks', 'timeoutMs', 'cacheMs']

function settingsOf(options: HealthOptions): Settings {
  const {
    live = '/livez',
    ready = '/readyz',
    checks = {},
    timeoutMs = 2_000,
    cacheMs = 1_000,
  } = knownOptions('health', options, NAMES)
  for (const [name, path] of Object.entries({ live, ready })) {
    if (typeof path !== 'string' || !/^\/[\w.~/-]*$/.test(path))
      throw unfit(`health({ ${name} })`, 'it is no path', `Write it as "/${name}z"`)
  }
  if (live === ready)
    throw unfit('health({ live, ready })', 'they are the same', 'Keep "/livez" and "/readyz"')
  if (!isRecord(checks) || !Object.values(checks).every((check) => typeof check === 'function')) {
    const fix = 'Write checks: { database: () => db.ping() }'
    throw unfit('health({ checks })', 'they are not functions by name', fix)
  }
  for (const [name, ms, least] of [
    ['timeoutMs', timeoutMs, 1],
    ['cacheMs', cacheMs, 0],
  ] as const) {
    if (!Number.isSafeInteger(ms) || ms < least || ms > MAX_TIMER_MS)
      throw unfit(`health({ ${name} })`, 'it is no number of milliseconds', `Write ${name}: 1000`)
  }
  return { live, ready, checks: checks as Settings['checks'], timing: { timeoutMs, cacheMs } }
}
