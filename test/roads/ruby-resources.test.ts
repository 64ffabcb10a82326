/** Resources of handlers in Ruby, through a gateway: open before the first call, closed behind the last. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { remote, silentLog } from 'hagaki'
import { type RubyTransport, ruby } from 'hagaki/ruby'
import { serve } from 'hagaki/server'
import { expect, onTestFinished, test, vi } from 'vitest'
import { ruby as interpreter } from '../../scripts/needs.ts'
import { rubyOffer } from '../../src/foreign/ruby-handlers.ts'

const HERE = new URL('.', import.meta.url)

interface Notes {
  readonly far: RubyTransport
  told(): string[]
}

function notes(env: Record<string, string> = {}): Notes {
  const folder = mkdtempSync(join(tmpdir(), 'hagaki-resources-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const file = join(folder, 'told')
  const options = { cwd: HERE, ruby: interpreter(), reload: false, env: { ...env, TOLD_TO: file } }
  return {
    far: ruby('resources_notes.rb', options),
    told: () => (existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : []),
  }
}

test('they are open before the server listens, and closed behind the last answer of a drain', async () => {
  const { far, told } = notes()
  const running = await serve(remote(far), { port: 0, log: silentLog })
  onTestFinished(() => running.close({ now: true }))
  expect(told()).toEqual(['users open', 'notes open'])
  const known = await fetch(`${running.url}/notes`, { headers: { 'x-token': 't1' } })
  expect([known.status, await known.json()]).toEqual([200, ['anna', '1 user']])
  expect((await fetch(`${running.url}/notes`, { headers: { 'x-token': 't2' } })).status).toBe(401)
  const slow = fetch(`${running.url}/slow`)
  await vi.waitUntil(() => told().includes('slow begun'))
  await running.close()
  expect(await (await slow).json()).toEqual(['1 user'])
  expect(told().slice(2)).toEqual(['slow begun', 'slow answers', 'notes closed', 'users closed'])
})

test('one that does not open stops the boot, and is named', async () => {
  const { far, told } = notes({ USERS: 'none' })
  await expect(serve(remote(far), { port: 0, log: silentLog })).rejects.toMatchObject({
    code: 'setup_faulty',
    message:
      'ruby(\'resources_notes.rb\'): Resource "users": Errno::ECONNREFUSED: Connection refused - db.internal:5432. ' +
      'The boot stopped because handlers ask for it: mend what it opens, or take it out of uses',
  })
  expect(told()).toEqual([])
})

test('without a server the first call opens them, and closing the transport closes them', async () => {
  const { far, told } = notes()
  expect(await far.invoke('slow')).toEqual(['1 user'])
  await far.close()
  expect(told().slice(-2)).toEqual(['notes closed', 'users closed'])
})

test('what only looks at the service, such as `hagaki contract`, opens none', async () => {
  const env = { USERS: 'none' }
  const looked = rubyOffer('resources_notes.rb', { cwd: HERE, ruby: interpreter(), reload: false, env })
  onTestFinished(() => looked.close())
  expect(Object.keys((await looked.contract()).handlers)).toEqual(['listed', 'slow'])
  await expect(looked.invoke('slow')).rejects.toMatchObject({ code: 'call_refused' })
})
