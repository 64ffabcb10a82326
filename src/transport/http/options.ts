/**
 * What `http` may be told. `settings.ts` has what holds where nothing is said.
 *
 * @module
 */

/** Milliseconds, or "200ms", "5s", "2m". */
export type Duration = number | string

export interface HttpOptions {
  /** What clients read in faults instead of an address: by default "the upstream". */
  readonly name?: string
  /** Connections to one upstream at most, by default 256. What is switched to another protocol does not count. */
  readonly connections?: number
  /** How many of them are kept while nothing is asked, by default 64. */
  readonly idle?: number
  /** How long they are kept, by default "4s": shorter than the upstream keeps them. */
  readonly idleTimeout?: Duration
  /** How long one is used at most, so that a name that leads elsewhere is followed: by default "5m". */
  readonly connectionAge?: Duration
  /** Until a connection is there, by default "5s". */
  readonly connectTimeout?: Duration
  /** Calls that wait for a connection, by default 1,024 for each upstream; beyond them 503. */
  readonly queue?: number
  /** How long they wait while all connections are busy, by default "5s"; then 503. */
  readonly queueTimeout?: Duration
  /** How long an answer may take to begin, by default "60s"; then 504. */
  readonly timeout?: Duration
  /** The same for a try that may be made again. By default `timeout`. */
  readonly tryTimeout?: Duration
  /** The longest silence within an answer, by default "60s"; then it is cut. */
  readonly bodyTimeout?: Duration
  /** The longest time in which the upstream takes nothing of a request, by default "30s"; then 504. */
  readonly sendTimeout?: Duration
  /** How often a call that is safe (RFC 9110 9.2.1) is made again when no answer came, by default once. */
  readonly retries?: number
  /** What `host` says there: as received ("keep", the default), the upstream's own ("upstream"), or this. */
  readonly host?: 'keep' | 'upstream' | (string & {})
  /**
   * The fields that tell the upstream who asks: `x-forwarded-for`, `-proto`, `-host` and `-prefix`, or
   * `forwarded` (RFC 7239). What came under any such name is dropped. False passes on what came.
   */
  readonly forwarded?: 'x-forwarded' | 'forwarded' | false
  /** How `via` calls us, by default "hagaki"; false for no such field. */
  readonly via?: string | false
  /** True to pass `expect: 100-continue` on, and to read no body before the upstream wants it. */
  readonly expect?: boolean
  /** False to pass on no `upgrade`. */
  readonly upgrade?: boolean
  /** True to pass CONNECT on. */
  readonly connect?: boolean
  readonly limits?: HeadLimits
  readonly tls?: HttpTlsOptions
  /** A path that tells whether an upstream is well, such as "/readyz"; or with how it is asked. */
  readonly health?: string | HealthOptions
  /** When an upstream that fails is left alone for a while; false for never. */
  readonly eject?: EjectOptions | false
}

/** Of the heads of answers. */
export interface HeadLimits {
  /** The header section, by default "16kb". */
  readonly head?: number | string
  /** How many field lines, by default 100. */
  readonly fields?: number
}

/** PEM. Certificates are always checked. */
export interface HttpTlsOptions {
  /** Who may have signed the upstream's certificate, instead of those that Node knows. */
  readonly ca?: string | Uint8Array
  /** Our own certificate and its key, where the upstream asks for one. */
  readonly cert?: string | Uint8Array
  readonly key?: string | Uint8Array
  /** The name that the certificate is held against, instead of the host's. */
  readonly servername?: string
}

export interface HealthOptions {
  readonly path: string
  /** From one check to the next, by default "5s", give or take a fifth. */
  readonly interval?: Duration
  /** Until the answer is there, by default "2s". */
  readonly timeout?: Duration
  /** Checks in a row that make it unwell, by default 3. */
  readonly fall?: number
  /** Checks in a row that make it well again, by default 2. */
  readonly rise?: number
}

export interface EjectOptions {
  /** Failures in a row: no answer, or a status of 500 and above. By default 5. */
  readonly after?: number
  /** How long the first time, by default "10s"; each time in a row twice as long. */
  readonly for?: Duration
  /** How long at most, by default "5m". */
  readonly most?: Duration
}
