/**
 * Profiles as rows, also where they are part of a larger one: the author of an article, of a comment.
 *
 * @module
 */
import { flag } from '../database.ts'
import { Profile } from './profile.ts'

/** The columns of `users AS u`, as `:viewer` sees them. */
export const PROFILE = `u.username, u.bio, u.image,
  EXISTS (SELECT 1 FROM follows WHERE follower = :viewer AND followed = u.id) AS following`

export const ProfileRow = Profile.extend({ following: flag })

/** Takes the profile out of a row that holds more. */
export const profileOf = ({ username, bio, image, following }: Profile): Profile => ({
  username,
  bio,
  image,
  following,
})
