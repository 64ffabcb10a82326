import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { Started } from '../started.ts'
import { type Asking, asking } from './served.ts'

async function file(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'realworld-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  return join(folder, 'conduit.db')
}

async function start(env: { [name: string]: string }, how: object = {}): Promise<[Asking, Started]> {
  const started = await Started.start('realworld/app.ts', env, how)
  onTestFinished(() => started.stop())
  return [asking(() => started.url), started]
}

test('what was answered is there after kill -9, and tokens still hold', async () => {
  const env = { CONDUIT_FILE: await file() }
  const [before, started] = await start(env)
  const token = await before.register('survivor')
  const accepted: string[] = []
  const writing = Array.from({ length: 20 }, async (_, at) => {
    const slug = await before.write(token, `Article ${at}`, { tagList: [`tag${at}`] })
    accepted.push(slug)
    if (accepted.length === 5) await started.kill()
  })
  await Promise.allSettled(writing)
  expect(accepted.length).toBeGreaterThanOrEqual(5)

  const [after] = await start(env)
  for (const slug of accepted) expect((await after(`GET /api/articles/${slug}`)).status, slug).toBe(200)
  expect((await after('GET /api/user', token)).json.user.username).toBe('survivor')
  const user = { email: 'survivor@test.com', password: 'password123' }
  expect((await after('POST /api/users/login', null, { user })).status).toBe(200)
})

test('several processes serve one file: one secret, one name for one user, one slug for one article', async () => {
  const [ask] = await start({ CONDUIT_FILE: await file() }, { workers: '2' })
  const token = await ask.register('shared')
  const slugs = await Promise.all(Array.from({ length: 20 }, () => ask.write(token, 'Shared')))
  expect(new Set(slugs).size).toBe(20)
  const registering = Array.from({ length: 4 }, (_, at) => {
    const user = { username: 'wanted', email: `wanted${at}@test.com`, password: 'password123' }
    return ask('POST /api/users', null, { user })
  })
  const statuses = (await Promise.all(registering)).map(({ status }) => status)
  expect(statuses.sort()).toEqual([201, 422, 422, 422])
})

test('several processes without a file are refused: each would serve a Conduit of its own', async () => {
  await expect(start({ CONDUIT_FILE: '' }, { workers: '2' })).rejects.toThrow(/Let CONDUIT_FILE name a file/)
})
