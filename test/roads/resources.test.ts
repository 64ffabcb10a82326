/** Resources of handlers in other languages, through a gateway: open before the first call, closed behind the last. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { remote, silentLog } from 'hagaki'
import { python } from 'hagaki/python'
import { ruby } from 'hagaki/ruby'
import { serve } from 'hagaki/server'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import * as needs from '../../scripts/needs.ts'
import type { HandlersTransport } from '../../src/foreign/foreign-handlers.ts'
import { pythonOffer } from '../../src/foreign/python-handlers.ts'
import { rubyOffer } from '../../src/foreign/ruby-handlers.ts'
import { WAIT_MS } from '../wait.ts'

interface Pool {
  readonly cwd: URL
  readonly reload: boolean
  readonly env: Record<string, string>
}

const LANGUAGES = {
  Python: {
    what: "python('resources_notes')",
    refusal: 'ConnectionRefusedError: no database at db.internal:5432',
    far: (pool: Pool) => python('resources_notes', { ...pool, python: needs.python() }),
    offer: (pool: Pool) => pythonOffer('resources_notes', { ...pool, python: needs.python() }),
  },
  Ruby: {
    what: "ruby('resources_notes.rb')",
    refusal: 'Errno::ECONNREFUSED: Connection refused - db.internal:5432',
    far: (pool: Pool) => ruby('resources_notes.rb', { ...pool, ruby: needs.ruby() }),
    offer: (pool: Pool) => rubyOffer('resources_notes.rb', { ...pool, ruby: needs.ruby() }),
  },
}

interface Notes {
  readonly far: HandlersTransport
  told(): string[]
}

describe.each(Object.entries(LANGUAGES))('%s', (_, { what, refusal, far, offer }) => {
  const poolOf = (env: Record<string, string>): Pool => ({
    cwd: new URL('.', import.meta.url),
    reload: false,
    env,
  })

  function notes(env: Record<string, string> = {}): Notes {
    const folder = mkdtempSync(join(tmpdir(), 'hagaki-resources-'))
    onTestFinished(() => rmSync(folder, { recursive: true }))
    const file = join(folder, 'told')
    return {
      far: far(poolOf({ ...env, TOLD_TO: file })),
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
    await vi.waitUntil(() => told().includes('slow begun'), WAIT_MS)
    await running.close()
    expect(await (await slow).json()).toEqual(['1 user'])
    expect(told().slice(2)).toEqual(['slow begun', 'slow answers', 'notes closed', 'users closed'])
  })

  test('one that does not open stops the boot, and is named', async () => {
    const { far, told } = notes({ USERS: 'none' })
    await expect(serve(remote(far), { port: 0, log: silentLog })).rejects.toMatchObject({
      code: 'setup_faulty',
      message:
        `${what}: Resource "users": ${refusal}. ` +
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
    const looked = offer(poolOf({ USERS: 'none' }))
    onTestFinished(() => looked.close())
    expect(Object.keys((await looked.contract()).handlers)).toEqual(['listed', 'slow'])
    await expect(looked.invoke('slow')).rejects.toMatchObject({ code: 'call_refused' })
  })
})
