/** Request bodies that the app leaves unread or the client breaks off: contract clauses 13, 15 and 16. */
import { type Fault, json, type Outcome, stream, text } from 'hagaki'
import { describe, expect, test } from 'vitest'
import { DIFFERENCES } from './differences.ts'
import { SERVERS, start } from './kinds.ts'
import { aborted, promised } from './promised.ts'
import { WireClient } from './wire-client.ts'
import { head, withLength } from './wire-request.ts'

for (const kind of SERVERS) {
  describe(kind, () => {
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
