/** A session on its way: what an app in a thread sets arrives in the browser's cookie. Contract clauses 17 and 33. */
import { mount, perform, request, silentLog, use } from 'hagaki'
import { isolate } from 'hagaki/isolate'
import { lint } from 'hagaki/lint'
import { session } from 'hagaki/middleware'
import { serve } from 'hagaki/server'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { closeApp, openApp } from '../../src/call/life.ts'
import { serverFacts } from '../../src/call/server-facts.ts'

const Cart = z.object({ items: z.array(z.string()) })
const cart = session({ secrets: ['s'.repeat(32)], carry: Cart })
const app = use(
  mount({
    '/far': isolate(new URL('./modules/session.ts', import.meta.url)),
    '/near': (_method, _path, _headers, options) => [
      200,
      'application/json',
      {},
      JSON.stringify(options.get(cart.key) ?? null),
    ],
  }),
  lint,
  cart,
  lint,
)

const server = serverFacts()
beforeAll(() => openApp(app, server))
afterAll(() => closeApp(app))

interface Answer {
  readonly status: number
  readonly data: unknown
  /** The session's `set-cookie` fields. */
  readonly lines: readonly string[]
  /** What a browser sends from now on. */
  readonly cookie: string
}

async function ask(path: string, cookie = ''): Promise<Answer> {
  const asked = request('GET', path, cookie === '' ? {} : { headers: { cookie } })
  const { status, headers, body } = await perform(app, asked, { server })
  const lines = [headers['set-cookie'] ?? []].flat()
  const written = lines.length === 0 ? cookie : lines.at(-1)!.split(';', 1)[0]!
  return {
    status,
    data: JSON.parse(Buffer.from(body ?? 'null').toString()) as unknown,
    lines,
    cookie: written,
  }
}

test('a session that an app in a thread sets arrives in the cookie, and on both sides of the next call (17)', async () => {
  const first = await ask('/far/add/ink')
  expect(first).toMatchObject({ status: 200, data: { items: ['ink'] } })
  expect(first.lines).toEqual([expect.stringMatching(/^__Host-session=[\w-]+; .*Secure; HttpOnly/)])
  const second = await ask('/far/add/pen', first.cookie)
  expect([second.data, second.lines.length]).toEqual([{ items: ['ink', 'pen'] }, 1])
  for (const path of ['/near/', '/far/']) {
    const { data, lines } = await ask(path, second.cookie)
    expect([data, lines], path).toEqual([{ items: ['ink', 'pen'] }, []])
  }
})

test('a session that an app in a thread ends is ended in the browser (17)', async () => {
  const { cookie } = await ask('/far/add/ink')
  const ended = await ask('/far/end', cookie)
  expect([ended.data, ended.lines]).toEqual([null, [expect.stringMatching(/^__Host-session=; Max-Age=0;/)]])
  expect((await ask('/far/')).lines).toEqual([])
})

test('what a thread sets and does not fit here is a failure, and the session stays as it was (17)', async () => {
  const { cookie } = await ask('/far/add/ink')
  const wrong = await ask('/far/wrong', cookie)
  expect([wrong.status, wrong.data, wrong.lines]).toEqual([
    500,
    expect.objectContaining({ code: 'session_faulty' }),
    [],
  ])
  expect((await ask('/near/', cookie)).data).toEqual({ items: ['ink'] })
})

test('over a server it is the same: the cookie that fetch is given opens the session in the thread', async () => {
  const running = await serve(app, { port: 0, log: silentLog })
  try {
    const first = await fetch(`${running.url}/far/add/ink`)
    const [line] = first.headers.getSetCookie()
    expect([await first.json(), first.headers.get('cache-control')]).toEqual([{ items: ['ink'] }, 'private'])
    const next = await fetch(`${running.url}/far/`, {
      headers: { cookie: `a=1; ${line!.split(';', 1)[0]}; b=2` },
    })
    expect([await next.json(), next.headers.getSetCookie()]).toEqual([{ items: ['ink'] }, []])
  } finally {
    await running.close({ now: true })
  }
})

test('no client hands in a session as context: only its cookie counts (17)', async () => {
  const running = await serve(app, { port: 0, log: silentLog })
  try {
    const headers = { context: '{"session":{"items":["forged"]}}', cookie: 'session={"items":["forged"]}' }
    expect(await (await fetch(`${running.url}/far/`, { headers })).json()).toBeNull()
  } finally {
    await running.close({ now: true })
  }
})
