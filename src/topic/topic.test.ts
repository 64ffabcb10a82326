import fc from 'fast-check'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { isFault } from '../fault.ts'
import { type Listener, type Relay, type Subscription, topic } from './topic.ts'

interface Note {
  readonly at: number
}

let names = 0
/** A name that no other test has: topics of one name are one. */
const fresh = (): string => `test.${names++}`

/** What comes until the stream ends, and the code it ends with; null for an end without a fault. */
async function all<T>(items: AsyncIterable<T>): Promise<{ items: T[]; code: string | null }> {
  const taken: T[] = []
  try {
    for await (const item of items) taken.push(item)
    return { items: taken, code: null }
  } catch (error) {
    return { items: taken, code: isFault(error) ? error.code : String(error) }
  }
}

async function take<T>(items: Subscription<T>, count: number): Promise<T[]> {
  const taken: T[] = []
  while (taken.length < count) taken.push((await items.next()).value!)
  return taken
}

test('every subscriber gets each item once and in order, from the call on', async () => {
  const notes = topic<Note>(fresh())
  notes.publish({ at: 0 })
  const early = notes.subscribe()
  notes.publish({ at: 1 })
  const late = notes.subscribe()
  notes.publish({ at: 2 })
  expect(await take(early, 2)).toEqual([{ at: 1 }, { at: 2 }])
  expect(await take(late, 1)).toEqual([{ at: 2 }])
  const coming = late.next()
  notes.publish({ at: 3 })
  expect((await coming).value).toEqual({ at: 3 })
})

test('topics of one name are one, and of another are not', async () => {
  const name = fresh()
  const items = topic<number>(name).subscribe()
  topic<number>(`${name}.x`).publish(1)
  topic<number>(name).publish(2)
  expect(await take(items, 1)).toEqual([2])
})

test('what is taken and what is left make up what was published, in order, for any interleaving', async () => {
  const steps = fc.array(fc.constantFrom('publish', 'publish', 'take'), { maxLength: 100, size: 'max' })
  await fc.assert(
    fc.asyncProperty(steps, fc.integer({ min: 1, max: 20 }), async (made, waiting) => {
      const numbers = topic<number>(fresh(), { waiting })
      const items = numbers.subscribe()
      let published = 0
      let waits = 0
      let most = 0
      const taken: (number | string)[] = []
      const pending: Promise<void>[] = []
      for (const step of made) {
        if (step === 'publish') {
          numbers.publish(published++)
          most = Math.max(most, ++waits)
          continue
        }
        waits--
        pending.push(
          items.next().then(
            ({ done, value }) => void (done === true || taken.push(value)),
            (error: unknown) => void taken.push(isFault(error) ? error.code : 'unknown'),
          ),
        )
      }
      void items.return()
      await Promise.all(pending)
      const missed = taken.indexOf('items_missed')
      const came = missed === -1 ? taken : taken.slice(0, missed)
      // Nothing is out of order, comes twice or is left out; what ends it says so, and only beyond the bound.
      expect(came).toEqual(came.map((_, at) => at))
      if (missed !== -1) expect([most > waiting, taken.length]).toEqual([true, missed + 1])
    }),
  )
})

test('who skips has the newest, in order, and never more than may wait', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 0, max: 40 }),
      fc.integer({ min: 1, max: 10 }),
      async (count, waiting) => {
        const numbers = topic<number>(fresh(), { waiting, whenMissed: 'skip' })
        const leaving = new AbortController()
        const items = numbers.subscribe(leaving.signal)
        for (let at = 0; at < count; at++) numbers.publish(at)
        const kept = Math.min(count, waiting)
        expect(await take(items, kept)).toEqual(Array.from({ length: kept }, (_, at) => count - kept + at))
        leaving.abort('over')
        expect(await all(items)).toEqual({ items: [], code: 'over' })
      },
    ),
  )
})

test('who falls behind by one more than may wait gets those, then the fault, then the end', async () => {
  const numbers = topic<number>(fresh(), { waiting: 3 })
  const items = numbers.subscribe()
  const quick = numbers.subscribe()
  for (let at = 0; at < 3; at++) numbers.publish(at)
  expect(await take(quick, 3)).toEqual([0, 1, 2])
  numbers.publish(3)
  numbers.publish(4)
  expect(await all(items)).toEqual({ items: [0, 1, 2], code: 'items_missed' })
  expect(await items.next()).toEqual({ done: true, value: undefined })
  expect(await take(quick, 2)).toEqual([3, 4])
})

test('an abort ends it with its reason, whether it waits or not; a return() ends it without', async () => {
  const numbers = topic<number>(fresh())
  const reason = new Error('the client went away')
  const leaving = new AbortController()
  const waits = numbers.subscribe(leaving.signal).next()
  const holds = numbers.subscribe(leaving.signal)
  const other = numbers.subscribe()
  const next = [other.next(), other.next()]
  await other.return()
  expect(await Promise.all(next)).toEqual([
    { done: true, value: undefined },
    { done: true, value: undefined },
  ])
  leaving.abort(reason)
  await expect(waits).rejects.toBe(reason)
  await expect(holds.next()).rejects.toBe(reason)
  await expect(numbers.subscribe(leaving.signal).next()).rejects.toBe(reason)
  numbers.publish(1)
  expect(await holds.next()).toEqual({ done: true, value: undefined })
})

test('what is published is what it was then, and nobody changes it for others', async () => {
  const lists = topic<{ list: number[] }>(fresh())
  const items = [lists.subscribe(), lists.subscribe()]
  const item = { list: [1] }
  lists.publish(item)
  item.list.push(2)
  const [one, other] = await Promise.all(items.map(async (each) => (await each.next()).value!))
  expect(one).toEqual({ list: [1] })
  expect(other).toBe(one)
  expect(() => one!.list.push(3)).toThrow(TypeError)
})

test('an item may have the bytes of its limit and not one more', async () => {
  const texts = topic<string>(fresh(), { limit: 10 })
  const items = texts.subscribe()
  texts.publish('a'.repeat(8))
  texts.publish('é'.repeat(4))
  expect(await take(items, 2)).toHaveLength(2)
  expect(() => texts.publish('a'.repeat(9))).toThrow(/it has more than 10 bytes, and the limit is 10$/)
  expect(() => texts.publish(`é${'é'.repeat(4)}`)).toThrow(/it has 12 bytes, and the limit is 10$/)
})

test('what is no JSON, or not of the schema, is refused to its publisher', () => {
  const notes = topic(fresh(), { schema: z.object({ at: z.number() }) })
  const wrong: [item: unknown, said: RegExp][] = [
    [{ at: 'x' }, /it is not of the schema: \/at /],
    [{ at: 1n }, /Cannot/],
    [new Uint8Array(3), /Cannot write bytes as JSON/],
    [undefined, /Cannot take an item/],
  ]
  for (const [item, said] of wrong) expect(() => notes.publish(item as { at: number })).toThrow(said)
})

test('a schema gives its output to who subscribes', async () => {
  const times = topic(fresh(), { schema: z.string().transform((text) => new Date(text)) })
  const items = times.subscribe()
  times.publish('2026-11-20T11:30:00Z')
  expect((await items.next()).value?.getTime()).toBe(Date.UTC(2026, 10, 20, 11, 30))
})

test('of what strangers send, only items come, and the log hears of 1, 2, 4, ... others', async () => {
  const { relay, listeners } = scripted()
  const said: object[] = []
  const log = { debug() {}, info() {}, error() {}, warn: (fields: object) => void said.push(fields) }
  const schema = z.object({ at: z.number() })
  const items = topic(fresh(), { schema, over: relay, limit: 30, log }).subscribe()
  const [listener] = listeners
  const wrong = [
    '{"at":"x"}',
    'x',
    '',
    '{"at":1,"at":2}',
    '{"__proto__":{},"at":1}',
    ' '.repeat(31),
    '\ud800',
  ]
  for (const text of wrong) listener!.heard(text)
  listener!.heard('{"at":7}')
  expect(await take(items, 1)).toEqual([{ at: 7 }])
  expect(said).toMatchObject([{ dropped: 1 }, { dropped: 2 }, { dropped: 4 }])
})

test('a relay is listened to while somebody subscribes, and once; where it fails, they hear why', async () => {
  const { relay, listeners, fails } = scripted()
  const numbers = topic<number>(fresh(), { over: relay })
  numbers.publish(1)
  expect(listeners.size).toBe(0)
  const items = [numbers.subscribe(), numbers.subscribe()]
  expect(listeners.size).toBe(1)
  for (const listener of listeners) listener.missed('the link was lost')
  for (const each of items) await expect(each.next()).rejects.toThrow(/were missed: the link was lost/)
  expect(listeners.size).toBe(0)
  const late = numbers.subscribe()
  fails(new Error('nobody there'))
  await expect(late.ready).rejects.toThrow('nobody there')
  await expect(late.next()).rejects.toThrow('nobody there')
  expect(listeners.size).toBe(0)
})

test('who skips goes on when items were missed, and ends when its relay is over', async () => {
  const { relay, listeners } = scripted()
  const numbers = topic<number>(fresh(), { over: relay, whenMissed: 'skip' })
  const items = numbers.subscribe()
  for (const listener of listeners) listener.missed('the link was lost')
  for (const listener of listeners) listener.heard('1')
  for (const listener of listeners) listener.over('it is closed')
  expect(await all(items)).toEqual({ items: [1], code: 'items_missed' })
  expect(listeners.size).toBe(0)
  numbers.subscribe()
  expect(listeners.size).toBe(1)
})

test('names, bounds and choices that are none are refused', () => {
  const wrong: [name: string, options: object, said: RegExp][] = [
    ['', {}, /it is no name/],
    ['a b', {}, /it is no name/],
    ['a..b', {}, /it is no name/],
    ['a.*', {}, /it is no name/],
    ['a.>', {}, /it is no name/],
    ['a'.repeat(129), {}, /it is no name/],
    ['a\n', {}, /it is no name/],
    ['a', { waiting: 0 }, /no number of items/],
    ['a', { waiting: 65_537 }, /no number of items/],
    ['a', { limit: 0 }, /too small or too large/],
    ['a', { limit: 1024 * 1024 + 1 }, /too small or too large/],
    ['a', { whenMissed: 'wait' }, /is neither/],
  ]
  for (const [name, options, said] of wrong) expect(() => topic(name, options)).toThrow(said)
  expect(topic('a'.repeat(128), { waiting: 65_536, limit: '1mb', whenMissed: 'skip' }).name).toHaveLength(128)
})

/** A relay whose other end is the test. */
function scripted(): {
  relay: Relay
  listeners: Set<Listener>
  fails: (error: Error) => void
} {
  const listeners = new Set<Listener>()
  let fails: (error: Error) => void = () => {}
  const relay: Relay = {
    publish: () => {},
    listen: (_, listener) => {
      listeners.add(listener)
      const ready = new Promise<void>((_resolve, reject) => {
        fails = reject
      })
      return { ready, stop: () => void listeners.delete(listener) }
    },
  }
  return { relay, listeners, fails: (error) => fails(error) }
}
