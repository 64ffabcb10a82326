/**
 * Whether a far side takes what it is sent. Credit says what it would take; one that grants and does not read would have
 * it all kept here.
 *
 * @module
 */
import type { Writable } from 'node:stream'

/** Octets that may wait for a peer that does not read; it is then not read either, and answers to it wait. */
export const MAX_UNREAD = 1_048_576

/**
 * Asks whether there is room: null where there is, else a promise that is kept when there may be again, or never will.
 *
 *   held     octets that wait, by default those of `writable`
 */
export function roomIn(
  writable: Writable,
  held: () => number = () => writable.writableLength,
): () => Promise<void> | null {
  let waiting: Promise<void> | null = null
  return () => {
    if (writable.destroyed || held() <= MAX_UNREAD) return null
    waiting ??= new Promise((resolve) => {
      const done = (): void => {
        waiting = null
        writable.off('drain', done).off('close', done)
        resolve()
      }
      writable.on('drain', done).on('close', done)
    })
    return waiting
  }
}
