/**
 * What handlers say besides their data, over every road: the same answers to requests, and the same data to clients,
 * whether they ask by path or by name. `docs/answers.md`; contract clauses 17, 33-35.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type App, after, bodyText, mount, perform, remote, request, silentLog, use } from 'hagaki'
import { type Client, client, clientByName, http, local } from 'hagaki/client'
import { isolate } from 'hagaki/isolate'
import { nats } from 'hagaki/nats'
import { serve } from 'hagaki/server'
import { socket } from 'hagaki/socket'
import { overWebSocket, webSocket } from 'hagaki/websocket'
import { type WorkOptions, work } from 'hagaki/work'
import { expect, onTestFinished, test } from 'vitest'
import { closeApp, openApp } from '../../src/call/life.ts'
import { serverFacts } from '../../src/call/server-facts.ts'
import type { Transport } from '../../src/call/transport.ts'
import type { ByName } from '../../src/transport/by-name.ts'
import { NatsServer } from '../nats/server.ts'
import root, { said, visits } from './said.ts'

const MODULE = new URL('./said.ts', import.meta.url)
const TOTAL = { 'x-total': '7', link: ['</page?2>; rel="next"', '</>; rel="up"'] }
const CURRENT = { etag: '"3"', 'cache-control': 'public, max-age=60' }

type Told = readonly [status: number, fields: object, body: string | null, visits?: number]

/** Requests, and what each says. */
const REQUESTS: readonly (readonly [method: string, path: string, headers: object, ...Told])[] = [
  ['POST', '/v1/notes', {}, 201, { location: '/m/v1/notes/7' }, '{"id":7,"version":1}'],
  ['GET', '/v1/notes/1', {}, 200, CURRENT, '{"id":1,"version":3}'],
  ['GET', '/v1/notes/1', { 'if-none-match': '"3"' }, 304, CURRENT, null],
  ['GET', '/v1/notes/1', { 'if-match': '"2"' }, 412, {}, expect.stringContaining('precondition_failed')],
  ['PATCH', '/v1/notes/1', { 'if-match': '"2"' }, 412, {}, expect.stringContaining('precondition_failed')],
  ['PATCH', '/v1/notes/1', { 'if-match': '"3"' }, 204, {}, null],
  ['GET', '/v1/page', {}, 200, TOTAL, '[1,2]'],
  ['GET', '/v1/moved', {}, 308, { location: '/m/v1/there?a=b' }, '"there"'],
  ['POST', '/v1/near', {}, 303, { location: 'there' }, '"there"'],
  ['POST', '/v1/done', {}, 303, { location: './there' }, null],
  ['POST', '/v1/enter', {}, 200, {}, '"in"', 2],
  ['GET', '/v1/picture', {}, 200, { vary: 'accept' }, 'GIF'],
  ['GET', '/v1/file', {}, 307, { location: '/store' }, null],
]

const TOLD = Object.fromEntries(
  REQUESTS.map(([method, path, headers, ...told]) => [
    nameOf(method, path, headers),
    told.length === 3 ? [...told, 1] : told,
  ]),
)

/** What carries the requests to the app, and what carries its service below `/m`. */
const ROADS: Readonly<Record<string, () => Promise<App>>> = {
  'in process': async () => root,
  'a thread': async () => isolate(MODULE),
  'a process': async () => isolate(MODULE, { processes: 1 }),
  'a unix socket': async () =>
    remote(socket(await worked(root, { listen: `unix:${join(folder(), 'w.sock')}` }))),
  NATS: async () => {
    const { url } = await NatsServer.start(onTestFinished)
    await worked(said, { over: url, name: 'said', trusted: true })
    return mount({ '/m': remote(nats(url, 'said', { trusted: true })) })
  },
}

for (const [name, road] of Object.entries(ROADS)) {
  test(`${name}: status, fields, body and carried keys as the handlers say them`, async () => {
    expect(await toldOver(await road())).toEqual(TOLD)
  })
}

test('a WebSocket: the same, but addresses are below the socket, and nothing that is carried comes back', async () => {
  const running = await serve(mount({ '/m': overWebSocket(said) }), { port: 0, log: silentLog })
  onTestFinished(() => running.close({ now: true }))
  const far = webSocket(`${running.url.replace('http', 'ws')}/m`)
  onTestFinished(() => far.close())
  const told = await toldOver(mount({ '/elsewhere': remote(far) }), '/elsewhere')
  const enter = nameOf('POST', '/v1/enter', {})
  expect(told).toEqual({ ...TOLD, [enter]: [200, {}, '"in"', 1] })
})

for (const server of ['http1', 'node-http'] as const) {
  test(`${server}: the same on the wire`, async () => {
    const running = await serve(root, { port: 0, server, log: silentLog })
    onTestFinished(() => running.close({ now: true }))
    for (const [method, path, headers, status, fields, body] of REQUESTS) {
      const answer = await fetch(`${running.url}/m${path}`, {
        method,
        headers: headers as Record<string, string>,
        redirect: 'manual',
      })
      const what = nameOf(method, path, headers)
      expect([answer.status, await answer.text()], what).toEqual([status, body ?? ''])
      for (const [name, value] of Object.entries(fields))
        expect(answer.headers.get(name), `${what} ${name}`).toBe([value].flat().join(', '))
    }
  })
}

/** What clients are given, whatever they ask over. */
const GIVEN: readonly (readonly [name: string, data: unknown, given: unknown])[] = [
  ['notes.add', undefined, { id: 7, version: 1 }],
  ['notes.read', { id: 1 }, { id: 1, version: 3 }],
  ['notes.change', { id: 1 }, undefined],
  ['page', undefined, [1, 2]],
  ['moved', undefined, 'there'],
  ['near', undefined, 'there'],
  ['done', undefined, undefined],
  ['enter', undefined, 'in'],
  ['picture', undefined, new Uint8Array([71, 73, 70])],
]

test('a client is given the data that handlers reply, in process, over both servers and on every link', async () => {
  const far = await links()
  const clients: Record<string, Client<typeof said>> = { local: local(said) }
  for (const server of ['http1', 'node-http'] as const) {
    const running = await serve(root, { port: 0, server, log: silentLog })
    onTestFinished(() => running.close({ now: true }))
    clients[server] = client<typeof said>(said.contract, http(`${running.url}/m`))
  }
  for (const [name, transport] of Object.entries(far)) {
    clients[name] = client<typeof said>(said.contract, transport)
    clients[`${name}, by name`] = clientByName<typeof said>(said.contract, transport)
  }
  for (const [road, api] of Object.entries(clients))
    for (const [name, data, given] of GIVEN)
      expect(await called(api, name, data), `${name} ${road}`).toEqual(given)
})

test('called by its name a handler gives its data, by the service and on every link; bytes have no name there', async () => {
  const far = await links()
  for (const [name, data, given] of GIVEN) {
    expect(await said.invoke(name as 'page', ...([data] as unknown as [])), name).toEqual(given)
    for (const [road, { invoke }] of Object.entries(far)) {
      const answered = invoke(name, data)
      if (!(given instanceof Uint8Array)) expect(await answered, `${name} ${road}`).toEqual(given)
      else
        await expect(answered, road).rejects.toMatchObject({
          detail: { status: 406, code: 'not_acceptable' },
        })
    }
  }
})

test('a stream that is elsewhere is refused to clients that do not go there, with its address', async () => {
  const api = local(said)
  const read = async (): Promise<void> => {
    for await (const _ of api.file()) break
  }
  await expect(read()).rejects.toMatchObject({
    code: 'call_answered',
    detail: { status: 307, data: { location: '/store' } },
  })
})

test('a client tells of the fields beside the data, also of a redirect that it did not follow', async () => {
  const fields: unknown[] = []
  const onAnswer = ({ status, headers }: { status: number; headers: object }): void =>
    void fields.push([status, headers])
  const { unix } = await links()
  for (const api of [
    local(said),
    client<typeof said>(said.contract, unix!),
    clientByName<typeof said>(said.contract, unix!),
  ]) {
    await api.page(undefined, { onAnswer })
    await api.moved(undefined, { onAnswer })
  }
  const page = [200, expect.objectContaining(TOTAL)]
  const moved = [308, expect.objectContaining({ location: '/m/v1/there?a=b' })]
  expect(fields).toEqual([page, moved, page, moved, page, moved])
})

/** What each request is told, with the visits as they are around the road afterwards. */
async function toldOver(road: App, at = '/m'): Promise<Record<string, unknown>> {
  let seen: number | undefined
  const app = use(road, (next) => (method, path, headers, options, server) => {
    options.set(visits, 1)
    return after(next(method, path, headers, options, server), (result) => {
      seen = options.get(visits)
      return result
    })
  })
  const server = serverFacts()
  await openApp(app, server)
  try {
    const told: Record<string, unknown> = {}
    for (const [method, path, headers] of REQUESTS) {
      const asked = request(method, at + path, { headers: headers as Record<string, string> })
      const { status, headers: fields, body } = await perform(app, asked, { server })
      told[nameOf(method, path, headers)] = [status, { ...fields }, body && bodyText({ body }), seen]
    }
    return told
  } finally {
    await closeApp(app)
  }
}

/** Clients' ways to the service. */
async function links(): Promise<Record<string, Transport & ByName>> {
  const { url } = await NatsServer.start(onTestFinished)
  await worked(said, { over: url, name: 'said' })
  const running = await serve(mount({ '/ws': overWebSocket(said) }), { port: 0, log: silentLog })
  onTestFinished(() => running.close({ now: true }))
  const all = {
    unix: socket(await worked(said, { listen: `unix:${join(folder(), 'w.sock')}` })),
    webSocket: webSocket(`${running.url.replace('http', 'ws')}/ws`),
    nats: nats(url, 'said'),
  }
  for (const one of Object.values(all)) onTestFinished(() => one.close())
  return all
}

function called(api: Client<typeof said>, name: string, data: unknown): Promise<unknown> {
  const fn = name.split('.').reduce<unknown>((at, part) => (at as Record<string, unknown>)[part], api)
  return (fn as (data: unknown) => Promise<unknown>)(data)
}

function nameOf(method: string, path: string, headers: object): string {
  return [method, path, ...Object.entries(headers).flat()].join(' ')
}

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'hagaki-reply-'))
  onTestFinished(() => rmSync(path, { recursive: true, force: true }))
  return path
}

/** The address of a worker program in this process. */
async function worked(app: App, options: WorkOptions): Promise<string> {
  const working = await work(app, { log: silentLog, ...options })
  onTestFinished(() => working.close({ now: true }))
  return working.addresses[0]!
}
