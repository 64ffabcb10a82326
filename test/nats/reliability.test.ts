/**
 * NATS and its workers killed, cut off and brought back: what each call is answered, that nothing is done
 * twice, and that nothing hangs.
 */
import { once } from 'node:events'
import { connect, createInbox } from '@nats-io/transport-node'
import { type App, bodyText, silentLog, text } from 'hagaki'
import { serve } from 'hagaki/server'
import { beforeEach, expect, onTestFinished, test, vi } from 'vitest'
import { Command, Place } from '../cli/command.ts'
import far from '../roads/far.ts'
import { WAIT_MS } from '../wait.ts'
import { gateway, get, started, worked } from './road.ts'

const FAR = new URL('../roads/far.ts', import.meta.url).href

beforeEach(() => {
  vi.spyOn(console, 'error').mockImplementation(() => {}) // what is lost is logged
})

test('a worker that is killed loses the calls in it (502), a safe one is made again elsewhere', async () => {
  const { url } = await started()
  const [first, second] = [await program(url), await program(url)]
  const { app, transport } = await gateway(url)
  await vi.waitFor(() => expect(transport.health().workers).toBe(2), WAIT_MS)
  const hanging = [1, 2].map(() => get(app, '/hang', { method: 'POST' })) // one in each
  const threads = new Set<string>()
  while (threads.size < 2) threads.add(bodyText(await get(app, '/thread'))!)
  first.signal('SIGKILL')
  const lost = await Promise.race(hanging)
  expect([lost.status, JSON.parse(bodyText(lost)!)]).toMatchObject([
    502,
    { code: 'call_lost', detail: 'Lost nats(notes) before it answered' },
  ])
  expect(transport.health()).toMatchObject({ workers: 1, calls: 1 })
  const safe = get(app, '/thread')
  expect((await safe).status).toBe(200)
  second.signal('SIGKILL')
  expect((await Promise.all(hanging)).map(({ status }) => status)).toEqual([502, 502])
  expect((await get(app, '/thread')).status).toBe(503)
})

test('what NATS could not bring to a worker was not begun: it goes to another, whatever it is, or is 503', async () => {
  const { url } = await started()
  const [first, second] = [await program(url), await program(url)]
  const { app, transport } = await gateway(url)
  await vi.waitFor(() => expect(transport.health().workers).toBe(2), WAIT_MS)
  const threads = new Set<string>()
  while (threads.size < 2) threads.add(bodyText(await get(app, '/thread', { method: 'POST' }))!)
  const services = await connect({ servers: url })
  onTestFinished(() => services.close())
  const ids: string[] = []
  const found = createInbox()
  services.subscribe(found, { callback: (_, message) => void ids.push(message.json<{ id: string }>().id) })
  services.publish('$SRV.PING', '', { reply: found })
  await vi.waitFor(() => expect(ids).toHaveLength(2), WAIT_MS)
  const answering = async (): Promise<number> => {
    const asked = ids.map((id) => services.request(`$SRV.PING.notes.${id}`, '', { timeout: 5_000 }))
    return (await Promise.allSettled(asked)).filter(({ status }) => status === 'fulfilled').length
  }
  first.signal('SIGKILL')
  await vi.waitFor(async () => expect(await answering()).toBe(1), WAIT_MS)
  expect(transport.health().workers).toBe(2) // nobody has told the gateway
  const large = { method: 'POST', body: 'x'.repeat(300_000) }
  const asked = [...Array.from({ length: 20 }, () => ({ method: 'POST' })), large, large]
  const answers = await Promise.all(asked.map((one) => get(app, '/thread', one)))
  expect(answers.map(({ status }) => status)).toEqual(asked.map(() => 200))
  second.signal('SIGKILL')
  await vi.waitFor(async () => expect(await answering()).toBe(0), WAIT_MS)
  const refused = await get(app, '/thread', { method: 'POST' })
  expect([refused.status, JSON.parse(bodyText(refused)!)]).toMatchObject([503, { code: 'call_refused' }])
})

test('at TERM under load a program finishes what it has, and no call is lost', async () => {
  const { url } = await started()
  const first = await program(url)
  await program(url)
  const { app, transport } = await gateway(url)
  await vi.waitFor(() => expect(transport.health().workers).toBe(2), WAIT_MS)
  const running = await serve(app, { port: 0, log: silentLog })
  onTestFinished(() => running.close({ now: true }))
  const statuses: number[] = []
  let isDone = false
  const callers = Array.from({ length: 8 }, async () => {
    while (!isDone) {
      const answer = await fetch(`${running.url}/double`, { method: 'POST', headers: { 'x-number': '21' } })
      statuses.push(answer.status)
      expect(await answer.text()).toBe('42')
    }
  })
  await vi.waitFor(() => expect(statuses.length).toBeGreaterThan(100), WAIT_MS)
  first.signal('SIGTERM')
  expect((await first.ended()).status).toBe(0)
  const before = statuses.length
  await vi.waitFor(() => expect(statuses.length).toBeGreaterThan(before + 100), WAIT_MS)
  isDone = true
  await Promise.all(callers)
  expect(statuses.filter((status) => status !== 200)).toEqual([])
})

test('NATS is killed and comes back: calls in it are lost, others refused in time, none is done twice', async () => {
  const server = await started()
  const done = new Map<string, number>()
  const app: App = async (_, path, headers) => {
    const id = headers['x-id'] ?? ''
    done.set(id, (done.get(id) ?? 0) + 1)
    if (path === '/slow') await new Promise((resolve) => setTimeout(resolve, 20_000).unref())
    return text(id)
  }
  await worked(server.url, app)
  const { app: front, transport } = await gateway(server.url)
  const lost = Array.from({ length: 20 }, (_, n) => post(front, '/slow', `slow-${n}`))
  await vi.waitFor(() => expect(done.size).toBe(20), WAIT_MS)
  await server.kill()
  expect((await Promise.all(lost)).map(({ status }) => status)).toEqual(Array(20).fill(502))
  const refused = await post(front, '/', 'away', 400)
  expect([refused.status, JSON.parse(bodyText(refused)!)]).toMatchObject([
    503,
    { code: 'call_refused', detail: 'Cannot reach nats(notes): NATS is away' },
  ])
  expect(transport.health()).toEqual({ nats: false, workers: 0, leaving: 0, calls: 0 })
  await expect(transport.check()).rejects.toMatchObject({ status: 503 })
  const waiting = post(front, '/', 'waited')
  await server.start()
  expect(bodyText(await waiting)).toBe('waited')
  const answers = await Promise.all(Array.from({ length: 50 }, (_, n) => post(front, '/', `again-${n}`)))
  expect(answers.map((one) => bodyText(one))).toEqual(Array.from({ length: 50 }, (_, n) => `again-${n}`))
  expect(done.has('away')).toBe(false)
  expect([...done.values()].every((times) => times === 1)).toBe(true)
})

test('a NATS that hangs is noticed by the pings, and late calls end with their timeout', async () => {
  const server = await started()
  await worked(server.url, far)
  const { app } = await gateway(server.url, { ping: '1s' })
  const { app: timed } = await gateway(server.url, { timeout: '2s' })
  expect([(await get(app, '/')).status, (await get(timed, '/')).status]).toEqual([200, 200])
  await server.hang()
  const [lost, late] = await Promise.all([
    get(app, '/', { method: 'POST' }),
    get(timed, '/', { method: 'POST' }),
  ])
  expect([lost.status, late.status]).toEqual([502, 504])
  server.goOn()
  await vi.waitFor(async () => expect((await get(timed, '/')).status).toBe(200), WAIT_MS)
  await vi.waitFor(async () => expect((await get(app, '/')).status).toBe(200), WAIT_MS)
})

test('a gateway that is gone: its calls are given up over there', async () => {
  const { url } = await started()
  const aborted: string[] = []
  let isWaiting = false
  const app: App = async (_, path, __, { signal }) => {
    if (path === '/') return text('')
    isWaiting = true
    await once(signal, 'abort')
    aborted.push((signal.reason as Error).message)
    return text('')
  }
  await worked(url, app)
  const place = new Place(onTestFinished, {
    'front.mjs': `
      import { remote } from 'hagaki'
      import { nats } from 'hagaki/nats'
      export default remote(nats('${url}', 'notes'))
    `,
  })
  const { command, url: at } = await Command.serve(place, 'front.mjs')
  await fetch(at)
  fetch(`${at}/wait`).catch(() => {})
  await vi.waitFor(() => expect(isWaiting).toBe(true), WAIT_MS)
  command.signal('SIGKILL')
  await vi.waitFor(() => expect(aborted).toHaveLength(1), WAIT_MS)
  expect(aborted[0]).toContain('nobody is there any more')
})

async function program(url: string): Promise<Command> {
  const place = new Place(onTestFinished)
  const command = Command.start(place, ['work', FAR, '--over', url, '--name', 'notes', '-E', 'production'])
  await command.says(/on nats:\S+ as notes \(production\)/)
  return command
}

function post(app: App, path: string, id: string, timeoutMs?: number): ReturnType<typeof get> {
  const given = timeoutMs === undefined ? {} : { timeoutMs }
  return get(app, path, { method: 'POST', headers: { 'x-id': id }, ...given })
}
