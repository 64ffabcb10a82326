import { inspect } from 'node:util'
import { afterEach, expect, test, vi } from 'vitest'
import { z } from 'zod'
import { raise } from '../call/failure.ts'
import { silentLog } from '../call/log.ts'
import { perform } from '../call/perform.ts'
import { local } from '../client/local.ts'
import type { App, Outcome } from '../contract.ts'
import { items, verbs as streamVerbs } from '../stream/stream.ts'
import { headersFrom } from '../value/headers.ts'
import { bodyJson, request } from '../value/message.ts'
import { failure } from './failure.ts'
import { guard, resource } from './provide.ts'
import { service } from './service.ts'
import { verbs } from './verbs.ts'

const { reads, creates } = verbs({})
const Gone = failure('note_gone', 'missing', z.object({ id: z.number() }))
const Text = z.object({ text: z.string() })

/** What the log of calls by name says is for the console. */
const said = vi.spyOn(console, 'error').mockImplementation(() => {})
afterEach(() => void said.mockClear())

test('a handler calls another with data, and gets data: both sides are checked', async () => {
  const upper = creates('/upper', { accepts: Text, returns: Text }, ({ text }) => ({
    text: text.toUpperCase(),
    hidden: 1,
  }))
  const twice = creates('/twice', { accepts: Text, returns: z.array(Text) }, async ({ text }, { invoke }) => [
    await invoke(upper, { text }),
    await invoke(upper, { text: `${text}!` }),
  ])
  const answer = await perform(service({ upper, twice }), request('POST', '/twice', { json: { text: 'a' } }))
  expect(bodyJson(answer)).toEqual([{ text: 'A' }, { text: 'A!' }])
})

test('what one handler gave another wrongly is not the mistake of who called the first', async () => {
  const inner = creates('/inner', { accepts: Text }, () => {})
  const careless = creates('/careless', {}, async (_, { invoke }) => invoke(inner, { text: 1 } as never))
  const careful = creates('/careful', { returns: z.string() }, async (_, { invoke }) => {
    return invoke(inner, {} as never).then(
      () => 'fine',
      (error: unknown) => (error as { code: string }).code,
    )
  })
  const app = service({ inner, careless, careful })
  expect(bodyJson(await perform(app, request('POST', '/careless')))).toMatchObject({
    status: 500,
    code: 'app_failed',
  })
  expect(bodyJson(await perform(app, request('POST', '/careful')))).toBe('input_invalid')
})

test('what a call to another service was refused for is told to the log, and not to who called the handler', async () => {
  const other = service({
    add: creates('/other/{at}', { accepts: Text.extend({ at: z.string() }) }, () => {}),
  })
  const api = local(other, {}, { retries: 0 })
  const unfit = { text: 'hi', at: 'a/b' } // which no path can hold, so it is never sent
  const asking = verbs({
    by: guard('by', ({ headers }) => (headers['x-by'] === 'guard' ? api.add(unfit) : null)),
  })
  const app = service({
    client: creates('/client', {}, () => api.add(unfit)),
    field: creates('/field', {}, () => api.add({ text: 'hi', at: 'a' }, { headers: { 'x y': 'z' } })),
    door: creates('/door', {}, () => other.invoke('add', { text: 1 } as never)),
    name: creates('/name', {}, async () => {
      await other.invoke('remove' as never, undefined as never)
    }),
    guarded: asking.creates('/guarded', {}, () => {}),
    raw: creates('/mine', { accepts: Text }, () => {}),
    '/app': async () => [200, null, {}, String(await api.add(unfit))],
  })
  for (const path of ['/client', '/field', '/door', '/name', '/guarded', '/app']) {
    const headers = { 'x-by': 'guard' }
    const errors: unknown[] = []
    const log = { ...silentLog, error: (...told: unknown[]) => void errors.push(told) }
    const answer = await perform(app, request('POST', path, { headers }), { log })
    expect([path, bodyJson(answer)]).toEqual([
      path,
      { status: 500, title: 'Internal Server Error', code: 'app_failed', detail: 'The app failed' },
    ])
    expect(errors, path).toHaveLength(1)
    expect(inspect(errors, { depth: 4 }), path).toMatch(/cannot stand in a path|field|\/text|remove/)
  }
  for (const name of ['client', 'door', 'name'] as const)
    await expect(app.invoke(name), name).rejects.toMatchObject({ code: 'app_failed' })
  // What a caller itself has sent wrongly is its own.
  expect(await perform(app, request('POST', '/mine', { json: {} }))).toMatchObject({ status: 422 })
})

test('a failure of the other handler is told when this one declares it, and else is a failure of the app', async () => {
  const inner = reads('/inner', { errors: [Gone] }, () => raise(Gone({ id: 1 })))
  const app = service({
    inner,
    saying: reads('/saying', { errors: [Gone] }, (_, { invoke }) => invoke(inner)),
    silent: reads('/silent', {}, (_, { invoke }) => invoke(inner)),
  })
  expect(bodyJson(await perform(app, request('GET', '/saying')))).toMatchObject({
    status: 404,
    code: 'note_gone',
    data: { id: 1 },
  })
  expect(bodyJson(await perform(app, request('GET', '/silent')))).toMatchObject({
    status: 500,
    code: 'app_failed',
  })
})

test('guards decide once for a call, also for handlers that are invoked side by side', async () => {
  let decided = 0
  const guarded = verbs({
    user: guard('member', async ({ headers }) => (decided++, headers['x-user'] ?? '')),
  })
  const whoami = guarded.reads('/whoami', { returns: z.string() }, (_, { user }) => user)
  const open = reads('/open', { returns: z.array(z.string()) }, (_, { invoke }) =>
    Promise.all([invoke(whoami), invoke(whoami)]),
  )
  const closed = guarded.reads('/closed', { returns: z.string() }, (_, { invoke }) => invoke(whoami))
  const app = service({ whoami, open, closed })
  const ask = async (path: string): Promise<unknown> =>
    bodyJson(await perform(app, request('GET', path, { headers: { 'x-user': 'alice' } })))
  expect([await ask('/open'), decided]).toEqual([['alice', 'alice'], 1])
  expect([await ask('/closed'), decided]).toEqual(['alice', 2])
})

test('the other handler has guards of its own that this one has not', async () => {
  const Denied = failure('denied_here', 'denied')
  const admin = verbs({ admin: guard('admin', () => raise(Denied())) })
  const secret = admin.reads('/secret', { returns: z.string() }, () => 'secret')
  const app = service({
    secret,
    open: reads('/open', { returns: z.string(), errors: [Denied] }, (_, { invoke }) => invoke(secret)),
  })
  expect(bodyJson(await perform(app, request('GET', '/open')))).toMatchObject({
    status: 403,
    code: 'denied_here',
  })
})

test('handlers of one call share signal, deadline and teardown', async () => {
  const seen: unknown[] = []
  const order: string[] = []
  const inner = reads('/inner', {}, (_, { signal, deadline, defer }) => {
    seen.push(signal, deadline)
    defer(() => void order.push('inner'))
  })
  const outer = reads('/outer', {}, async (_, { signal, deadline, defer, invoke }) => {
    seen.push(signal, deadline)
    defer(() => void order.push('outer'))
    await invoke(inner)
    order.push('returned')
  })
  await perform(service({ inner, outer }), request('GET', '/outer', { timeoutMs: 60_000 }))
  expect(seen[0]).toBe(seen[2])
  expect(seen[1]).toBe(seen[3])
  expect(order).toEqual(['returned', 'inner', 'outer'])
})

test('a handler that is not of the service is a mistake of the app, which says where it belongs', async () => {
  const stranger = reads('/stranger', {}, () => {})
  const app = service({ it: reads('/', {}, (_, { invoke }) => invoke(stranger)) })
  await expect(app.invoke('it')).rejects.toMatchObject({
    code: 'app_failed',
    cause: { message: expect.stringMatching(/reads \/stranger: put it in this service/) },
  })
})

test('a service is called by name with data, as by protocols that know no paths', async () => {
  const app = service({
    add: creates('/add', { accepts: Text, returns: Text, errors: [Gone] }, ({ text }) =>
      text === '' ? raise(Gone({ id: 1 })) : { text, hidden: 1 },
    ),
    bad: reads('/bad', { returns: z.string() }, () => 1 as never),
    boom: reads('/boom', {}, () => raise(new Error('secret'))),
    quiet: reads(
      '/quiet',
      { accepts: z.object({ a: z.string().default('d') }), returns: z.string() },
      ({ a }) => a,
    ),
  })
  expect(await app.invoke('add', { text: 'a' })).toEqual({ text: 'a' })
  expect(await app.invoke('quiet')).toBe('d')
  await expect(app.invoke('add', { text: 1 } as never)).rejects.toMatchObject({
    code: 'input_invalid',
    detail: { issues: [{ pointer: '/text' }] },
  })
  await expect(app.invoke('quiet', null as never)).rejects.toMatchObject({ code: 'input_invalid' })
  await expect(app.invoke('add', { text: '' })).rejects.toSatisfy(Gone.is)
  await expect(app.invoke('bad')).rejects.toMatchObject({ code: 'output_invalid' })
  await expect(app.invoke('boom')).rejects.toMatchObject({ code: 'app_failed', message: 'The app failed' })
  for (const name of ['none', 'constructor', '__proto__', '']) {
    await expect(app.invoke(name as 'add', { text: 'a' }), name).rejects.toMatchObject({
      code: 'handler_unknown',
      status: 404,
    })
  }
})

test('a caller by name brings the head that guards decide from', async () => {
  const seen: unknown[] = []
  const guarded = verbs({
    user: guard(
      'member',
      (head) => (seen.push(head), head.headers['authorization'] ?? raise(Gone({ id: 0 }))),
    ),
  })
  const app = service({
    it: guarded.updates(
      '/notes/{id}',
      { accepts: z.object({ id: z.number() }), returns: z.string() },
      (_, { user }) => user,
    ),
  })
  const headers = headersFrom([['authorization', 'me']])
  expect(await app.invoke('it', { id: 1 }, { headers })).toBe('me')
  expect(seen).toEqual([
    expect.objectContaining({
      method: 'PATCH',
      path: '/notes/{id}',
      query: null,
      headers,
      client: null,
      protocol: 'http',
    }),
  ])
  await expect(app.invoke('it', { id: 1 })).rejects.toSatisfy(Gone.is)
})

test('a call by name ends when its data are there, and its teardown has run then', async () => {
  const outcomes: Outcome[] = []
  const failed = new Error('x')
  const app = service({
    fine: reads('/fine', {}, (_, { defer }) => defer((outcome) => void outcomes.push(outcome))),
    bad: reads('/bad', {}, (_, { defer }) => {
      defer((outcome) => void outcomes.push(outcome))
      throw failed
    }),
  })
  await app.invoke('fine')
  expect(outcomes).toEqual([{ status: null, error: null, aborted: false }])
  await app.invoke('bad').catch(() => {})
  expect(outcomes[1]).toMatchObject({ aborted: false, error: failed })
})

test('a call by name within another call shares its teardown', async () => {
  const order: string[] = []
  const inner = service({
    it: reads('/', {}, (_, { defer }) => defer(() => void order.push('inner'))),
  })
  const outer: App = async (_method, _path, _headers, options) => {
    options.defer(() => void order.push('outer'))
    await inner.invoke('it', undefined, { options })
    order.push('answered')
    return [204, null, {}, null]
  }
  await perform(outer, request('GET', '/'))
  expect(order).toEqual(['answered', 'inner', 'outer'])
})

/** A service with a stream of numbers, and what became of its calls. */
function counting(last: number): { app: ReturnType<typeof make>; outcomes: Outcome[]; ended: string[] } {
  const outcomes: Outcome[] = []
  const ended: string[] = []
  const make = () =>
    service({
      count: streamVerbs({ db: resource(() => 'db') }).reads(
        '/count',
        { accepts: z.object({ from: z.number() }), gives: items(z.number().max(last)), errors: [Gone] },
        async function* ({ from }, { defer, signal, db }) {
          defer((outcome) => void outcomes.push(outcome))
          try {
            for (let n = from; ; n++) {
              if (n === 99) throw Gone({ id: n })
              if (n === 98) throw new Error(db)
              if (n > 4 && n < 90) return
              yield n
            }
          } finally {
            ended.push(`ended, aborted: ${String(signal.aborted)}`)
          }
        },
      ),
    })
  return { app: make(), outcomes, ended }
}

test('a stream by name is iterated, and the call ends after its last item', async () => {
  const { app, outcomes } = counting(10)
  const got: number[] = []
  for await (const n of await app.invoke('count', { from: 1 })) {
    expect(outcomes).toEqual([])
    got.push(n)
  }
  expect([got, outcomes]).toEqual([[1, 2, 3, 4], [{ status: null, error: null, aborted: false }]])
})

test('a stream by name that is left early ends the call then', async () => {
  const { app, outcomes, ended } = counting(10)
  for await (const n of await app.invoke('count', { from: 1 })) if (n === 2) break
  expect([ended, outcomes]).toEqual([
    ['ended, aborted: false'],
    [{ status: null, error: null, aborted: true }],
  ])
})

test('a stream by name that is given up before its first item ends the call as well', async () => {
  const seen: unknown[] = []
  const given: AsyncIterableIterator<number> = {
    [Symbol.asyncIterator]: () => given,
    next: async () => ({ done: false, value: 1 }),
    return: async () => ({ done: true, value: seen.push('returned') }),
  }
  const app = service({
    endless: streamVerbs({}).reads('/', { gives: items(z.number()) }, (_, { defer }) => {
      defer((outcome) => void seen.push(outcome))
      return given
    }),
  })
  const stream = await app.invoke('endless')
  await stream[Symbol.asyncIterator]().return?.()
  expect(seen).toEqual(['returned', { status: null, error: null, aborted: true }])
})

test('a stream by name that fails says so as any call does', async () => {
  const { app, outcomes } = counting(1)
  const drain = async (from: number): Promise<void> => {
    for await (const _ of await app.invoke('count', { from }));
  }
  await expect(drain(0)).rejects.toMatchObject({ code: 'output_invalid' })
  await expect(drain(99)).rejects.toSatisfy(Gone.is)
  await expect(drain(98)).rejects.toMatchObject({ code: 'app_failed', message: 'The app failed' })
  await expect(drain('x' as never)).rejects.toMatchObject({ code: 'input_invalid' })
  expect(outcomes.map(({ error, aborted }) => [(error as Error).message, aborted])).toEqual([
    ['Handler "count" returned data that does not fit its contract', false],
    ['note_gone (missing)', false],
    ['db', false],
  ])
})
