/**
 * Streams that say nothing for too long: a connection may be gone without a word, and nobody would ever learn.
 *
 * @module
 */
import { CallFault } from '../call-fault.ts'

/**
 * The same pieces. Only the time that is waited for one counts: a reader may take its own. Fault: call_lost,
 * naming `to`, when none comes for `limitMs`.
 */
export async function* unlessSilent(
  pieces: AsyncIterable<Uint8Array>,
  limitMs: number,
  to: string,
): AsyncGenerator<Uint8Array, void, undefined> {
  const iterator = pieces[Symbol.asyncIterator]()
  let [over, silent] = [false, false]
  try {
    for (;;) {
      let timer: ReturnType<typeof setTimeout> | undefined
      const late = new Promise<never>((_, reject) => {
        timer = setTimeout(() => {
          silent = true
          reject(new CallFault('call_lost', { to }))
        }, limitMs)
      })
      const next = await Promise.race([iterator.next(), late]).finally(() => clearTimeout(timer))
      over = next.done === true
      if (next.done === true) return
      yield next.value
    }
  } finally {
    const left = over ? undefined : iterator.return?.()
    // One that is silent does not hear this either, until its connection is ended.
    if (silent) left?.catch(() => {})
    else await left
  }
}
