/** The memory budget over links: who answers calls holds their bodies, so it is charged there. `docs/engines.md`, Memory. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type App, bodyText, type Limits, mount, perform, remote, request, silentLog } from 'hagaki'
import { isolate } from 'hagaki/isolate'
import { serve } from 'hagaki/server'
import { socket } from 'hagaki/socket'
import { overWebSocket, webSocket } from 'hagaki/websocket'
import { type WorkOptions, work } from 'hagaki/work'
import { expect, onTestFinished, test, vi } from 'vitest'
import { SourceInput } from '../../src/call/input.ts'
import { closeApp, openApp } from '../../src/call/life.ts'
import { serverFacts } from '../../src/call/server-facts.ts'
import type { Transport } from '../../src/call/transport.ts'
import type { RequestHead } from '../../src/value/head.ts'
import { promised } from '../server/promised.ts'
import { WAIT_MS } from '../wait.ts'

const MODULE = new URL('./modules/holding.ts', import.meta.url)
const MIB = 1024 * 1024
/** Half of it is for bodies: four of 1 MiB, and what waits has sent nothing. */
const BUDGET = 8 * MIB
const LIMITS = { budgetTimeoutMs: 250 }
const HURRIED = { ...LIMITS, bodyTimeoutMs: 1_000 }

/** Apps whose bodies are held elsewhere. Each is loaded anew, for it counts. */
const ROADS: Readonly<Record<string, () => Promise<App>>> = {
  'a program on a unix socket': async () => remote(socket(await worked({ budget: BUDGET, limits: LIMITS }))),
  'a WebSocket': async () => remote(await socketOf(BUDGET)),
}

for (const [name, road] of Object.entries(ROADS)) {
  test(`${name}: as many bodies are held as the budget has room for, and the others are answered 503`, async () => {
    const app = await opened(await road())
    const told = { held: 4, busy: 8 }
    expect(await statuses(app, told, new Uint8Array(MIB))).toEqual(told)
  })

  test(`${name}: bodies that come with their head are charged, too`, async () => {
    const app = await opened(await road())
    // Five in eight of the budget hold 85 of 60 KiB, an eighth 17 that wait; the other 18 are turned away at once.
    const told = { held: 85, busy: 17 + 18 }
    expect(await statuses(app, told, new Uint8Array(60 * 1024))).toEqual(told)
  })
}

for (const [name, road] of Object.entries(ROADS)) {
  test(`${name}: bodies that nobody reads are charged when they come, and the next wait for room`, async () => {
    const app = await opened(await road())
    const body = new Uint8Array(60 * 1024)
    const unread = Array.from({ length: 85 }, () => perform(app, request('POST', '/unread', { body })))
    const held = async (): Promise<string | null> => bodyText(await perform(app, request('GET', '/held')))
    await vi.waitFor(async () => expect(await held()).toBe('85'), WAIT_MS)
    for (let tries = 0; tries < 3; tries++) {
      const { status } = await perform(app, request('POST', '/hold', { body }))
      expect(status).toBe(503)
    }
    await perform(app, request('GET', '/open'))
    expect((await Promise.all(unread)).map(({ status }) => status)).toEqual(unread.map(() => 200))
    expect((await perform(app, request('POST', '/hold', { body }))).status).toBe(200)
  })
}

test('threads have as much together as their gateway: the budget goes with what it is asked to run', async () => {
  const running = await serve(isolate(MODULE), { port: 0, budget: BUDGET, limits: LIMITS, log: silentLog })
  onTestFinished(() => running.close({ now: true }))
  const body = new Uint8Array(MIB)
  const ask = (path: string): Promise<Response> =>
    fetch(running.url + path, path === '/hold' ? { method: 'POST', body } : {})
  const told = { held: 4, busy: 8 }
  expect(
    await counted(
      told,
      async () => (await ask('/hold')).status,
      () => ask('/open'),
    ),
  ).toEqual(told)
})

test('calls by name are charged as others are', async () => {
  const far = socket(await worked({ budget: BUDGET, limits: LIMITS }))
  onTestFinished(() => far.close())
  const data = { text: 'x'.repeat(MIB - 100) }
  const status = (): Promise<number> =>
    far.invoke('hold', data).then(
      () => 200,
      (error: { detail: { status: number } }) => error.detail.status,
    )
  const open = (): Promise<unknown> => perform(remote(far), request('GET', '/open'))
  const told = { held: 4, busy: 8 }
  expect(await counted(told, status, open)).toEqual(told)
})

test('who sends nothing, or next to it, gives its room to others (RFC 9110 15.5.9)', async () => {
  const ways = [socket(await worked({ budget: BUDGET, limits: HURRIED })), await socketOf(BUDGET, HURRIED)]
  for (const way of ways) {
    onTestFinished(() => way.close())
    const quiet = (): Promise<number> => begun(way, () => new Promise(() => {}))
    const trickling = (): Promise<number> => begun(way, drops())
    // They have all the room there is.
    expect(await Promise.all([quiet(), quiet(), trickling(), trickling()])).toEqual([408, 408, 408, 408])
    const late = perform(remote(way), request('POST', '/hold', { body: new Uint8Array(MIB) }))
    await perform(remote(way), request('GET', '/open'))
    expect((await late).status).toBe(200)
  }
})

interface Told {
  readonly held: number
  readonly busy: number
}

/** Calls with a body: how many were held, and how many turned away. */
function statuses(app: App, expected: Told, body: Uint8Array): Promise<Told> {
  return counted(
    expected,
    async () => (await perform(app, request('POST', '/hold', { body }))).status,
    () => perform(app, request('GET', '/open')),
  )
}

/** Asks as often as both together, and lets go of what is held once so many were turned away. */
async function counted(
  { held, busy }: Told,
  ask: () => Promise<number>,
  open: () => Promise<unknown>,
): Promise<Told> {
  const told = new Map<number, number>()
  const enough = promised<void>()
  const asked = Array.from({ length: held + busy }, async () => {
    const status = await ask()
    told.set(status, (told.get(status) ?? 0) + 1)
    if (status === 503 && told.get(503) === busy) enough.resolve()
  })
  await enough.promise
  await open()
  await Promise.all(asked)
  return { held: told.get(200) ?? 0, busy: told.get(503) ?? 0 }
}

/** The status of a call whose body begins, and goes on as `next` gives it. */
async function begun(way: Transport, next: () => Promise<Uint8Array>): Promise<number> {
  const head: RequestHead = {
    ...{ method: 'POST', path: '/hold', query: null, mount: '', http: null, client: null, protocol: 'http' },
    ...{ upgrade: null, timeoutMs: null, headers: {}, context: {} },
  }
  const input = new SourceInput({ length: MIB, read: next, trailers: () => null }, MIB)
  const [status] = await way.call(head, input, { signal: new AbortController().signal })
  return status
}

/** An octet now and then, so that it is never quiet for long. */
function drops(): () => Promise<Uint8Array> {
  return () =>
    new Promise((resolve) => setTimeout(() => resolve(new Uint8Array(1)), HURRIED.bodyTimeoutMs / 5))
}

/** The app, with what it needs open until the test is over. */
async function opened(app: App): Promise<App> {
  const around = mount({ '/': app })
  await openApp(around, serverFacts())
  onTestFinished(() => closeApp(around))
  return around
}

/** An app that nobody else counts in. */
async function holdingApp(): Promise<App> {
  vi.resetModules()
  const { holding } = (await import('./modules/holding.ts')) as { holding: App }
  return holding
}

/** The address of a worker program in this process. */
async function worked(options: Pick<WorkOptions, 'budget' | 'limits'>): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'hagaki-budget-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const listen = `unix:${join(folder, 'w.sock')}`
  const working = await work(await holdingApp(), { listen, log: silentLog, ...options })
  onTestFinished(() => working.close({ now: true }))
  return working.addresses[0]!
}

async function socketOf(
  budget: number,
  limits: Partial<Limits> = LIMITS,
): Promise<ReturnType<typeof webSocket>> {
  const app = mount({ '/ws': overWebSocket(await holdingApp()) })
  const running = await serve(app, { port: 0, budget, limits, log: silentLog })
  onTestFinished(() => running.close({ now: true }))
  return webSocket(`${running.url.replace('http', 'ws')}/ws`)
}
