/** Clients that end their side and still read: contract clause 16, RFC 9112 section 9.6. */
import { type Fault, type Outcome, stream, text } from 'hagaki'
import { describe, expect, test } from 'vitest'
import { serversWhere } from './differences.ts'
import { start } from './kinds.ts'
import { aborted, promised } from './promised.ts'
import { WireClient } from './wire-client.ts'
import { head, inChunks, withLength } from './wire-request.ts'

const tick = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

for (const kind of serversWhere('halfClosed', 'half_closed, and the answer is sent')) {
  describe(kind, () => {
    test('a request with the end right behind it is answered, whole or streamed, with its outcome', async () => {
      for (const body of ['abc', stream(['a', 'b', 'c'])]) {
        const outcome = promised<Outcome>()
        const { port } = await start(kind, async (_method, _path, _headers, options) => {
          options.defer(outcome.resolve)
          for (let turn = 0; turn < 5; turn++) await tick()
          return [200, null, {}, body]
        })
        const client = await WireClient.connect(port)
        expect(await client.send(head('GET /')).end().response()).toMatchObject({ body: 'abc', whole: true })
        expect(await client.ending()).toBe('end')
        expect(await outcome.promise).toMatchObject({ status: 200, error: null, aborted: false })
      }
    })

    test('a large answer that waits for its reader is sent to its end', async () => {
      const { port } = await start(kind, (_method, path) =>
        path === '/whole'
          ? text('x'.repeat(5_000_000))
          : [200, null, {}, stream(Array.from({ length: 100 }, () => 'x'.repeat(50_000)))],
      )
      for (const path of ['/whole', '/streamed']) {
        const client = await WireClient.connect(port)
        client.socket.pause()
        client.send(head(`GET ${path}`)).end()
        for (let turn = 0; turn < 50; turn++) await tick()
        client.socket.resume()
        expect((await client.response()).body).toHaveLength(5_000_000)
        expect(await client.ending()).toBe('end')
      }
    })

    test('the end behind half a head closes the connection without a word', async () => {
      const { port } = await start(kind, () => text(''))
      for (const octets of ['', 'G', head('GET /').slice(0, -1)]) {
        const client = await WireClient.connect(port)
        expect(await client.send(octets).end().rest()).toBe('')
      }
    })

    test('requests sent ahead are all answered, those behind the first as well', async () => {
      const { port } = await start(kind, async (_method, path, _headers, { input }) => {
        await tick()
        return text(`${path} ${Buffer.from(await input.bytes()).toString()}`)
      })
      const client = await WireClient.connect(port)
      client.send(
        head('GET /a') + withLength('POST /b', 'bb') + inChunks('POST /c', ['c', 'c']) + head('GET /d'),
      )
      client.end()
      for (const body of ['/a ', '/b bb', '/c cc', '/d ']) expect((await client.response()).body).toBe(body)
      expect(await client.rest()).toBe('')
    })

    test('hundreds of requests sent ahead are all answered', async () => {
      const { port } = await start(kind, (_method, path) => text(path))
      const client = await WireClient.connect(port)
      client.send(Array.from({ length: 500 }, (_, at) => head(`GET /${at}`)).join('')).end()
      for (let at = 0; at < 500; at++) expect((await client.response()).body).toBe(`/${at}`)
      expect(await client.rest()).toBe('')
    })

    test('a body that has arrived whole can be read after the end, however late', async () => {
      for (const octets of [
        withLength('POST /', 'x'.repeat(10)),
        inChunks('POST /', ['x'.repeat(4), 'x'.repeat(6)]),
      ]) {
        const [begun, signalled] = [promised(), promised<Fault>()]
        const { port } = await start(kind, async (_method, _path, _headers, { input, signal }) => {
          begun.resolve()
          signalled.resolve((await aborted(signal)) as Fault)
          return text(String((await input.bytes()).length))
        })
        const client = await WireClient.connect(port)
        client.send(octets.slice(0, -9))
        await begun.promise
        client.send(octets.slice(-9)).end()
        expect((await client.response()).body).toBe('10')
        expect(await signalled.promise).toMatchObject({ code: 'half_closed' })
      }
    })

    test('the end within a body rejects the read, now and later (clause 13)', async () => {
      for (const [octets, reads] of [
        [`${head('POST /', 'Content-Length: 5')}ab`, 'now'],
        [`${head('POST /', 'Content-Length: 5')}ab`, 'later'],
        [`${head('POST /', 'Transfer-Encoding: chunked')}5\r\nab`, 'now'],
        [`${head('POST /', 'Transfer-Encoding: chunked')}5\r\nab`, 'later'],
        [`${head('POST /', 'Transfer-Encoding: chunked')}2\r\nab\r\n0\r\n`, 'later'],
      ] as const) {
        const begun = promised()
        const { port } = await start(kind, async (_method, _path, _headers, { input, signal }) => {
          begun.resolve()
          if (reads === 'later') await aborted(signal)
          return text(String((await input.bytes()).length))
        })
        const client = await WireClient.connect(port)
        client.send(octets)
        await begun.promise
        const { status, body, field } = await client.end().response()
        expect({ octets, reads, status }).toEqual({ octets, reads, status: 400 })
        expect(JSON.parse(body)).toMatchObject({ code: 'request_aborted' })
        expect(field('connection')).toBe('close')
        expect(await client.ending()).toBe('end')
      }
    })

    test('the end within the body of a request that was sent ahead is known when its turn comes', async () => {
      const [begun, go] = [promised(), promised()]
      const { port } = await start(kind, async (_method, path, _headers, { input }) => {
        begun.resolve()
        if (path === '/a') await go.promise
        return text(String((await input.bytes()).length))
      })
      const client = await WireClient.connect(port)
      client.send(`${head('GET /a')}${head('POST /b', 'Content-Length: 5')}ab`).end()
      await begun.promise
      for (let turn = 0; turn < 20; turn++) await tick()
      go.resolve()
      expect((await client.response()).body).toBe('0')
      expect((await client.response()).status).toBe(400)
      expect(await client.rest()).toBe('')
    })

    test('an event stream that begins after the end is cut as well, and its iterator gets return()', async () => {
      const [begun, returned, outcome] = [promised(), promised(), promised<Outcome>()]
      const events = {
        [Symbol.asyncIterator]: () => ({
          next: () => new Promise<never>(() => {}),
          return: async () => {
            returned.resolve()
            return { done: true as const, value: undefined }
          },
        }),
      }
      const { port } = await start(kind, async (_method, _path, _headers, options) => {
        options.defer(outcome.resolve)
        begun.resolve()
        await aborted(options.signal)
        return [200, 'text/event-stream', {}, stream(events)]
      })
      const client = await WireClient.connect(port)
      client.send(head('GET /'))
      await begun.promise
      client.end()
      await returned.promise
      expect(await outcome.promise).toMatchObject({ aborted: true, error: { code: 'half_closed' } })
      await client.ending()
    })

    test('a client that is gone and not only done is found out by what is written', async () => {
      const [outcome, returned] = [promised<Outcome>(), promised()]
      const { port } = await start(kind, (_method, _path, _headers, options) => {
        options.defer(outcome.resolve)
        const ticking = async function* (): AsyncGenerator<string> {
          try {
            for (;;) {
              yield 'tick'
              await tick()
            }
          } finally {
            returned.resolve()
          }
        }
        return [200, null, {}, stream(ticking())]
      })
      const client = await WireClient.connect(port)
      client.send(head('GET /'))
      await client.until('tick')
      client.close()
      expect(await outcome.promise).toMatchObject({ status: 200, aborted: true })
      await returned.promise
    })
  })
}
