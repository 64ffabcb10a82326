/**
 * Who calls: the guards of all handlers.
 *
 * @module
 */
import { failure, type Guard, guard, raise } from 'hagaki'
import { tokens } from './token.ts'
import { type Account, Challenge } from './user.ts'
import { users } from './user-table.ts'

export const TokenMissing = failure('token_missing', 'unauthenticated', Challenge)
export const TokenInvalid = failure('token_invalid', 'unauthenticated', Challenge)

const scheme = { type: 'apiKey', in: 'header', name: 'authorization' } as const

/** Whoever it is: null is nobody. A token that is there has to be a good one. */
export const viewer: Guard<Account | null> = guard(
  'viewer',
  ({ headers }, { tokens, users }) => {
    const [, token] = /^(?:Token|Bearer) +([^ ]+)$/i.exec(headers['authorization'] ?? '') ?? []
    if (token === undefined) return null
    const id = tokens.verify(token) ?? raise(TokenInvalid({}))
    return users.find(id) ?? raise(TokenInvalid({}))
  },
  { uses: { tokens, users }, errors: [TokenInvalid], scheme },
)

/** Somebody with an account. */
export const user: Guard<Account> = guard('user', (_, { viewer }) => viewer ?? raise(TokenMissing({})), {
  uses: { viewer },
  errors: [TokenMissing, TokenInvalid],
  scheme,
})
