/** Sockets: `socket` and `work`, over unix sockets, TCP and TLS. Contract clauses 17, 26, 27, 33-35. */
import { mkdtempSync, rmSync } from 'node:fs'
import { connect as connectTcp, createServer, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect as connectTls } from 'node:tls'
import {
  type App,
  bodyText,
  closeApp,
  life,
  living,
  openApp,
  perform,
  type RequestParts,
  type ResponseValue,
  remote,
  request,
  serverFacts,
  service,
  silentLog,
  stream,
  text,
  verbs,
} from 'hagaki'
import { type SocketOptions, socket } from 'hagaki/socket'
import { type Working, type WorkOptions, work } from 'hagaki/work'
import { expect, onTestFinished, test, vi } from 'vitest'
import { z } from 'zod'
import { encodeFrame } from '../../src/wire/frames/codec.ts'
import { frame, HELLO, REQUEST } from '../../src/wire/frames/frame.ts'
import { encodeHello, encodeMessage } from '../../src/wire/frames/payload.ts'
import { Command, Place } from '../cli/command.ts'
import { selfSigned } from '../server/certificate.ts'
import { promised } from '../server/promised.ts'
import { Seen } from './seen.ts'
import { user } from './user.ts'

vi.spyOn(console, 'error').mockImplementation(() => {}) // what pools log of links that are gone

const ours = selfSigned()
const theirs = selfSigned()

const LARGE = 700_000
const told: App = async (method, path, _headers, options) => {
  if (path === '/length') return text(String((await options.input.bytes()).length))
  if (path === '/stream') return [200, null, {}, stream(['x'.repeat(LARGE), 'end'])]
  if (path === '/who')
    return text(`${options.get(user) ?? 'nobody'} at ${options.client}, ${options.protocol}`)
  return text(`${method} ${path}`)
}

test('a call goes over a unix socket and comes back, with bodies that fit and that do not', async () => {
  const { at } = await working(told)
  const app = await calling(at)
  expect(bodyText(await ask(app, 'GET', '/a'))).toBe('GET /a')
  for (const size of [5, 65_536, LARGE]) {
    expect(bodyText(await ask(app, 'POST', '/length', { body: Buffer.alloc(size) }))).toBe(String(size))
  }
  expect(bodyText(await ask(app, 'GET', '/stream'))).toBe(`${'x'.repeat(LARGE)}end`)
})

test('many calls share a link, and more links are opened where that is asked for', async () => {
  const sockets = new Set<unknown>()
  const { at } = await working(told)
  const listener = createServer((near) => {
    sockets.add(near)
    near.on('error', () => {})
    const far = connectTcp({ path: at.slice(5) })
    far.on('error', () => near.destroy())
    near.pipe(far).pipe(near)
  })
  const relay = await listening(listener)
  const app = await calling(relay, { links: 3, trusted: true })
  const answers = await Promise.all(Array.from({ length: 300 }, (_, n) => ask(app, 'GET', `/${n}`)))
  expect(answers.map((one) => bodyText(one))).toEqual(Array.from({ length: 300 }, (_, n) => `GET /${n}`))
  expect(sockets.size).toBe(3)
})

test('over TLS a caller shows its certificate, and is believed; without one it is not let in', async () => {
  const tls = { ...ours, ca: theirs.cert }
  const { at } = await working(told, { listen: 'tcp://127.0.0.1:0', tls })
  const app = await calling(at, { tls: { ca: ours.cert, ...theirs } })
  const context = { user: 'anna' }
  expect(bodyText(await ask(app, 'GET', '/who', { context, client: '192.0.2.7', protocol: 'https' }))).toBe(
    'anna at 192.0.2.7, https',
  )
  const port = Number(at.split(':').at(-1))
  for (const shown of [{}, selfSigned()]) {
    const stranger = connectTls({ port, host: '127.0.0.1', ca: ours.cert, ...shown })
    const ended = new Promise((resolve) => stranger.on('error', resolve).on('close', resolve))
    stranger.resume()
    await ended
  }
  expect(() => socket(at, { tls: { cert: ours.cert } })).toThrow('cert and key go together')
})

test('a caller refuses a worker whose certificate nobody that it trusts has signed (503)', async () => {
  const { at } = await working(told, { listen: 'tcp://127.0.0.1:0', tls: ours })
  const app = await calling(at, { tls: { ca: theirs.cert } })
  expect(await refusal(app)).toMatchObject({ status: 503, code: 'call_refused' })
}, 20_000)

test("an open port takes nobody's word: the client is who called, and no context goes there or back (17, 27)", async () => {
  const { at } = await working(told, { listen: 'tcp://127.0.0.1:0' })
  const asked = { context: { user: 'anna' }, client: '192.0.2.7', protocol: 'https' } as const
  // Trusted by the caller and not by the worker, and the other way round.
  for (const trusted of [true, false]) {
    const app = await calling(at, { trusted })
    expect(bodyText(await ask(app, 'GET', '/who', asked))).toBe('nobody at 127.0.0.1, http')
  }
  const open = await working(told, { listen: 'tcp://127.0.0.1:0', trusted: true })
  for (const [trusted, who] of [
    [false, 'nobody'],
    [true, 'anna'],
  ] as const) {
    const app = await calling(open.at, { trusted })
    expect(bodyText(await ask(app, 'GET', '/who', asked))).toBe(`${who} at 192.0.2.7, https`)
  }
})

test('context that a worker sets comes back over a trusted link alone (17)', async () => {
  const sets: App = (_method, _path, _headers, options) => {
    options.set(user, 'berta')
    return text('set')
  }
  const { at } = await working(sets)
  for (const [trusted, context] of [
    [true, { user: 'berta' }],
    [false, {}],
  ] as const) {
    expect({ ...(await ask(await calling(at, { trusted }), 'GET', '/')).context }).toEqual(context)
  }
})

test('a handler is called by its name, and a worker with another contract is told of (35)', async () => {
  const { creates } = verbs({})
  const Text = z.object({ text: z.string() })
  const notes = service({
    add: creates('/notes', { accepts: Text, returns: Text }, ({ text }, { deadline }) => ({
      text: `${text}${deadline === null ? '' : ' in time'}`,
    })),
  })
  const { at } = await working(notes)
  const warned = vi.spyOn(console, 'error')
  warned.mockClear()
  const link = opened(socket(at, { contract: notes.contract }))
  expect(await link.invoke('add', { text: 'hi' })).toEqual({ text: 'hi' })
  expect(await link.invoke('add', { text: 'hi' }, { timeoutMs: 60_000 })).toEqual({ text: 'hi in time' })
  await expect(link.invoke('add', { text: 1 })).rejects.toMatchObject({ detail: { code: 'input_invalid' } })
  await expect(
    link.invoke('add', { text: 'hi' }, { signal: AbortSignal.abort(new Error('no')) }),
  ).rejects.toThrow('no')
  expect(warned).not.toHaveBeenCalled()
  const other = opened(socket(at, { contract: { hagaki: 1, handlers: {} } }))
  await other.invoke('add', { text: 'hi' })
  expect(warned.mock.calls.flat().join(' ')).toContain('A worker offers another contract')
})

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
  await vi.waitFor(() => expect(held).toBe(1))
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
  const app = await calling(at, { timeout: '150ms' })
  const [late, quick] = [ask(app, 'GET', '/hang'), ask(app, 'GET', '/quick')]
  expect(bodyText(await quick)).toBe('/quick')
  expect(JSON.parse(problem(await late))).toMatchObject({ status: 504, code: 'call_timeout' })
  await vi.waitFor(() => expect(reasons).toHaveLength(1))
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
  const app = await calling(relay, { ping: 50 })
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
  const app = await calling(`unix:${join(place.folder, 'app.sock')}`, { ping: 100 })
  expect(bodyText(await ask(app, 'GET', '/a'))).toBe('/a')
  const warned = vi.spyOn(console, 'error')
  warned.mockClear()
  for (let at = 0; at < 4; at++) {
    for (const began = performance.now(); performance.now() - began < 500; );
    await new Promise((resolve) => setImmediate(resolve))
  }
  expect(bodyText(await ask(app, 'GET', '/b'))).toBe('/b')
  expect(warned).not.toHaveBeenCalled()
})

test('who speaks something else, says no hello or never ends a handshake does no harm to others', async () => {
  const tcp = await working(told, { listen: 'tcp://127.0.0.1:0', trusted: true })
  const port = Number(tcp.at.split(':').at(-1))
  for (const octets of [
    'GET / HTTP/1.1\r\nhost: a\r\n\r\n',
    '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03',
    '\0'.repeat(99),
  ]) {
    const stranger = connectTcp({ port, host: '127.0.0.1' })
    stranger.on('error', () => {})
    const ended = new Promise((resolve) => stranger.once('close', resolve))
    stranger.write(octets, 'latin1')
    stranger.resume()
    await ended
  }
  expect(bodyText(await ask(await calling(tcp.at, { trusted: true }), 'GET', '/a'))).toBe('GET /a')
})

test('a caller that asks and does not read is not read either: what waits for it is bounded', async () => {
  const { at } = await working(() => text('x'.repeat(60_000)))
  const silent = connectTcp({ path: at.slice(5) })
  onTestFinished(() => void silent.destroy())
  silent.pause()
  silent.write(encodeFrame(frame(HELLO, 0, encodeHello({ v: 1, role: 'caller', name: '', inline: 65_536 }))))
  const { body: _, ...head } = request('GET', '/')
  const payload = encodeMessage(head, null)
  let call = 0
  let isHeld = false
  for (; call < 60_000 && !isHeld; call++) {
    if (!silent.write(encodeFrame(frame(REQUEST, call + 1, payload)))) {
      isHeld = await Promise.race([
        new Promise<boolean>((resolve) => silent.once('drain', () => resolve(false))),
        new Promise<boolean>((resolve) => setTimeout(() => resolve(true), 300)),
      ])
    }
  }
  expect(isHeld).toBe(true)
  expect(call).toBeLessThan(20_000)
})

test('addresses and options that make no sense are refused where they are given', () => {
  const table: [at: string | readonly string[], options: SocketOptions, refusal: string][] = [
    [
      '/run/app.sock',
      {},
      '"/run/app.sock" is no address. Write "unix:/run/notes.sock" or "tcp://10.0.0.5:7000"',
    ],
    ['tcp://host', {}, 'is no address'],
    ['tcp://host:70000', {}, 'is no address'],
    ['unix:', {}, 'is no address'],
    [[], {}, 'it has no address'],
    ['tcp://[::1]:7000', { links: 0 }, '0 is no number of links. Use 1 to 256'],
    ['unix:/run/a', { tls: {} }, 'tls is for links over TCP'],
    ['tcp://a:1', { tls: { ca: 'no' } }, 'Give certificates and the private key in PEM form'],
    ['tcp://a:1', { timeout: 'soon' }, 'Write milliseconds as a number'],
  ]
  for (const [at, options, refusal] of table) expect(() => socket(at, options), String(at)).toThrow(refusal)
})

test('a worker says why it cannot listen, and leaves nothing open', async () => {
  const lives: string[] = []
  const app = living(
    () => text(''),
    [],
    life(
      () => void lives.push('opened'),
      () => void lives.push('closed'),
    ),
  )
  const table: [options: WorkOptions, refusal: string][] = [
    [{ listen: [] }, 'it has nowhere to listen'],
    [{ listen: 'tcp:7000' }, 'is no address'],
    [{ listen: `unix:${join(folder(), 'no', 'app.sock')}` }, 'its folder is not there'],
    [{ listen: 'tcp://127.0.0.1:0', tls: { cert: 'no', key: 'no' } }, 'tls: '],
    [{ listen: 'tcp://127.0.0.1:0', tls: { ...ours, ca: 'no' } }, 'tls.ca: it is no certificate'],
  ]
  for (const [options, refusal] of table) await expect(work(app, options)).rejects.toThrow(refusal)
  expect(lives.filter((one) => one === 'opened')).toHaveLength(lives.length / 2)
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

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'hagaki-socket-'))
  onTestFinished(() => rmSync(path, { recursive: true, force: true }))
  return path
}

/** An app whose calls never end, and the path of each that has begun. */
function hangs(): { readonly app: App; readonly begun: Seen<string> } {
  const begun = new Seen<string>()
  return { app: (_method, path) => (begun.add(path), new Promise<never>(() => {})), begun }
}

interface At {
  readonly at: string
  readonly close: Working['close']
}

/** A worker program in this process; by default on a unix socket. */
async function working(app: App, options: Partial<WorkOptions> = {}): Promise<At> {
  const listen = `unix:${join(folder(), 'app.sock')}`
  const running = await work(app, { listen, log: silentLog, ...options })
  onTestFinished(async () => {
    void running.close()
    await running.close({ now: true })
  })
  return { at: running.addresses[0]!, close: (how) => running.close(how) }
}

async function listening(listener: Server): Promise<string> {
  const path = join(folder(), 'relay.sock')
  const sockets = new Set<Socket>()
  listener.on('connection', (one) => void sockets.add(one))
  await new Promise<void>((resolve) => listener.listen(path, resolve))
  onTestFinished(() => {
    for (const one of sockets) one.destroy()
    listener.close()
  })
  return `unix:${path}`
}

async function calling(at: string, options: SocketOptions = {}): Promise<App> {
  const app = remote(socket(at, options))
  await openApp(app, serverFacts())
  onTestFinished(() => closeApp(app))
  return app
}

function opened(link: ReturnType<typeof socket>): ReturnType<typeof socket> {
  onTestFinished(() => link.close())
  return link
}

function ask(app: App, method: string, path: string, parts: RequestParts = {}): Promise<ResponseValue> {
  return perform(app, request(method, path, parts))
}

function problem(answer: ResponseValue): string {
  return bodyText(answer) ?? ''
}

async function refusal(app: App): Promise<unknown> {
  return JSON.parse(problem(await ask(app, 'GET', '/'))) as unknown
}
