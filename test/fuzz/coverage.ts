/**
 * What inputs have reached: how often each place counted, in steps of powers of two, so that a loop run
 * more often is something new now and then, and not each time.
 *
 * @module
 */

/** The global that holds the counts, 16 bits for each place. The module that is loaded first makes it. */
export const HITS = 'hagakiHits'
/** More places than there will be. */
export const MOST_PLACES = 32_768

export interface Coverage {
  /** Takes what one input has counted, and tells whether something of it is new. */
  take(): boolean
  /** Forgets what was counted since: for runs that are not to count. */
  clear(): void
  /** How many places were ever reached. */
  readonly reached: number
}

/** Reads counts from `hits`, and sets them back to 0. */
export function coverage(hits: Uint16Array): Coverage {
  const seen = new Uint32Array(hits.length)
  let reached = 0
  return {
    take() {
      let isNew = false
      for (let at = 0; at < hits.length; at++) {
        const count = hits[at]!
        if (count === 0) continue
        hits[at] = 0
        const step = 1 << (32 - Math.clz32(count))
        const before = seen[at]!
        if ((before & step) !== 0) continue
        if (before === 0) reached++
        seen[at] = before | step
        isNew = true
      }
      return isNew
    },
    clear() {
      hits.fill(0)
    },
    get reached() {
      return reached
    },
  }
}
