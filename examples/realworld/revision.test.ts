import { silentLog } from 'hagaki'
import { serve } from 'hagaki/server'
import { beforeEach, expect, onTestFinished, test, vi } from 'vitest'
import { asking } from './served.ts'

// It is read once, when the modules are.
beforeEach(() => {
  vi.resetModules()
  onTestFinished(() => void vi.unstubAllEnvs())
})

test('revision 2.0.0 answers 201 and 409, and says no more than what is wrong with which member', async () => {
  vi.stubEnv('CONDUIT_REVISION', '2.0.0')
  const { default: app } = await import('./app.ts')
  const running = await serve(app, { port: 0, log: silentLog })
  onTestFinished(() => running.close())
  const ask = asking(() => running.url)

  const token = await ask.register('newer')
  const slug = await ask.write(token, 'Newer')
  expect((await ask(`POST /api/articles/${slug}/comments`, token, { comment: { body: 'x' } })).status).toBe(
    201,
  )
  const user = { username: 'newer', email: 'other@test.com', password: 'password123' }
  const taken = await ask('POST /api/users', null, { user })
  expect([taken.status, taken.json]).toEqual([409, { errors: { username: ['has already been taken'] } }])
  expect((await ask('GET /api/user')).json).toEqual({ errors: { token: ['is missing'] } })
})

test('another revision stops the boot', async () => {
  vi.stubEnv('CONDUIT_REVISION', '3.0.0')
  await expect(import('./revision.ts')).rejects.toThrow(/not spoken here\. Say 1\.1\.0 or 2\.0\.0/)
})
