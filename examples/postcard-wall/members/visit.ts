/**
 * A visit: who it is that looks at the wall. `session` keeps it in a sealed cookie, and hands it to whatever is
 * behind by a key that threads and other processes know as well.
 *
 * @module
 */
import { failure, type Guard, guard, type Key, key, raise } from 'hagaki'
import { Member } from './member.ts'

/** What the cookie holds; null ends it. */
export const Visit = Member.nullable()

export const visit: Key<Member | null> = key('visit', { carry: Visit, keptBy: 'session' })

export const NotSignedIn = failure('not_signed_in', 'unauthenticated')

/** A member. */
export const member: Guard<Member> = guard('member', (head) => head.get(visit) ?? raise(NotSignedIn()), {
  errors: [NotSignedIn],
  scheme: { type: 'apiKey', in: 'cookie', name: '__Host-visit' },
})

/** A member, or null for a passer-by. */
export const visitor: Guard<Member | null> = guard('visitor', (head) => head.get(visit) ?? null)

/** Where a call comes from, as far as it is known. */
export const address: Guard<string | null> = guard('address', ({ client }) => client)
