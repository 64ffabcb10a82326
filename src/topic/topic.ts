/**
 * `topic`: items that are published to all who listen, in this process, in the other workers of its server,
 * or as far as a relay reaches.
 *
 *   promise  at most once. What one publisher publishes comes in that order. Nothing is kept: who subscribes
 *            gets what is published from then on, and who has to go on after a break reads a store first
 *   bounds   bytes of an item, items that wait for a subscriber, bytes that wait for another process
 *   slow     a publisher never waits. Who falls behind gets the fault items_missed in its stream, or skips
 *
 * @module
 */
import { consoleLog } from '../call/log.ts'
import { boundsOf } from '../codec/format.ts'
import { decodeJson, encodeJson } from '../codec/json.ts'
import type { Log } from '../contract.ts'
import { Fault } from '../fault.ts'
import { type AnySchema, check, type InputOf, type OutputOf } from '../schema/standard.ts'
import { parseSize } from '../value/size.ts'
import { utf8Bytes } from '../value/utf8.ts'
import { processHub } from './hub.ts'
import type { Listening, Relay } from './relay.ts'
import { type Subscription, Waiting, type WhenMissed } from './subscription.ts'

export type { Listener, Listening, Relay } from './relay.ts'
export type { Subscription, WhenMissed } from './subscription.ts'

export interface TopicOptions {
  /** The largest item as JSON, such as "16kb"; by default 64 KiB, at most 1 MiB. */
  readonly limit?: string | number
  /** How many items may wait for one subscriber; by default 256, at most 65,536. */
  readonly waiting?: number
  /**
   * For a subscriber that falls behind, and where a relay has lost items: by default `end`, its stream ends with
   * the fault items_missed behind what it has got. `skip`: it goes on, without the oldest that wait; it ends with
   * that fault where its relay is over.
   */
  readonly whenMissed?: WhenMissed
  /** What carries the items; by default they reach all processes of `serveWorkers`, and of `hagaki -w`. */
  readonly over?: Relay
  /** For what is dropped because it is no item: by default standard error. */
  readonly log?: Log
}

export interface Topic<In, Out = In> {
  readonly name: string
  /**
   * Hands an item to all who subscribe, wherever they are. Never waits. It is written as JSON at once, so what
   * becomes of it later is not seen. Fault: item_faulty, for one that is no JSON, too large, or not of the schema.
   */
  publish(item: In): void
  /**
   * The items that are published from this call on. Each process decodes an item once, and its subscribers
   * share it: it is frozen.
   *
   *   signal  ends it with the reason of the abort, as `context.signal` of a handler does
   *   Fault   items_missed, in the stream; setup_faulty in a thread or process of `isolate`, without `over`
   */
  subscribe(signal?: AbortSignal): Subscription<Out>
}

const LIMIT = 64 * 1024
const MAX_LIMIT = 1024 * 1024
const WAITING = 256
const MAX_WAITING = 65_536
/** Characters of a name. */
const MAX_NAME = 128

/**
 * A topic. All that have the same name are one, wherever they were made; making one costs nothing until somebody
 * subscribes.
 *
 *   name    up to 128 letters, digits, "-" and "_", in parts with dots between them: "cards", "room.7"
 *   schema  of the items: checks what is published, and what comes from others
 *   Fault   setup_faulty
 */
export function topic<S extends AnySchema>(
  name: string,
  options: TopicOptions & { readonly schema: S },
): Topic<InputOf<S>, OutputOf<S>>
export function topic<T>(name: string, options?: TopicOptions): Topic<T>
export function topic(
  name: string,
  options: TopicOptions & { readonly schema?: AnySchema } = {},
): Topic<unknown> {
  const what = `topic(${JSON.stringify(name)})`
  const refused = (reason: string, fix: string): Fault => new Fault('setup_faulty', { what, reason, fix })
  if (typeof name !== 'string' || name.length > MAX_NAME || !/^[\w-]+(?:\.[\w-]+)*$/.test(name))
    throw refused('it is no name', 'Write letters, digits, "-" and "_", with dots between parts')
  const { waiting = WAITING, limit = LIMIT, whenMissed = 'end' } = options
  if (!Number.isInteger(waiting) || waiting < 1 || waiting > MAX_WAITING)
    throw refused(`waiting: ${String(waiting)} is no number of items`, `Write 1 to ${MAX_WAITING}`)
  const octets = parseSize(limit)
  if (octets < 1 || octets > MAX_LIMIT)
    throw refused(`limit: ${String(limit)} is too small or too large`, 'Write 1 byte to "1mb"')
  if (whenMissed !== 'end' && whenMissed !== 'skip')
    throw refused(`whenMissed: ${String(whenMissed)} is neither`, "Write 'end' or 'skip'")
  const { schema = null, over = null, log = consoleLog } = options
  return new Published(name, { schema, over, log, waiting, whenMissed, limit: octets })
}

interface Rules {
  readonly schema: AnySchema | null
  readonly over: Relay | null
  readonly log: Log
  readonly waiting: number
  readonly whenMissed: WhenMissed
  readonly limit: number
}

class Published implements Topic<unknown> {
  readonly name: string
  readonly #rules: Rules
  readonly #subscriptions = new Set<Waiting<unknown>>()
  #listening: Listening | null = null
  /** What is being published from here, and need not be read again. */
  #own: { readonly text: string; readonly item: unknown } | null = null
  #dropped = 0

  constructor(name: string, rules: Rules) {
    this.name = name
    this.#rules = rules
  }

  publish(item: unknown): void {
    const text = this.#written(item)
    const { schema } = this.#rules
    if (schema !== null || this.#subscriptions.size > 0)
      this.#own = { text, item: this.#checked(JSON.parse(text)) }
    try {
      this.#relay.publish(this.name, text)
    } finally {
      this.#own = null
    }
  }

  subscribe(signal?: AbortSignal): Subscription<unknown> {
    this.#listening ??= this.#relay.listen(this.name, {
      heard: (text) => this.#heard(text),
      missed: (reason) => {
        for (const one of this.#subscriptions) one.miss(reason)
      },
      over: (reason) => {
        for (const one of this.#subscriptions) one.end(reason)
      },
    })
    const { ready } = this.#listening
    const { waiting, whenMissed } = this.#rules
    const terms = { topic: this.name, waiting, whenMissed, signal: signal ?? null, ready }
    const one = new Waiting<unknown>(terms, (left) => this.#left(left))
    if (one.isOver) this.#stopUnused()
    else this.#subscriptions.add(one)
    ready.catch((thrown: unknown) => one.fail(thrown))
    return one
  }

  get #relay(): Relay {
    return this.#rules.over ?? processHub()
  }

  #left(one: Waiting<unknown>): void {
    this.#subscriptions.delete(one)
    this.#stopUnused()
  }

  #stopUnused(): void {
    if (this.#subscriptions.size > 0) return
    this.#listening?.stop()
    this.#listening = null
  }

  #heard(text: string): void {
    let item: unknown
    try {
      item = this.#own?.text === text ? this.#own.item : this.#read(text)
    } catch (error) {
      return this.#drop(error)
    }
    for (const one of this.#subscriptions) one.give(item)
  }

  #written(item: unknown): string {
    let text: string
    try {
      text = encodeJson(item)
    } catch (error) {
      throw this.#faulty(error instanceof Error ? error.message : 'it cannot be written as JSON', error)
    }
    this.#checkSize(text)
    return text
  }

  #read(text: string): unknown {
    return this.#checked(decodeJson(this.#checkSize(text), boundsOf(this.#rules.limit)))
  }

  /** Its octets, where they had to be counted. */
  #checkSize(text: string): Uint8Array {
    const { limit } = this.#rules
    // A code unit is one octet at least: no more of a flood is encoded than may be taken.
    const octets = text.length > limit ? null : utf8Bytes(text)
    if (octets !== null && octets.length <= limit) return octets
    throw this.#faulty(`it has ${octets?.length ?? `more than ${limit}`} bytes, and the limit is ${limit}`)
  }

  #checked(item: unknown): unknown {
    const { schema } = this.#rules
    if (schema === null) return frozen(item)
    const result = check(schema, item)
    if ('then' in result) {
      result.catch(() => {})
      throw this.#faulty('its schema is asynchronous, and items have an order')
    }
    if ('value' in result) return frozen(result.value)
    const { pointer = '', message = 'it does not fit' } = result.issues[0] ?? {}
    throw this.#faulty(`it is not of the schema: ${pointer} ${message}`)
  }

  #faulty(reason: string, cause?: unknown): Fault {
    return new Fault('item_faulty', { topic: this.name, reason }, cause)
  }

  // Strangers may send as much of it as they like: the log hears of 1, 2, 4, 8, ... of them.
  #drop(error: unknown): void {
    const dropped = ++this.#dropped
    if ((dropped & (dropped - 1)) !== 0) return
    const reason = error instanceof Error ? error.message : String(error)
    this.#rules.log.warn({ topic: this.name, dropped, reason }, 'What came on a topic is no item of it')
  }
}

/** The same data, which nobody can change for others. What a schema makes of it may hold other objects: they stay. */
function frozen(data: unknown): unknown {
  if (typeof data !== 'object' || data === null || Object.isFrozen(data)) return data
  const prototype: unknown = Object.getPrototypeOf(data)
  if (!Array.isArray(data) && prototype !== Object.prototype && prototype !== null) return data
  Object.freeze(data)
  for (const one of Object.values(data)) frozen(one)
  return data
}
