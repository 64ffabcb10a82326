/**
 * Where the octets of a streamed answer go.
 *
 * @module
 */

export interface Sink {
  /** False when the writer should wait for `ready`. */
  write(octets: Uint8Array): boolean
  /** Resolves when more is taken again, or when the sink is gone. */
  ready(): Promise<void>
  /** True when nobody takes anything any more. */
  readonly gone: boolean
  /** Calls `listener` once, when the sink goes before `write` was called for the last time. */
  onGone(listener: () => void): void
}
