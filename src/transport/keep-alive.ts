/**
 * Signs of life on a link that can be lost without a word: a cable, a router, a machine.
 *
 * @module
 */
import type { Caller } from './caller.ts'

/**
 * Pings every `everyMs` milliseconds, and ends the link when nothing at all came between two pings: a
 * worker that is slow to answer one, and sends other frames, is alive.
 */
export function keepAlive(caller: Caller, everyMs: number): void {
  let heard = -1
  const timer = setInterval(() => {
    if (caller.over !== null) return clearInterval(timer)
    const isSilent = caller.heard === heard
    heard = caller.heard
    if (!caller.ping() && isSilent) {
      clearInterval(timer)
      caller.end(`nothing came for ${everyMs} ms`)
    }
  }, everyMs)
  // In a browser it is a number, and keeps nothing.
  ;(timer as { unref?(): void }).unref?.()
}
