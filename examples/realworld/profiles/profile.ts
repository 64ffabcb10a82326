/**
 * What a profile is: a user as others see them.
 *
 * @module
 */
import { failure } from 'hagaki'
import { z } from 'zod'
import { flag } from '../database.ts'

export const Profile = z.object({
  username: z.string(),
  bio: z.string().nullable(),
  image: z.string().nullable(),
  following: z.boolean(),
})
export type Profile = z.infer<typeof Profile>

export const ProfileMissing = failure('profile_missing', 'missing')

/** The id of who looks; null for nobody, who follows nobody. */
export type ViewerId = number | null

/** A profile's columns of the table `users AS u`, as `:viewer` sees them, and what they are read as. */
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
