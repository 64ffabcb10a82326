/**
 * One file of calls, and the same service in every language that has handlers: each gives the same answers over HTTP
 * heads, and flows as the others do; also where a program of its own has it, behind a socket.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type App, bodyJson, bodyText, perform, remote, request, silentLog, use } from 'hagaki'
import { type Client, client, clientByName, failureOf, http } from 'hagaki/client'
import { session } from 'hagaki/middleware'
import { type PythonTransport, python } from 'hagaki/python'
import { type RubyTransport, ruby } from 'hagaki/ruby'
import { serve } from 'hagaki/server'
import { type SocketTransport, socket } from 'hagaki/socket'
import { work } from 'hagaki/work'
import { describe, expect, onTestFinished, test } from 'vitest'
import { z } from 'zod'
import { python as interpreter, ruby as rubyPath } from '../../scripts/needs.ts'
import { closeApp, openApp } from '../../src/call/life.ts'
import { serverFacts } from '../../src/call/server-facts.ts'
import calls from './handler-calls/calls-service.ts'

interface Case {
  readonly name: string
  readonly method: string
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | null
  readonly status: number
  readonly type: string | null
  readonly fields: Readonly<Record<string, unknown>>
  /** Data of JSON, a text, or null. Of issues the pointers: their words are those of a schema library. */
  readonly answer: unknown
}

const HERE = new URL('handler-calls/', import.meta.url)
const CASES = JSON.parse(readFileSync(new URL('cases.json', HERE), 'utf8')) as readonly Case[]

const inPython = (module = 'calls_service'): PythonTransport =>
  python(module, { cwd: HERE, python: interpreter(), reload: false })
const inRuby = (): RubyTransport => ruby('calls_service.rb', { cwd: HERE, ruby: rubyPath(), reload: false })

const LANGUAGES: Readonly<Record<string, () => Promise<App>>> = {
  TypeScript: async () => calls,
  Python: async () => remote(inPython()),
  'Python, async': async () => remote(inPython('calls_async')),
  Ruby: async () => remote(inRuby()),
  'Python, behind a socket': async () => remote(await behind(inPython())),
  'Ruby, behind a socket': async () => remote(await behind(inRuby())),
}

describe.each(Object.entries(LANGUAGES))('in %s', (_, app) => {
  test('every call is answered as the case file says', async () => {
    const opened = await open(await app())
    for (const { name, method, path, headers, body, ...expected } of CASES) {
      const asked = request(method, path, { headers, ...(body !== null && { body }) })
      expect(seen(await perform(opened, asked)), name).toEqual(expected)
    }
  })

  test('items flow as they are taken, and a function is left with its caller', async () => {
    const api = await served(await app())
    const before = await api.endings()
    for await (const at of api.endless()) if (at === 3) break
    while ((await api.endings()) === before);
    expect(await api.endings()).toBe((before as number) + 1)
  })

  test('a body of megabytes flows through, and is not held', async () => {
    const api = await served(await app())
    const piece = new Uint8Array(65_536).fill(97)
    async function* pieces(count: number): AsyncGenerator<Uint8Array> {
      for (let at = 0; at < count; at++) yield piece
    }
    expect(await api.size({ body: pieces(100) })).toBe(6_553_600)
    let size = 0
    for await (const out of api.upper({ body: pieces(15) })) size += out.byteLength
    expect(size).toBe(983_040)
    await expect(api.size({ body: pieces(200) })).rejects.toMatchObject({
      detail: { code: 'body_too_large' },
    })
  })

  test('a session that a gateway keeps is read and set over there', async () => {
    const kept = session({ secrets: ['s'.repeat(32)], carry: z.object({ visits: z.int() }) })
    const opened = await open(use(await app(), kept))
    let cookie = ''
    for (const [visits, path] of [
      [1, 'visit'],
      [2, 'enter'],
      [3, 'visit'],
    ] as const) {
      const given = await perform(
        opened,
        request('POST', `/v1/${path}`, { headers: cookie === '' ? {} : { cookie } }),
      )
      expect(bodyJson(given)).toBe(visits)
      cookie = String(given.headers['set-cookie']).split(';', 1)[0]!
    }
  })

  test('a failure midway is told to the typed client, and a reader goes on where it was', async () => {
    const api = await served(await app())
    const seenItems: number[] = []
    const reading = async (): Promise<void> => {
      for await (const { at } of api.count({ to: 9 }, { after: '1' })) seenItems.push(at)
    }
    await expect(reading()).rejects.toSatisfy((error) => failureOf('note_gone').is(error))
    expect(seenItems).toEqual([2, 3])
  })
})

const { TypeScript: _, ...ELSEWHERE } = LANGUAGES

test.each(Object.entries(ELSEWHERE))(
  'a process in %s that dies midway ends its stream with that, and another one answers',
  async (_, app) => {
    const opened = await open(await app())
    const headers = { accept: 'application/jsonl' }
    const [one, failure = ''] = (
      bodyText(await perform(opened, request('GET', '/v1/dying', { headers }))) ?? ''
    ).split('\n')
    expect([one, JSON.parse(failure.slice(1))]).toEqual([
      '1',
      expect.objectContaining({ status: 502, code: 'call_lost' }),
    ])
    expect((await perform(opened, request('GET', '/v1/ended'))).status).toBe(200)
  },
)

const FAR: Readonly<Record<string, () => Promise<PythonTransport | SocketTransport>>> = {
  Python: async () => inPython(),
  'Python, async': async () => inPython('calls_async'),
  Ruby: async () => inRuby(),
  'Python, behind a socket': () => behind(inPython()),
  'Ruby, behind a socket': () => behind(inRuby()),
}

test.each(Object.entries(FAR))(
  'handlers in %s are called by name: data, items, failures, with no word of HTTP',
  async (_, far) => {
    const transport = await far()
    onTestFinished(() => transport.close())
    const api = clientByName<typeof calls>(calls.contract, transport)
    const { id } = await api.notes.add({ text: 'named' })
    expect(await api.notes.read({ id })).toEqual({ id, text: 'named', rev: 1 })
    expect(await api.shout('hé')).toBe('HÉ')
    await expect(api.notes.read({ id: 7 })).rejects.toSatisfy((error) => failureOf('note_gone').is(error))
    const items: number[] = []
    for await (const at of api.endless()) if (items.push(at) === 3) break
    expect(items).toEqual([1, 2, 3])
    while ((await api.endings()) === 0);
  },
)

/** The same in a program of its own, and what calls it. */
async function behind(far: PythonTransport): Promise<SocketTransport> {
  const folder = mkdtempSync(join(tmpdir(), 'hagaki-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const listen = `unix:${join(folder, 'calls.sock')}`
  const working = await work(remote(far), { listen, log: silentLog })
  onTestFinished(() => working.close({ now: true }))
  return socket(listen)
}

async function open(app: App): Promise<App> {
  await openApp(app, serverFacts())
  onTestFinished(() => closeApp(app))
  return app
}

async function served(app: App): Promise<Client<typeof calls>> {
  const running = await serve(app, { port: 0, log: silentLog })
  onTestFinished(() => running.close({ now: true }))
  return client<typeof calls>(calls.contract, http(running.url))
}

function seen(
  answer: Awaited<ReturnType<typeof perform>>,
): Omit<Case, 'name' | 'method' | 'path' | 'headers' | 'body'> {
  const { status, contentType: type, body } = answer
  const { 'content-length': _, ...fields } = answer.headers
  if (body === null) return { status, type, fields, answer: null }
  if (type?.endsWith('json') !== true) return { status, type, fields, answer: bodyText(answer) }
  const told = bodyJson(answer) as Problem
  if (told?.code !== 'input_invalid') return { status, type, fields, answer: told }
  const { detail: __, ...rest } = told
  const issues = told.data!.issues.map(({ pointer }) => ({ pointer }))
  return { status, type, fields, answer: { ...rest, data: { issues } } }
}

type Problem = {
  readonly code?: string
  readonly detail?: string
  readonly data?: { readonly issues: readonly { readonly pointer: string }[] }
} | null
