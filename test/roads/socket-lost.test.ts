/** Sockets whose worker is not there, stops, is late or is lost. Contract clause 34. */
import { connect as connectTcp, createServer } from 'node:net'
import { join } from 'node:path'
import { type App, bodyText, text } from 'hagaki'
import { expect, onTestFinished, test, vi } from 'vitest'
import { Command, Place } from '../cli/command.ts'
import { promised } from '../server/promised.ts'
import { WAIT_MS } from '../wait.ts'
import { ask, calling, folder, hangs, listening, problem, told, working } from './sockets.ts'

vi.spyOn(console, 'error').mockImplementation(() => {}) // what pools log of links that are gone

test('a worker that is gone is waited for, and the next one at its address is found', async () => {
  const first = await working(told)
  const app = await calling(first.at)
  expect(bodyText(await ask(app, 'GET', '/a'))).toBe('GET /a')
  await first.close()
  const waiting = ask(app, 'GET', '/b')
  await working(told, { listen: first.at })
  expect(bodyText(await waiting)).toBe('GET /b')
})

test('a gateway boots before its workers are there, and refuses calls until one is (503)', async () => {
  const at = `unix:${join(folder(), 'later.sock')}`
  const app = await calling(at, { connectTimeout: '100ms' })
  await working(told, { listen: at })
  expect(bodyText(await ask(app, 'GET', '/a'))).toBe('GET /a')
})

test('a worker that stops takes nothing new and finishes what it has; its calls go to the next, none is lost', async () => {
  const at = `unix:${join(folder(), 'app.sock')}`
  const go = promised()
  let held = 0
  const slow: App = async (_method, path) => {
    held++
    await go.promise
    return text(path)
  }
  const first = await working(slow, { listen: at })
  const app = await calling(at)
  const under = ask(app, 'POST', '/under')
  await vi.waitFor(() => expect(held).toBe(1), WAIT_MS)
  const closed = first.close()
  await working(told, { listen: at })
  const next = await Promise.all(Array.from({ length: 20 }, (_, n) => ask(app, 'POST', `/${n}`)))
  expect(next.map((one) => bodyText(one))).toEqual(Array.from({ length: 20 }, (_, n) => `POST /${n}`))
  go.resolve()
  expect(bodyText(await under)).toBe('/under')
  await closed
  expect(held).toBe(1)
})

test('of calls that a lost worker had begun a safe one is made once more, and no other (502)', async () => {
  const at = `unix:${join(folder(), 'app.sock')}`
  const hanging = hangs()
  const first = await working(hanging.app, { listen: at })
  const app = await calling(at)
  const [safe, unsafe] = [ask(app, 'GET', '/'), ask(app, 'POST', '/')]
  await Promise.all([hanging.begun.next(), hanging.begun.next()])
  void first.close()
  await first.close({ now: true })
  expect(JSON.parse(problem(await unsafe))).toMatchObject({ status: 502, code: 'call_lost' })
  await working(told, { listen: at })
  expect(bodyText(await safe)).toBe('GET /')
})

test('a late answer costs its own call alone, and the app is told (504)', async () => {
  const reasons: unknown[] = []
  const { at } = await working((_method, path, _headers, options) => {
    if (path !== '/hang') return text(path)
    options.defer((outcome) => void reasons.push(outcome.error))
    return new Promise<never>(() => {})
  })
  const app = await calling(at, { timeout: '1s' })
  const [late, quick] = [ask(app, 'GET', '/hang'), ask(app, 'GET', '/quick')]
  expect(bodyText(await quick)).toBe('/quick')
  expect(JSON.parse(problem(await late))).toMatchObject({ status: 504, code: 'call_timeout' })
  await vi.waitFor(() => expect(reasons).toHaveLength(1), WAIT_MS)
})

test('a link over which nothing comes any more is given up, and another one is opened', async () => {
  const { at } = await working(told)
  let relayed = 0
  let isMute = false
  const relay = await listening(
    createServer((near) => {
      relayed++
      const far = connectTcp({ path: at.slice(5) })
      for (const one of [near, far]) one.on('error', () => {})
      const isFirst = relayed === 1
      near.on('data', (bytes: Buffer) => void (isMute && isFirst ? null : far.write(bytes)))
      far.on('data', (bytes: Buffer) => void (isMute && isFirst ? null : near.write(bytes)))
      near.on('close', () => far.destroy())
      far.on('close', () => near.destroy())
    }),
  )
  const app = await calling(relay, { ping: 500 })
  expect(bodyText(await ask(app, 'GET', '/a'))).toBe('GET /a')
  isMute = true
  expect(bodyText(await ask(app, 'GET', '/b'))).toBe('GET /b') // lost with its link, and made once more
  expect(relayed).toBe(2)
})

test('a caller that was busy itself for longer than its pings take still knows its worker for alive', async () => {
  const place = new Place(onTestFinished, {
    'app.mjs': 'export default (_method, path) => [200, null, {}, path]',
  })
  const command = Command.start(place, ['work', 'app.mjs', '--listen', 'unix:app.sock'])
  await command.says(/on unix:\S+app\.sock/)
  const app = await calling(`unix:${join(place.folder, 'app.sock')}`, { ping: 1_000 })
  expect(bodyText(await ask(app, 'GET', '/a'))).toBe('/a')
  const warned = vi.spyOn(console, 'error')
  warned.mockClear()
  for (let at = 0; at < 2; at++) {
    for (const began = performance.now(); performance.now() - began < 1_600; );
    await new Promise((resolve) => setImmediate(resolve))
  }
  expect(bodyText(await ask(app, 'GET', '/b'))).toBe('/b')
  expect(warned).not.toHaveBeenCalled()
})

test('a link that stays in the middle of its go-away is cut when the time is up', async () => {
  const hanging = hangs()
  const { at, close } = await working(hanging.app, { limits: { drainTimeoutMs: 50 } })
  const app = await calling(at)
  const lost = ask(app, 'POST', '/')
  await hanging.begun.next()
  await close()
  expect(JSON.parse(problem(await lost))).toMatchObject({ code: 'call_lost' })
})
