/** Each row of the table of differences, observed on both engines, and the page that shows it. */
import { readFile } from 'node:fs/promises'
import { type App, Fault, json, type Outcome, stream, text } from 'hagaki'
import { describe, expect, test } from 'vitest'
import { DIFFERENCES, type DifferenceName, printedDifferences } from './differences.ts'
import { SERVERS, type ServerKind, start } from './kinds.ts'
import { LIMIT_ROWS, printedLimits } from './limit-table.ts'
import { aborted, promised } from './promised.ts'
import { WireClient } from './wire-client.ts'
import { head, inChunks, withLength } from './wire-request.ts'

const tick = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

const mirror: App = async (method, path, headers, { http, input }) => {
  const body = Buffer.from(await input.bytes()).toString('latin1')
  return json({ method, path, headers, http, body })
}

/** One status for all of the requests, each on a connection of its own; or all, where they differ. */
const statusOf = async (kind: ServerKind, ...requests: readonly string[]): Promise<string> => {
  const { port } = await start(kind, mirror)
  const statuses: number[] = []
  for (const octets of requests) {
    const client = await WireClient.connect(port)
    statuses.push((await client.ask(octets)).status)
    client.close()
  }
  return new Set(statuses).size === 1 ? String(statuses[0]) : statuses.join(', ')
}

const OBSERVED: { readonly [N in DifferenceName]: (kind: ServerKind) => Promise<string> } = {
  pipelining: async (kind) => {
    const order: string[] = []
    const go = promised()
    const { port } = await start(kind, async (_method, path) => {
      order.push(`${path} begins`)
      if (path === '/b') go.resolve()
      if (path === '/a' && kind === 'node-http') await go.promise
      await tick()
      order.push(`${path} ends`)
      return text(path)
    })
    const client = await WireClient.connect(port)
    client.send(head('GET /a') + head('GET /b'))
    for (const path of ['/a', '/b']) expect((await client.response()).body).toBe(path)
    return order[1] === '/a ends' ? 'one after the other' : 'at once'
  },

  hintBehind: async (kind) => {
    const begun = promised()
    const { port } = await start(kind, async (_method, path, _headers, options) => {
      if (path === '/b') {
        options.hint({ link: '</b>' })
        begun.resolve()
      } else if (kind === 'node-http') await begun.promise
      await tick()
      return text(path)
    })
    const client = await WireClient.connect(port)
    client.send(head('GET /a') + head('GET /b'))
    expect((await client.response()).body).toBe('/a')
    const { status } = await client.head()
    return status === 103 ? 'is sent before its answer' : 'is not sent while an answer before it is due'
  },

  halfClosed: async (kind) => {
    const [begun, signalled] = [promised(), promised<Fault>()]
    const { port } = await start(kind, async (_method, _path, _headers, { signal }) => {
      begun.resolve()
      signalled.resolve((await aborted(signal)) as Fault)
      await tick()
      return text('answer')
    })
    const client = await WireClient.connect(port)
    client.send(head('GET /'))
    await begun.promise
    const sent = (await client.end().rest()).endsWith('answer')
    return `${(await signalled.promise).code}, and the answer ${sent ? 'is' : 'is not'} sent`
  },

  halfClosedBody: async (kind) => {
    const [begun, outcome] = [promised(), promised<Outcome>()]
    const { port } = await start(kind, async (_method, _path, _headers, options) => {
      options.defer(outcome.resolve)
      begun.resolve()
      const thrown: unknown = await options.input.bytes().catch((error: unknown) => error)
      expect(thrown).toMatchObject({ code: 'request_aborted' })
      return text('answer')
    })
    const client = await WireClient.connect(port)
    client.send(`${head('POST /', 'Content-Length: 5')}ab`)
    await begun.promise
    const sent = (await client.end().rest()).endsWith('answer')
    expect(await outcome.promise).toMatchObject({ aborted: !sent })
    return sent ? 'is sent' : 'is not sent'
  },

  halfClosedEvents: async (kind) => {
    const [outcome, returned] = [promised<Outcome>(), promised()]
    async function* quiet(): AsyncGenerator<string> {
      try {
        yield 'data: 1\n\n'
        await new Promise((resolve) => setTimeout(resolve, 1))
        yield 'data: 2\n\n'
      } finally {
        returned.resolve()
      }
    }
    const events = async function* (signal: AbortSignal): AsyncGenerator<string> {
      yield* quiet()
      await aborted(signal)
    }
    const { port } = await start(kind, (_method, _path, _headers, options) => {
      options.defer(outcome.resolve)
      return [200, 'text/event-stream', {}, stream(events(options.signal))]
    })
    const client = await WireClient.connect(port)
    client.send(head('GET /'))
    await client.until('data: 2\n\n')
    client.end()
    const { status, error, aborted: cut } = await outcome.promise
    expect({ status, cut }).toEqual({ status: 200, cut: true })
    await returned.promise
    return (error as Fault).code
  },

  halfClosedOffer: async (kind) => {
    const [begun, go] = [promised<AbortSignal>(), promised()]
    const { port } = await start(kind, async (_method, _path, _headers, { signal }) => {
      begun.resolve(signal)
      await go.promise
      return text(signal.aborted ? 'aborted' : 'not aborted')
    })
    const client = await WireClient.connect(port)
    client.send(head('GET /', 'Connection: upgrade', 'Upgrade: x'))
    await begun.promise
    client.end()
    // Another request that is served meanwhile: the end has arrived by then.
    expect((await (await WireClient.connect(port)).send('X\r\n').response()).status).toBe(400)
    go.resolve()
    return (await client.response()).body
  },

  refusedUpgrade: async (kind) => {
    const { port } = await start(kind, (_method, path) => text(path))
    const client = await WireClient.connect(port)
    client.send(head('GET /a', 'Connection: upgrade', 'Upgrade: x') + head('GET /b'))
    const response = await client.response()
    expect(response.body).toBe('/a')
    if (response.field('connection') !== 'close') {
      expect((await client.response()).body).toBe('/b')
      return 'is a request like others'
    }
    expect(await client.end().rest()).toBe('')
    return 'is the last of its connection'
  },

  methods: (kind) => statusOf(kind, head('BREW /'), head('X /'), head('PRI /')),

  protocols: (kind) =>
    statusOf(kind, 'GET / RTSP/1.0\r\nHost: a\r\n\r\n', 'SOURCE / ICE/1.0\r\nHost: a\r\n\r\n'),

  versions: async (kind) => {
    const minors = [2, 3, 4, 5, 6, 7, 8, 9].map((minor) => `GET / HTTP/1.${minor}\r\nHost: a\r\n\r\n`)
    const status = await statusOf(kind, ...minors)
    if (status !== '200') return status
    const { port } = await start(kind, mirror)
    const { body } = await (await WireClient.connect(port)).ask(minors[0]!)
    return `200, as HTTP/${(JSON.parse(body) as { http: string }).http}`
  },

  spaces: (kind) =>
    statusOf(
      kind,
      'GET   / HTTP/1.1\r\nHost: a\r\n\r\n',
      'GET /  HTTP/1.1\r\nHost: a\r\n\r\n',
      `\n${head('GET /')}`,
      `\r${head('GET /')}`,
    ),

  codingTab: (kind) => statusOf(kind, `${head('POST /', 'Transfer-Encoding: chunked\t')}0\r\n\r\n`),

  extensionBlanks: (kind) =>
    statusOf(
      kind,
      ...['1 ; a=b', '1; a=b', '1;a = b'].map(
        (line) => `${head('POST /', 'Transfer-Encoding: chunked')}${line}\r\na\r\n0\r\n\r\n`,
      ),
    ),

  extensionNames: (kind) =>
    statusOf(kind, `${head('POST /', 'Transfer-Encoding: chunked')}1;=a\r\na\r\n0\r\n\r\n`),

  turns: async (kind) => {
    const order: string[] = []
    const { port } = await start(kind, (_method, path) => {
      order.push(path)
      return text(path)
    })
    const [greedy, modest] = [await WireClient.connect(port), await WireClient.connect(port)]
    for (const client of [greedy, modest]) await client.ask(head('GET /ready'))
    // Both are in the kernel before the server looks: this process is busy until then.
    greedy.send(head('GET /greedy').repeat(2_000))
    modest.send(head('GET /modest'))
    expect((await modest.response()).body).toBe('/modest')
    for (let at = 0; at < 2_000; at++) expect((await greedy.response()).body).toBe('/greedy')
    expect(order).toHaveLength(2_003)
    return order.lastIndexOf('/greedy') > order.indexOf('/modest') ? 'in between' : 'behind them'
  },

  longLine: async (kind) => {
    const { port } = await start(kind, mirror, { limits: { requestLine: 100, head: 200 } })
    const status = async (size: number): Promise<number> =>
      (await (await WireClient.connect(port)).ask(head(`GET /${'a'.repeat(size - 'GET / HTTP/1.1'.length)}`)))
        .status
    expect(await status(250)).toBe(414)
    return String(await status(350))
  },

  blanks: async (kind) => {
    const { port } = await start(kind, mirror, { limits: { head: 100 } })
    const { status } = await (await WireClient.connect(port)).ask(head('GET /', `A:${' '.repeat(50_000)}x`))
    return status === 431 ? 'yes' : 'no'
  },

  trailerFields: async (kind) => {
    const trailers = Array.from({ length: 101 }, (_, at) => `a${at}: 1`)
    expect(await statusOf(kind, inChunks('POST /', ['x'], ...trailers.slice(1)))).toBe('200')
    const status = await statusOf(kind, inChunks('POST /', ['x'], ...trailers))
    return status === '431' ? 'yes' : 'no'
  },

  arrivedBody: async (kind) => {
    const { port } = await start(kind, (_method, path) => text(path), { limits: { unread: 100 } })
    const client = await WireClient.connect(port)
    const response = await client.ask(withLength('POST /a', 'x'.repeat(101)))
    if (response.field('connection') === 'close') return 'ends the connection'
    expect((await client.ask(head('GET /b'))).body).toBe('/b')
    return 'is passed over'
  },

  utf8: async (kind) => {
    const { port } = await start(kind, () => [204, null, { 'x-a': '\xe9' }, null])
    const client = await WireClient.connect(port)
    const sent = (await client.ask(head('POST /', 'Content-Length: 1000000'))).field('x-a')!
    return Buffer.from(sent, 'latin1').toString('hex').toUpperCase().replace(/..\B/, '$& ')
  },

  interimReasons: async (kind) => {
    const reasons = { 100: 'Ours', 103: 'Ours', 400: 'Ours' }
    const { port } = await start(
      kind,
      async (_method, _path, _headers, options) => {
        options.hint({ link: '</a>' })
        return text(String((await options.input.bytes()).length))
      },
      { reasons },
    )
    const client = await WireClient.connect(port)
    client.send(head('POST /', 'Content-Length: 1', 'Expect: 100-continue'))
    const said = [await client.head(), await client.head()]
    await client.send('x').response()
    said.push(await (await WireClient.connect(port)).send('no request\r\n\r\n').response())
    const ours = said.filter(({ reason }) => reason === 'Ours').length
    expect([0, 3]).toContain(ours)
    return ours === 3 ? 'is sent' : 'is not sent'
  },

  chunkExtensions: async (kind) => {
    const requests = [
      [257, 1],
      [200, 21],
      [17_000, 1],
    ].map(([size, times]) => {
      const chunks = `1;${'a'.repeat(size! - 1)}\r\nx\r\n`.repeat(times!)
      return `${head('POST /', 'Transfer-Encoding: chunked')}${chunks}0\r\n\r\n`
    })
    const statuses: string[] = []
    for (const request of requests) statuses.push(await statusOf(kind, request))
    return statuses.join(', ')
  },

  silence: async (kind) => {
    const { port } = await start(kind, mirror, { limits: { headTimeoutMs: 100 } })
    const said = await (await WireClient.connect(port)).rest()
    return said === '' ? 'without a word' : `with ${said.slice('HTTP/1.1 '.length, 'HTTP/1.1 408'.length)}`
  },

  idleLate: async (kind) => {
    const { port } = await start(kind, mirror, { limits: { idleTimeoutMs: 1 } })
    const client = await WireClient.connect(port)
    await client.ask(head('GET /'))
    let ended = false
    void client.ending().then(() => {
      ended = true
    })
    // In turns, so that an end that has come is heard of, however late this process is.
    for (let turn = 0; turn < 10; turn++) await new Promise((resolve) => setTimeout(resolve, 30))
    return ended ? 'closed' : 'open'
  },
}

describe('docs/engines.md says how the engines differ', () => {
  for (const [name, row] of Object.entries(DIFFERENCES)) {
    for (const kind of SERVERS) {
      test(`${kind}: ${row.what} ${row[kind]} (${row.where})`, async () => {
        expect(await OBSERVED[name as DifferenceName](kind)).toBe(row[kind])
      })
    }
  }

  test('each row says that they do', () => {
    for (const row of Object.values<Record<ServerKind, string>>(DIFFERENCES)) {
      expect(row['http1']).not.toBe(row['node-http'])
    }
  })

  test('the page shows this table and that of the limits, word for word', async () => {
    const page = await readFile(new URL('../../docs/engines.md', import.meta.url), 'utf8')
    for (const table of [printedDifferences(), printedLimits()]) expect(page).toContain(`\n\n${table}\n\n`)
  })

  test('what the limits say is refused has that status', () => {
    for (const [name, { refusal }] of Object.entries(LIMIT_ROWS)) {
      if (refusal === null) continue
      const [status, code] = refusal
      expect({ name, status: new Fault(code, {} as never).status }).toEqual({ name, status })
    }
  })
})
