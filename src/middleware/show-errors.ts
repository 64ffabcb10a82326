/**
 * `showErrors`: in development, what went wrong instead of an answer that says nothing. Contract
 * clauses 19 and 25.
 *
 * @module
 */
import { isAbsolute } from 'node:path'
import { fileURLToPath } from 'node:url'
import { after } from '../call/after.ts'
import { type Problem, problemOf, thrown } from '../call/answer.ts'
import { abandon } from '../call/chunks.ts'
import { isFailure } from '../call/failure.ts'
import { life, living } from '../call/life.ts'
import { outgoing } from '../call/outgoing.ts'
import { answering } from '../call/use.ts'
import type { App, Middleware, RequestHeaders, ResponseHeaders, Server } from '../contract.ts'
import { isAcceptable } from '../value/accept.ts'
import { commaList } from '../value/headers.ts'
import { mediaType } from '../value/media-type.ts'
import { isTakeover } from '../value/result.ts'
import { reasonPhrase } from '../value/status.ts'
import { knownOptions, unfit } from './setup.ts'
import { describe } from './show-errors/describe.ts'
import { excerpts } from './show-errors/excerpt.ts'
import type { Project } from './show-errors/frames.ts'
import { POLICY, page } from './show-errors/page.ts'
import { problemText } from './show-errors/problem.ts'
import { secrets } from './show-errors/secrets.ts'
import { seen } from './show-errors/seen.ts'

export interface ShowErrorsOptions {
  /** The folder whose files are shown and whose frames stand open, by default the working directory. */
  readonly root?: string
  /** Names of fields and query members to hide besides those that are known or sound secret. */
  readonly hide?: readonly string[]
}

/** What speaks of the body that is replaced, of where to look instead, or of whether to keep it. */
const NOT_KEPT: ReadonlySet<string> = new Set([
  'accept-ranges',
  'age',
  'content-digest',
  'content-disposition',
  'content-encoding',
  'content-language',
  'content-length',
  'content-location',
  'content-md5',
  'content-range',
  'content-security-policy',
  'content-security-policy-report-only',
  'digest',
  'etag',
  'expires',
  'last-modified',
  'link',
  'location',
  'refresh',
  'repr-digest',
])

const HAGAKI = fileURLToPath(new URL('..', import.meta.url))

/**
 * Shows what made `next` fail: a page for a browser, `application/problem+json` with an `error` for
 * any other client. For development alone: elsewhere it does not boot, and passes every answer on.
 *
 *   shown   what was thrown and is answered with 5xx, and a result that no server would send. What
 *           is the client's fault (4xx) or a failure of the contract is an answer, and passes
 *   answer  the same status and fields, but for those of the body; the request's body is not read
 *   Fault   setup_faulty, for options that are none, and at boot where this is no development
 */
export function showErrors(options: ShowErrorsOptions = {}): Middleware {
  const { root = process.cwd(), hide = [] } = checked(options)
  const project: Project = { root, hagaki: HAGAKI }
  const isSecret = secrets(hide)

  return (next) => {
    const inner = answering(sendable(next))
    const showing: App = (method, path, headers, options, server) => {
      if (server.environment !== 'development') return next(method, path, headers, options, server)
      return after(inner(method, path, headers, options, server), (result) => {
        const failed = options.get(thrown)
        const [status, , fields, body] = result
        if (failed === undefined || status < 500 || isTakeover(body) || !isShown(failed.value, headers)) {
          return result
        }
        abandon(result)
        const errors = describe(failed.value, project)
        if (!wantsPage(headers['accept'])) {
          return [
            status,
            'application/problem+json',
            keptFields(fields),
            problemText(problem(failed.value), errors),
          ]
        }
        const text = page({
          status,
          title: reasonPhrase(status),
          errors,
          request: seen(method, path, headers, options, isSecret),
          excerpt: excerpts(root),
          software: server.software,
        })
        const shown = { ...keptFields(fields), 'content-security-policy': POLICY }
        return [status, 'text/html; charset=utf-8', shown, text]
      })
    }
    return living(
      showing,
      [next],
      life(refuseElsewhere, () => {}),
    )
  }
}

function refuseElsewhere({ environment }: Server): void {
  if (environment === 'development') return
  throw unfit(
    'showErrors()',
    `it shows source code to whoever makes the app fail, and the environment is ${environment}`,
    'Take it out of use(...) there; where you develop, serve with environment: "development"',
  )
}

// What a server would refuse of a result, only it could tell: behind everything that shows it.
function sendable(next: App): App {
  return (method, path, headers, options, server) =>
    after(next(method, path, headers, options, server), (result) => {
      try {
        outgoing(result, method)
        return result
      } catch (error) {
        abandon(result)
        throw error
      }
    })
}

function isShown(value: unknown, headers: RequestHeaders): boolean {
  // The script of another site gets what it would get anyway; who follows a link from there sees the page.
  if (headers['sec-fetch-site'] === 'cross-site' && headers['sec-fetch-mode'] !== 'navigate') return false
  return !isDeclared(value) && problem(value).status >= 500
}

// A failure that an app raised is an answer of its contract, also when its kind is "unavailable".
function isDeclared(value: unknown): boolean {
  try {
    return isFailure(value)
  } catch {
    return false
  }
}

function problem(value: unknown): Problem {
  try {
    return problemOf(value)
  } catch {
    return problemOf(null) // it throws when it is looked at
  }
}

// Browsers name HTML when they load a page. Who takes anything, or names JSON too, is a program.
function wantsPage(accept: string | undefined): boolean {
  if (accept === undefined) return false
  const named = new Set(commaList(accept).map((range) => mediaType(range)?.essence))
  if (named.has('application/json') || named.has('application/problem+json')) return false
  return named.has('text/html') && isAcceptable(accept, 'text/html')
}

function keptFields(fields: ResponseHeaders): ResponseHeaders {
  const kept = Object.create(null) as Record<string, string | readonly string[]>
  for (const name of Object.keys(fields)) if (!NOT_KEPT.has(name)) kept[name] = fields[name]!
  kept['cache-control'] = 'no-store'
  kept['x-content-type-options'] = 'nosniff'
  kept['referrer-policy'] = 'no-referrer'
  kept['cross-origin-resource-policy'] = 'same-origin'
  return kept
}

function checked(options: ShowErrorsOptions): ShowErrorsOptions {
  const { root, hide }: { readonly root?: unknown; readonly hide?: unknown } = knownOptions(
    'showErrors',
    options,
    ['root', 'hide'],
  )
  if (root !== undefined && (typeof root !== 'string' || !isAbsolute(root))) {
    const fix = 'Write fileURLToPath(new URL(".", import.meta.url))'
    throw unfit('showErrors({ root })', 'it is no absolute path', fix)
  }
  if (hide !== undefined && !(Array.isArray(hide) && hide.every((name) => typeof name === 'string'))) {
    throw unfit('showErrors({ hide })', 'it is no list of names', 'Write it as ["x-internal-id", "code"]')
  }
  return options
}
