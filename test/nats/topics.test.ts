/**
 * Topics over NATS, against a real server: between servers that know nothing of each other, through losses of
 * the connection, and with strangers who publish what they like.
 */
import { isFault, silentLog } from 'hagaki'
import { type NatsRelay, natsRelay } from 'hagaki/nats'
import { type Subscription, topic } from 'hagaki/topic'
import { describe, expect, onTestFinished, test } from 'vitest'
import { z } from 'zod'
import { loadNats, type NatsConnection } from '../../src/transport/nats/peer-library.ts'
import { Command, Place } from '../cli/command.ts'
import { APP, say, Watching } from '../topics/crew.ts'
import { NatsServer } from './server.ts'

const start = (config?: string): Promise<NatsServer> => NatsServer.start(onTestFinished, config)

/** A connection of its own, as another process has one. */
function relay(server: NatsServer): NatsRelay {
  const one = natsRelay(server.url, { log: silentLog })
  onTestFinished(() => one.close())
  return one
}

async function stranger(server: NatsServer): Promise<NatsConnection> {
  const nats = await (await loadNats('a test')).connect({ servers: [`127.0.0.1:${server.port}`] })
  onTestFinished(() => nats.close())
  return nats
}

async function take<T>(items: Subscription<T>, count: number): Promise<T[]> {
  const taken: T[] = []
  while (taken.length < count) taken.push((await items.next()).value!)
  return taken
}

/** The code that a stream ends with, and what came before. */
async function end<T>(items: Subscription<T>): Promise<{ items: T[]; code: string }> {
  const taken: T[] = []
  try {
    for await (const item of items) taken.push(item)
    return { items: taken, code: 'an end' }
  } catch (error) {
    return { items: taken, code: isFault(error) ? error.code : String(error) }
  }
}

const upTo = (count: number): number[] => Array.from({ length: count }, (_, at) => at)

describe('topics over NATS', () => {
  test('what one connection publishes comes to all, its own included, once and in order', async () => {
    const server = await start()
    const [one, other] = [relay(server), relay(server)]
    const here = topic<number>('n', { over: one, waiting: 1_000 })
    const there = topic<number>('n', { over: other, waiting: 1_000 })
    const elsewhere = topic<number>('n.x', { over: other })
    const items = [here.subscribe(), there.subscribe(), elsewhere.subscribe()]
    await Promise.all(items.map(({ ready }) => ready))
    for (const at of upTo(500)) here.publish(at)
    elsewhere.publish(-1)
    expect(await take(items[0]!, 500)).toEqual(upTo(500))
    expect(await take(items[1]!, 500)).toEqual(upTo(500))
    expect(await take(items[2]!, 1)).toEqual([-1])
  })

  test('what is published before the connection is there waits for it', async () => {
    const server = await start()
    const items = topic<number>('n', { over: relay(server) }).subscribe()
    await items.ready
    const numbers = topic<number>('n', { over: relay(server) })
    for (const at of upTo(10)) numbers.publish(at)
    expect(await take(items, 10)).toEqual(upTo(10))
  })

  test('who left gets nothing more, also when it began before the connection was there', async () => {
    const server = await start()
    const numbers = topic<number>('n', { over: relay(server) })
    const first = numbers.subscribe()
    await first.ready
    await first.return()
    const again = numbers.subscribe()
    await again.ready
    numbers.publish(1)
    numbers.publish(2)
    expect(await take(again, 2)).toEqual([1, 2])
    expect(await first.next()).toEqual({ done: true, value: undefined })
  })

  test('a lost connection ends streams with items_missed; what is published meanwhile comes when NATS is back', async () => {
    const server = await start()
    const [one, other] = [relay(server), relay(server)]
    const there = topic<number>('n', { over: other })
    const items = there.subscribe()
    await items.ready
    const here = topic<number>('n', { over: one })
    here.publish(1)
    expect(await take(items, 1)).toEqual([1])
    await server.kill()
    expect(await end(items)).toEqual({ items: [], code: 'items_missed' })
    const again = there.subscribe()
    here.publish(2)
    await server.start()
    await again.ready
    // The publisher may have been back before this one: then 2 went by, as nothing is kept.
    here.publish(3)
    const came = [(await again.next()).value]
    if (came[0] === 2) came.push((await again.next()).value)
    expect(came.at(-1)).toBe(3)
  })

  test('a relay that is closed ends streams with items_missed, and connects again for who subscribes then', async () => {
    const server = await start()
    const over = relay(server)
    const numbers = topic<number>('n', { over })
    const items = numbers.subscribe()
    const skipping = topic<number>('n', { over, whenMissed: 'skip' }).subscribe()
    await Promise.all([items.ready, skipping.ready])
    numbers.publish(0)
    expect(await take(items, 1)).toEqual([0])
    await over.close()
    expect(await end(items)).toEqual({ items: [], code: 'items_missed' })
    expect(await end(skipping)).toEqual({ items: [0], code: 'items_missed' })
    const again = numbers.subscribe()
    await again.ready
    numbers.publish(1)
    expect(await take(again, 1)).toEqual([1])
  })

  test('a server that takes nothing holds nobody up: what waits is bounded, and the gap is told', async () => {
    const server = await start()
    const [one, other] = [relay(server), relay(server)]
    const texts = topic<string>('t', { over: other, waiting: 5_000 }).subscribe()
    await texts.ready
    const here = topic<string>('t', { over: one })
    here.publish('first')
    expect(await take(texts, 1)).toEqual(['first'])
    await server.hang()
    const before = process.memoryUsage().heapUsed + process.memoryUsage().external
    for (let count = 0; count < 2_000; count++) here.publish('x'.repeat(60_000))
    const held = process.memoryUsage().heapUsed + process.memoryUsage().external - before
    expect(held).toBeLessThan(100 * 1024 * 1024) // of 120 million characters
    server.goOn()
    const { items, code } = await end(texts)
    expect(code).toBe('items_missed')
    expect(items.length).toBeLessThan(400)
  })

  test('of more topics with gaps than are remembered, all are told', async () => {
    const server = await start()
    const [one, other] = [relay(server), relay(server)]
    const there = topic<number>('quiet', { over: other }).subscribe()
    await there.ready
    const first = topic<string>('t', { over: one })
    const echo = first.subscribe()
    await echo.ready
    await server.hang()
    for (let count = 0; count < 200; count++) first.publish('x'.repeat(60_000))
    for (let at = 0; at < 1_200; at++) topic<string>(`t.${at}`, { over: one }).publish('x'.repeat(60_000))
    server.goOn()
    expect(await end(there)).toEqual({ items: [], code: 'items_missed' })
  })

  test('of what strangers publish only items come, and an item too large for the server is a gap', async () => {
    const server = await start('max_payload: 10000')
    const nats = await stranger(server)
    const notes = topic('notes', {
      schema: z.object({ text: z.string() }),
      over: relay(server),
      log: silentLog,
    })
    const items = notes.subscribe()
    await items.ready
    const octets = (text: string): Uint8Array => new TextEncoder().encode(text)
    const wrong = [
      octets('x'),
      octets('{"text":1}'),
      octets('{"text":"a","text":"b"}'),
      new Uint8Array([0xff]),
    ]
    for (const one of wrong) nats.publish('hagaki-topic.notes', one)
    nats.publish('hagaki-topic.notes', octets('{"text":"from a stranger"}'))
    expect(await take(items, 1)).toEqual([{ text: 'from a stranger' }])
    notes.publish({ text: 'x'.repeat(20_000) })
    expect(await end(items)).toEqual({ items: [], code: 'items_missed' })
  })

  test('two servers that know nothing of each other show the same', async () => {
    const server = await start()
    const over = `const said = topic('said', { over: natsRelay('${server.url}'), schema: Said`
    const app = APP.replace("const said = topic('said', { schema: Said", over).replace(
      'import { z }',
      "import { natsRelay } from 'hagaki/nats'\nimport { z }",
    )
    expect(app).toContain(over)
    const place = new Place(onTestFinished, { 'app.js': app })
    const [one, other] = await Promise.all([
      Command.serve(place, 'app.js'),
      Command.serve(place, 'app.js', ['-w', '2']),
    ])
    const watching = [await Watching.open(one.url), await Watching.open(other.url)]
    // The first items may go by while NATS is told who listens.
    for (const each of watching) {
      const first = each.next()
      let came = false
      void first.then(() => (came = true))
      while (!came) await say(one.url, 'is anybody there?')
    }
    await say(other.url, 'from the other')
    for (const each of watching) {
      for (;;) if ((await each.next()).text === 'from the other') break
    }
    for (const { command } of [one, other]) command.signal('SIGTERM')
    for (const { command } of [one, other]) expect((await command.ended()).status).toBe(0)
    for (const each of watching) expect((await each.rest()).code).toBe('draining')
  })
})
