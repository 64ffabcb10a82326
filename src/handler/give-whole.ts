/**
 * Giving a whole body that is no data: bytes, or text.
 *
 * @module
 */
import { chain } from '../call/after.ts'
import type { Result } from '../contract.ts'
import { isInRange, type Whole } from '../schema/whole.ts'
import { mediaType } from '../value/media-type.ts'
import { unwrap } from './give-data.ts'
import type { Delivery, Giving } from './giving.ts'
import { VERBS } from './verb.ts'

export function givesWhole({ kind, mediaTypes }: Whole): Giving {
  const offers = offersOf(mediaTypes)
  const usual =
    mediaTypes.find((type) => !type.includes('*')) ??
    (kind === 'text' ? 'text/plain' : 'application/octet-stream')
  return {
    gives: kind,
    offers: () => offers,
    // Of a range, the handler alone knows which type it will be.
    isOpen: mediaTypes.some((type) => type.includes('*')),
    deliver: (returned, delivery) =>
      chain(returned, (value) => {
        const data = unwrap(value, delivery)
        checkType(delivery, mediaTypes)
        return delivery.fit(data)
      }),
    respond: (delivered, { verb, mediaType: chosen, reply }, fields): Result => {
      const type = reply?.mediaType ?? (chosen.includes('*') ? usual : chosen)
      return [
        VERBS[verb].status,
        kind === 'text' ? textType(type) : type,
        fields,
        delivered as string | Uint8Array,
      ]
    },
  }
}

// Text is sent in UTF-8, and says so where its type does not.
function textType(type: string): string {
  const { essence, parameters } = mediaType(type)!
  return essence.startsWith('text/') && !parameters.has('charset') ? `${type}; charset=utf-8` : type
}

/** What answers of some media types are offered as. */
export function offersOf(mediaTypes: readonly string[]): readonly string[] {
  return mediaTypes.map((type) => (type === '*/*' ? 'application/octet-stream' : type))
}

// Who says `image/gif` where the contract says PNG has broken it.
export function checkType({ reply, handler }: Delivery, ranges: readonly string[]): void {
  if (reply?.mediaType === undefined) return
  const type = mediaType(reply.mediaType)
  if (type !== null && isInRange(type.essence, ranges)) return
  throw new TypeError(
    `Handler "${handler}" replies ${reply.mediaType}, and its contract says ${ranges.join(', ')}`,
  )
}
