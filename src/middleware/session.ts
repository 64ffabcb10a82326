/**
 * `session`: data that a client keeps for us from call to call, sealed in a cookie. Clause 17.
 *
 * The value is that of a carried key, so that it is the same on every road: what an app behind a
 * link sets comes back in the head of its answer, and is written into the cookie here.
 *
 * @module
 */
import { after } from '../call/after.ts'
import { abandon } from '../call/chunks.ts'
import { living } from '../call/life.ts'
import type { App, Key, Middleware, Options, RequestHeaders, Result, Server } from '../contract.ts'
import { Fault } from '../fault.ts'
import { cookies, MAX_COOKIE, setCookie } from '../value/cookie.ts'
import { isStream, isTakeover } from '../value/result.ts'
import { personal, withCookie } from './session/answer.ts'
import { Sealer } from './session/seal.ts'
import { type SessionCookie, type SessionOptions, type SessionSetup, sessionSetup } from './session/setup.ts'
import { type Fitted, isNone, type SessionValue, sessionValue } from './session/value.ts'

export type { SessionOptions, SessionTime } from './session/setup.ts'

/** Middleware, and the key that the apps behind it know the session by. */
export interface Session<T> extends Middleware {
  readonly key: Key<T | null>
}

/** What a request brought. */
interface Arrived {
  /** True when it holds our cookie, whatever is in it. */
  readonly held: boolean
  /** The session, or null without one. */
  readonly fitted: Fitted<unknown> | null
  /** When it began, in epoch milliseconds; null where the cookie did not say. */
  readonly bornMs: number | null
  /** True when it is to be written anew. */
  readonly due: boolean
}

/** How far the clocks of two of our machines may differ. */
const SKEW_MS = 300_000

/**
 * Keeps a session in a cookie that is encrypted and authenticated (XAES-256-GCM):
 *
 *   const cart = session({ secrets: [process.env.SECRET], carry: z.object({ items: z.array(z.string()) }) })
 *   const wall = use(app, cart)
 *   options.get(cart.key)                 the session, a copy of it; undefined or null without one
 *   options.set(cart.key, { items: [] })  writes it; null ends it
 *
 * - A cookie that is tampered with, cut, expired, of another name or key, too long, or no longer fits
 *   `carry` is no session, and never an error. It is left alone until a session is set or ended.
 * - `set-cookie` is written when the value changed, when a session ends, and when one is due: older
 *   than `renew`, or sealed by an older secret.
 * - Setting where no such layer is around is a fault, context_faulty: nobody would write it.
 * - Setting belongs before the head: what a streamed body or a takeover sets comes too late, and is
 *   lost and logged. What a deferred task sets is lost.
 * - Answers that write the cookie are kept from shared caches: `cache-control` becomes `private`, unless
 *   it is that or `no-store`. Answers to a request with a session are `private` unless they say what
 *   they are. `vary: cookie` is not added: every visitor has another cookie, so a cache would keep one
 *   copy for each. An app that lets caches share what depends on a session says so itself.
 * - The cookie is `__Host-session`: Secure, HttpOnly, SameSite=Lax, for this host and every path. With
 *   a `domain` or `path` it is `__Secure-session`. In development it is `session` and not Secure, which
 *   the log says once.
 * - To change the secret without losing sessions, append the new one on every machine, then put it
 *   first, and take the old one out after `maxAge`.
 * - The client holds the only copy. Of two calls at once the later answer wins; a copied cookie stays
 *   good until it expires, whoever logged out meanwhile.
 *
 *   Fault  setup_faulty for options that are wrong; per call session_faulty for a value that does not
 *          fit, and session_too_large for one whose cookie is over 4,096 octets
 */
export function session<T>(options: SessionOptions<T>): Session<T> {
  const setup = sessionSetup(options)
  const value = sessionValue(setup.name, options.carry)
  const keeper = new Keeper(setup, value)

  const layer: Middleware = (next) => {
    const kept: App = (method, path, headers, options, server) => {
      const arrived = keeper.arrive(headers, options, server)
      const result = next(method, path, headers, options, server)
      return after(result, (given) => keeper.leave(given, arrived, options, server))
    }
    return living(kept, [next])
  }
  return Object.freeze(Object.assign(layer, { key: value.key }))
}

class Keeper<T> {
  readonly #setup: SessionSetup
  readonly #sealer: Sealer
  readonly #value: SessionValue<T>
  #told = false

  constructor(setup: SessionSetup, value: SessionValue<T>) {
    this.#setup = setup
    this.#sealer = new Sealer(setup.secrets)
    this.#value = value
  }

  /** Takes the session that a request brings, and makes it known under the key. */
  arrive(headers: RequestHeaders, options: Options, server: Server): Arrived {
    const { name } = this.#cookie(options, server)
    const field = headers['cookie']
    // Most requests of strangers hold no such cookie, and need not be parsed to tell.
    const sealed = field?.includes(name) === true ? cookies(field)[name] : undefined
    const held = sealed !== undefined
    const nothing = { held, fitted: null, bornMs: null, due: false }
    if (options.get(this.#value.keeping) !== true) options.set(this.#value.keeping, true)
    // Carried here by a link: whoever is outside knows better.
    const carried = options.get(this.#value.kept)
    if (carried === null) return { ...nothing, held: false } // ended there, and deleted there
    if (carried !== undefined) return { ...nothing, fitted: this.#fitted(carried, null) }
    const opened = held ? this.#opened(sealed, name, server.now()) : null
    if (opened === null) return nothing
    options.set(this.#value.kept, opened.fitted.data)
    return { held, ...opened }
  }

  /** Writes the cookie when it has to be. */
  leave(result: Result, arrived: Arrived, options: Options, server: Server): Result {
    try {
      const value = options.get(this.#value.kept)
      const fitted = this.#fitted(value, arrived.fitted)
      const body = result[3]
      if (isStream(body) || isTakeover(body)) options.defer(() => this.#checkKept(fitted, options))
      if (fitted !== null && (fitted.text !== arrived.fitted?.text || arrived.due)) {
        return this.#written(result, fitted.text, arrived.bornMs, options, server)
      }
      if (value === null && arrived.held) return this.#ended(result, options, server)
      return arrived.fitted === null ? result : personal(result)
    } catch (error) {
      abandon(result) // nobody else will ever see this body
      throw error
    }
  }

  /** The cookie of this environment. */
  #cookie(options: Options, server: Server): SessionCookie {
    const { development, production } = this.#setup.cookies
    const cookie = server.environment === 'development' ? development : production
    if (!this.#told && cookie.attributes.secure !== true) {
      this.#told = true
      const why = 'The environment is development: this session cookie travels without TLS as well'
      options.log.warn({ cookie: cookie.name }, why)
    }
    return cookie
  }

  #opened(
    sealed: string,
    name: string,
    nowMs: number,
  ): (Omit<Arrived, 'held'> & { fitted: Fitted<T> }) | null {
    const opened = sealed.length > MAX_COOKIE ? null : this.#sealer.open(sealed, name)
    if (opened === null) return null
    const { maxAgeMs, renewMs, lifetimeMs } = this.#setup
    try {
      const [bornMs, sealedMs, value] = JSON.parse(opened.text) as [number, number, unknown]
      const ageMs = nowMs - sealedMs
      if (!(ageMs > -SKEW_MS && ageMs < maxAgeMs && nowMs - bornMs < lifetimeMs)) return null
      // At the end of its life, writing it anew would win nothing.
      const renewable = bornMs + lifetimeMs > sealedMs + maxAgeMs
      return { fitted: this.#value.fit(value), bornMs, due: opened.old || (renewable && ageMs >= renewMs) }
    } catch {
      return null // of a version of the app that had other sessions
    }
  }

  #written(result: Result, text: string, bornMs: number | null, options: Options, server: Server): Result {
    const { name, attributes } = this.#cookie(options, server)
    const nowMs = server.now()
    const beganMs = bornMs ?? nowMs
    const leftMs = Math.min(this.#setup.maxAgeMs, beganMs + this.#setup.lifetimeMs - nowMs)
    const all = { ...attributes, maxAge: Math.max(1, Math.ceil(leftMs / 1_000)) }
    const sealed = this.#sealer.seal(`[${beganMs},${nowMs},${text}]`, name, server.random)
    const bytes = setCookie(name, '', all).length + sealed.length // all of it is ASCII
    if (bytes > MAX_COOKIE)
      throw new Fault('session_too_large', { name: this.#setup.name, bytes, limit: MAX_COOKIE })
    return withCookie(result, name, setCookie(name, sealed, all))
  }

  #ended(result: Result, options: Options, server: Server): Result {
    const { name, attributes } = this.#cookie(options, server)
    return withCookie(result, name, setCookie(name, '', { ...attributes, maxAge: 0 }))
  }

  // What is kept changes by being set, so the same object is the same session.
  #fitted(value: unknown, before: Fitted<unknown> | null): Fitted<unknown> | null {
    if (isNone(value)) return null
    return value === before?.data ? before : this.#value.fit(value)
  }

  #checkKept(sent: Fitted<unknown> | null, options: Options): void {
    if (this.#fitted(options.get(this.#value.kept), sent)?.text === sent?.text) return
    const what = 'A session was set after the head had gone, and that is lost: set it before the answer'
    options.log.error({ session: this.#setup.name }, what)
  }
}
