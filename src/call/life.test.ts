import { expect, test } from 'vitest'
import type { App, Life, Log } from '../contract.ts'
import { LIFE } from '../contract.ts'
import { mount } from '../middleware/mount.ts'
import { closeApp, life, lives, living, openApp } from './life.ts'
import { silentLog } from './log.ts'
import { serverFacts } from './server-facts.ts'
import { use } from './use.ts'

const SERVER = serverFacts()

/** Lives that write down what happens to them. */
function diary(): { readonly events: string[]; readonly named: (name: string, failing?: boolean) => Life } {
  const events: string[] = []
  return {
    events,
    named: (name, failing = false) =>
      life(
        () => {
          events.push(`open ${name}`)
          if (failing) throw new Error(`${name} is not there`)
        },
        () => void events.push(`close ${name}`),
        silentLog,
      ),
  }
}

function appWith(own: Life): App {
  return living(() => [204, null, {}, null], [], own)
}

test('lives open in order and close in reverse (36)', async () => {
  const { events, named } = diary()
  const all = lives([named('a'), named('b'), named('c')])
  await all.open(SERVER)
  await all.close()
  expect(events).toEqual(['open a', 'open b', 'open c', 'close c', 'close b', 'close a'])
})

test('each is awaited before the next (36)', async () => {
  const events: string[] = []
  const slow = (name: string): Life => ({
    open: async () => {
      events.push(`${name} opens`)
      await null
      events.push(`${name} is open`)
    },
    close: async () => {
      events.push(`${name} closes`)
      await null
      events.push(`${name} is closed`)
    },
  })
  const all = lives([slow('a'), slow('b')])
  await all.open(SERVER)
  await all.close()
  expect(events.slice(0, 4)).toEqual(['a opens', 'a is open', 'b opens', 'b is open'])
  expect(events.slice(4)).toEqual(['b closes', 'b is closed', 'a closes', 'a is closed'])
})

test('a failed opening closes those before it, in reverse, and nothing stays half open (36)', async () => {
  const { events, named } = diary()
  const all = lives([named('a'), named('b'), named('c', true), named('d')])
  await expect(all.open(SERVER)).rejects.toThrow('c is not there')
  expect(events).toEqual(['open a', 'open b', 'open c', 'close b', 'close a'])
})

test('a boot that failed may be tried again (36)', async () => {
  let there = false
  const open = life(
    () => {
      if (!there) throw new Error('not there')
    },
    () => {},
    silentLog,
  )
  await expect(open.open(SERVER)).rejects.toThrow('not there')
  there = true
  await expect(open.open(SERVER)).resolves.toBeUndefined()
})

test('a life is opened once however often it is mounted, and closed by the last holder (36)', async () => {
  const { events, named } = diary()
  const shared = named('db')
  await Promise.all([shared.open(SERVER), shared.open(SERVER)])
  await shared.close()
  expect(events).toEqual(['open db'])
  await shared.close()
  expect(events).toEqual(['open db', 'close db'])
  await shared.close()
  expect(events).toEqual(['open db', 'close db'])
})

test('after the last closing it can be opened anew (36)', async () => {
  const { events, named } = diary()
  const shared = named('db')
  for (const _ of [1, 2]) {
    await shared.open(SERVER)
    await shared.close()
  }
  expect(events).toEqual(['open db', 'close db', 'open db', 'close db'])
})

test('closing never rejects: a failure is logged, and the others close (36)', async () => {
  const logged: unknown[] = []
  const log: Log = { ...silentLog, error: (fields) => void logged.push((fields as { err: unknown }).err) }
  const { events, named } = diary()
  const failing = life(
    () => {},
    () => Promise.reject(new Error('stuck')),
    log,
  )
  const all = lives([named('a'), failing])
  await all.open(SERVER)
  await expect(all.close()).resolves.toBeUndefined()
  expect(events).toEqual(['open a', 'close a'])
  expect(logged).toEqual([new Error('stuck')])
})

test('a life is told which server it is opened for (19, 36)', async () => {
  const told: unknown[] = []
  await openApp(
    appWith(
      life(
        (server) => void told.push(server),
        () => {},
      ),
    ),
    SERVER,
  )
  expect(told).toEqual([SERVER])
})

test('an app without a life opens and closes as well (36)', async () => {
  const app: App = () => [204, null, {}, null]
  await expect(openApp(app, SERVER)).resolves.toBeUndefined()
  await expect(closeApp(app)).resolves.toBeUndefined()
  expect(living(app, [])[LIFE]).toBeUndefined()
})

test('an app made of others passes their lives on, each once (36)', async () => {
  const { events, named } = diary()
  const [a, b] = [appWith(named('a')), appWith(named('b'))]
  const composed = mount({
    '/a': a,
    '/b': use(
      b,
      (next) =>
        (...call) =>
          next(...call),
    ),
    '/again': a,
  })
  await openApp(composed, SERVER)
  expect([...events].sort()).toEqual(['open a', 'open b'])
  await closeApp(composed)
  expect(events.slice(2).sort()).toEqual(['close a', 'close b'])
  expect(events.slice(2)).toEqual(
    events
      .slice(0, 2)
      .reverse()
      .map((event) => event.replace('open', 'close')),
  )
})

test('middleware with a life of its own keeps it under use (36)', async () => {
  const { events, named } = diary()
  const store = named('store')
  const app = use(appWith(named('app')), (next) => living((...call) => next(...call), [next], store))
  await openApp(app, SERVER)
  await closeApp(app)
  expect([...events].sort()).toEqual(['close app', 'close store', 'open app', 'open store'])
})
