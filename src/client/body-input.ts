/**
 * What a client sends, as an app or a transport reads it.
 *
 * @module
 */
import type { Input } from '../contract.ts'
import type { SentBody } from './body.ts'

/** An input over a body that is all here: it may be read, and sent, again and again. */
export interface BodyInput extends Input {
  /** As `fetch` takes it: a file goes out without being read into memory. */
  readonly source: Uint8Array | Blob | null
}

/** A body that flows is its own input. Of one that is here no limit is looked at: who takes it has limits. */
export function inputOf(body: SentBody | null): Input {
  if (body !== null && 'absent' in body) return body
  const length = body === null ? 0 : body instanceof Blob ? body.size : body.byteLength
  const bytes = async (): Promise<Uint8Array> =>
    body instanceof Blob ? new Uint8Array(await body.arrayBuffer()) : (body ?? new Uint8Array(0))
  const input: BodyInput = {
    absent: body === null,
    length,
    source: body,
    bytes,
    stream: async function* () {
      if (length > 0) yield await bytes()
    },
    trailers: () => null,
  }
  return input
}
