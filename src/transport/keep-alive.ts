/**
 * Signs of life on a link that can be lost without a word: a cable, a router, a machine.
 *
 * @module
 */
import type { Caller } from './caller.ts'

/**
 * Pings every `everyMs` milliseconds, and ends the link when nothing at all came between two pings: a
 * worker that is slow to answer one, and sends other frames, is alive. Time in which this process was
 * busy itself, and neither sent nor read, is not held against anybody.
 */
export function keepAlive(caller: Caller, everyMs: number): void {
  let heard = -1
  let lookedMs = performance.now()
  const timer = setInterval(() => {
    if (caller.over !== null) return clearInterval(timer)
    const nowMs = performance.now()
    const wasBusy = nowMs - lookedMs > 1.5 * everyMs
    const isSilent = caller.heard === heard
    lookedMs = nowMs
    heard = caller.heard
    // Behind what has come by now and is not read yet.
    if (!caller.ping() && isSilent && !wasBusy) setTimeout(judge)
  }, everyMs)
  const judge = (): void => {
    if (caller.heard !== heard || caller.over !== null) return
    clearInterval(timer)
    caller.end(`nothing came for ${everyMs} ms`)
  }
  // In a browser it is a number, and keeps nothing.
  ;(timer as { unref?(): void }).unref?.()
}
