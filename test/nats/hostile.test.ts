/** Whoever may publish on the subjects may write anything there: it is bounded and refused, and nobody falls. */
import { randomBytes } from 'node:crypto'
import { connect, createInbox, type Msg, type NatsConnection } from '@nats-io/transport-node'
import { bodyText } from 'hagaki'
import { beforeEach, expect, onTestFinished, test, vi } from 'vitest'
import { encodeFrame } from '../../src/wire/frames/codec.ts'
import { CALL, frame, HELLO, REQUEST } from '../../src/wire/frames/frame.ts'
import { encodeHello } from '../../src/wire/frames/payload.ts'
import far from '../roads/far.ts'
import { WAIT_MS } from '../wait.ts'
import { gateway, get, started, worked } from './road.ts'

beforeEach(() => {
  vi.spyOn(console, 'error').mockImplementation(() => {}) // what is refused is logged
})

const hello = encodeFrame(frame(HELLO, 0, encodeHello({ v: 1, role: 'caller', name: 'x', inline: 65_536 })))
const open = Buffer.concat([Buffer.from([1, 0, 0, 0, 0]), hello])
const GARBAGE: readonly Uint8Array[] = [
  new Uint8Array(),
  new Uint8Array(1),
  new Uint8Array([1]),
  new Uint8Array([1, 0, 0, 0, 0]),
  new Uint8Array([1, 0, 0, 0, 7, 1, 2, 3]),
  new Uint8Array([1, 0, 0, 0, 0, 255, 255, 255, 255, 255]),
  new Uint8Array([2, 2]),
  new Uint8Array([3, 255, 254]),
  Buffer.concat([open, hello]),
  Buffer.concat([open, encodeFrame(frame(REQUEST, 1, new Uint8Array(9)))]),
  Buffer.concat([open, encodeFrame(frame(CALL, 1, Buffer.from('{"v":1}')))]),
  Buffer.from('{"v":1,"id":"a.b > *"}'),
  Buffer.from(`{"v":1,"id":"${'x'.repeat(2_000)}"}`),
  randomBytes(100_000),
]

test('garbage on every subject closes what it is for, at most, and calls go on', async () => {
  const { url } = await started()
  await worked(url, far)
  const { app, transport } = await gateway(url)
  expect((await get(app, '/')).status).toBe(200)
  const { stranger, heard } = await listening(url)
  expect((await get(app, '/')).status).toBe(200)
  await stranger.flush()
  const links = [...new Set(heard.flatMap(({ subject, reply }) => [subject, reply ?? subject]))]
  const [{ id }] = (await asked(stranger, 'hagaki.notes.find')) as [{ id: string }]
  const subjects = [
    'hagaki.notes.find',
    'hagaki.notes.here',
    `hagaki.notes.open.${id}`,
    '$SRV.STATS',
    ...links,
  ]
  expect(links.length).toBeGreaterThanOrEqual(2)
  for (const subject of subjects) {
    for (const bytes of GARBAGE) {
      for (const reply of [undefined, createInbox(), 'hagaki.notes.here', `hagaki.notes.open.${id}`])
        stranger.publish(subject, bytes, reply === undefined ? {} : { reply })
    }
    await stranger.flush()
    await vi.waitFor(async () => expect(bodyText(await get(app, '/')), subject).toBe('GET /'), WAIT_MS)
  }
  expect(transport.health()).toMatchObject({ nats: true, workers: 1 })
})

test('nobody makes a worker publish where it wants: answers go to inboxes', async () => {
  const { url } = await started()
  await worked(url, far)
  const { stranger } = await listening(url)
  const told: string[] = []
  stranger.subscribe('>', { callback: (_, { subject }) => void told.push(subject) })
  for (const reply of ['hagaki.notes.here', 'orders.delete', '$SYS.x', '_INBOX.a.*', '_INBOX.>'])
    stranger.publish('hagaki.notes.find', '', { reply })
  await asked(stranger, 'hagaki.notes.find')
  expect(told.filter((subject) => !/^_INBOX\.\w+\.\w+$|^hagaki\.notes\.find$/.test(subject))).toEqual([])
})

test('workers that are none take no calls, and hold up nobody', async () => {
  const { url } = await started()
  const { app } = await gateway(url, { connectTimeout: '1s', links: 8 })
  const { stranger } = await listening(url)
  stranger.subscribe('hagaki.notes.open.>', { callback: () => {} }) // and say nothing
  const say = (id: string): void =>
    stranger.publish('hagaki.notes.here', JSON.stringify({ v: 1, id, contract: null }))
  for (let n = 0; n < 100; n++) say(`none-${n}`)
  await stranger.flush()
  expect((await get(app, '/', { timeoutMs: 400 })).status).toBe(503)
  await worked(url, far)
  await vi.waitFor(async () => expect((await get(app, '/')).status).toBe(200), WAIT_MS)
})

test('whoever says without an end that new workers are there takes no places from those that are', async () => {
  const { url } = await started()
  const { app } = await gateway(url, { connectTimeout: '10m', links: 8 })
  const { stranger } = await listening(url)
  stranger.subscribe('hagaki.notes.open.>', { callback: () => {} }) // and say nothing
  let count = 0
  const say = (): void => {
    for (let n = 0; n < 50; n++)
      stranger.publish('hagaki.notes.here', JSON.stringify({ v: 1, id: `none-${count++}`, contract: null }))
  }
  say()
  await stranger.flush()
  const flood = setInterval(say, 5)
  onTestFinished(() => clearInterval(flood))
  expect((await get(app, '/', { timeoutMs: 400 })).status).toBe(503)
  await worked(url, far)
  await vi.waitFor(async () => expect((await get(app, '/')).status).toBe(200), WAIT_MS)
})

/** A stranger who hears what goes to inboxes. */
async function listening(url: string): Promise<{ stranger: NatsConnection; heard: Msg[] }> {
  const stranger = await connect({ servers: url })
  onTestFinished(() => stranger.close())
  const heard: Msg[] = []
  stranger.subscribe('_INBOX.>', { callback: (_, message) => void heard.push(message) })
  await stranger.flush()
  return { stranger, heard }
}

async function asked(stranger: NatsConnection, subject: string): Promise<unknown[]> {
  return [(await stranger.request(subject, '', { timeout: 5_000 })).json()]
}
