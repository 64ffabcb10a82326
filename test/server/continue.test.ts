/** 100 (Continue) is sent to a client when the app asks for its body: RFC 9110 section 10.1.1. */
import { request } from 'node:http'
import { json, stream, text } from 'hagaki'
import { describe, expect, test } from 'vitest'
import { SERVERS, start } from './kinds.ts'
import { promised } from './promised.ts'
import { WireClient } from './wire-client.ts'
import { head, withLength } from './wire-request.ts'

for (const kind of SERVERS) {
  describe(kind, () => {
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
  })
}
