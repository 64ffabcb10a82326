/** Limits of a request, each at one less, exactly, and one more: `limits` of the contract. */
import { type App, DEFAULT_LIMITS, json } from 'hagaki'
import { describe, expect, test } from 'vitest'
import type { Limits } from '../../src/contract.ts'
import { DIFFERENCES } from './differences.ts'
import { SERVERS, start } from './kinds.ts'
import { WireClient } from './wire-client.ts'
import { head, inChunks, withLength } from './wire-request.ts'

const count: App = async (_method, _path, _headers, { input }) => json((await input.bytes()).byteLength)

for (const kind of SERVERS) {
  describe(kind, () => {
    /** Sends three requests made for one less, the limit itself, and one more. */
    const holds = async (
      limits: Partial<Limits>,
      limit: number,
      status: number,
      code: string,
      request: (size: number) => string,
    ): Promise<void> => {
      const { port } = await start(kind, count, { limits })
      for (const size of [limit - 1, limit, limit + 1]) {
        const client = await WireClient.connect(port)
        const response = await client.ask(request(size))
        expect({ size, status: response.status }).toEqual({ size, status: size > limit ? status : 200 })
        if (size > limit) {
          expect(JSON.parse(response.body)).toMatchObject({ status, code })
          // What is left of a small body may be read to keep the connection.
          if (status !== 413) expect(await client.end().ending()).toBe('end')
        }
        client.close()
      }
    }
    const requestLine = (size: number): string => head(`GET /${'a'.repeat(size - 'GET / HTTP/1.1'.length)}`)
    const section = (size: number): string => {
      const fields = 'Host: a\r\nX-A: \r\n'
      return head('GET /', 'Host: a', `X-A: ${'a'.repeat(size - fields.length)}`)
    }
    const manyFields = (size: number): string =>
      head('GET /', 'Host: a', ...Array.from({ length: size - 1 }, (_, at) => `a${at}: ${at}`))

    test('a request line over the limit is 414 (RFC 9112 3)', async () => {
      await holds({ requestLine: 100 }, 100, 414, 'target_too_long', requestLine)
      await holds({}, DEFAULT_LIMITS.requestLine, 414, 'target_too_long', requestLine)
    })

    test('a header section over the limit is 431 (RFC 6585 5)', async () => {
      await holds({ head: 200 }, 200, 431, 'head_too_large', section)
      await holds({}, DEFAULT_LIMITS.head, 431, 'head_too_large', section)
    })

    test('more fields than the limit are 431 (RFC 6585 5)', async () => {
      await holds({ fields: 5 }, 5, 431, 'fields_too_many', manyFields)
      await holds({}, DEFAULT_LIMITS.fields, 431, 'fields_too_many', manyFields)
    })

    test('more fields than any other limit says are counted, not dropped', async () => {
      const { port } = await start(kind, count)
      const client = await WireClient.connect(port)
      expect((await client.ask(manyFields(2_200))).status).toBe(431)
    })

    test('a body over the limit is 413, with a length and in chunks (RFC 9110 15.5.14)', async () => {
      for (const body of [1, 100, DEFAULT_LIMITS.body]) {
        await holds({ body }, body, 413, 'body_too_large', (size) => withLength('POST /', 'a'.repeat(size)))
        await holds({ body }, body, 413, 'body_too_large', (size) =>
          inChunks('POST /', size < 2 ? ['a'.repeat(size)].filter(Boolean) : ['a'.repeat(size - 1), 'a']),
        )
      }
    })

    test('chunk extensions over the limit are refused, in one chunk and in all (RFC 9112 7.1.1)', async () => {
      const request = (...sizes: readonly number[]): string => {
        const chunks = sizes.map((size) => `1;${'a'.repeat(size - 1)}\r\nx\r\n`)
        return `${head('POST /', 'Transfer-Encoding: chunked')}${chunks.join('')}0\r\n\r\n`
      }
      if (DIFFERENCES.chunkExtensions[kind] !== '413, 413, 413') return
      const code = 'chunk_extensions_too_large'
      await holds({}, 256, 413, code, (size) => request(size))
      await holds({ chunkExtensions: 300 }, 300, 413, code, (size) => request(150, size - 150))
      const most = DEFAULT_LIMITS.chunkExtensions
      const full = Array.from({ length: most / 256 - 1 }, () => 256)
      await holds({}, most, 413, code, (size) => request(...full, 100, size - (most - 256) - 100))
    })

    test('what is left of a body that nobody reads is read up to the limit (RFC 9112 9.3)', async () => {
      for (const unread of [10, DEFAULT_LIMITS.unread]) {
        const { port } = await start(kind, (_method, path) => json(path), { limits: { unread } })
        for (const size of [unread - 1, unread, unread + 1]) {
          const client = await WireClient.connect(port)
          const { field } = await client.ask(head('POST /', `Content-Length: ${size}`))
          expect({ size, closes: field('connection') === 'close' }).toEqual({ size, closes: size > unread })
          if (size > unread) client.close()
          else expect((await client.send('x'.repeat(size)).ask(head('GET /next'))).body).toBe('"/next"')
        }
      }
    })

    test('an endless head is refused while it arrives', async () => {
      const { port } = await start(kind, count)
      for (const endless of ['GET /', 'GET / HTTP/1.1\r\nX-A: ', 'GET / HTTP/1.1\r\n']) {
        const client = await WireClient.connect(port)
        client.send(endless)
        const filling = setInterval(
          () => client.send(endless.endsWith('\n') ? 'a: b\r\n'.repeat(500) : 'a'.repeat(3_000)),
          1,
        )
        const { status } = await client.response().finally(() => clearInterval(filling))
        expect([414, 431]).toContain(status)
        client.close()
      }
    })

    test('an endless trailer section is refused while it arrives', async () => {
      const { port } = await start(kind, count)
      const client = await WireClient.connect(port)
      client.send(`${head('POST /', 'Transfer-Encoding: chunked')}0\r\n`)
      const filling = setInterval(() => client.send('a: b\r\n'.repeat(500)), 1)
      const { status } = await client.response().finally(() => clearInterval(filling))
      expect([400, 431]).toContain(status)
      client.close()
    })

    test('endless chunk extensions are refused while they arrive', async () => {
      const { port } = await start(kind, count)
      const client = await WireClient.connect(port)
      client.send(`${head('POST /', 'Transfer-Encoding: chunked')}1;`)
      const filling = setInterval(() => client.send('a'.repeat(3_000)), 1)
      const { status } = await client.response().finally(() => clearInterval(filling))
      expect([400, 413]).toContain(status)
      client.close()
    })
  })
}
