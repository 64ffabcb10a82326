/**
 * Users as a service: register, sign in, see and change oneself. It knows no HTTP.
 *
 * @module
 */
import { raise, resource, service, verbs } from 'hagaki'
import { passwords as hashed, PasswordsBusy } from 'hagaki/passwords'
import { z } from 'zod'
import { type Tokens, tokens } from './token.ts'
import { type Account, Credentials, CredentialsWrong, NewUser, Taken, User, UserChanges } from './user.ts'
import { users as table } from './user-table.ts'
import { TokenInvalid, user } from './viewer.ts'

const Self = z.object({ user: User })

const passwords = resource(() => hashed())

const { creates, acts } = verbs({ users: table, passwords, tokens })
const { reads, replaces } = verbs({ user, users: table, passwords, tokens })

const signedIn = ({ id, ...account }: Account, tokens: Tokens): z.infer<typeof Self> => ({
  user: { ...account, token: tokens.sign(id) },
})

const register = creates(
  '/users',
  {
    accepts: z.object({ user: NewUser }),
    returns: Self,
    errors: [Taken, PasswordsBusy],
    limit: '16kb',
    summary: 'Makes an account',
  },
  async ({ user: { password, ...who } }, { users, passwords, tokens }) => {
    users.checkFree(who) // before the hash, which takes its time
    return signedIn(users.add(who, await passwords.hash(password)), tokens)
  },
)

const login = acts(
  '/users/login',
  {
    accepts: z.object({ user: Credentials }),
    returns: Self,
    errors: [CredentialsWrong, PasswordsBusy],
    limit: '16kb',
    summary: 'Signs in',
  },
  async ({ user: { email, password } }, { users, passwords, tokens }) => {
    const found = users.byEmail(email)
    const matches = await passwords.matches(password, found?.hash ?? null)
    if (found === undefined || !matches) raise(CredentialsWrong({}))
    return signedIn(found.account, tokens)
  },
)

const current = reads('/user', { returns: Self, summary: 'Who one is' }, (_, { user, tokens }) =>
  signedIn(user, tokens),
)

// PUT, and yet what is left out stays: so the API has it.
const change = replaces(
  '/user',
  {
    accepts: z.object({ user: UserChanges }),
    returns: Self,
    errors: [Taken, PasswordsBusy, TokenInvalid],
    limit: '16kb',
    summary: 'Changes who one is',
  },
  async ({ user: { password, ...changes } }, { user, users, passwords, tokens }) => {
    const hash = password === undefined ? null : await passwords.hash(password)
    return signedIn(users.change(user.id, changes, hash) ?? raise(TokenInvalid({})), tokens)
  },
)

export const users = service({ register, login, current, change })
