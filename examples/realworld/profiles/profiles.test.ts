import { local } from 'hagaki/client'
import { expect, test } from 'vitest'
import { served } from '../served.ts'
import type { Account } from '../users/user.ts'
import { type Profile, ProfileMissing } from './profile.ts'
import type { Profiles } from './profile-table.ts'
import { profiles } from './profiles.ts'

const ask = served()

const alice: Account = { id: 1, username: 'alice', email: 'alice@test.com', bio: null, image: null }

/** Profiles of one user, as a plain object: handlers do not care where they are kept. */
function faked(): Profiles {
  const followers = new Set<number>()
  const known = (username: string): boolean => username === 'celeb'
  return {
    find: (username, viewer): Profile | undefined =>
      known(username)
        ? { username, bio: 'Known', image: null, following: viewer !== null && followers.has(viewer) }
        : undefined,
    follow: (username, follower) => void (known(username) && followers.add(follower)),
    unfollow: (_, follower) => void followers.delete(follower),
  }
}

test('handlers are called with data, a user and profiles, and no HTTP', async () => {
  const api = local(profiles, { user: alice, viewer: alice, profiles: faked() })
  expect((await api.follow({ username: 'celeb' })).profile).toMatchObject({ bio: 'Known', following: true })
  expect((await api.read({ username: 'celeb' })).profile.following).toBe(true)
  expect((await api.unfollow({ username: 'celeb' })).profile.following).toBe(false)
  await expect(api.follow({ username: 'nobody' })).rejects.toSatisfy(ProfileMissing.is)
})

test('a profile is seen by everybody, and says whether the viewer follows it', async () => {
  const token = await ask.register('main')
  await ask.register('celeb')
  const profile = { username: 'celeb', bio: null, image: null, following: false }
  expect((await ask('GET /api/profiles/celeb')).json).toEqual({ profile })
  expect((await ask('GET /api/profiles/celeb', token)).json).toEqual({ profile })
  const followed = await ask('POST /api/profiles/celeb/follow', token)
  expect([followed.status, followed.json]).toEqual([200, { profile: { ...profile, following: true } }])
  expect((await ask('GET /api/profiles/celeb', token)).json.profile.following).toBe(true)
  expect((await ask('GET /api/profiles/celeb')).json.profile.following).toBe(false)
  const left = await ask('DELETE /api/profiles/celeb/follow', token)
  expect([left.status, left.json]).toEqual([200, { profile }])
  expect((await ask('GET /api/profiles/celeb', token)).json).toEqual({ profile })
})

test('to follow twice is to follow once, and so is to leave, with a body or without', async () => {
  const token = await ask.register('twice')
  await ask.register('star')
  for (const body of [undefined, { user: { email: 'twice@test.com' } }])
    expect((await ask('POST /api/profiles/star/follow', token, body)).json.profile.following).toBe(true)
  for (const body of [undefined, {}])
    expect((await ask('DELETE /api/profiles/star/follow', token, body)).json.profile.following).toBe(false)
})

test('nobody follows without a token, and nobody is followed who is not there', async () => {
  const token = await ask.register('lonely')
  for (const method of ['POST', 'DELETE']) {
    const unknown = `${method} /api/profiles/unknown/follow`
    expect(await ask(unknown)).toMatchObject({ status: 401, json: { errors: { token: ['is missing'] } } })
    expect(await ask(unknown, token)).toMatchObject({
      status: 404,
      json: { errors: { profile: ['not found'] } },
    })
  }
  expect(await ask('GET /api/profiles/unknown')).toMatchObject({
    status: 404,
    json: { errors: { profile: ['not found'] } },
  })
})

test('a name may be in any script, and is found by it', async () => {
  await ask.register('çà et là')
  expect((await ask(`GET /api/profiles/${encodeURIComponent('çà et là')}`)).json.profile.username).toBe(
    'çà et là',
  )
})
