/** `toNode`: an app inside a `node:http` server that is already there. */

import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type App, json, type Outcome, stream, takeover, text } from 'hagaki'
import { expect, onTestFinished, test } from 'vitest'
import { LIFE, type Life } from '../../src/contract.ts'
import { type NodeListener, toNode } from '../../src/server/to-node.ts'
import { Logbook, outlivesOffers } from './kinds.ts'
import { promised } from './promised.ts'
import { WireClient } from './wire-client.ts'
import { head, inChunks, withLength } from './wire-request.ts'

const log = new Logbook()
/** More than Node reads of a connection at once. */
const LETTERS = 'abcdefgh'.repeat(64 * 1024)

/** Listens on a free port, or at `at`, until the test is over. */
async function listening(http: Server, at: number | string = 0): Promise<number> {
  await new Promise<void>((resolve) => http.listen(at, resolve))
  onTestFinished(() => {
    http.close()
    http.closeAllConnections()
  })
  return typeof at === 'string' ? 0 : (http.address() as AddressInfo).port
}

/** A server with all the listeners. */
function serving(app: App): { http: Server; listener: NodeListener } {
  const listener = toNode(app, { log })
  const http = createServer(listener)
  http
    .on('checkContinue', listener.checkContinue)
    .on('upgrade', listener.upgrade)
    .on('connect', listener.upgrade)
  return { http, listener }
}

const living = (app: App, life: Partial<Life>): App =>
  Object.assign(app, { [LIFE]: { open: async () => {}, close: async () => {}, ...life } })

test('an app is a listener beside others', async () => {
  const listener = toNode((_method, path, { host }, { query, http }) => json({ path, query, host, http }), {
    log,
  })
  const port = await listening(
    createServer((req, res) => {
      if (req.url === '/old') res.end('old')
      else listener(req, res)
    }),
  )
  const client = await WireClient.connect(port)
  expect((await client.ask(head('GET /old'))).body).toBe('old')
  expect(JSON.parse((await client.ask(head('GET /new?x'))).body)).toEqual({
    path: '/new',
    query: 'x',
    host: 'a.example',
    http: '1.1',
  })
})

test('fields that a listener before it has set are sent too, and its own win', async () => {
  const listener = toNode(() => [200, 'a/b', { 'set-cookie': ['a=1', 'b=2'], 'x-both': 'app' }, 'x'], { log })
  const port = await listening(
    createServer((req, res) => {
      res.setHeader('X-Old', '1').setHeader('X-Both', 'old').setHeader('Set-Cookie', 'old=1')
      listener(req, res)
    }),
  )
  const { lines, field } = await (await WireClient.connect(port)).ask(head('GET /'))
  expect(field('x-old')).toBe('1')
  expect(field('x-both')).toBe('app')
  expect(lines.filter(([name]) => name === 'set-cookie').map(([, value]) => value)).toEqual(['a=1', 'b=2'])
})

const counting: App = async (_method, _path, _headers, { input }) =>
  text(String((await input.bytes()).length))

/** A server whose own listener keeps what comes of a body, before the app has the request. */
async function looking(
  app: App,
  budget?: string,
): Promise<{ port: number; seen: Promise<readonly Buffer[]> }> {
  const listener = toNode(app, {
    log,
    ...(budget !== undefined && { budget, limits: { budgetTimeoutMs: 0 } }),
  })
  const chunks: Buffer[] = []
  const seen = promised<readonly Buffer[]>()
  const http = createServer((req, res) => {
    req.on('data', (chunk: Buffer) => chunks.push(chunk)).on('close', () => seen.resolve(chunks))
    listener(req, res)
  })
  return { port: await listening(http), seen: seen.promise }
}

test('who looks on at a body beside the app keeps what it has seen', async () => {
  const { port, seen } = await looking(counting)
  const client = await WireClient.connect(port)
  expect((await client.ask(withLength('POST /', LETTERS))).body).toBe(String(LETTERS.length))
  expect(Buffer.concat(await seen).toString('latin1')).toBe(LETTERS)
})

test('who looks on at a body that is turned away, or never read, sees what was sent and nothing else', async () => {
  for (const app of [counting, () => text('unread')]) {
    const { port, seen } = await looking(app, '64kb')
    const client = await WireClient.connect(port)
    expect([200, 413]).toContain((await client.ask(withLength('POST /', LETTERS))).status)
    client.end()
    const sent = Buffer.concat(await seen).toString('latin1')
    expect(LETTERS.startsWith(sent), `${sent.length} octets`).toBe(true)
  }
})

test('a body that somebody has read before is 500, and never taken for an empty or a shorter one', async () => {
  const listener = toNode(counting, { log })
  const port = await listening(
    createServer((req, res) => {
      if (req.url === '/whole') req.on('data', () => {}).on('end', () => listener(req, res))
      else req.once('data', () => listener(req, res))
    }),
  )
  const client = await WireClient.connect(port)
  for (const octets of [
    withLength('POST /whole', 'abc'),
    inChunks('POST /whole', ['a', 'b']),
    withLength('POST /part', 'abc'),
  ]) {
    log.errors.length = 0
    expect((await client.ask(octets)).status).toBe(500)
    expect(log.errors).toMatchObject([{ err: { code: 'body_read_before' } }])
  }
})

test('what the app needs is opened by the first request, once, and closed by close() (clause 36)', async () => {
  const order: string[] = []
  const app = living(() => text('a'), {
    open: async () => void order.push('open'),
    close: async () => void order.push('close'),
  })
  const { http, listener } = serving(app)
  const port = await listening(http)
  expect(order).toEqual([])
  const clients = await Promise.all([0, 1, 2].map(() => WireClient.connect(port)))
  for (const answer of await Promise.all(clients.map((client) => client.ask(head('GET /')))))
    expect(answer.body).toBe('a')
  expect(order).toEqual(['open'])
  await Promise.all([listener.close(), listener.close()])
  expect(order).toEqual(['open', 'close'])
})

test('an app that does not open answers 500, and the next request tries again', async () => {
  let tries = 0
  const open = async (): Promise<void> => {
    if (++tries < 3) throw new Error('secret')
  }
  const { http } = serving(living(() => text('open'), { open }))
  const port = await listening(http)
  const client = await WireClient.connect(port)
  const { status, body } = await client.ask(head('GET /'))
  expect(status).toBe(500)
  expect(body).not.toContain('secret')
  const upgrading = await WireClient.connect(port)
  expect(await upgrading.send(head('GET /', 'Connection: upgrade', 'Upgrade: a')).rest()).toBe('')
  expect((await (await WireClient.connect(port)).ask(head('GET /'))).body).toBe('open')
})

test('a client that is reset while the app opens does not end the process', async () => {
  const [opening, go] = [promised(), promised()]
  const open = async (): Promise<void> => {
    opening.resolve()
    await go.promise
  }
  const { http } = serving(living(() => text('open'), { open }))
  const port = await listening(http)
  const [asking, upgrading] = [await WireClient.connect(port), await WireClient.connect(port)]
  asking.send(head('GET /'))
  upgrading.send(head('GET /', 'Connection: upgrade', 'Upgrade: a'))
  await opening.promise
  asking.reset()
  upgrading.reset()
  for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve))
  go.resolve()
  expect((await (await WireClient.connect(port)).ask(head('GET /'))).body).toBe('open')
})

test('close() waits for calls under way, deferred tasks included', async () => {
  const [begun, go] = [promised(), promised()]
  const order: string[] = []
  const { http, listener } = serving(async (_method, _path, _headers, options) => {
    options.defer(() => void order.push('deferred'))
    begun.resolve()
    await go.promise
    return text('a')
  })
  const client = await WireClient.connect(await listening(http))
  const answer = client.ask(head('GET /'))
  await begun.promise
  const closed = listener.close().then(() => order.push('closed'))
  go.resolve()
  expect((await answer).body).toBe('a')
  await closed
  expect(order).toEqual(['deferred', 'closed'])
})

test('close() waits for the calls that waited until the app was open', async () => {
  const [asked, opening] = [promised<void>(), promised<void>()]
  const order: string[] = []
  const answering: App = async () => {
    await new Promise((resolve) => setImmediate(resolve))
    order.push('answered')
    return text('a')
  }
  const { http, listener } = serving(
    living(answering, {
      open: () => {
        asked.resolve()
        return opening.promise
      },
      close: async () => void order.push('closed'),
    }),
  )
  const client = await WireClient.connect(await listening(http))
  const answer = client.ask(head('GET /'))
  await asked.promise
  const closing = listener.close()
  opening.resolve()
  expect((await answer).body).toBe('a')
  await closing
  expect(order).toEqual(['answered', 'closed'])
})

test('after close() nobody reaches the app, which is not opened again: 503, and upgrades are dropped', async () => {
  const order: string[] = []
  const app = (): App =>
    living(
      () => {
        order.push('called')
        return text('a')
      },
      { open: async () => void order.push('open'), close: async () => void order.push('close') },
    )
  const [used, unused] = [serving(app()), serving(app())]
  const ports = [await listening(used.http), await listening(unused.http)] as const
  expect((await (await WireClient.connect(ports[0])).ask(head('GET /'))).body).toBe('a')
  await Promise.all([used.listener.close(), unused.listener.close()])
  for (const port of ports) {
    const { status, body, field } = await (await WireClient.connect(port)).ask(head('GET /'))
    expect([status, JSON.parse(body), field('connection')]).toEqual([
      503,
      expect.objectContaining({ code: 'draining' }),
      'close',
    ])
    const upgrading = await WireClient.connect(port)
    expect(await upgrading.send(head('GET /', 'Connection: upgrade', 'Upgrade: a')).rest()).toBe('')
  }
  expect(order).toEqual(['open', 'called', 'close'])
})

test('what comes while close() waits for others is answered, and opens nothing', async () => {
  const [begun, go] = [promised(), promised()]
  const order: string[] = []
  const app: App = async (_method, path) => {
    if (path === '/slow') {
      begun.resolve()
      await go.promise
    }
    order.push(path)
    return text('a')
  }
  const { http, listener } = serving(living(app, { close: async () => void order.push('close') }))
  const port = await listening(http)
  const slow = (await WireClient.connect(port)).ask(head('GET /slow'))
  await begun.promise
  const closing = listener.close()
  const late = await (await WireClient.connect(port)).ask(head('GET /late'))
  expect([late.status, late.field('connection')]).toEqual([200, 'close'])
  go.resolve()
  expect((await slow).status).toBe(200)
  await closing
  expect(order).toEqual(['/late', '/slow', 'close'])
})

test('100-continue is sent when the app asks, by the checkContinue listener', async () => {
  const { http } = serving(async (_method, path, _headers, { input }) =>
    path === '/read' ? text(String((await input.bytes()).length)) : text('no', 403),
  )
  const port = await listening(http)
  const [reading, refused] = [await WireClient.connect(port), await WireClient.connect(port)]
  expect(
    (await reading.send(head('POST /read', 'Expect: 100-continue', 'Content-Length: 3')).head()).status,
  ).toBe(100)
  expect((await reading.send('abc').response()).body).toBe('3')
  expect(
    (await refused.send(head('POST /', 'Expect: 100-continue', 'Content-Length: 3')).head()).status,
  ).toBe(403)
})

test('without a checkContinue listener Node sends 100 by itself', async () => {
  const port = await listening(createServer(toNode(() => text('no', 403), { log })))
  const client = await WireClient.connect(port)
  expect((await client.send(head('POST /', 'Expect: 100-continue', 'Content-Length: 3')).head()).status).toBe(
    100,
  )
  expect((await client.response()).status).toBe(403)
})

test('upgrades come by the upgrade listener, and are ordinary requests without it', async () => {
  const app: App = (_method, _path, _headers, { upgrade }) =>
    upgrade === null
      ? text('ordinary')
      : [
          101,
          null,
          {},
          takeover(async (duplex) => {
            for await (const bytes of duplex) duplex.write(bytes)
          }),
        ]
  const asking = head('GET /', 'Connection: upgrade', 'Upgrade: a')
  const upgraded = await WireClient.connect(await listening(serving(app).http))
  expect((await upgraded.ask(`${asking}early`)).status).toBe(101)
  expect(await upgraded.octets(5)).toBe('early')
  const ordinary = await WireClient.connect(await listening(createServer(toNode(app, { log }))))
  expect((await ordinary.ask(asking)).body).toBe('ordinary')
})

test('an offer with a body goes back to the server that it came from', async () => {
  const app: App = async (_method, _path, _headers, { input }) => text(String((await input.bytes()).length))
  const port = await listening(serving(app).http)
  const client = await WireClient.connect(port)
  const octets = withLength('POST /', 'abc', 'Connection: upgrade', 'Upgrade: h2c')
  expect((await client.ask(octets)).body).toBe('3')
  const next = outlivesOffers('node-http') ? client : await WireClient.connect(port)
  expect((await next.ask(octets)).body).toBe('3')
})

test('on a unix socket there is no client address, and a failing stream ends without harm', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'hagaki-'))
  onTestFinished(() => rm(dir, { recursive: true }))
  const outcome = promised<Outcome>()
  const { http } = serving((_method, path, _headers, options) => {
    if (path === '/') return json({ client: options.client })
    options.defer(outcome.resolve)
    const failing = (function* () {
      yield 'a'
      throw new Error('midway')
    })()
    return [200, null, {}, stream(failing)]
  })
  const at = join(dir, 'socket')
  await listening(http, at)
  const client = await WireClient.connect(at)
  expect(JSON.parse((await client.ask(head('GET /'))).body)).toEqual({ client: null })
  const old = await WireClient.connect(at)
  await old.send('GET /fail HTTP/1.0\r\n\r\n').ending()
  expect(await outcome.promise).toMatchObject({ aborted: true, error: { message: 'midway' } })
})

test('what Node has not refused by itself is refused by the gateway: limits and host', async () => {
  const port = await listening(createServer(toNode(() => text(''), { log, limits: { fields: 3 } })))
  const client = await WireClient.connect(port)
  expect((await client.ask(head('GET /', 'A: 1', 'B: 2'))).status).toBe(200)
  expect((await client.ask(head('GET /', 'A: 1', 'B: 2', 'C: 3'))).status).toBe(431)
  expect((await (await WireClient.connect(port)).ask(head('GET /', 'Host: a b'))).status).toBe(400)
})

test('the server argument says what toNode was told', async () => {
  const listener = toNode((_method, _path, _headers, _options, { name, port }) => json({ name, port }), {
    log,
    name: 'a.example',
    port: 80,
  })
  const client = await WireClient.connect(await listening(createServer(listener)))
  expect(JSON.parse((await client.ask(head('GET /'))).body)).toEqual({ name: 'a.example', port: 80 })
})

test('it has a memory budget of its own', async () => {
  const read: App = async (_method, _path, _headers, { input }) => text(String((await input.bytes()).length))
  const limits = { budgetTimeoutMs: 0 }
  for (const [budget, status] of [
    ['1mb', 413],
    [false, 200],
  ] as const) {
    const port = await listening(createServer(toNode(read, { log, budget, limits })))
    const client = await WireClient.connect(port)
    expect((await client.ask(withLength('POST /', 'x'.repeat(1024 * 1024)))).status).toBe(status)
  }
})
