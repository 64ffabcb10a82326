/**
 * The waist: the one function type that servers and transports call, middleware wraps, and
 * handlers compile to. Types only, but for the four brands. The clauses that go with these types
 * are the rows of `lint/`, printed as `spec/SPEC.md`; numbers in comments are clauses there.
 *
 * @module
 */

/** An application: five arguments in, one result out, now or later. */
export interface App {
  (
    method: string,
    path: string,
    headers: RequestHeaders,
    options: Options,
    server: Server,
  ): Result | Promise<Result>
  /** What it needs opened at boot and closed after the drain (36). */
  readonly [LIFE]?: Life
}

/** Wraps an app without changing it. */
export type Middleware = (next: App) => App

/** Status, content type, the other headers, body. Never mutated (21). */
export type Result = readonly [
  status: number,
  contentType: string | null,
  headers: ResponseHeaders,
  body: Body,
]

/** Lower-case names, repeats joined, null prototype, frozen (6). */
export interface RequestHeaders {
  readonly [name: string]: string
}

/** Lower-case names; an array sends the field once for each member (21). */
export interface ResponseHeaders {
  readonly [name: string]: string | readonly string[]
}

export type Body = string | Uint8Array | null | Stream | Takeover

/** One piece of a streamed body. A string is sent as UTF-8, each on its own (23). */
export type Chunk = string | Uint8Array

export const STREAM: unique symbol = Symbol.for('hagaki.stream')
export const TAKEOVER: unique symbol = Symbol.for('hagaki.takeover')
export const LIFE: unique symbol = Symbol.for('hagaki.life')
export const FAULT: unique symbol = Symbol.for('hagaki.fault')

/** A streamed body, made by `stream(iterable)` (23). */
export interface Stream {
  readonly [STREAM]: AsyncIterable<Chunk> | Iterable<Chunk>
}

/** A body that takes the connection over, made by `takeover(fn)` (24). */
export interface Takeover {
  readonly [TAKEOVER]: (duplex: Duplex) => void | Promise<void>
}

/**
 * A connection in both directions; what arrived with the head comes first. Node's
 * `stream.Duplex` is one, and Node's servers hand in exactly that.
 */
export interface Duplex extends AsyncIterable<Uint8Array> {
  /** False when the caller should await `drain` before it writes more. */
  write(bytes: Chunk): boolean
  end(): unknown
  destroy(error?: Error): unknown
  once(event: 'drain' | 'close', listener: () => void): unknown
}

/** What changes per request besides its head (11-18). Never spread, nor its methods taken off: they need it. */
export interface Options extends OptionsData {
  readonly input: Input
  /** Aborted when nobody waits for the answer any more (16). */
  readonly signal: AbortSignal
  readonly log: Log
  /** Runs `task` at the outcome: last in first out, awaited, exactly once (15). */
  defer(this: Options, task: (outcome: Outcome) => void | Promise<void>): void
  /** Sends 103 Early Hints where the road can; elsewhere nothing (18). */
  hint(this: Options, fields: ResponseHeaders): void
  /** Trailer fields, asked for after the last chunk, where the road can (18). */
  trailer(this: Options, fields: () => ResponseHeaders): void
  get<T>(this: Options, key: Key<T>): T | undefined
  set<T>(this: Options, key: Key<T>, value: T): void
  /** Derives options that share signal, defer, hint, trailer and context with these (12). */
  with(this: Options, changes: OptionsChanges): Options
}

export interface OptionsData {
  /** Null without `?`; else what follows it, perhaps empty (5). */
  readonly query: string | null
  /** The raw path prefix already consumed, "" at the top (4). */
  readonly mount: string
  /** Null where the call did not come over HTTP. */
  readonly http: '1.0' | '1.1' | '2' | null
  /** The peer's address without "::ffff:", or null. */
  readonly client: string | null
  readonly protocol: 'http' | 'https'
  /** When the caller stops waiting: epoch milliseconds of this machine's clock, or null. */
  readonly deadline: number | null
  /** Protocols the client would switch to; null where the road cannot (8, 24). */
  readonly upgrade: readonly string[] | null
}

export type OptionsChanges = Partial<
  Pick<OptionsData, 'query' | 'client' | 'protocol' | 'deadline' | 'mount'> & { readonly input: Input }
>

/** The request body, read by asking (13). Bytes are read-only by contract (14). */
export interface Input {
  /** Null when unknown; 0 without a body. */
  readonly length: number | null
  /** True when there is no body at all, which is not an empty one (32). */
  readonly absent: boolean
  /**
   * The whole body, the same bytes for every caller. `limit` in bytes, by default
   * `server.limits.body`. Faults: body_too_large, server_busy, input_taken, request_aborted.
   */
  bytes(limit?: number): Promise<Uint8Array>
  /** The body as it arrives, taken once. Faults: input_taken, request_aborted. */
  stream(): AsyncIterable<Uint8Array>
  /** Trailer fields; null before the end, or without any. */
  trailers(): RequestHeaders | null
}

/** How a call ended, told to `defer` tasks. */
export interface Outcome {
  /** The status that was sent, or null when none was. */
  readonly status: number | null
  /** What cut the answer short, or null. */
  readonly error: unknown
  /** True when the peer did not get the whole answer. */
  readonly aborted: boolean
}

/** Names a value in a call's context (17). Made by `key(name)`. */
export interface Key<T> {
  readonly name: string
  /** Local keys stay in this process; carried ones hold data that travels on links. */
  readonly carry: ((value: unknown) => T) | null
  /** The layer that has to be around whoever sets it, such as "session"; null where nothing has to be. */
  readonly keptBy: string | null
}

/** Where messages go. pino fits as it is. */
export interface Log {
  debug(fields: object, message?: string): void
  info(fields: object, message?: string): void
  warn(fields: object, message?: string): void
  error(fields: object, message?: string): void
}

/** Built at boot, frozen, the same object for every call (19). */
export interface Server {
  /** Name and version, such as "hagaki/0.1.0". */
  readonly software: string
  /** The host name or address that the server was told to listen on. */
  readonly name: string
  /** 0 where there is no port. */
  readonly port: number
  readonly contract: readonly [major: number, minor: number]
  /** How many processes serve this app. */
  readonly workers: number
  /** `production` unless told: what shows its insides does so in development alone. */
  readonly environment: Environment
  readonly limits: Limits
  /** Epoch milliseconds. */
  readonly now: () => number
  /** `bytes` random bytes, fit for secrets. */
  readonly random: (bytes: number) => Uint8Array
}

/** Where an app runs. Only `development` may show an error's insides or relax a cookie. */
export type Environment = 'development' | 'production'

/** Every size is in bytes, every time in milliseconds. Defaults: `call/limits.ts`. */
export interface Limits {
  /** The request line, terminator not counted. */
  readonly requestLine: number
  /** The header section as received. */
  readonly head: number
  /** How many field lines. */
  readonly fields: number
  /** A buffered request body. */
  readonly body: number
  /** What is read of a body that the app left unread, before the connection is closed instead. */
  readonly unread: number
  /** What the extensions of all chunks of a body may take together. */
  readonly chunkExtensions: number
  readonly headTimeoutMs: number
  /** The longest pause between two reads of a body. */
  readonly bodyTimeoutMs: number
  /** Bytes per second that a body must average once it has taken `bodyTimeoutMs`. */
  readonly bodyRate: number
  /** How long a body that is to be buffered may wait for room in the memory budget; 0 for not at all. */
  readonly budgetTimeoutMs: number
  /** The longest time in which a client takes nothing of an answer that waits for it. */
  readonly sendTimeoutMs: number
  /** How long a kept-alive connection may wait for its next request. */
  readonly idleTimeoutMs: number
  /** How long a graceful stop goes on accepting after the app was told of it, for a balancer to see. */
  readonly drainPauseMs: number
  /** How long a graceful stop waits for calls under way. */
  readonly drainTimeoutMs: number
}

/**
 * What an app needs from its surroundings before the first call and after the last (36). A
 * server opens before it listens and closes after the drain; an app made of others passes
 * theirs on (`call/life.ts`).
 */
export interface Life {
  /** Rejects with a fault that names what could not be opened; nothing stays half open. */
  open(server: Server): Promise<void>
  /** Hears that the server begins to stop: calls still come and are answered. Never throws. */
  drain?(): void
  /** Closes what was opened, in reverse order. Never rejects. */
  close(): Promise<void>
}
