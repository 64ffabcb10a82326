/**
 * `hagaki work notes.py`, and `notes.rb`: services in other languages for the gateways of NATS and of sockets, by paths
 * and by names, as one in TypeScript is. What handlers there can do is in test/roads/handler-calls.test.ts.
 */
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { connect } from '@nats-io/transport-node'
import {
  type App,
  bodyJson,
  bodyText,
  closeApp,
  openApp,
  perform,
  remote,
  request,
  serverFacts,
} from 'hagaki'
import { failureOf } from 'hagaki/client'
import { type NatsTransport, nats } from 'hagaki/nats'
import { type SocketTransport, socket } from 'hagaki/socket'
import { beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest'
import { python, ruby } from '../../../scripts/needs.ts'
import { contractMark } from '../../../src/wire/frames/mark.ts'
import { Command, hagaki, Place } from '../../cli/command.ts'
import { WAIT_MS } from '../../wait.ts'
import { NatsServer } from '../server.ts'

interface Language {
  readonly module: string
  readonly source: string
  readonly options: readonly string[]
}

const LANGUAGES: Readonly<Record<string, Language>> = {
  Python: { module: 'notes.py', source: sourceOf('notes.py'), options: ['--python', python()] },
  Ruby: { module: 'notes.rb', source: sourceOf('notes.rb'), options: ['--ruby', ruby()] },
}

beforeEach(() => {
  vi.spyOn(console, 'error').mockImplementation(() => {}) // what is lost is logged
})

describe.each(Object.entries(LANGUAGES))('hagaki work, a service in %s', (_, language) => {
  test('is called by paths and by names, over NATS and sockets, and refuses as it declares', async () => {
    for (const { app, far } of await everywhere(language)) {
      const body = JSON.stringify({ text: 'hé' })
      const headers = { 'content-type': 'application/json' }
      expect(await answered(app, 'POST', '/notes', { body, headers })).toEqual([201, { text: 'hé' }])
      expect(await answered(app, 'GET', '/notes/7')).toEqual([
        404,
        expect.objectContaining({ code: 'note_gone', data: { id: 7 } }),
      ])
      const bytes = {
        body: new Uint8Array(2_097_152),
        headers: { 'content-type': 'application/octet-stream' },
      }
      expect(await answered(app, 'POST', '/bytes', bytes)).toEqual([200, 2_097_152])

      expect(await far.invoke('add', { text: 'hé' })).toEqual({ text: 'hé' })
      await expect(far.invoke('read', { id: 7 })).rejects.toSatisfy((error) =>
        failureOf('note_gone').is(error),
      )
      const refusals: [name: string, data: unknown, told: object][] = [
        ['read', { id: 'x' }, { status: 422, code: 'input_invalid' }],
        // What a head may hold beside a body is allowed besides.
        ['add', { text: 'x'.repeat(20_000) }, { status: 413, code: 'body_too_large' }],
        ['nowhere', undefined, { status: 404, code: 'handler_unknown', data: { name: 'nowhere' } }],
      ]
      for (const [name, data, told] of refusals)
        await expect(far.invoke(name, data), name).rejects.toMatchObject({
          code: 'call_answered',
          detail: told,
        })
    }
  })

  test('is found by its contract, as `hagaki contract` writes it, and by no other', async () => {
    const { url, place } = await working(language)
    const contract = await contractOf(place, language)
    const { far } = await opened(nats(url, 'notes', { contract }))
    expect(await far.invoke('add', { text: 'found' })).toEqual({ text: 'found' })
    const { far: other } = await opened(nats(url, 'notes', { contract: { ...contract, handlers: {} } }))
    await expect(other.invoke('add', { text: 'lost' })).rejects.toMatchObject({ code: 'call_refused' })
    const tool = await connect({ servers: url })
    onTestFinished(() => tool.close())
    const [ping, stats] = await Promise.all(
      ['PING', 'STATS'].map(async (asked) => (await tool.request(`$SRV.${asked}.notes`)).json()),
    )
    expect(ping).toMatchObject({ metadata: { contract: contractMark(contract) } })
    await expect(far.invoke('read', { id: 7 })).rejects.toThrow()
    expect(stats).toMatchObject({ endpoints: [{ num_requests: 1, num_errors: 0 }] })
    const later = (await tool.request('$SRV.STATS.notes')).json()
    expect(later).toMatchObject({ endpoints: [{ num_requests: 2, num_errors: 1 }] })
  })

  test('items flow as they are taken; deadlines and who goes away are heard of over there', async () => {
    const { url, place } = await working(language)
    const { app, far } = await opened(nats(url, 'notes'))
    const items: unknown[] = []
    for await (const item of (await far.invoke('count')) as AsyncIterable<unknown>)
      if (items.push(item) === 3) break
    expect(items).toEqual([1, 2, 3])
    await marked(place, 'left')

    const late = far.invoke('held', undefined, { timeoutMs: 2_000 })
    await expect(late).rejects.toMatchObject({ code: 'call_timeout' })
    await marked(place, 'over')
    for (const name of ['held', 'over']) rmSync(join(place.folder, name))

    const giving = new AbortController()
    const given = far.invoke('held', undefined, { signal: giving.signal })
    await marked(place, 'held')
    giving.abort(new Error('no more'))
    await expect(given).rejects.toThrow('no more')
    await marked(place, 'over')
    expect((await answered(app, 'GET', '/pid'))[0]).toBe(200) // and nothing is held up by it
  })

  test('a process of its own that is killed answers its calls, and another one takes its place', async () => {
    const { url } = await working(language)
    const { app, far } = await opened(nats(url, 'notes'))
    const pid = await far.invoke('pid')
    const lost = { status: 502, code: 'call_lost' }
    await expect(far.invoke('dies')).rejects.toMatchObject({
      code: 'call_lost',
      message: expect.stringMatching(
        /^Lost (?:python|ruby)\('notes(?:\.rb)?'\) before it answered$/,
      ) as string,
    })
    const back = (): Promise<void> =>
      vi.waitFor(async () => expect((await answered(app, 'GET', '/pid'))[0]).toBe(200), WAIT_MS)
    await back()
    expect(await answered(app, 'POST', '/dies')).toEqual([502, expect.objectContaining(lost)])
    await back()
    expect(await far.invoke('diesOnce')).toBe(1) // what only reads is called once more
    const [status, next] = await answered(app, 'GET', '/pid')
    expect([status, typeof next, next === pid]).toEqual([200, 'number', false])
    expect((far as NatsTransport).health()).toMatchObject({ workers: 1 })
  })

  test('loaded anew with another contract it is found by that, and finishes what it has; by the one before, no more', async () => {
    const { url, place, command } = await working(language, ['--listen', 'unix:notes.sock', '--reload'])
    const before = await contractOf(place, language)
    const { far: old } = await opened(nats(url, 'notes', { contract: before }))
    const { app, far: any } = await opened(nats(url, 'notes'))
    const { far: near } = await opened(socket(`unix:${join(place.folder, 'notes.sock')}`))
    const held = old.invoke('held')
    await marked(place, 'held')
    place.write(language.module, language.source.replace('7', '8').replaceAll('/pid', '/process'))
    await command.says(/ changed, and the new app serves/)
    const after = await contractOf(place, language)
    const { far: next } = await opened(nats(url, 'notes', { contract: after }))
    await vi.waitFor(
      async () => expect(await next.invoke('add', { text: 'new' })).toEqual({ text: 'new' }),
      WAIT_MS,
    )
    const refused = expect.objectContaining({ code: 'call_refused' })
    await vi.waitFor(() => expect(old.invoke('pid')).rejects.toEqual(refused), WAIT_MS)
    place.write('open', '')
    expect(await held).toBe(7)
    // Whoever asks for none sees nothing of it.
    for (const far of [any, near]) expect(await far.invoke('held')).toBe(8)
    expect((await answered(app, 'GET', '/process'))[0]).toBe(200)
    await vi.waitFor(
      () => expect((any as NatsTransport).health()).toMatchObject({ workers: 1, leaving: 0 }),
      WAIT_MS,
    )
  })

  test('where one of two stops under load, no call is lost', async () => {
    const { url, place, command } = await working(language)
    await started(language, place, url)
    const { app, far } = await opened(nats(url, 'notes'))
    await vi.waitFor(() => expect((far as NatsTransport).health().workers).toBe(2), WAIT_MS)
    let isOver = false
    const answers: unknown[] = []
    const asking = Array.from({ length: 16 }, async (_, at) => {
      while (!isOver) {
        const data = { text: String(at) }
        const parts = { headers: { 'content-type': 'application/json' }, body: JSON.stringify(data) }
        const call = at % 2 === 0 ? answered(app, 'POST', '/notes', parts) : far.invoke('add', data)
        const wanted = JSON.stringify(at % 2 === 0 ? [201, data] : data)
        const given = JSON.stringify(await call.catch((error: Error) => error.message))
        answers.push(given === wanted ? 'fine' : given)
      }
    })
    await vi.waitFor(() => expect(answers.length).toBeGreaterThan(200), WAIT_MS)
    command.tell('SIGTERM')
    expect((await command.ended()).status).toBe(0)
    const before = answers.length
    await vi.waitFor(() => expect(answers.length).toBeGreaterThan(before + 200), WAIT_MS)
    isOver = true
    await Promise.all(asking)
    expect(new Set(answers)).toEqual(new Set(['fine']))
  })

  test('at TERM it finishes what it has, by name and by path, and takes nothing new', async () => {
    // To the program alone as a supervisor does, and to all that it has started as a terminal or systemd does.
    for (const tell of ['tell', 'signal'] as const) {
      const { url, place, command } = await working(language)
      const { app, far } = await opened(nats(url, 'notes'))
      const named = far.invoke('held')
      const asked = answered(app, 'POST', '/held')
      await marked(place, 'held')
      command[tell]('SIGTERM')
      await command.says(/finishing what is under way/)
      await vi.waitFor(async () => expect((await answered(app, 'GET', '/pid'))[0]).toBe(503), WAIT_MS)
      place.write('open', '')
      expect(await named).toBe(7)
      expect(await asked).toEqual([200, 7])
      expect((await command.ended()).status).toBe(0)
    }
  })
})

test.each([
  [
    'app.py:application',
    'def application(environ, start):\n    start("200 OK", [])\n    return [environ["PATH_INFO"].encode()]\n',
    python(),
  ],
  ['config.ru', "run ->(env) { [200, {}, [env['PATH_INFO']]] }\n", ruby()],
])(
  '%s, an app of its language, is asked by paths, and has no names and no contract',
  async (module, source, interpreter) => {
    const option = module.endsWith('.ru') ? '--ruby' : '--python'
    const { url } = await working({ module, source, options: [option, interpreter] })
    const { app, far } = await opened(nats(url, 'notes'))
    expect(bodyText(await perform(app, request('GET', '/a')))).toBe('/a')
    await expect(far.invoke('a')).rejects.toMatchObject({ detail: { status: 404, code: 'handler_unknown' } })
    const { far: named } = await opened(nats(url, 'notes', { contract: { handlers: {} } }))
    await expect(named.invoke('a')).rejects.toMatchObject({ code: 'call_refused' })
  },
)

interface Road {
  readonly app: App
  readonly far: NatsTransport | SocketTransport
}

/** A program that works, and what calls it over each road. */
async function everywhere(language: Language): Promise<Road[]> {
  const { url, place, command } = await working(language, [
    '--listen',
    'unix:notes.sock',
    '--listen',
    'tcp://127.0.0.1:0',
  ])
  const [, tcp] = await command.says(/ and (tcp:\S+) and nats/)
  const roads = [nats(url, 'notes'), socket(`unix:${join(place.folder, 'notes.sock')}`), socket(tcp!)]
  return Promise.all(roads.map(opened))
}

async function opened(far: Road['far']): Promise<Road> {
  const app = remote(far)
  await openApp(app, serverFacts())
  onTestFinished(() => closeApp(app))
  return { app, far }
}

interface Working {
  readonly url: string
  readonly place: Place
  readonly command: Command
}

/** A program on a NATS of its own. */
async function working(language: Language, more: readonly string[] = []): Promise<Working> {
  const { url } = await NatsServer.start(onTestFinished)
  const [file] = language.module.split(':') as [string]
  const place = new Place(onTestFinished, { [file]: language.source })
  return { url, place, command: await started(language, place, url, more) }
}

async function started(
  { module, options }: Language,
  place: Place,
  url: string,
  more: readonly string[] = [],
): Promise<Command> {
  const over = ['--over', url, '--name', 'notes', '-E', 'production']
  const command = Command.start(place, ['work', module, ...over, ...options, ...more])
  await command.says(/ on .*nats:\S+ as notes \(production\)\n/)
  return command
}

async function contractOf(place: Place, { module }: Language): Promise<object> {
  const written = await hagaki(place, ['contract', module])
  expect(written.status, written.stderr).toBe(0)
  return JSON.parse(written.stdout) as object
}

/** Resolves once somebody over there was at a place. */
async function marked({ folder }: Place, name: string): Promise<void> {
  await vi.waitFor(() => expect(existsSync(join(folder, name)), name).toBe(true), WAIT_MS)
}

function sourceOf(name: string): string {
  return readFileSync(new URL(name, import.meta.url), 'utf8')
}

async function answered(
  app: App,
  method: string,
  path: string,
  parts: Parameters<typeof request>[2] = {},
): Promise<[status: number, data: unknown]> {
  const given = await perform(app, request(method, path, parts))
  return [given.status, given.body === null ? null : bodyJson(given)]
}
