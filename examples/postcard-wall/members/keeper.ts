/**
 * Who takes cards down: members their own, and the keeper any. The keeper is whoever knows the token in
 * WALL_TOKEN. Without one, nobody is.
 *
 * @module
 */
import { createHash, timingSafeEqual } from 'node:crypto'
import { failure, type Guard, guard, raise } from 'hagaki'
import type { Member } from './member.ts'
import { NotSignedIn, visit } from './visit.ts'

export const NotKeeper = failure('not_keeper', 'denied')

export const owner: Guard<'keeper' | Member> = guard(
  'owner',
  (head) => {
    const { authorization } = head.headers
    if (authorization === undefined) return head.get(visit) ?? raise(NotSignedIn())
    const [, token] = /^bearer +([^ ]+)$/i.exec(authorization) ?? []
    if (token === undefined) return raise(NotSignedIn())
    return isToken(token) ? 'keeper' : raise(NotKeeper())
  },
  { errors: [NotSignedIn, NotKeeper], scheme: { type: 'http', scheme: 'bearer' } },
)

// Hashes have one length, so that the time tells neither the token nor how long it is.
function isToken(given: string): boolean {
  const token = process.env['WALL_TOKEN']
  return token !== undefined && timingSafeEqual(digest(given), digest(token))
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
