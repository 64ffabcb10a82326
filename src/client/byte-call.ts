/**
 * Calling a handler that gives bytes as they come.
 *
 * @module
 */
import { pieces } from './answer-body.ts'
import { beginStream } from './begin-stream.ts'
import type { BodyWriter } from './body.ts'
import type { CallOptions } from './call-options.ts'
import { Waiting } from './waiting.ts'
import type { Way } from './way.ts'

/** Gives pieces until the answer ends, breaks off or is left. Faults: those of `client`. */
export async function* byteCall(
  way: Way,
  data: unknown,
  options: CallOptions,
  write?: BodyWriter,
): AsyncGenerator<Uint8Array, void, undefined> {
  const waiting = new Waiting(way.to, options)
  let whole = false
  try {
    const chunks = pieces((await beginStream(way, data, options, waiting, write)).body)
    try {
      for (;;) {
        const { done, value } = await waiting.for(chunks.next())
        whole = done === true
        if (value === undefined) return
        yield value
      }
    } finally {
      const ended = chunks.return().catch(() => {})
      if (!waiting.signal.aborted) await ended
    }
  } finally {
    waiting.end(whole)
  }
}
