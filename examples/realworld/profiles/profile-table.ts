/**
 * Profiles in the database, and who follows whom.
 *
 * @module
 */
import type { Resource } from 'hagaki'
import { type Database, onDatabase } from '../database.ts'
import type { Profile, ViewerId } from './profile.ts'
import { PROFILE, ProfileRow } from './profile-row.ts'

export interface Profiles {
  find(username: string, viewer: ViewerId): Profile | undefined
  /** Once or again: the same. Somebody who is not there is followed by nobody. */
  follow(username: string, follower: number): void
  unfollow(username: string, follower: number): void
}

export const profilesIn = (db: Database): Profiles => ({
  find: (username, viewer) =>
    db.row(ProfileRow, `SELECT ${PROFILE} FROM users AS u WHERE u.username = :username`, {
      username,
      viewer,
    }),

  follow: (username, follower) =>
    db.run(
      `INSERT INTO follows (follower, followed) SELECT :follower, id FROM users WHERE username = :username
       ON CONFLICT DO NOTHING`,
      { username, follower },
    ),

  unfollow: (username, follower) =>
    db.run(
      `DELETE FROM follows WHERE follower = :follower
         AND followed = (SELECT id FROM users WHERE username = :username)`,
      { username, follower },
    ),
})

export const profiles: Resource<Profiles> = onDatabase(profilesIn)
