/**
 * Apps on NATS, against a real server: many workers, found as they come and go; what is lost, and what
 * is told of it. The cases and the behaviour of every road are in test/roads. Contract clauses 33-35.
 */
import { type App, bodyText, type ResponseValue, service, silentLog, text, verbs } from 'hagaki'
import { nats } from 'hagaki/nats'
import { work } from 'hagaki/work'
import { beforeEach, describe, expect, test, vi } from 'vitest'
import * as z from 'zod'
import far from '../roads/far.ts'
import { WAIT_MS } from '../wait.ts'
import { gateway, get, started, worked } from './road.ts'

beforeEach(() => {
  vi.spyOn(console, 'error').mockImplementation(() => {}) // what is lost is logged
})

describe('workers on NATS', () => {
  test('each call goes to exactly one, and all of them get some', async () => {
    const { url } = await started()
    const seen = new Map<string, number>()
    for (const name of ['a', 'b', 'c']) await worked(url, counting(name, seen))
    const { app, transport } = await gateway(url)
    await vi.waitFor(() => expect(transport.health().workers).toBe(3), WAIT_MS)
    await Promise.all(Array.from({ length: 300 }, () => get(app, '/')))
    expect([...seen.values()].reduce((sum, one) => sum + one, 0)).toBe(300)
    expect([...seen.keys()].sort()).toEqual(['a', 'b', 'c'])
    // One by one as well: each in its turn.
    const answers: string[] = []
    for (let n = 0; n < 6; n++) answers.push(bodyText(await get(app, '/'))!)
    expect(new Set(answers).size).toBe(3)
  })

  test('who comes later gets calls, and who stops loses none', async () => {
    const { url } = await started()
    const first = await worked(url, named('first'))
    const { app, transport } = await gateway(url)
    const answers: Promise<ResponseValue>[] = []
    let isDone = false
    const load = (async () => {
      while (!isDone) {
        answers.push(get(app, '/', { method: 'POST' }))
        await new Promise((resolve) => setImmediate(resolve))
      }
    })()
    await vi.waitFor(() => expect(answers.length).toBeGreaterThan(50), WAIT_MS)
    await worked(url, named('second'))
    await vi.waitFor(() => expect(transport.health().workers).toBe(2), WAIT_MS)
    await first.close()
    const before = answers.length
    await vi.waitFor(() => expect(answers.length).toBeGreaterThan(before + 50), WAIT_MS)
    isDone = true
    await load
    const all = await Promise.all(answers)
    expect(all.filter(({ status }) => status !== 200)).toEqual([])
    expect(bodyText(all[0]!)).toBe('first')
    expect(bodyText(all.at(-1)!)).toBe('second')
  })

  test('where none is, a call is refused at once (503), and no boot waits for one', async () => {
    const { url } = await started()
    const { app } = await gateway(url)
    const answer = await get(app, '/')
    expect([answer.status, JSON.parse(bodyText(answer)!)]).toMatchObject([
      503,
      { code: 'call_refused', detail: 'Cannot reach nats(notes): no worker is there' },
    ])
    await worked(url, named('here'))
    await vi.waitFor(async () => expect((await get(app, '/')).status).toBe(200), WAIT_MS)
  })

  test('a gateway that means one contract calls only who offers it, two versions side by side', async () => {
    const { url } = await started()
    const [old, next] = [version('old'), version('next')]
    await worked(url, old)
    await worked(url, next)
    for (const [meant, answer] of [
      [old, 'old'],
      [next, 'next'],
    ] as const) {
      const { app, transport } = await gateway(url, { contract: meant.contract })
      for (let n = 0; n < 8; n++) expect(await transport.invoke('says')).toBe(answer)
      expect(JSON.parse(bodyText(await get(app, '/says'))!)).toBe(answer)
      expect(transport.health().workers).toBe(1)
    }
    const { transport } = await gateway(url, { contract: { of: 'nobody' } })
    await expect(transport.invoke('says')).rejects.toMatchObject({ code: 'call_refused' })
    const { transport: any } = await gateway(url)
    await vi.waitFor(() => expect(any.health().workers).toBe(2), WAIT_MS)
  })

  test('carried context and clients are believed where NATS knows who is there, and else not', async () => {
    const config = 'authorization { users: [ { user: notes, password: "s%c/ret" } ] }\n'
    const { port } = await started(config)
    const url = `nats://notes:s%25c%2Fret@127.0.0.1:${port}`
    const working = await worked(url, far)
    expect(working.addresses).toEqual([`nats://127.0.0.1:${port} as notes`])
    const { app } = await gateway(url)
    expect(bodyText(await get(app, '/user', { context: { user: 'anna' } }))).toBe('anna')
    const open = await started()
    await worked(open.url, far)
    const { app: stranger } = await gateway(open.url)
    expect(bodyText(await get(stranger, '/user', { context: { user: 'anna' } }))).toBe('undefined')
  })

  test('who is not let in: the worker does not start, the gateway refuses calls', async () => {
    const { url } = await started('authorization { token: "right" }\n')
    await expect(work(far, { over: url, name: 'notes', log: silentLog })).rejects.toThrow(
      /^work\(app, { over, name }\): .*Authorization.*lets us in$/,
    )
    const wrong = work(far, { over: url, name: 'notes', access: { token: 'wrong' }, log: silentLog })
    await expect(wrong).rejects.toMatchObject({ code: 'setup_faulty' })
    const { app } = await gateway(url, { connectTimeout: '300ms' })
    expect((await get(app, '/', { timeoutMs: 300 })).status).toBe(503)
    await worked(url, far, { access: { token: 'right' } })
    const { app: known } = await gateway(url, { token: 'right' })
    expect((await get(known, '/')).status).toBe(200)
  })
})

test('addresses, names and options that make no sense are refused, and no password is repeated', async () => {
  const table: [make: () => unknown, refusal: string][] = [
    [() => nats('n1', 'notes'), 'nats(notes): one of its addresses is none. Write such as "nats://n1"'],
    [() => nats([], 'notes'), 'nats(notes): it has no address'],
    [() => nats('http://me:secret@n1', 'notes'), 'one of its addresses is none'],
    [() => nats('nats://n1', 'my notes'), 'nats(my notes): "my notes" is no name. Use 1 to 64 letters'],
    [() => nats('nats://n1', 'notes.*'), 'is no name'],
    [() => nats(['nats://a:b@n1', 'nats://n2'], 'notes'), 'its addresses have several users'],
    [() => nats(['nats://n1', 'tls://n2'], 'notes'), 'some addresses are nats:// and some tls://'],
    [() => nats('nats://a:b@n1', 'notes', { token: 'c' }), 'it says more than once who we are'],
    [() => nats('tls://n1', 'notes', { tls: { cert: 'c' } }), 'cert and key go together'],
    [() => nats('nats://n1', 'notes', { links: 0 }), '0 is no number of links'],
  ]
  for (const [make, refusal] of table) expect(make).toThrow(refusal)
  expect(() => nats('http://me:secret@n1', 'notes')).not.toThrow('secret')
  await expect(work(far, { over: 'nats://n1' })).rejects.toThrow("Write name: 'notes'")
  await expect(work(far, {})).rejects.toThrow('it has nowhere to listen')
})

function named(name: string): App {
  return () => text(name)
}

function counting(name: string, seen: Map<string, number>): App {
  return () => {
    seen.set(name, (seen.get(name) ?? 0) + 1)
    return text(name)
  }
}

function version(name: string): App & { readonly contract: object } {
  const { reads } = verbs({})
  const says = reads('/says', { returns: z.literal(name) }, () => name)
  return service({ says })
}
