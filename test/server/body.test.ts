/** Request bodies, read by asking: contract clauses 13 and 14. */
import { type Fault, json, text } from 'hagaki'
import { describe, expect, test } from 'vitest'
import { SERVERS, start } from './kinds.ts'
import { promised } from './promised.ts'
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
  })
}
