/** Request bodies, read by asking: contract clauses 13 and 14, RFC 9110 section 10.1.1. */
import { request } from 'node:http'
import { type Fault, json, type Outcome, stream, text } from 'hagaki'
import { describe, expect, test } from 'vitest'
import { DIFFERENCES } from './differences.ts'
import { SERVERS, start } from './kinds.ts'
import { aborted, promised } from './promised.ts'
import { WireClient } from './wire-client.ts'
import { head, inChunks, withLength } from './wire-request.ts'

const MIB = 1024 * 1024

for (const kind of SERVERS) {
  describe(kind, () => {
    test('a body of a megabyte arrives as it was sent, by fetch', async () => {
      const { url } = await start(kind, async (_method, _path, _headers, { input }) => [
        200,
        null,
        {},
        await input.bytes(),
      ])
      const sent = new Uint8Array(MIB).map((_, at) => at * 7)
      const response = await fetch(url, { method: 'POST', body: sent })
      expect(Buffer.compare(new Uint8Array(await response.arrayBuffer()), sent)).toBe(0)
    })

    test('all readers get the same bytes, each judged by its own limit (clause 13)', async () => {
      const seen = promised<unknown>()
      const { port } = await start(kind, async (_method, _path, _headers, { input }) => {
        const [small, one, two] = await Promise.allSettled([input.bytes(4), input.bytes(), input.bytes()])
        const later = await input.bytes(5)
        seen.resolve({
          small: small.status === 'rejected' ? (small.reason as Fault).code : null,
          same:
            one.status === 'fulfilled' &&
            two.status === 'fulfilled' &&
            one.value === two.value &&
            one.value === later,
          text: Buffer.from(later).toString(),
        })
        return text('')
      })
      for (const octets of [withLength('POST /', 'abcde'), inChunks('POST /', ['abc', 'de'])]) {
        const client = await WireClient.connect(port)
        await client.ask(octets)
        expect(await seen.promise).toEqual({ small: 'body_too_large', same: true, text: 'abcde' })
        client.close()
      }
    })

    test('stream() gives the body as it arrives (clause 13)', async () => {
      const pieces: string[] = []
      const first = promised()
      const { port } = await start(kind, async (_method, _path, _headers, { input }) => {
        for await (const piece of input.stream()) {
          pieces.push(Buffer.from(piece).toString())
          first.resolve()
        }
        return text(pieces.join('|'))
      })
      const client = await WireClient.connect(port)
      client.send(`${head('POST /', 'Transfer-Encoding: chunked')}3\r\nabc\r\n`)
      await first.promise
      client.send('2\r\nde\r\n0\r\n\r\n')
      expect((await client.response()).body).toBe('abc|de')
    })

    test('a body is taken whole or as a stream, and not both (clause 13)', async () => {
      const { port } = await start(kind, async (_method, path, _headers, { input }) => {
        if (path === '/stream-first') {
          input.stream()
          await input.bytes()
        }
        await input.bytes()
        input.stream()
        return text('')
      })
      for (const path of ['/stream-first', '/bytes-first']) {
        const client = await WireClient.connect(port)
        const { status, body } = await client.ask(withLength(`POST ${path}`, 'abc'))
        expect(status).toBe(500)
        expect(JSON.parse(body)).toMatchObject({ code: 'input_taken' })
        client.close()
      }
    })

    test('trailer fields can be read after the end, and not before (clause 13)', async () => {
      const { port } = await start(kind, async (_method, _path, _headers, { input }) => {
        const before = input.trailers()
        await input.bytes()
        return json({ before, after: input.trailers() })
      })
      const client = await WireClient.connect(port)
      const { body } = await client.ask(inChunks('POST /', ['abc'], 'X-Sum: 1', 'x-sum: 2', '__proto__: 3'))
      expect(JSON.parse(body)).toEqual({
        before: null,
        after: JSON.parse('{"x-sum":"1, 2","__proto__":"3"}') as unknown,
      })
      expect(JSON.parse((await client.ask(inChunks('POST /', ['abc']))).body)).toEqual({
        before: null,
        after: null,
      })
      expect(JSON.parse((await client.ask(head('GET /'))).body)).toEqual({ before: null, after: null })
    })

    describe('too large', () => {
      test('a length over the limit is refused before an octet of the body came (clause 13)', async () => {
        const { port } = await start(kind, async (_method, _path, _headers, { input }) =>
          json((await input.bytes()).length),
        )
        for (const fields of [[], ['Expect: 100-continue']]) {
          const client = await WireClient.connect(port)
          const first = await client.send(head('POST /', `Content-Length: ${MIB + 1}`, ...fields)).head()
          expect(first.status).toBe(413)
          expect(first.field('connection')).toBe('close')
          client.close()
        }
      })

      test('a client that goes on sending still sees the refusal (RFC 9112 9.6)', async () => {
        const { port } = await start(kind, async (_method, _path, _headers, { input }) =>
          json((await input.bytes()).length),
        )
        const client = await WireClient.connect(port)
        client.socket.pause() // it does not look before everything is sent
        client.send(head('POST /', `Content-Length: ${20 * MIB}`))
        const piece = 'a'.repeat(MIB)
        for (let sent = 0; sent < 20; sent++) await client.sendSplit(piece, MIB)
        client.socket.resume()
        const { status, whole } = await client.response()
        expect({ status, whole }).toEqual({ status: 413, whole: true })
        expect(await client.end().ending()).toBe('end')
      })

      test('in chunks it is refused as soon as the limit is passed, before the end (clause 13)', async () => {
        const { port } = await start(
          kind,
          async (_method, _path, _headers, { input }) => json((await input.bytes()).length),
          {
            limits: { body: 10 },
          },
        )
        const client = await WireClient.connect(port)
        client.send(`${head('POST /', 'Transfer-Encoding: chunked')}a\r\n0123456789\r\n1\r\na\r\n`)
        const { status, body } = await client.response()
        expect(status).toBe(413)
        expect(JSON.parse(body)).toMatchObject({ code: 'body_too_large', data: { bytes: null, limit: 10 } })
      })

      test("a larger limit given by the app holds instead of the server's (clause 13)", async () => {
        const { port } = await start(
          kind,
          async (_method, _path, _headers, { input }) => json((await input.bytes(20)).length),
          { limits: { body: 10 } },
        )
        const client = await WireClient.connect(port)
        expect((await client.ask(withLength('POST /', 'a'.repeat(20)))).body).toBe('20')
        expect((await client.ask(withLength('POST /', 'a'.repeat(21)))).status).toBe(413)
      })
    })

    describe('left unread', () => {
      const ignoring = (unread: number) => start(kind, (_method, path) => text(path), { limits: { unread } })

      test('what is small is read away, and the connection stays (RFC 9112 9.3)', async () => {
        const { port } = await ignoring(100)
        const client = await WireClient.connect(port)
        for (const path of ['/a', '/b', '/c']) {
          const { body, field } = await client.ask(withLength(`POST ${path}`, 'x'.repeat(100)))
          expect(body).toBe(path)
          expect(field('connection')).not.toBe('close')
        }
      })

      test('it is read away even if it arrives long after the answer', async () => {
        const { port } = await ignoring(100)
        const client = await WireClient.connect(port)
        expect((await client.ask(head('POST /a', 'Content-Length: 50'))).body).toBe('/a')
        await client.sendSplit('x'.repeat(50), 10)
        expect((await client.ask(head('GET /b'))).body).toBe('/b')
      })

      test('what is large, or may be, is not: the answer says that it is the last (RFC 9112 9.6)', async () => {
        const { port } = await ignoring(100)
        const chunked = `${head('POST /a', 'Transfer-Encoding: chunked')}1\r\nx\r\n`
        for (const octets of [`${head('POST /a', 'Content-Length: 101')}x`, chunked]) {
          const client = await WireClient.connect(port)
          const { body, field } = await client.ask(octets)
          expect(body).toBe('/a')
          expect(field('connection')).toBe('close')
          expect(await client.end().ending()).toBe('end')
        }
      })

      test('a body that the app began to read and left leaves the connection in order', async () => {
        const { port } = await start(kind, async (method, path, _headers, { input }) => {
          if (method === 'POST') for await (const _ of input.stream()) break
          return text(path)
        })
        const client = await WireClient.connect(port)
        client.send(`${head('POST /a', 'Content-Length: 60000')}${'x'.repeat(50_000)}`)
        expect((await client.response()).body).toBe('/a')
        client.send('x'.repeat(10_000))
        expect((await client.ask(head('GET /b'))).body).toBe('/b')
      })

      test('who goes on reading a body that was over gets nothing of the next request (clause 13)', async () => {
        let first: AsyncIterator<Uint8Array> | null = null
        const { port } = await start(kind, async (_method, path, _headers, { input }) => {
          const pieces = input.stream()[Symbol.asyncIterator]()
          const { value } = await pieces.next()
          if (path === '/a') first = pieces
          else
            expect(
              await first!.next().then(
                ({ done }) => done,
                () => true,
              ),
            ).toBe(true)
          const rest = await pieces.next()
          return text(Buffer.concat([value, rest.value].filter(Boolean)).toString())
        })
        const client = await WireClient.connect(port)
        for (const [path, body] of [
          ['/a', 'one'],
          ['/b', 'three'],
        ] as const) {
          client.send(`${head(`POST ${path}`, `Content-Length: ${body.length}`)}${body.slice(0, 1)}`)
          for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve))
          expect((await client.send(body.slice(1)).response()).body).toBe(body)
        }
      })

      test('who reads after the answer is told that it is too late', async () => {
        const late = promised<unknown>()
        const { port } = await start(kind, (_method, _path, _headers, { input }) => {
          void input.bytes().catch(late.resolve)
          return text('')
        })
        const client = await WireClient.connect(port)
        await client.ask(head('POST /', 'Content-Length: 5'))
        expect(await late.promise).toMatchObject({ code: 'request_aborted' })
      })
    })

    describe('100-continue (RFC 9110 10.1.1)', () => {
      test('is sent when the app asks for the body, and once', async () => {
        const { port } = await start(kind, async (_method, _path, _headers, { input }) => {
          await Promise.all([input.bytes(), input.bytes()])
          return json((await input.bytes()).length)
        })
        const client = await WireClient.connect(port)
        client.send(head('POST /', 'Content-Length: 3', 'Expect: 100-Continue'))
        const interim = await client.head()
        expect({ status: interim.status, lines: interim.lines }).toEqual({ status: 100, lines: [] })
        expect(await client.send('abc').head()).toMatchObject({ status: 200 })
        expect(await client.octets(1)).toBe('3')
        expect((await client.ask(withLength('POST /', 'abcd'))).body).toBe('4')
      })

      test('is sent for stream() as well, and to a client such as node:http', async () => {
        const { port } = await start(kind, async (_method, _path, _headers, { input }) => {
          let size = 0
          for await (const piece of input.stream()) size += piece.length
          return json(size)
        })
        const answer = promised<string>()
        const req = request({
          port,
          method: 'POST',
          headers: { expect: '100-continue', 'content-length': 5 },
        })
        req.on('continue', () => req.end('abcde'))
        req.on('response', (res) => res.setEncoding('utf8').on('data', answer.resolve))
        req.flushHeaders()
        expect(await answer.promise).toBe('5')
      })

      test('is not sent when the app answers without the body; the connection ends', async () => {
        const { port } = await start(kind, () => text('no', 403))
        const client = await WireClient.connect(port)
        const first = await client.send(head('POST /', 'Content-Length: 3', 'Expect: 100-continue')).head()
        expect(first.status).toBe(403)
        expect(first.field('connection')).toBe('close')
        expect(await client.octets(2)).toBe('no')
        expect(await client.end().rest()).toBe('')
      })

      test('is not sent once the answer has begun', async () => {
        const read = promised()
        const { port } = await start(kind, (_method, _path, _headers, { input }) => [
          200,
          null,
          {},
          stream(
            (async function* () {
              yield 'a'
              await Promise.race([input.bytes(), new Promise((resolve) => setImmediate(resolve))])
              read.resolve()
              yield 'b'
            })(),
          ),
        ])
        const client = await WireClient.connect(port)
        client.send(head('POST /', 'Content-Length: 3', 'Expect: 100-continue'))
        await read.promise
        client.end()
        expect(await client.rest()).not.toContain('100')
      })

      test('is not sent to an HTTP/1.0 client, whose body is read all the same', async () => {
        const { port } = await start(kind, async (_method, _path, _headers, { input }) =>
          json((await input.bytes()).length),
        )
        const client = await WireClient.connect(port)
        client.send('POST / HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\nabc')
        expect(await client.head()).toMatchObject({ status: 200 })
        expect(await client.rest()).toBe('3')
      })

      test('any other expectation is 417, and the app is not called', async () => {
        let calls = 0
        const { port } = await start(kind, () => text(String(++calls)))
        for (const expectation of ['200-ok', '100-continue, x', 'x']) {
          const client = await WireClient.connect(port)
          const { status, body } = await client.ask(withLength('POST /', 'abc', `Expect: ${expectation}`))
          expect(status).toBe(417)
          expect(JSON.parse(body)).toMatchObject({ code: 'expectation_unmet' })
          client.close()
        }
        expect(calls).toBe(0)
      })
    })

    describe('broken off', () => {
      test('a body that stalls is 408 within its limit, and the connection ends (RFC 9110 15.5.9)', async () => {
        const { port } = await start(
          kind,
          async (_method, _path, _headers, { input }) => json((await input.bytes()).length),
          {
            limits: { bodyTimeoutMs: 50 },
          },
        )
        for (const octets of [
          `${head('POST /', 'Content-Length: 5')}ab`,
          `${head('POST /', 'Transfer-Encoding: chunked')}5\r\nab`,
        ]) {
          const client = await WireClient.connect(port)
          const { status, body, field } = await client.ask(octets)
          expect(status).toBe(408)
          expect(JSON.parse(body)).toMatchObject({ code: 'body_timeout', data: { limitMs: 50 } })
          expect(field('connection')).toBe('close')
          expect(await client.end().ending()).toBe('end')
        }
      })

      test('the time between reads counts, not the whole', async () => {
        const { port } = await start(
          kind,
          async (_method, _path, _headers, { input }) => json((await input.bytes()).length),
          {
            limits: { bodyTimeoutMs: 1_000, bodyRate: 0 },
          },
        )
        const client = await WireClient.connect(port)
        const body = 'x'.repeat(12)
        client.send(head('POST /', `Content-Length: ${body.length}`))
        const dripping = setInterval(() => client.send('x'), 100) // 1,200 ms for all of it
        const { status } = await client.response().finally(() => clearInterval(dripping))
        expect(status).toBe(200)
      })

      test('a client that leaves aborts the signal, the read and the outcome (clauses 13, 15 and 16)', async () => {
        for (const leave of ['end', 'close', 'reset'] as const) {
          const [begun, outcome, signalled] = [promised(), promised<Outcome>(), promised<unknown>()]
          const read = promised<unknown>()
          const { port } = await start(kind, async (_method, _path, _headers, options) => {
            options.defer(outcome.resolve)
            void aborted(options.signal).then(signalled.resolve)
            begun.resolve()
            await options.input.bytes().catch(read.resolve)
            return text('to nobody')
          })
          const client = await WireClient.connect(port)
          client.send(`${head('POST /', 'Content-Length: 5')}ab`)
          await begun.promise
          client[leave]()
          // One that ends its side may still read, and a connection that was closed looks the same.
          if (leave === 'reset' || DIFFERENCES.halfClosedBody[kind] === 'is not sent') {
            expect(await outcome.promise, leave).toMatchObject({ status: null, aborted: true })
          }
          expect(await signalled.promise).toMatchObject({ code: 'request_aborted' })
          expect(await read.promise).toMatchObject({ code: 'request_aborted' })
        }
      })

      test('chunks that do not parse reject the read and abort the signal; the answer is 400 (clause 13)', async () => {
        const [read, signalled] = [promised<unknown>(), promised<unknown>()]
        const { port } = await start(kind, async (_method, _path, _headers, { input, signal }) => {
          void aborted(signal).then(signalled.resolve)
          await input.bytes().catch(read.resolve)
          return text('the app goes on')
        })
        const client = await WireClient.connect(port)
        const { status, body } = await client.ask(
          `${head('POST /', 'Transfer-Encoding: chunked')}2\r\nab\r\nx`,
        )
        expect(status).toBe(400)
        expect(JSON.parse(body)).toMatchObject({ code: 'framing_faulty' })
        expect(await read.promise).toMatchObject({ code: 'framing_faulty' })
        expect(await signalled.promise).toMatchObject({ code: 'framing_faulty' })
        expect(await client.end().rest()).toBe('')
      })

      test('chunks that do not parse do not cut an answer that was begun', async () => {
        const { port } = await start(kind, (_method, _path, _headers, { input }) => [
          200,
          null,
          {},
          stream(
            (async function* () {
              yield 'begun '
              yield await input.bytes().then(String, (error: unknown) => (error as Fault).code)
            })(),
          ),
        ])
        const client = await WireClient.connect(port)
        const response = client.ask(head('POST /', 'Transfer-Encoding: chunked'))
        client.send('x')
        expect(await response).toMatchObject({ status: 200, body: 'begun framing_faulty', whole: true })
        expect(await client.end().ending()).toBe('end')
      })
    })
  })
}
