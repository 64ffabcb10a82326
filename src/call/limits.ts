/**
 * The limits, in one table, all on by default. A server may be told others.
 *
 * @module
 */
import type { Limits } from '../contract.ts'

/** Sizes in bytes, times in milliseconds. */
export const DEFAULT_LIMITS: Limits = Object.freeze({
  requestLine: 8_000, // RFC 9112 section 3 asks for at least this
  head: 16 * 1024,
  fields: 100,
  body: 1024 * 1024,
  unread: 64 * 1024,
  chunkExtensions: 4 * 1024,
  headTimeoutMs: 10_000,
  bodyTimeoutMs: 30_000,
  bodyRate: 240, // what Kestrel asks for
  // A client behind a balancer has more of its own patience than this, and one that goes in vain leaves
  // its place to the next.
  budgetTimeoutMs: 5_000,
  sendTimeoutMs: 30_000,
  idleTimeoutMs: 75_000,
  drainPauseMs: 0,
  drainTimeoutMs: 15_000,
})
