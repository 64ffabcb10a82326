/**
 * What a user is, as data.
 *
 * @module
 */
import { failure } from 'hagaki'
import { z } from 'zod'
import { BLANK, line, maybe, orBlank } from '../text.ts'

// A profile is at /profiles/{username}: what no segment of a path can hold is no name.
const Username = line(64).regex(/^(?!\.{1,2}$)[^/\\]*$/, 'is invalid')

const Email = line(254).regex(/^[^\s@]+@[^\s@]+$/, 'is invalid')

const Secret = z
  .string({ error: orBlank('must be a text') })
  .min(1, { error: BLANK, abort: true })
  .max(256, 'is too long (maximum is 256 characters)')

/** NIST SP 800-63B section 5.1.1.2: at least 8 characters, of any kind, and 64 and more are taken. */
const Password = Secret.min(8, 'is too short (minimum is 8 characters)')

const missing = { error: orBlank('must be an object') }

/** Who registers. */
export const NewUser = z.object({ username: Username, email: Email, password: Password }, missing)

/** Who signs in. What could not be registered is no reason to say more than that it is wrong. */
export const Credentials = z.object({ email: line(254), password: Secret }, missing)

/** What a user changes: at least one member. */
export const UserChanges = z
  .object(
    {
      email: Email.optional(),
      username: Username.optional(),
      password: Password.optional(),
      bio: maybe(2000).optional(),
      image: maybe(2000).optional(),
    },
    missing,
  )
  .refine((changes) => Object.values(changes).some((change) => change !== undefined), BLANK)
export type UserChanges = z.infer<typeof UserChanges>

/** A user as the database knows them. */
export const Account = z.object({
  id: z.number(),
  email: z.string(),
  username: z.string(),
  bio: z.string().nullable(),
  image: z.string().nullable(),
})
export type Account = z.infer<typeof Account>

/** A user as they see themselves. */
export const User = Account.omit({ id: true }).extend({ token: z.string() })

/** What `www-authenticate` says: how to sign in. */
export const Challenge = z.object({ challenge: z.literal('Token').default('Token') })

export const CredentialsWrong = failure('credentials_wrong', 'unauthenticated', Challenge)
export const Taken = failure(
  'taken',
  'conflict',
  z.object({ fields: z.array(z.enum(['email', 'username'])) }),
)
