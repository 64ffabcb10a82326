import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Hub } from './hub.ts'
import { Lane } from './lane.ts'

/** What a listener was told, in order; null where it missed something. */
function told(hub: Hub, topic = 'a'): (string | null)[] {
  const heard: (string | null)[] = []
  hub.listen(topic, {
    heard: (item) => void heard.push(item),
    missed: () => void heard.push(null),
    over: () => {},
  })
  return heard
}

type Message = readonly [topic: string | null, item: string | null, sent: () => void]

/** Joins two hubs by messages that arrive when the test says so. */
function joined(one: Hub, other: Hub, limit?: number): { readonly deliver: (count?: number) => void } {
  const way: Message[] = []
  const back: Message[] = []
  const there = new Lane((...message) => void way.push(message), limit)
  const here = new Lane((...message) => void back.push(message), limit)
  one.link(there)
  other.link(here)
  return {
    deliver: (count = Number.POSITIVE_INFINITY) => {
      for (let at = 0; at < count && way.length + back.length > 0; at++) {
        const [messages, hub, from] =
          way.length > 0 ? ([way, other, here] as const) : ([back, one, there] as const)
        const [topic, item, sent] = messages.shift()!
        hub.take(topic, item, from)
        sent()
      }
    },
  }
}

test('an item reaches every process around another one once, and its own', () => {
  const middle = new Hub()
  const around = [new Hub(), new Hub(), new Hub()]
  const links = around.map((hub) => joined(hub, middle))
  const heard = [middle, ...around].map((hub) => told(hub))
  around[0]!.publish('a', '1')
  middle.publish('a', '2')
  around[1]!.publish('b', '3')
  for (let round = 0; round < 3; round++) for (const { deliver } of links) deliver()
  for (const each of heard) expect([...each].sort()).toEqual(['1', '2'])
})

test('one that is gone is passed over', () => {
  const [one, other] = [new Hub(), new Hub()]
  const leave = one.link({ pass: (topic, item) => other.take(topic, item, null) })
  const heard = told(other)
  one.publish('a', '1')
  leave()
  one.publish('a', '2')
  expect(heard).toEqual(['1'])
})

test('a slow process holds no more than may wait; what it hears has no gap that it is not told of', () => {
  const step = fc.oneof(
    { arbitrary: fc.record({ publish: fc.constantFrom('a', 'b') }), weight: 3 },
    { arbitrary: fc.record({ deliver: fc.integer({ min: 1, max: 4 }) }), weight: 1 },
  )
  fc.assert(
    fc.property(fc.array(step, { maxLength: 120, size: 'max' }), (steps) => {
      const [one, other] = [new Hub(), new Hub()]
      const sent: (() => void)[] = []
      let most = 0
      const lane = new Lane((topic, item, done) => {
        sent.push(() => {
          done()
          other.take(topic, item, null)
        })
        most = Math.max(most, sent.length)
      }, 600)
      one.link(lane)
      const heard = { a: told(other, 'a'), b: told(other, 'b') }
      const counts = { a: 0, b: 0 }
      const deliver = (count: number): void => {
        for (const next of sent.splice(0, count)) next()
      }
      for (const each of steps) {
        if ('publish' in each) one.publish(each.publish, String(counts[each.publish as 'a' | 'b']++))
        else deliver(each.deliver)
      }
      while (sent.length > 0) deliver(1)
      expect(most).toBeLessThanOrEqual(6) // four items, and a gap of each topic
      for (const name of ['a', 'b'] as const) {
        let expected = 0
        let gap = false
        for (const item of heard[name]) {
          if (item === null) gap = true
          else {
            if (gap) expect(Number(item)).toBeGreaterThanOrEqual(expected)
            else expect(Number(item)).toBe(expected)
            expected = Number(item) + 1
            gap = false
          }
        }
        if (!gap) expect(expected).toBe(counts[name])
      }
    }),
  )
})

test('beyond a thousand topics with gaps, all are told', () => {
  const other = new Hub()
  const heard = [told(other, 'never'), told(other, 't1')]
  const waiting: Message[] = []
  let losing = 0
  const lane = new Lane(
    (...message) => void waiting.push(message),
    600,
    () => void losing++,
  )
  for (let at = 0; at < 1_200; at++) lane.pass(`t${at}`, 'x'.repeat(50))
  for (const [topic, item, sent] of waiting.splice(0)) {
    other.take(topic, item, null)
    sent()
  }
  for (const [topic, item] of waiting) other.take(topic, item, null)
  expect(losing).toBe(1)
  expect(heard).toEqual([[null], ['x'.repeat(50), null]])
})
