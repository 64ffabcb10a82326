/**
 * What `node:http` keeps the server from honouring, pinned: the rows of `docs/node-http.md`, in
 * their order. A test that fails here says that the page is no longer true.
 */
import { readFile } from 'node:fs/promises'
import type { Socket } from 'node:net'
import { type App, json, type Outcome, takeover, text } from 'hagaki'
import { describe, expect, test } from 'vitest'
import { start } from './kinds.ts'
import { aborted, promised } from './promised.ts'
import { WireClient } from './wire-client.ts'
import { head, inChunks, withLength } from './wire-request.ts'

const NODE = Number.parseInt(process.versions.node, 10)

const mirror: App = async (method, path, headers, { http, upgrade, input }) => {
  const body = Buffer.from(await input.bytes()).toString('latin1')
  return json({ method, path, headers, http, upgrade, body })
}

const asks = async (octets: string, app: App = mirror): Promise<{ status: number; body: string }> => {
  const { port } = await start('node-http', app)
  return (await WireClient.connect(port)).ask(octets)
}

const ROWS: Record<string, () => Promise<void>> = {
  'node:http: a client that ends its side in mid-request is taken for gone (16)': async () => {
    const [begun, outcome] = [promised(), promised<Outcome>()]
    const { port } = await start('node-http', async (_method, _path, _headers, options) => {
      options.defer(outcome.resolve)
      begun.resolve()
      await aborted(options.signal)
      return text('never sent')
    })
    const client = await WireClient.connect(port)
    client.send(head('GET /'))
    await begun.promise
    expect(await client.end().rest()).toBe('')
    expect(await outcome.promise).toMatchObject({
      status: null,
      aborted: true,
      error: { code: 'request_aborted' },
    })
  },

  'node:http: an upgrade that the app refuses ends its connection, with the requests behind it (24)':
    async () => {
      const { port } = await start('node-http', (_method, path) => text(path))
      const client = await WireClient.connect(port)
      client.send(head('GET /a', 'Connection: upgrade', 'Upgrade: x') + head('GET /b'))
      const response = await client.response()
      expect(response.body).toBe('/a')
      expect(response.field('connection')).toBe('close')
      expect(await client.end().rest()).toBe('')
    },

  'node:http: an upgrade with a body, or to h2c alone, is not offered to the app (8, 24)': async () => {
    for (const octets of [
      withLength('POST /', 'abc', 'Connection: upgrade', 'Upgrade: x'),
      head('GET /', 'Connection: upgrade', 'Upgrade: h2c'),
    ]) {
      expect(JSON.parse((await asks(octets)).body)).toMatchObject({ upgrade: null })
    }
  },

  'node:http: a client that ends its side while its upgrade is considered is not noticed (16)': async () => {
    const [begun, go] = [promised<AbortSignal>(), promised()]
    const { port } = await start('node-http', async (_method, _path, _headers, { signal }) => {
      begun.resolve(signal)
      await go.promise
      return text(String(signal.aborted))
    })
    const client = await WireClient.connect(port)
    client.send(head('GET /', 'Connection: upgrade', 'Upgrade: x'))
    await begun.promise
    client.end()
    // Another request that is served meanwhile: the end has arrived by then.
    expect((await (await WireClient.connect(port)).send('X').response()).status).toBe(400)
    go.resolve()
    expect((await client.response()).body).toBe('false')
  },

  'node:http: before Node 24, a takeover that iterates its connection loses it when the client ends its side (24)':
    async () => {
      const after = promised<boolean>()
      const loops = takeover(async (duplex) => {
        for await (const _ of duplex);
        after.resolve((duplex as Socket).destroyed)
        duplex.end()
      })
      const { port } = await start('node-http', () => [101, null, {}, loops])
      const client = await WireClient.connect(port)
      expect((await client.ask(head('GET /', 'Connection: upgrade', 'Upgrade: x'))).status).toBe(101)
      client.end()
      expect(await after.promise).toBe(NODE < 24)
    },

  'node:http: a method that Node does not know is 400 (1)': async () => {
    for (const method of ['BREW', 'X', 'PRI']) expect((await asks(head(`${method} /`))).status).toBe(400)
  },

  'node:http: RTSP and ICE request lines are read as HTTP (RFC 9112 2.3)': async () => {
    for (const [line, http] of [
      ['GET / RTSP/1.0', '1.0'],
      ['DESCRIBE / RTSP/1.1', '1.1'],
      ['SOURCE / ICE/1.0', '1.0'],
    ] as const) {
      const { status, body } = await asks(`${line}\r\nHost: a\r\n\r\n`)
      expect(status).toBe(200)
      expect(JSON.parse(body)).toMatchObject({ http })
    }
  },

  'node:http: several spaces in a request line are one, and a lone CR or LF before it is nothing (RFC 9112 2.2, 3)':
    async () => {
      for (const octets of [
        'GET   / HTTP/1.1\r\nHost: a\r\n\r\n',
        'GET /  HTTP/1.1\r\nHost: a\r\n\r\n',
        `\n${head('GET /')}`,
        `\r${head('GET /')}`,
      ]) {
        expect(JSON.parse((await asks(octets)).body)).toMatchObject({ path: '/' })
      }
    },

  'node:http: a Transfer-Encoding with a tab behind it is 400, on Node 20 a Content-Length too (RFC 9110 5.5)':
    async () => {
      const length = await asks(`${head('POST /', 'Content-Length: 3\t')}abc`)
      expect(length.status).toBe(NODE < 22 ? 400 : 200)
      expect((await asks(`${head('POST /', 'Transfer-Encoding: chunked\t')}0\r\n\r\n`)).status).toBe(400)
    },

  'node:http: blanks beside a chunk size, and an empty chunk extension, are 400 (RFC 9112 7.1.1)':
    async () => {
      for (const line of ['1 ', '1\t', '1 ; a=b', '1; a=b', '1;']) {
        expect(
          (await asks(`${head('POST /', 'Transfer-Encoding: chunked')}${line}\r\na\r\n0\r\n\r\n`)).status,
          line,
        ).toBe(400)
      }
    },

  'node:http: a request line over limits.requestLine + limits.head is 431, not 414': async () => {
    const limits = { requestLine: 100, head: 200 }
    const { port } = await start('node-http', mirror, { limits })
    for (const [size, status] of [
      [101, 414],
      [250, 414],
      [350, 431],
    ] as const) {
      const client = await WireClient.connect(port)
      expect(
        (await client.ask(head(`GET /${'a'.repeat(size - 'GET / HTTP/1.1'.length)}`))).status,
        String(size),
      ).toBe(status)
    }
  },

  'node:http: blanks around a value, empty lines and spaces in the request line do not count into limits.head':
    async () => {
      const { port } = await start('node-http', mirror, { limits: { requestLine: 100, head: 100 } })
      const blanks = ' '.repeat(100_000)
      for (const octets of [
        head('GET /', `A:${blanks}x`),
        '\r\n'.repeat(50_000) + head('GET /'),
        `GET ${blanks}${head('GET /').slice(4)}`,
      ]) {
        expect((await (await WireClient.connect(port)).ask(octets)).status).toBe(200)
      }
    },

  'node:http: limits.fields does not count trailer fields': async () => {
    const trailers = Array.from({ length: 200 }, (_, at) => `a${at}: 1`)
    expect((await asks(inChunks('POST /', ['x'], ...trailers))).status).toBe(200)
  },

  'node:http: 103 is not sent for a request that waits behind another answer (18)': async () => {
    const go = promised()
    const { port } = await start('node-http', async (_method, path, _headers, options) => {
      if (path === '/a') await go.promise
      else {
        options.hint({ link: '</b>' })
        go.resolve()
      }
      return text(path)
    })
    const client = await WireClient.connect(port)
    client.send(head('GET /a') + head('GET /b'))
    for (let at = 0; at < 2; at++) {
      expect((await client.head()).status).toBe(200)
      await client.octets(2)
    }
  },

  'node:http: octets from 80 to FF in fields are sent as UTF-8 in an answer without body to a large request that is not read (7)':
    async () => {
      const octets = head('POST /', 'Content-Length: 1000000')
      const { port } = await start('node-http', () => [204, null, { 'x-a': '\xe9' }, null])
      const client = await WireClient.connect(port)
      expect((await client.ask(octets)).field('x-a')).toBe('\xc3\xa9')
    },

  'node:http: idleTimeoutMs is over up to a second late, and headTimeoutMs by up to a quarter of itself or a second':
    async () => {
      const { port } = await start('node-http', mirror, { limits: { idleTimeoutMs: 1, headTimeoutMs: 400 } })
      const client = await WireClient.connect(port)
      await client.ask(head('GET /'))
      // Long after its idle time it is still served.
      await new Promise((resolve) => setTimeout(resolve, 300))
      expect((await client.ask(head('GET /'))).status).toBe(200)
    },
}

describe('docs/node-http.md', () => {
  for (const [name, row] of Object.entries(ROWS)) test(name, row)

  test('has a row for each, and each row has its test', async () => {
    const page = await readFile(new URL('../../docs/node-http.md', import.meta.url), 'utf8')
    const rows = page.split('\n').filter((line) => line.startsWith('| ') && !/^\| (---|clause)/.test(line))
    expect(rows).toHaveLength(Object.keys(ROWS).length)
  })
})

describe('node:http misbehaves so that the gateway has to see to it', () => {
  test('a hint behind an answer that closes the connection does not end the process', async () => {
    // Node hands the socket, already ended, to the third request before the second.
    const { port } = await start('node-http', async (_method, path, _headers, options) => {
      options.hint({ link: '</a>' })
      await new Promise((resolve) => setImmediate(resolve))
      return text(path)
    })
    const client = await WireClient.connect(port)
    client.send(withLength('POST *', 'abc') + withLength('POST /b', 'abc') + withLength('POST /c', 'abc'))
    expect((await client.response()).status).toBe(400)
    await client.end().ending()
    expect((await (await WireClient.connect(port)).ask(head('GET /d'))).body).toBe('/d')
  })

  test('an answer to an HTTP/1.0 client that has named chunked is not chunked', async () => {
    const { status, body } = await asks('GET / HTTP/1.0\r\nTE: chunked\r\n\r\n', (_method, path) =>
      text(path),
    )
    expect({ status, body }).toEqual({ status: 200, body: '/' })
  })

  test('an empty Transfer-Encoding is refused, and the octets behind it are no request', async () => {
    const paths: string[] = []
    const { port } = await start('node-http', (_method, path) => {
      paths.push(path)
      return text(path)
    })
    const client = await WireClient.connect(port)
    client.send(withLength('POST /a', 'abc', 'Transfer-Encoding:') + head('GET /smuggled'))
    expect((await client.response()).status).toBe(400)
    expect(await client.end().rest()).toBe('')
    expect(paths).toEqual([])
  })
})
