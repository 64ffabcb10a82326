/**
 * Profiles as a service: look at one, follow, unfollow. It knows no HTTP.
 *
 * @module
 */
import { raise, service, verbs } from 'hagaki'
import { z } from 'zod'
import { user, viewer } from '../users/viewer.ts'
import { Profile, ProfileMissing } from './profile.ts'
import { profiles as table } from './profile-table.ts'

const Which = z.object({ username: z.string() })
const Shown = z.object({ profile: Profile })

const { reads } = verbs({ viewer, profiles: table })
const { acts, deletes } = verbs({ user, profiles: table })

const read = reads(
  '/profiles/{username}',
  { accepts: Which, returns: Shown, errors: [ProfileMissing], summary: 'A profile' },
  ({ username }, { viewer, profiles }) => ({
    profile: profiles.find(username, viewer?.id ?? null) ?? raise(ProfileMissing()),
  }),
)

const follow = acts(
  '/profiles/{username}/follow',
  // Some clients send a body along, which says nothing; below as well.
  {
    accepts: Which,
    ignoresBody: true,
    returns: Shown,
    errors: [ProfileMissing],
    summary: 'Follows a user',
  },
  ({ username }, { user, profiles }) => {
    profiles.follow(username, user.id)
    return { profile: profiles.find(username, user.id) ?? raise(ProfileMissing()) }
  },
)

const unfollow = deletes(
  '/profiles/{username}/follow',
  {
    accepts: Which,
    ignoresBody: true,
    returns: Shown,
    errors: [ProfileMissing],
    summary: 'Follows a user no more',
  },
  ({ username }, { user, profiles }) => {
    profiles.unfollow(username, user.id)
    return { profile: profiles.find(username, user.id) ?? raise(ProfileMissing()) }
  },
)

export const profiles = service({ read, follow, unfollow })
