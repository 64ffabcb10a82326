/**
 * The users in the database. Names and addresses are unique, whoever writes at the same time.
 *
 * @module
 */
import { type Resource, raise } from 'hagaki'
import { z } from 'zod'
import { type Database, onDatabase } from '../database.ts'
import { Account, Taken, type UserChanges } from './user.ts'

export interface Users {
  find(id: number): Account | undefined
  /** Whose address it is, and the hash of their password. */
  byEmail(email: string): { readonly account: Account; readonly hash: string } | undefined
  /** Failure: taken. */
  checkFree(who: Names): void
  /** Failure: taken. */
  add(who: Names, hash: string): Account
  /** `hash` is of a new password; null keeps the old one. Undefined: the user is gone. Failure: taken. */
  change(id: number, changes: Omit<UserChanges, 'password'>, hash: string | null): Account | undefined
}

interface Names {
  readonly email: string
  readonly username: string
}

const COLUMNS = 'id, email, username, bio, image'
const Secret = Account.extend({ password: z.string() })
const Holder = z.object({ field: z.enum(['email', 'username']) })

export const usersIn = (db: Database): Users => {
  const find: Users['find'] = (id) => db.row(Account, `SELECT ${COLUMNS} FROM users WHERE id = :id`, { id })

  // Of others than `id`: a name that only changes its case stays one's own.
  const checkFree = ({ email, username }: Names, id = 0): void => {
    const holders = db.rows(
      Holder,
      `SELECT 'email' AS field FROM users WHERE email = :email AND id <> :id
       UNION ALL SELECT 'username' FROM users WHERE username = :username AND id <> :id`,
      { email, username, id },
    )
    if (holders.length > 0) raise(Taken({ fields: holders.map(({ field }) => field) }))
  }

  return {
    find,
    checkFree: (who) => checkFree(who),

    byEmail: (email) => {
      const secret = db.row(Secret, `SELECT ${COLUMNS}, password FROM users WHERE email = :email`, { email })
      if (secret === undefined) return undefined
      const { password: hash, ...account } = secret
      return { account, hash }
    },

    add: ({ email, username }, hash) =>
      db.atOnce(() => {
        checkFree({ email, username })
        const sql = `INSERT INTO users (email, username, password) VALUES (:email, :username, :hash) RETURNING ${COLUMNS}`
        return (
          db.row(Account, sql, { email, username, hash }) ?? raise(new Error('The row did not come back'))
        )
      }),

    change: (id, { email, username, bio, image }, hash) =>
      db.atOnce(() => {
        const current = find(id)
        if (current === undefined) return undefined
        const next = {
          id,
          email: email ?? current.email,
          username: username ?? current.username,
          bio: bio === undefined ? current.bio : bio,
          image: image === undefined ? current.image : image,
        }
        checkFree(next, id)
        db.run(
          `UPDATE users SET email = :email, username = :username, bio = :bio, image = :image,
             password = coalesce(:hash, password) WHERE id = :id`,
          { ...next, hash },
        )
        return next
      }),
  }
}

export const users: Resource<Users> = onDatabase(usersIn)
