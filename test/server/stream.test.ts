/** Streamed answers: contract clauses 16, 22 and 23. */
import { type App, type Chunk, type Outcome, stream, text } from 'hagaki'
import { describe, expect, test } from 'vitest'
import { DIFFERENCES } from './differences.ts'
import { Logbook, SERVERS, start } from './kinds.ts'
import { aborted, promised } from './promised.ts'
import { WireClient } from './wire-client.ts'
import { head } from './wire-request.ts'

const HTTP10 = 'GET / HTTP/1.0\r\n\r\n'
const tick = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

for (const kind of SERVERS) {
  describe(kind, () => {
    const streams = (
      chunks: () => AsyncIterable<Chunk> | Iterable<Chunk>,
      length?: number,
      log = new Logbook(),
    ) => {
      const headers = length === undefined ? {} : { 'content-length': String(length) }
      return start(
        kind,
        (_method, path) => (path === '/' ? [200, null, headers, stream(chunks())] : text(path)),
        { log },
      )
    }

    test('chunks are strings or bytes, each encoded alone; empty ones are nothing (clause 23)', async () => {
      const { port, url } = await streams(() => [
        'a',
        '',
        '\u20ac',
        new Uint8Array(0),
        new Uint8Array([0xff, 0]),
        'z',
      ])
      const client = await WireClient.connect(port)
      const response = await client.ask(head('GET /'))
      expect(response.body).toBe('a\xe2\x82\xac\xff\0z')
      // From Node 26 on, node:http joins those of one turn.
      if (kind === 'http1') expect(response.chunks).toEqual([1, 3, 2, 1])
      expect((await client.ask(head('GET /next'))).body).toBe('/next')
      expect(Buffer.from(await (await fetch(url)).arrayBuffer()).toString('latin1')).toBe(response.body)
    })

    test('a stream without chunks is an empty body', async () => {
      const { port } = await streams(() => [])
      const client = await WireClient.connect(port)
      expect(await client.ask(head('GET /'))).toMatchObject({ status: 200, body: '', whole: true })
    })

    test('the head goes out before the first chunk, and each chunk as it comes (clause 23)', async () => {
      const [one, two] = [promised(), promised()]
      const { port } = await streams(async function* () {
        await one.promise
        yield 'one'
        await two.promise
        yield 'two'
      })
      const client = await WireClient.connect(port)
      expect(await client.send(head('GET /')).head()).toMatchObject({ status: 200 })
      one.resolve()
      expect(await client.until('one\r\n')).toBe('3\r\none\r\n')
      two.resolve()
      expect(await client.until('0\r\n\r\n')).toBe('3\r\ntwo\r\n0\r\n\r\n')
    })

    // node:http hands over the head alone, and the last chunk.
    if (kind === 'http1') {
      test('what is there at the same time goes out together, be it many small chunks', async () => {
        const { port } = await streams(async function* () {
          for (let at = 0; at < 20; at++) yield await Promise.resolve(`${at},`)
        })
        const client = await WireClient.connect(port)
        const arrived: string[] = []
        client.socket.on('data', (octets: string) => arrived.push(octets))
        const { chunks, body } = await client.ask(head('GET /'))
        expect(chunks).toHaveLength(20)
        expect(body).toMatch(/^0,1,.*,19,$/)
        expect(arrived).toHaveLength(1)
      })
    }

    test('an answer before a stream, and its head, go out while its first chunk is still to come', async () => {
      const one = promised()
      const { port } = await streams(async function* () {
        await one.promise
        yield 'one'
      })
      const client = await WireClient.connect(port)
      client.send(head('GET /before') + head('GET /'))
      expect(await client.until('/before')).toContain('200 OK')
      expect(await client.head()).toMatchObject({ status: 200 })
      one.resolve()
      expect(await client.until('0\r\n\r\n')).toBe('3\r\none\r\n0\r\n\r\n')
    })

    test('for an HTTP/1.0 client the end of the connection is the end of the stream (RFC 9112 6.3)', async () => {
      const { port } = await streams(() => ['a', 'b'])
      for (const octets of [
        HTTP10,
        'GET / HTTP/1.0\r\nConnection: keep-alive\r\nTE: chunked, trailers\r\n\r\n',
      ]) {
        const client = await WireClient.connect(port)
        const response = await client.ask(octets)
        expect(response).toMatchObject({ status: 200, body: 'ab', chunks: null, whole: true })
        expect(response.field('transfer-encoding')).toBe(null)
      }
    })

    test('an answer that streams after an earlier one waits for its turn (RFC 9112 9.3.2)', async () => {
      const first = promised()
      const { port } = await start(kind, async (_method, path) => {
        if (path === '/0') await first.promise
        return [200, null, {}, stream([path, '!'])]
      })
      const client = await WireClient.connect(port)
      client.send(head('GET /0') + head('GET /1'))
      await tick()
      first.resolve()
      expect((await client.response()).body).toBe('/0!')
      expect((await client.response()).body).toBe('/1!')
    })

    describe('a body that is not sent is not iterated, and gets return() (clause 23)', () => {
      const watched = () => {
        const [iterated, returned] = [promised(), promised()]
        let reads = 0
        const body = stream({
          [Symbol.asyncIterator]: () => ({
            next: async () => {
              reads++
              iterated.resolve()
              return { done: true as const, value: undefined }
            },
            return: async () => {
              returned.resolve()
              return { done: true as const, value: undefined }
            },
          }),
        })
        return { body, returned: returned.promise, reads: () => reads }
      }

      test('for HEAD', async () => {
        const { body, returned, reads } = watched()
        const { port } = await start(kind, () => [200, null, { 'content-length': '5' }, body])
        const client = await WireClient.connect(port)
        const response = await client.ask(head('HEAD /'))
        expect(response.field('content-length')).toBe('5')
        await returned
        expect(reads()).toBe(0)
      })

      test('when the answer is refused', async () => {
        for (const [status, headers] of [
          [204, {}],
          [999, {}],
          [200, { 'x-a': '\n' }],
        ] as const) {
          const { body, returned, reads } = watched()
          const { port } = await start(kind, () => [status, null, headers, body])
          const client = await WireClient.connect(port)
          expect((await client.ask(head('GET /'))).status).toBe(500)
          await returned
          expect(reads()).toBe(0)
        }
      })

      test('when the client has gone', async () => {
        const { body, returned, reads } = watched()
        const begun = promised()
        const { port } = await start(kind, async (_method, _path, _headers, { signal }) => {
          begun.resolve()
          await aborted(signal)
          return [200, null, {}, body]
        })
        const client = await WireClient.connect(port)
        client.send(head('GET /'))
        await begun.promise
        client.reset()
        await returned
        expect(reads()).toBe(0)
      })
    })

    describe('a declared length is held to the octet (clause 22)', () => {
      test('what fits is sent with that length, not in chunks', async () => {
        for (const chunks of [['abc', 'de'], ['abcde'], ['', 'abcde', '']]) {
          const { port } = await streams(() => chunks, 5)
          const client = await WireClient.connect(port)
          const response = await client.ask(head('GET /'))
          expect(response).toMatchObject({ body: 'abcde', chunks: null, whole: true })
          expect(response.field('content-length')).toBe('5')
          expect((await client.ask(head('GET /next'))).body).toBe('/next')
        }
      })

      test('what does not fit is cut off, so that the client can see it', async () => {
        for (const chunks of [[], ['abcd'], ['abcdef'], ['abcde', 'f'], ['abc', 'def'], ['\u20ac\u20ac']]) {
          for (const octets of [head('GET /'), HTTP10]) {
            const log = new Logbook()
            const { port } = await streams(() => chunks, 5, log)
            const client = await WireClient.connect(port)
            expect(await client.ask(octets), String(chunks)).toMatchObject({ status: 200, whole: false })
            await client.ending()
            expect(log.errors).toMatchObject([{ err: { code: 'result_faulty' } }])
          }
        }
      })
    })

    test('a stream that fails midway is cut off, so that the client can see it (clause 23)', async () => {
      const failing: (() => AsyncIterable<Chunk> | Iterable<Chunk>)[] = [
        async function* () {
          yield 'abc'
          throw new Error('midway')
        },
        function* () {
          yield 'abc'
          throw undefined
        },
        // biome-ignore lint/correctness/useYield: it fails before its first chunk.
        async function* () {
          throw new Error('at once')
        },
        () => ['abc', 1 as unknown as Chunk],
        () => 5 as unknown as Iterable<Chunk>,
      ]
      for (const chunks of failing) {
        const { port } = await streams(chunks)
        const client = await WireClient.connect(port)
        expect(await client.ask(head('GET /'))).toMatchObject({ status: 200, whole: false })
        const again = await WireClient.connect(port)
        expect((await again.ask(head('GET /next'))).body).toBe('/next')
      }
    })

    test('where the end of the connection is the end of the body, a stream that fails is reset (clause 23)', async () => {
      const seen = promised()
      const { port } = await streams(async function* () {
        yield 'abc'
        // A reset that arrives with octets before it looks like an end to Node's own sockets.
        await seen.promise
        throw new Error('midway')
      })
      const client = await WireClient.connect(port)
      client.send(HTTP10)
      await client.until('abc')
      seen.resolve()
      expect(await client.ending()).toBe('reset')
    })

    test('a stream that fails tells outcome and log why (clause 15)', async () => {
      const outcome = promised<Outcome>()
      const log = new Logbook()
      const error = new Error('midway')
      const app: App = (_method, _path, _headers, options) => {
        options.defer(outcome.resolve)
        return [
          200,
          null,
          {},
          stream(
            (function* () {
              yield 'abc'
              throw error
            })(),
          ),
        ]
      }
      const { port } = await start(kind, app, { log })
      const client = await WireClient.connect(port)
      expect((await client.ask(head('GET /'))).whole).toBe(false)
      expect(await outcome.promise).toEqual({ status: 200, error, aborted: true })
      expect(log.errors).toMatchObject([{ err: error }])
    })

    test('a client that does not read stops the generator, and starts it again (back-pressure)', async () => {
      const piece = new Uint8Array(64 * 1024)
      const total = 2_000 // 125 MiB
      let made = 0
      const { port } = await streams(function* () {
        for (; made < total; made++) yield piece
      })
      const client = await WireClient.connect(port)
      client.socket.pause()
      client.send(head('GET /'))
      // It has stopped once nothing was made between two looks.
      for (let before = -1; before !== made; ) {
        before = made
        for (let turn = 0; turn < 200; turn++) await tick()
      }
      expect(made).toBeGreaterThan(0)
      expect(made).toBeLessThan(total / 4)
      client.socket.removeAllListeners('data')
      let received = 0
      client.socket.on('data', (octets: string) => {
        received += octets.length
      })
      client.socket.resume()
      while (received < total * piece.length)
        await new Promise((resolve) => client.socket.once('data', resolve))
      expect(made).toBe(total)
    })

    test('a client that goes stops the stream: signal, finally and outcome, each once (clauses 15, 16, 23)', async () => {
      // One that ends its side alone may still read.
      const ways = DIFFERENCES.halfClosed[kind].startsWith('half_closed')
        ? (['close', 'reset'] as const)
        : (['close', 'reset', 'end'] as const)
      for (const leave of ways) {
        const happened: string[] = []
        const outcome = promised<Outcome>()
        const { port } = await start(kind, (_method, _path, _headers, options) => {
          options.signal.addEventListener('abort', () => happened.push('signal'))
          options.defer((result) => {
            happened.push('defer')
            outcome.resolve(result)
          })
          const ticking = async function* () {
            try {
              for (;;) {
                yield 'tick'
                await tick()
              }
            } finally {
              happened.push('finally')
            }
          }
          return [200, null, {}, stream(ticking())]
        })
        const client = await WireClient.connect(port)
        client.send(head('GET /'))
        await client.until('tick')
        client[leave]()
        expect(await outcome.promise, leave).toMatchObject({
          status: 200,
          aborted: true,
          error: { code: 'request_aborted' },
        })
        await tick()
        expect(happened.sort()).toEqual(['defer', 'finally', 'signal'])
      }
    })

    test('a client that goes while the stream waits wakes who listens to the signal (clause 16)', async () => {
      const done = promised<unknown>()
      const { port } = await start(kind, (_method, _path, _headers, { signal }) => [
        200,
        null,
        {},
        stream(
          (async function* () {
            yield 'a'
            done.resolve(await aborted(signal))
          })(),
        ),
      ])
      const client = await WireClient.connect(port)
      client.send(head('GET /'))
      await client.until('a\r\n')
      client.reset()
      expect(await done.promise).toMatchObject({ code: 'request_aborted' })
    })

    test('an upload that is not read does not cost the end of the stream (RFC 9112 9.6)', async () => {
      const { port } = await streams(async function* () {
        for (let at = 0; at < 20; at++) {
          yield 'x'.repeat(10_000)
          await tick()
        }
      })
      const client = await WireClient.connect(port)
      client.send(head('POST /', 'Content-Length: 3000000') + 'x'.repeat(3_000_000))
      const response = await client.response()
      expect(response).toMatchObject({ status: 200, whole: true })
      expect(response.body).toHaveLength(200_000)
    })
  })
}
