/**
 * Giving bytes as they come, or of a known size.
 *
 * @module
 */
import { chain } from '../call/after.ts'
import { isAsyncIterable, leave } from '../call/leave.ts'
import { mapped } from '../call/mapped.ts'
import { unwrap } from '../handler/give-data.ts'
import { checkType, offersOf } from '../handler/give-whole.ts'
import type { Giving } from '../handler/giving.ts'
import { VERBS } from '../handler/verb.ts'
import type { Whole } from '../schema/whole.ts'
import { stream } from '../value/result.ts'
import { BlobBytes, respondBlob } from './give-blob.ts'

/**
 * What fails midway is cut off, so that nobody takes it for the whole, and the road logs why: bytes have no
 * place to say it in.
 */
export function givesBytes({ mediaTypes }: Whole): Giving {
  const offers = offersOf(mediaTypes)
  return {
    gives: 'chunks',
    offers: () => offers,
    deliver: (returned, delivery) =>
      chain(returned, (value) => {
        const given = unwrap(value, delivery)
        checkType(delivery, mediaTypes)
        if (given instanceof Blob) return new BlobBytes(given, delivery.refusal)
        if (!isAsyncIterable(given))
          throw new TypeError('A streaming handler has to return an async iterable, or a Blob')
        return mapped(given, delivery.fit, delivery.refusal)
      }),
    abandon: (delivered) => void leave(delivered as AsyncIterable<unknown>).catch(() => {}),
    respond: (delivered, delivery, fields) => {
      const { verb, mediaType: chosen, reply } = delivery
      const said = reply?.mediaType ?? (delivered instanceof BlobBytes ? delivered.typeIn(mediaTypes) : null)
      const type = said ?? (chosen.includes('*') ? 'application/octet-stream' : chosen)
      if (delivered instanceof BlobBytes) return respondBlob(delivered, type, delivery, fields)
      const { status } = VERBS[verb]
      const headers =
        reply?.length === undefined ? fields : { ...fields, 'content-length': String(reply.length) }
      return [status, type, headers, stream(delivered as AsyncIterable<Uint8Array>)]
    },
  }
}
