/**
 * What is fuzzed: a parser with what holds of it whatever it is given.
 *
 * @module
 */
import { isDeepStrictEqual } from 'node:util'
import { type FaultCode, isFault } from '../../src/fault.ts'

export interface Target {
  readonly name: string
  /** What holds, as `--list` shows it. */
  readonly holds: string
  /** Inputs to begin with, as octets. */
  readonly seeds: readonly string[]
  /** Pieces of the grammar that chance would be long to find. */
  readonly words: readonly string[]
  /** Throws when something does not hold. Must not keep or change the octets. */
  readonly check: (octets: Uint8Array) => void | Promise<void>
}

/** Something does not hold. Two failures with the same rule are taken for one. */
export class Broken extends Error {
  readonly rule: string

  constructor(rule: string, detail: string) {
    super(`${rule}: ${detail}`)
    this.name = 'Broken'
    this.rule = rule
  }
}

/** Says that `rule` holds, and what was found where it does not. */
export function holds(rule: string, ok: boolean, detail: () => unknown): void {
  if (!ok) throw new Broken(rule, JSON.stringify(detail()).slice(0, 2_000))
}

export function same(rule: string, found: unknown, wanted: unknown): void {
  holds(rule, isDeepStrictEqual(found, wanted), () => ({ found, wanted }))
}

/** What a parser gives, or null where it refuses by one of these codes. Whatever else it throws is thrown on. */
export function taken<T>(codes: readonly FaultCode[], parse: () => T): T | null {
  try {
    return parse()
  } catch (error) {
    if (isFault(error) && codes.includes(error.code)) return null
    throw error
  }
}

/** Octets as a text of one code unit each: what fields are read from. */
export function latin1Of(octets: Uint8Array): string {
  return Buffer.from(octets.buffer, octets.byteOffset, octets.length).toString('latin1')
}
