/**
 * A reader, and who of them is here: the session keeps it, and hands it on by a key.
 *
 * @module
 */
import { failure, type Guard, guard, type Key, key, raise } from 'hagaki'
import { z } from 'zod'

export const Reader = z.object({ name: z.string().min(1).max(64) })
export type Reader = z.infer<typeof Reader>

export const reader: Key<Reader | null> = key('reader', { carry: Reader.nullable(), keptBy: 'session' })

export const NotSignedIn = failure('not_signed_in', 'unauthenticated')

export const signedIn: Guard<Reader> = guard('reader', (head) => head.get(reader) ?? raise(NotSignedIn()), {
  errors: [NotSignedIn],
})
