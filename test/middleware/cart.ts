/**
 * A cart that is kept in a session, and a browser that holds its cookie.
 *
 * @module
 */
import { z } from 'zod'
import { Call } from '../../src/call/call.ts'
import { silentLog } from '../../src/call/log.ts'
import { optionsOf, type PerformOptions, perform } from '../../src/call/perform.ts'
import { serverFacts } from '../../src/call/server-facts.ts'
import { use } from '../../src/call/use.ts'
import type { App, Log, Options, Server } from '../../src/contract.ts'
import { lint } from '../../src/lint/lint.ts'
import { type Session, type SessionOptions, session } from '../../src/middleware/session.ts'
import { cookies } from '../../src/value/cookie.ts'
import { type RequestParts, type ResponseValue, request } from '../../src/value/message.ts'
import { json } from '../../src/value/result.ts'

const Cart = z.object({ items: z.array(z.string()) })
export type Cart = z.infer<typeof Cart>

export const [OLD, NEW] = ['old', 'new'].map((one) => one.repeat(16)) as [string, string]

export const shop = (options: Partial<SessionOptions<Cart>> = {}): Session<Cart> =>
  session({ secrets: [NEW], carry: Cart, ...options })

/** Answers the session it sees; /add/x puts x into it, /same sets what is there, /end ends it. */
export function keeping(cart: Session<Cart>): App {
  return (_method, path, _headers, options) => {
    const before = options.get(cart.key)
    const [, what, item] = path.split('/')
    if (what === 'add') options.set(cart.key, { items: [...(before?.items ?? []), item!] })
    if (what === 'same' && before) options.set(cart.key, { items: [...before.items] })
    if (what === 'end') options.set(cart.key, null)
    return json(options.get(cart.key) ?? null)
  }
}

/** A browser, as far as cookies go; its clock is the server's. */
export class Browser {
  readonly jar = new Map<string, string>()
  nowMs = Date.UTC(2026, 0, 1)
  /** What the last answer wrote. */
  lines: readonly string[] = []
  readonly #app: App
  readonly #server: Server
  readonly #log: Log

  constructor(app: App, cart: Session<Cart>, facts: Partial<Server> = {}, log: Log = silentLog) {
    this.#app = use(app, lint, cart, lint)
    this.#server = serverFacts({ ...facts, now: () => this.nowMs })
    this.#log = log
  }

  async answer(path: string, parts: RequestParts = {}): Promise<ResponseValue> {
    const cookie = [...this.jar].map(([name, value]) => `${name}=${value}`).join('; ')
    const headers = { ...(cookie === '' ? {} : { cookie }), ...parts.headers }
    const how: PerformOptions = { server: this.#server, log: this.#log }
    const answered = await perform(this.#app, request('GET', path, { ...parts, headers }), how)
    this.lines = [answered.headers['set-cookie'] ?? []].flat()
    for (const line of this.lines) {
      const [name, value] = Object.entries(cookies(line.split(';', 1)[0]))[0]!
      if (/; Max-Age=0;/.test(line)) this.jar.delete(name)
      else this.jar.set(name, value)
    }
    return answered
  }

  async get(path: string, parts: RequestParts = {}): Promise<unknown> {
    const { status, body } = await this.answer(path, parts)
    const data = JSON.parse(Buffer.from(body ?? []).toString() || 'null') as unknown
    return status === 200 ? data : { status, ...(data as object) }
  }
}

export const shopping = (options: Partial<SessionOptions<Cart>> = {}): Browser => {
  const cart = shop(options)
  return new Browser(keeping(cart), cart)
}

export function calling(path: string): { options: Options; server: Server } {
  const server = serverFacts()
  const value = request('GET', path)
  return { options: optionsOf(value, new Call(server, silentLog), server), server }
}
