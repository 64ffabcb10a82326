/**
 * The shortest input that can be found which fails in the same way.
 *
 * @module
 */

/** How often an input is tried at most: the last octet is not worth an hour. */
const TRIES = 5_000

/** Takes pieces out, from halves down to single octets, and then makes octets plain. */
export async function minimise(
  octets: Uint8Array,
  fails: (octets: Uint8Array) => Promise<boolean>,
): Promise<Uint8Array> {
  let best = octets
  let tries = 0
  const attempt = async (made: Uint8Array): Promise<boolean> => {
    if (++tries > TRIES || !(await fails(made))) return false
    best = made
    return true
  }
  for (let found = true; found && tries <= TRIES; ) {
    found = false
    for (let size = best.length >> 1 || 1; size >= 1; size >>= 1) {
      for (let at = 0; at < best.length; ) {
        if (await attempt(without(best, at, size))) found = true
        else at += size
      }
    }
    for (let at = 0; at < best.length; at++) {
      if (best[at] === PLAIN || (await attempt(plain(best, at)))) continue
    }
  }
  return best
}

const PLAIN = 0x61 // "a"

function without(octets: Uint8Array, at: number, size: number): Uint8Array {
  const made = new Uint8Array(Math.max(0, octets.length - Math.min(size, octets.length - at)))
  made.set(octets.subarray(0, at))
  made.set(octets.subarray(at + size), at)
  return made
}

function plain(octets: Uint8Array, at: number): Uint8Array {
  const made = new Uint8Array(octets)
  made[at] = PLAIN
  return made
}
