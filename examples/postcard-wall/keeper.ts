/**
 * The keeper of the wall: whoever knows the token in WALL_TOKEN. Without one, nobody is.
 *
 * @module
 */
import { createHash, timingSafeEqual } from 'node:crypto'
import { failure, type Guard, guard, raise } from 'hagaki'

export const TokenNeeded = failure('token_needed', 'unauthenticated')
export const NotKeeper = failure('not_keeper', 'denied')

export const keeper: Guard<'keeper'> = guard(
  'keeper',
  ({ headers }) => {
    const [, token] = /^bearer +([^ ]+)$/i.exec(headers['authorization'] ?? '') ?? []
    if (token === undefined) return raise(TokenNeeded())
    return isToken(token) ? 'keeper' : raise(NotKeeper())
  },
  { errors: [TokenNeeded, NotKeeper] },
)

// Hashes have one length, so that the time tells neither the token nor how long it is.
function isToken(given: string): boolean {
  const token = process.env['WALL_TOKEN']
  return token !== undefined && timingSafeEqual(digest(given), digest(token))
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
