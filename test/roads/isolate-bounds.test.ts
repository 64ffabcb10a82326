/** `isolate` in threads and in processes: what takes too much takes its own calls alone (SAFETY, "kill -9 of a worker"). */
import { type App, bodyText, perform, type ResponseValue, request } from 'hagaki'
import { type IsolateOptions, isolate } from 'hagaki/isolate'
import { expect, onTestFinished, test, vi } from 'vitest'
import { closeApp, openApp } from '../../src/call/life.ts'
import { serverFacts } from '../../src/call/server-facts.ts'
import { WAIT_MS } from '../wait.ts'

const GREEDY = new URL('./modules/greedy.ts', import.meta.url)
const FAR = new URL('./far.ts', import.meta.url)

const kinds: [kind: string, two: IsolateOptions][] = [
  ['threads', { threads: 2 }],
  ['processes', { processes: 2 }],
]

test.each(kinds)('%s answer calls, small and large, and what they print is no frame', async (_, two) => {
  const app = await opened(isolate(FAR, two))
  expect(bodyText(await ask(app, 'GET', '/a'))).toBe('GET /a')
  expect(bodyText(await ask(app, 'GET', '/print'))).toBe('fine')
  const body = new Uint8Array(1_000_000)
  expect(bodyText(await ask(app, 'POST', '/size', { body }))).toBe('1000000')
})

test.each(kinds)(
  '%s: one that never ends is killed (504), and a safe neighbour is answered elsewhere',
  async (_, two) => {
    const app = await opened(isolate(GREEDY, { ...two, timeout: '2s' }))
    const [first, second] = await twoNames(app)
    const [late, safe, unsafe] = [ask(app, 'POST', '/loop'), ask(app, 'GET', '/a'), ask(app, 'POST', '/b')]
    // Calls go round: the first of these shares its worker with the loop, the other one does not.
    expect(await late).toMatchObject({ status: 504 })
    for (const answer of [await safe, await unsafe]) expect([200, 502]).toContain(answer.status)
    expect((await safe).status).toBe(200)
    // Another one takes its place; the neighbour stays.
    await vi.waitFor(async () => {
      const after = new Set<unknown>(await twoNames(app))
      expect(after.size).toBe(2)
      expect([first, second].filter((name) => after.has(name))).toHaveLength(1)
    }, WAIT_MS)
  },
)

test.each(kinds)(
  '%s: one that exits takes its own calls (502); safe ones are made once more',
  async (_, two) => {
    const app = await opened(isolate(GREEDY, two))
    const safe = Array.from({ length: 6 }, () => ask(app, 'GET', '/slow'))
    const unsafe = Array.from({ length: 6 }, () => ask(app, 'POST', '/slow'))
    expect(await ask(app, 'POST', '/exit')).toMatchObject({ status: 502 })
    expect(statuses(await Promise.all(safe))).toEqual({ 200: 6 })
    const others = statuses(await Promise.all(unsafe))
    expect(others[200]).toBeGreaterThan(0)
    expect(others[502]).toBeGreaterThan(0)
    expect(Object.keys(others)).toEqual(['200', '502'])
    expect((await ask(app, 'GET', '/a')).status).toBe(200)
  },
)

test.each(kinds)(
  '%s: one that exhausts its memory dies of it alone (502), and is replaced',
  async (_, two) => {
    const app = await opened(isolate(GREEDY, { ...two, memory: '128mb' }))
    const slow = ask(app, 'GET', '/slow')
    expect(await ask(app, 'POST', '/eat')).toMatchObject({ status: 502 })
    expect((await slow).status).toBe(200)
    expect((await ask(app, 'GET', '/a')).status).toBe(200)
  },
)

test('a process is another one than this, and ends when its app is closed', async () => {
  const app = await opened(isolate(GREEDY, { processes: 1 }))
  expect(bodyText(await ask(app, 'GET', '/a'))).toBe(bodyText(await ask(app, 'GET', '/a')))
  await closeApp(app)
})

test('a module that does not load stops the boot, from a process as from a thread', async () => {
  const app = isolate(new URL('./modules/no-default.ts', import.meta.url), { processes: 1 })
  await expect(openApp(app, serverFacts())).rejects.toThrow(/it has no default export that is an app/)
})

/** The names of both workers: two calls at once go to both. */
async function twoNames(app: App): Promise<(string | null)[]> {
  const answers = await Promise.all([ask(app, 'GET', '/slow'), ask(app, 'GET', '/slow')])
  return answers.map(bodyText)
}

function statuses(answers: readonly ResponseValue[]): Record<number, number> {
  const counts: Record<number, number> = {}
  for (const { status } of answers) counts[status] = (counts[status] ?? 0) + 1
  return counts
}

function ask(app: App, method: string, path: string, more: object = {}): Promise<ResponseValue> {
  return perform(app, request(method, path, more))
}

async function opened(app: App): Promise<App> {
  await openApp(app, serverFacts())
  onTestFinished(() => closeApp(app))
  return app
}
