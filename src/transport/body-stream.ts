/**
 * An app's streamed body, sent against credit. Contract clauses 22 and 23.
 *
 * @module
 */
import { chunkBytes, chunksOf, leave, miscounted } from '../call/chunks.ts'
import type { Stream } from '../contract.ts'
import type { OutgoingBody } from '../wire/frames/outgoing.ts'

/**
 * Sends every chunk, and gives true after the last; false when nobody takes the rest. The app is asked
 * for nothing before the far side asks, and then for one chunk more than there is credit for: the end
 * needs none.
 *
 *   length   octets that the head told, or null
 *   Fault    result_faulty: more or fewer octets than told, or what is no chunk; whatever the
 *            iterator throws is passed on
 */
export async function sendStream(
  body: Stream,
  length: number | null,
  response: OutgoingBody,
): Promise<boolean> {
  const iterator = chunksOf(body)
  const stop = once(() => leave(iterator))
  response.onStop(stop)
  let sent = 0
  try {
    if (!(await response.asked())) return false
    for (;;) {
      const next = await iterator.next()
      if (next.done === true) break
      const bytes = chunkBytes(next.value)
      sent += bytes.byteLength
      if (length !== null && sent > length) throw miscounted(length, `${sent} or more`)
      if (!(await response.write(bytes))) return false
    }
    if (length !== null && sent < length) throw miscounted(length, String(sent))
    return true
  } catch (error) {
    stop()
    throw error
  }
}

function once(task: () => Promise<void>): () => void {
  let ran = false
  return () => {
    if (ran) return
    ran = true
    void task()
  }
}
