/**
 * What `serve` needs of a server's own part: a listener, and the calls behind it.
 *
 * @module
 */
import type { Server as Listener } from 'node:net'
import type { Budget } from '../call/budget.ts'
import type { App, Limits, Log, Server } from '../contract.ts'

export interface EngineOptions {
  readonly app: App
  readonly log: Log
  readonly limits: Limits
  /** Of the bodies that are buffered; null for none. */
  readonly budget: Budget | null
  /** Checked. Null without TLS. */
  readonly tls: TlsPair | null
  /** Reason phrases by status, for those that differ from the registered ones. */
  readonly reasons: Reasons
}

export interface TlsOptions {
  /** The certificate chain, PEM. */
  readonly cert: string | Uint8Array
  /** Its private key, PEM. */
  readonly key: string | Uint8Array
}

/** What `node:tls` and `node:https` are given. */
export interface TlsPair {
  readonly cert: string | Buffer
  readonly key: string | Buffer
}

/** Reason phrases by status. */
export interface Reasons {
  readonly [status: number]: string
}

/** It accepts connections once its listener listens, and requests once it is opened. */
export type MakeEngine = (options: EngineOptions) => Engine | Promise<Engine>

export interface Engine {
  readonly listener: Listener
  /** Lets in who waits, and from now on everyone. */
  open(server: Server): void
  /** Turns away who waits: the app could not be opened. */
  shut(): void
  /** Takes nobody any more. Resolves when the last connection is gone. */
  close(): Promise<void>
  /** From now on each answer is the last of its connection. */
  retire(): void
  /**
   * Resolves when what was accepted is answered; after `timeoutMs` the rest is cut. Until `arrived`
   * resolves, who was let in and has not asked yet may still do so.
   */
  drain(timeoutMs: number, arrived: Promise<unknown>): Promise<void>
  /** Cuts what is under way. */
  cut(): void
}
