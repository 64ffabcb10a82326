/**
 * What a profile is: a user as others see them.
 *
 * @module
 */
import { failure } from 'hagaki'
import { z } from 'zod'

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
