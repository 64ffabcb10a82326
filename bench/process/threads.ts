/**
 * A note to a thread and back, 64 at once as over sockets: a handler called by name, and an app asked in HTTP's terms,
 * beside libraries that call functions there.
 *
 * @module
 */
import { Worker } from 'node:worker_threads'
import type { App } from '../../src/contract.ts'
import { built, peer } from './built.ts'
import type { Case, Experiment, Missing } from './rounds.ts'

const [{ isolate, isolated }, { perform }, { request }, { openApp }, { serverFacts }] = await Promise.all([
  built('transport/isolate.js'),
  built('call/perform.js'),
  built('value/message.js'),
  built('call/life.js'),
  built('call/server-facts.js'),
])

const NOTE = { text: 'Greetings from Kyoto: the maples have turned', to: ['anna', 'ben'], stars: 4.5 }
const AT_ONCE = 64
const file = (name: string): URL => new URL(`threads/${name}`, import.meta.url)
const utf8 = new TextDecoder()

function byName(): Case {
  const far = isolated(file('handlers.mjs'))
  return {
    name: 'isolated',
    title: 'Hagaki: a handler by name',
    kind: 'ours',
    run: () => far.invoke('echo', NOTE),
    atOnce: AT_ONCE,
  }
}

async function byRequest(): Promise<Case> {
  const app: App = isolate(file('hagaki.mjs'))
  await openApp(app, serverFacts())
  const headers = { 'content-type': 'application/json' }
  const call = async (): Promise<unknown> => {
    const { body } = await perform(app, request('POST', '/', { headers, body: JSON.stringify(NOTE) }))
    return JSON.parse(utf8.decode(body!))
  }
  return { name: 'isolate', title: 'Hagaki: an app by HTTP', kind: 'ours', run: call, atOnce: AT_ONCE }
}

async function comlink(): Promise<Case | Missing> {
  const common = { name: 'comlink', title: 'Comlink', kind: 'peer' } as const
  const found = await peer<Comlink>('comlink')
  if (found === null) return { ...common, absent: 'not installed here' }
  const adapter = await peer<{ default(worker: Worker): unknown }>('comlink/dist/esm/node-adapter.mjs')
  const far = found.wrap(adapter!.default(new Worker(file('comlink.mjs'))))
  return { ...common, run: () => far.echo(NOTE), atOnce: AT_ONCE }
}

async function piscina(): Promise<Case | Missing> {
  const common = { name: 'piscina', title: 'piscina', kind: 'peer' } as const
  const found = await peer<PiscinaModule>('piscina')
  if (found === null) return { ...common, absent: 'not installed here' }
  const pool = new found.Piscina({
    filename: file('piscina.mjs').href,
    minThreads: 1,
    maxThreads: 1,
    concurrentTasksPerWorker: AT_ONCE,
  })
  return { ...common, run: () => pool.run(NOTE), atOnce: AT_ONCE }
}

interface Comlink {
  wrap(endpoint: unknown): { echo(note: unknown): Promise<unknown> }
}

interface PiscinaModule {
  readonly Piscina: new (options: object) => { run(task: unknown): Promise<unknown> }
}

export const EXPERIMENTS: readonly Experiment[] = [
  {
    name: 'isolate',
    title: 'a note to a thread and back, 64 under way',
    base: 'comlink',
    cases: [byName(), await byRequest(), await comlink(), await piscina()],
    targets: [
      ...['isolated', 'isolate'].flatMap((of) => [
        { of, against: ['comlink'], atMost: 1 },
        { of, against: ['piscina'], atMost: 0.6 },
      ]),
    ],
  },
]
