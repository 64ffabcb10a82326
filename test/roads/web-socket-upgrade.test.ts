/** Who is let in over a WebSocket: guards, origins, and how many at once. RFC 6455, contract clause 24. */
import { once } from 'node:events'
import { type App, guard, mount, raise, resource, service, text, verbs } from 'hagaki'
import { client } from 'hagaki/client'
import { overWebSocket } from 'hagaki/websocket'
import { expect, test, vi } from 'vitest'
import { z } from 'zod'
import { WAIT_MS } from '../wait.ts'
import { Seen } from './seen.ts'
import { calling, member, notes, opened, Refused, refused, served, upgrading } from './web-sockets.ts'

vi.spyOn(console, 'error').mockImplementation(() => {}) // what pools log of links that are gone

test('guards of handlers decide for each call: by what it sends, or by what its upgrade said', async () => {
  const { url } = await served(overWebSocket(notes))
  const whoOf = (socket: ReturnType<typeof calling>): Promise<string> =>
    client<typeof notes>(notes.contract, socket).who()
  await expect(whoOf(calling(url))).rejects.toMatchObject({ detail: { status: 401, code: 'no_member' } })
  expect(await whoOf(calling(url, { headers: { authorization: 'member=anna' } }))).toBe('anna')
  const cookie = upgrading({ cookie: 'member=berta' })
  expect(await whoOf(calling(url, { WebSocket: cookie }))).toBe('berta')
  // What a page says for a call does not count against what its browser said.
  expect(await whoOf(calling(url, { WebSocket: cookie, headers: { cookie: 'member=forged' } }))).toBe('berta')
  expect(await calling(url, { WebSocket: cookie }).invoke('who')).toBe('berta')
})

test('an upgrade is let through or refused by guards, as a request is', async () => {
  const { url } = await served(overWebSocket(notes, { admits: [member] }))
  expect(await refused(url)).toBe(401)
  expect(await refused(url, { headers: { cookie: 'member=anna' } })).toBe(101)
  const inline = await served(
    overWebSocket(notes, {
      admits: [
        ({ headers, path, client: from }) => {
          if (headers['x-token'] !== 'yes' || path !== '/' || from !== '127.0.0.1') raise(Refused({}))
        },
      ],
    }),
  )
  expect(await refused(inline.url)).toBe(401)
  expect(await refused(inline.url, { headers: { 'x-token': 'yes' } })).toBe(101)
})

test('guards that use resources and other guards decide of an upgrade, with those of the service', async () => {
  const opened = new Seen<string>()
  const db = resource(
    () => (opened.add('open'), new Map([['anna', 'admin']])),
    () => opened.add('close'),
  )
  const admin = guard('admin', (_, { who, db }) => db.get(who) ?? raise(Refused({})), {
    uses: { who: member, db },
  })
  const { reads } = verbs({ admin })
  const ruled = service({ rule: reads('/rule', { returns: z.string() }, (_, { admin }) => admin) })
  const { url, running } = await served(overWebSocket(ruled, { admits: [admin] }))
  expect(await opened.next()).toBe('open') // once, at boot
  expect(await refused(url)).toBe(401)
  expect(await refused(url, { headers: { cookie: 'member=berta' } })).toBe(401)
  const anna = upgrading({ cookie: 'member=anna' })
  expect(await calling(url, { WebSocket: anna }).invoke('rule')).toBe('admin')
  await running.close({ now: true })
  expect(await opened.next()).toBe('close')
  // In tests they are replaced as they are for handlers.
  const faked = await served(overWebSocket(ruled.with({ admin: 'somebody' }), { admits: [admin] }))
  expect(await refused(faked.url)).toBe(101)

  const other = guard('other', () => null, { uses: { cache: resource(() => 1) } })
  expect(() => overWebSocket(ruled, { admits: [other] })).toThrow(
    /other: no handler of the service uses "cache"/,
  )
  expect(() => overWebSocket(mount({ '/': ruled }), { admits: [admin] })).toThrow(
    /Write overWebSocket\(service, /,
  )
})

test('pages of other origins are refused, those of this host and those that are named let in', async () => {
  const [same, named, any] = [
    await served(overWebSocket(notes)),
    await served(overWebSocket(notes, { origins: ['https://shop.example'] })),
    await served(overWebSocket(notes, { origins: 'any' })),
  ]
  const host = new URL(same.url).host
  const table: [url: string, origin: string, status: number][] = [
    [same.url, `http://${host}`, 101],
    [same.url, `https://${host.toUpperCase()}`, 101],
    [same.url, 'https://shop.example', 403],
    [same.url, 'null', 403],
    [same.url, `https://${host}.evil.example`, 403],
    [same.url, '', 403],
    [named.url, 'https://shop.example', 101],
    [named.url, `http://${new URL(named.url).host}`, 403],
    [any.url, 'https://anywhere.example', 101],
  ]
  for (const [url, origin, status] of table) {
    expect(await refused(url, { headers: { origin } }), `${url} ${origin}`).toBe(status)
  }
})

test('what is no such upgrade is answered as what it is: 404, 426, 400', async () => {
  const { url } = await served(overWebSocket(notes))
  const http = url.replace('ws', 'http')
  expect((await fetch(`${http}/below`)).status).toBe(404)
  const plain = await fetch(http)
  expect([plain.status, await plain.text()]).toEqual([426, expect.stringContaining('hagaki.frames.1')])
  expect(await refused(url, {}, ['other.protocol'])).toBe(426)
  expect(await refused(url, { protocolVersion: 8 })).toBe(400)
})

test('connections are counted from when they are let in: as many at once as may be, however slowly they open', async () => {
  const answered = new Seen<void>()
  const go = new Seen<void>()
  const over = overWebSocket(notes, { connections: 1 })
  const slow: App = async (...call) => {
    try {
      return await over(...call)
    } finally {
      answered.add()
      await go.next()
    }
  }
  const { url } = await served(slow, over)
  const upgrades = [refused(url), refused(url)]
  await answered.next()
  await answered.next()
  go.add()
  go.add()
  expect((await Promise.all(upgrades)).sort()).toEqual([101, 503])
})

test('a connection that is not opened after all, or is over, leaves its place to another', async () => {
  const over = overWebSocket(notes, { connections: 1 })
  const app: App = async (...call) => {
    const result = await over(...call)
    return call[2]['x-late'] === undefined ? result : text('not you', 403)
  }
  const { url } = await served(app, over)
  expect(await refused(url, { headers: { 'x-late': 'yes' } })).toBe(403)
  const socket = await opened(url)
  expect(await refused(url)).toBe(503)
  socket.close()
  await once(socket, 'close')
  await vi.waitFor(async () => expect(await refused(url)).toBe(101), WAIT_MS)
})
