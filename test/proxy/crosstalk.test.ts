/** However calls end, none gets what belongs to another one; and whatever comes, the gateway goes on. */
import * as fc from 'fast-check'
import { type App, app, stream } from 'hagaki'
import { describe, expect, test, vi } from 'vitest'
import { SERVERS, start } from '../server/kinds.ts'
import { WireClient } from '../server/wire-client.ts'
import { WAIT_MS } from '../wait.ts'
import { ask, gateway, get, OK, RawUpstream, until } from './raw-upstream.ts'

/** Answers with the name that it was asked for, in as many pieces, each after a turn of the loop. */
const named: App = app(async (method, path, _headers, { input }) => {
  const [, name = '', pieces = '1'] = path.split('/')
  if (method === 'POST') await input.bytes()
  const given = async function* (): AsyncGenerator<string> {
    for (let piece = 0; piece < Number(pieces); piece++) {
      await new Promise((resolve) => setImmediate(resolve))
      yield `[${name}]`.repeat(50)
    }
  }
  return [200, 'text/plain', { 'x-name': name }, stream(given())]
})

describe.each(SERVERS)('%s', (kind) => {
  test('calls that share few connections, many of them given up, get their own answers', async () => {
    const far = await start('http1', named)
    const { port } = await gateway(kind, far.url, { connections: 5, queue: 500, queueTimeout: '30s' })
    const calls = Array.from({ length: 400 }, async (_, at) => {
      const [pieces, name] = [1 + (at % 7) * 3, `n${at}`]
      const client = await WireClient.connect(port)
      if (at % 4 === 1)
        client.send(`POST /${name}/${pieces} HTTP/1.1\r\nhost: a\r\ncontent-length: 30000\r\n\r\nhalf`)
      else client.send(get(`/${name}/${pieces}`))
      if (at % 4 === 1 || at % 4 === 2) {
        for (let turns = at % 11; turns > 0; turns--) await new Promise((resolve) => setImmediate(resolve))
        return client.reset()
      }
      const { status, body, field, whole } = await client.response()
      expect([status, field('x-name'), whole]).toEqual([200, name, true])
      expect(body).toBe(`[${name}]`.repeat(50 * pieces))
      client.close()
    })
    await Promise.all(calls)
    expect((await ask(port, get('/last/1'))).field('x-name')).toBe('last')
  })

  test('whatever a server behind sends, and however it goes, each call ends and the next one is served', async () => {
    const parts = fc.constantFrom(
      'HTTP/1.1 100 Continue\r\n\r\n',
      'HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n',
      'HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello',
      'HTTP/1.1 200 OK\r\n\r\nhello',
      'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n',
      'HTTP/1.1 204 No\r\ncontent-length: 0\r\n\r\n',
      'HTTP/1.1 205 Reset\r\ntransfer-encoding: chunked\r\n\r\n',
      'HTTP/1.1 101 Switching\r\nupgrade: a\r\nconnection: upgrade\r\n\r\n',
      'HTTP/1.1 304 Not\r\ncontent-length: 7\r\n\r\n',
      '3\r\nabc\r\n',
      '0\r\nx: y\r\n\r\n',
      'x: y\r\n',
      '\r\n',
      '\0',
      'x'.repeat(20_000),
    )
    const behaviour = fc.record({
      parts: fc.array(parts, { maxLength: 5 }),
      end: fc.constantFrom('end', 'reset', 'stay'),
      method: fc.constantFrom('GET', 'HEAD', 'POST', 'OPTIONS'),
    })
    let now: { parts: readonly string[]; end: string } = { parts: [OK], end: 'stay' }
    const upstream = await RawUpstream.start(async (connection) => {
      for (;;) {
        await connection.until('\r\n\r\n')
        for (const part of now.parts) {
          connection.send(part)
          await new Promise((resolve) => setImmediate(resolve))
        }
        if (now.end === 'end') return connection.end()
        if (now.end === 'reset') return connection.reset()
      }
    })
    const { port } = await gateway(kind, upstream.url, { timeout: '80ms', bodyTimeout: '80ms', retries: 0 })
    await fc.assert(
      fc.asyncProperty(behaviour, async ({ method, ...told }) => {
        now = told
        const client = await WireClient.connect(port)
        client.send(`${method} / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n`)
        const octets = await client.rest()
        expect(octets).toMatch(/^HTTP\/1\.1 [0-9]{3} /)
        client.close()
      }),
      { numRuns: 120 },
    )
    now = { parts: [OK], end: 'stay' }
    // The time of one call may be over on a busy machine before its answer is read.
    await vi.waitFor(async () => expect((await ask(port, get())).body).toBe('ok'), WAIT_MS)
    await until(() => upstream.open.size <= 1)
  })
})
