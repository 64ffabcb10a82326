import { expect, test, vi } from 'vitest'
import { z } from 'zod'
import { closeApp, openApp } from '../call/life.ts'
import { perform } from '../call/perform.ts'
import { serverFacts } from '../call/server-facts.ts'
import { local } from '../client/local.ts'
import { mount } from '../middleware/mount.ts'
import { bodyJson, request } from '../value/message.ts'
import { type Resource, resource } from './provide.ts'
import { type Service, service } from './service.ts'
import { verbs } from './verbs.ts'

const SERVER = serverFacts()
const seen: string[] = []

/** A resource that says when it is opened and closed. */
function telling(name: string, open: () => unknown = () => name): Resource<unknown> {
  return resource(
    () => {
      seen.push(`open ${name}`)
      return open()
    },
    () => void seen.push(`close ${name}`),
  )
}

/** A service with one handler, whose answer is what its resources are. */
function serviceOf(resources: Readonly<Record<string, Resource<unknown>>>, path = '/'): Service {
  const { reads } = verbs(resources)
  return service({
    it: reads(path, { returns: z.any() }, (_, context) =>
      Object.keys(resources).map((name) => (context as Record<string, unknown>)[name]),
    ),
  }) as Service
}

function since(): string[] {
  return seen.splice(0)
}

const ask = async (app: Service): Promise<unknown> => bodyJson(await perform(app, request('GET', '/')))

test('resources are opened in the order they are named, and closed in reverse', async () => {
  const app = serviceOf({ a: telling('a'), b: telling('b', async () => 'b'), c: telling('c') })
  await openApp(app, SERVER)
  expect(since()).toEqual(['open a', 'open b', 'open c'])
  expect(await ask(app)).toEqual(['a', 'b', 'c'])
  await closeApp(app)
  expect(since()).toEqual(['close c', 'close b', 'close a'])
})

test('a resource that does not open is named, stops the boot, and those before it are closed', async () => {
  for (const broken of [
    () => {
      throw new Error('no such host')
    },
    () => Promise.reject(new Error('no such host')),
  ]) {
    // biome-ignore format: one line
    const app = serviceOf({ a: telling('a'), db: telling('b', broken), c: telling('c') })
    await expect(openApp(app, SERVER)).rejects.toMatchObject({
      code: 'setup_faulty',
      message: expect.stringMatching(
        /^Resource "db": no such host\. The boot stopped because handlers ask for it/,
      ),
    })
    expect(since()).toEqual(['open a', 'open b', 'close a'])
    await closeApp(app)
    expect(since()).toEqual([])
  }
})

test('a boot that failed can be tried again', async () => {
  let tries = 0
  const app = serviceOf({
    a: telling('a'),
    b: telling('b', () => (++tries === 1 ? Promise.reject(new Error('not yet')) : 'b')),
  })
  await expect(openApp(app, SERVER)).rejects.toThrow('not yet')
  await openApp(app, SERVER)
  expect(await ask(app)).toEqual(['a', 'b'])
  await closeApp(app)
  expect(since()).toEqual(['open a', 'open b', 'close a', 'open a', 'open b', 'close b', 'close a'])
})

test('services that name the same resource share it, and the last one closes it', async () => {
  const db = telling('db')
  const [one, two] = [serviceOf({ db }), serviceOf({ other: db })]
  const app = mount({ '/one': one, '/two': two, '/again': one })
  await openApp(app, SERVER)
  expect(since()).toEqual(['open db'])
  await openApp(two, SERVER)
  await closeApp(app)
  expect(since()).toEqual([])
  expect(await ask(two)).toEqual(['db'])
  await closeApp(two)
  expect(since()).toEqual(['close db'])
})

test('without a server the first call opens, once, and closing the app closes', async () => {
  const app = serviceOf({ a: telling('a'), b: telling('b', async () => 'b') })
  expect(await Promise.all([ask(app), ask(app), app.invoke('it' as never, undefined as never)])).toEqual([
    ['a', 'b'],
    ['a', 'b'],
    ['a', 'b'],
  ])
  expect(since()).toEqual(['open a', 'open b'])
  await closeApp(app)
  expect(since()).toEqual(['close b', 'close a'])
  expect(await ask(app)).toEqual(['a', 'b'])
  await closeApp(app)
  since()
})

test('what a resource says when it does not open, no caller is told', async () => {
  const log = { debug: vi.fn(), info: vi.fn(), warn: vi.fn(), error: vi.fn() }
  const app = serviceOf({
    db: telling('db', () => Promise.reject(new Error('password authentication failed for bob'))),
  })
  const answer = await perform(app, request('GET', '/'), { log })
  expect(bodyJson(answer)).toEqual({
    status: 500,
    title: 'Internal Server Error',
    code: 'app_failed',
    detail: 'The app failed',
  })
  expect(log.error).toHaveBeenCalledOnce()
  expect(log.error.mock.calls[0]![0]).toMatchObject({
    err: { message: expect.stringMatching(/"db": password/) },
  })
  since()
})

test('a resource with a value in its place is never opened', async () => {
  const app = serviceOf({ a: telling('a'), b: telling('b') })
  expect(await ask(app.with({ a: 'A', b: 'B' } as never))).toEqual(['A', 'B'])
  expect(since()).toEqual([])
})

test('what calls through `local` and `with` have opened, closing the service closes', async () => {
  const app = serviceOf({ a: telling('a'), b: telling('b') })
  const api = local(app, { a: 'A' } as never) as unknown as { it(): Promise<unknown> }
  expect(await api.it()).toEqual(['A', 'b'])
  expect(await ask(app.with({ a: 'A' } as never))).toEqual(['A', 'b'])
  expect(since()).toEqual(['open b'])
  await closeApp(app)
  expect(since()).toEqual(['close b'])
})

test('one resource that does not close stops no other', async () => {
  const said = vi.spyOn(console, 'error').mockImplementation(() => {})
  const stuck = resource(
    () => 'stuck',
    () => Promise.reject(new Error('busy')),
  )
  const app = serviceOf({ a: telling('a'), stuck, c: telling('c') })
  await openApp(app, SERVER)
  await closeApp(app)
  expect(since()).toEqual(['open a', 'open c', 'close c', 'close a'])
  expect(said).toHaveBeenCalledWith(
    expect.stringMatching(/A resource did not close \{"resource":"stuck"\}\n.*busy/),
  )
  said.mockRestore()
})

test('closing while it is being opened closes all of it', async () => {
  const app = serviceOf({ a: telling('a', async () => 'a'), b: telling('b', async () => 'b') })
  const opening = openApp(app, SERVER)
  const closing = closeApp(app)
  await Promise.all([opening, closing])
  expect(since()).toEqual(['open a', 'open b', 'close b', 'close a'])
})

test('a resource uses others, which are opened before it and closed after it, or are given', async () => {
  const db = telling('db', () => 'db')
  const cards = resource(
    (_, { db }) => (seen.push(`open cards on ${String(db)}`), `cards on ${String(db)}`),
    () => void seen.push('close cards'),
    { uses: { db } },
  )
  const { reads } = verbs({ cards })
  const app = service({ it: reads('/', { returns: z.string() }, (_, { cards }) => cards) })
  seen.length = 0
  await openApp(app, SERVER)
  expect(await app.invoke('it')).toBe('cards on db')
  await closeApp(app)
  expect(seen).toEqual(['open db', 'open cards on db', 'close cards', 'close db'])
  seen.length = 0
  expect(await app.with({ cards: 'fake' }).invoke('it')).toBe('fake')
  expect(seen).toEqual([])
  const faked = app.with({ db: 'fake' } as never)
  expect(await faked.invoke('it')).toBe('cards on fake')
  await closeApp(faked)
})
