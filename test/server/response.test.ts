/** Answers that are whole: contract clauses 20-22, 25, RFC 9110 sections 6 and 8.6. */
import { request } from 'node:http'
import { type App, app, type Body, type ResponseHeaders, type Result, stream, text } from 'hagaki'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { Logbook, SERVERS, start } from './kinds.ts'
import { promised } from './promised.ts'
import { WireClient, type WireResponse } from './wire-client.ts'
import { head } from './wire-request.ts'

for (const kind of SERVERS) {
  describe(kind, () => {
    const asks = async (answer: App | Result, octets: string = head('GET /')): Promise<WireResponse> => {
      const { port } = await start(kind, typeof answer === 'function' ? answer : () => answer)
      const client = await WireClient.connect(port)
      const response = await client.ask(octets)
      client.close()
      return response
    }

    test('strings are sent as UTF-8, bytes as they are, null as nothing; each with its length (clause 22)', async () => {
      for (const [body, sent] of [
        ['', ''],
        ['abc', 'abc'],
        ['\u00e9\u20ac\u{1f600}', '\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80'],
        ['\ud800', '\xef\xbf\xbd'],
        ['\ufeffx', '\xef\xbb\xbfx'],
        [new Uint8Array([0, 13, 10, 255]), '\0\r\n\xff'],
        [new Uint8Array(0), ''],
        [new Uint8Array([1, 2, 3, 4]).subarray(1, 3), '\x02\x03'],
        [null, ''],
      ] as const) {
        const response = await asks([200, null, {}, body])
        expect({ body, sent: response.body }).toEqual({ body, sent })
        expect(response.field('content-length')).toBe(String(sent.length))
        expect(response.field('transfer-encoding')).toBe(null)
      }
    })

    test('a large body arrives whole', async () => {
      const body = new Uint8Array(5_000_000).fill(0x61)
      expect((await asks([200, null, {}, body])).body).toHaveLength(5_000_000)
    })

    test('status, reason, content type, date and the other fields are sent (clause 21)', async () => {
      const response = await asks([413, 'text/x; a=b', { 'x-a': '\xe9 \t"', etag: '"1"' }, 'a'])
      expect(response).toMatchObject({ status: 413, reason: 'Content Too Large' })
      expect(response.field('content-type')).toBe('text/x; a=b')
      expect(response.field('x-a')).toBe('\xe9 \t"')
      expect(response.field('etag')).toBe('"1"')
      expect(Date.parse(response.field('date')!)).not.toBeNaN()
      expect((await asks([299, null, {}, 'a'])).field('content-type')).toBe(null)
    })

    test('a date that the app gives is sent, and no other (RFC 9110 6.6.1)', async () => {
      const date = 'Tue, 15 Nov 1994 08:12:31 GMT'
      for (const body of ['a', stream(['a'])]) {
        const response = await asks([200, 'text/plain', { 'x-a': 'date', date }, body])
        expect(response).toMatchObject({ body: 'a', whole: true })
        expect(response.field('date')).toBe(date)
      }
      expect(Date.parse((await asks([200, null, { 'x-a': 'date' }, 'a'])).field('date')!)).not.toBeNaN()
    })

    test('a clock that stands at its very beginning gives a date as well', async () => {
      vi.useFakeTimers({ toFake: ['Date'], now: 0 })
      onTestFinished(() => void vi.useRealTimers())
      expect((await asks(text('a'))).field('date')).toMatch(/GMT$/)
    })

    test('an array sends the field once for each member (clause 21)', async () => {
      const { lines } = await asks([
        200,
        null,
        { 'set-cookie': ['a=1', 'b=2; Path=/', 'a=3'], vary: [], 'x-a': ['1'] },
        null,
      ])
      const sent = lines.filter(([name]) => ['set-cookie', 'vary', 'x-a'].includes(name.toLowerCase()))
      expect(sent).toEqual([
        ['set-cookie', 'a=1'],
        ['set-cookie', 'b=2; Path=/'],
        ['set-cookie', 'a=3'],
        ['x-a', '1'],
      ])
    })

    test('values are sent octet by octet, whatever the body is (clause 7)', async () => {
      let value = ''
      for (let octet = 0x80; octet <= 0xff; octet++) value += String.fromCharCode(octet)
      for (const body of ['\u20ac', new Uint8Array(1), null, stream(['\u20ac'])]) {
        expect((await asks([200, `a/b; c="${value}"`, { 'x-a': value }, body])).field('x-a')).toBe(value)
      }
      expect((await asks([200, null, { 'x-a': value }, 'a'], head('HEAD /'))).field('x-a')).toBe(value)
    })

    test('names such as __proto__ are fields like others', async () => {
      const headers = JSON.parse('{"__proto__":"a","constructor":"b","2":"c"}') as ResponseHeaders
      const response = await asks([200, null, headers, null])
      for (const [name, value] of [
        ['__proto__', 'a'],
        ['constructor', 'b'],
        ['2', 'c'],
      ]) {
        expect(response.field(name!)).toBe(value)
      }
    })

    test('HEAD gets the head of GET and no body (RFC 9110 9.3.2)', async () => {
      for (const body of ['abc', '\u20ac', new Uint8Array(5), null, '']) {
        const [got, headed] = [
          await asks([200, 'a/b', {}, body]),
          await asks([200, 'a/b', {}, body], head('HEAD /')),
        ]
        expect(headed.field('content-length')).toBe(got.field('content-length'))
        expect(headed.field('content-type')).toBe('a/b')
      }
      const { port } = await start(kind, (method) => text(method))
      const client = await WireClient.connect(port)
      await client.ask(head('HEAD /'))
      expect((await client.ask(head('GET /'))).body, 'nothing came in between').toBe('GET')
    })

    test('204, 205 and 304 have no body (clause 20)', async () => {
      for (const status of [204, 205, 304]) {
        const { port } = await start(kind, (_method, path) =>
          path === '/' ? [status, null, { 'x-a': '1' }, null] : text(path),
        )
        const client = await WireClient.connect(port)
        const response = await client.ask(head('GET /'))
        expect(response.status).toBe(status)
        expect(response.field('transfer-encoding')).toBe(null)
        expect(response.field('content-length')).toBe(status === 205 ? '0' : null)
        expect((await client.ask(head('GET /next'))).body).toBe('/next')
      }
    })

    test('HEAD and 304 may tell the length of the body that is not sent (clause 22)', async () => {
      expect(
        (await asks([200, null, { 'content-length': '7' }, null], head('HEAD /'))).field('content-length'),
      ).toBe('7')
      expect(
        (await asks([304, null, { 'content-length': '7', etag: '"1"' }, null])).field('content-length'),
      ).toBe('7')
    })

    test('an HTTP/1.0 client gets HTTP/1.1 with a length, and keeps the connection if it asks (RFC 9112 9.3)', async () => {
      const { port } = await start(kind, (_method, path) => text(path))
      const once = await WireClient.connect(port)
      expect(await once.ask('GET /a HTTP/1.0\r\n\r\n')).toMatchObject({ status: 200, body: '/a' })
      expect(await once.ending()).toBe('end')
      const kept = await WireClient.connect(port)
      for (const path of ['/a', '/b']) {
        const response = await kept.ask(`GET ${path} HTTP/1.0\r\nConnection: keep-alive\r\n\r\n`)
        expect(response.body).toBe(path)
        expect(response.field('connection')?.toLowerCase()).toBe('keep-alive')
      }
    })

    test('a client that asks to close gets its answer, and the end (RFC 9112 9.6)', async () => {
      const { port } = await start(kind, (_method, path) => text(path))
      for (const option of ['close', 'Close', 'x-a, close', 'close\t']) {
        const client = await WireClient.connect(port)
        const response = await client.ask(head('GET /a', `Connection: ${option}`))
        expect(response.body).toBe('/a')
        expect(response.field('connection')).toBe('close')
        expect(await client.ending()).toBe('end')
      }
    })

    describe('what an app must not send is 500, nothing of it reaches the wire, and the log is told', () => {
      const refuses = async (result: unknown, octets: string = head('GET /')): Promise<void> => {
        const log = new Logbook()
        const { port } = await start(
          kind,
          app(() => result as Result),
          { log },
        )
        const client = await WireClient.connect(port)
        const response = await client.ask(octets)
        expect(response.status, JSON.stringify(result)).toBe(500)
        expect(response.field('content-type')).toBe('application/problem+json')
        expect(JSON.stringify(response.lines)).not.toMatch(/evil/i)
        expect(log.errors).toHaveLength(1)
        expect((await client.ask(octets)).status, 'the connection is in order').toBe(500)
        client.close()
      }

      test('CR, LF, NUL and what is no octet, in names, values and content types (clause 7)', async () => {
        for (const octet of [
          '\r',
          '\n',
          '\0',
          '\r\nevil: 1',
          '\u010a',
          '\u010d',
          '\u0100',
          '\x7f',
          '\ud83d',
        ]) {
          await refuses([200, null, { 'x-a': `a${octet}b` }, null])
          await refuses([200, null, { 'x-a': ['ok', `a${octet}b`] }, null])
          await refuses([200, null, { [`x${octet}a`]: 'a' }, null])
          await refuses([200, `text/a${octet}b`, {}, null])
        }
      })

      test('names that are no lower-case token, values that are neither string nor array (clause 21)', async () => {
        for (const name of ['', 'X-Evil', 'x evil', 'x:evil', 'evil\xe9'])
          await refuses([200, null, { [name]: 'a' }, null])
        for (const value of [1, null, undefined, {}, [1], [['evil']]])
          await refuses([200, null, { evil: value }, null])
      })

      test('fields of the gateway (clause 22)', async () => {
        for (const name of [
          'connection',
          'transfer-encoding',
          'keep-alive',
          'te',
          'trailer',
          'upgrade',
          'proxy-connection',
          'content-type',
        ]) {
          await refuses([200, null, { [name]: 'evil' }, null])
        }
        await refuses([200, null, { 'content-length': '4' }, 'evil'])
        await refuses([200, null, { 'content-length': '4' }, null])
      })

      test('a content-length that is no number of octets, beside a stream (clause 22)', async () => {
        for (const length of ['-1', '1e1', '', ' 1', '9'.repeat(16), ['1', '1'], 1]) {
          await refuses([200, null, { 'content-length': length }, stream([])])
        }
      })

      test('a status that is none, or a body that the status forbids (clause 20)', async () => {
        for (const status of [0, 99, 100, 103, 199, 600, 200.5, Number.NaN, '200', null])
          await refuses([status, null, {}, null])
        await refuses([101, null, {}, null])
        for (const status of [204, 205, 304]) {
          for (const body of ['evil', new Uint8Array(1), stream(['evil'])])
            await refuses([status, null, {}, body])
        }
      })

      test('what is no result', async () => {
        const wrong: unknown[] = [
          undefined,
          null,
          'evil',
          200,
          {},
          [],
          [200],
          [200, null, {}],
          [200, null, {}, null, null],
          [200, null, null, null],
          [200, 1, {}, null],
        ]
        for (const result of wrong) await refuses(result)
        for (const body of [undefined, 1, {}, [], true, new Date(0), (() => 'evil') as unknown as Body])
          await refuses([200, null, {}, body])
      })
    })

    test('103 is sent with whatever fields, and as often as asked (clause 18, RFC 8297)', async () => {
      const { port } = await start(kind, async (_method, _path, _headers, options) => {
        options.hint({ link: ['</a>; rel=preload', '</b>; rel=preload'], 'x-a': '1' })
        options.hint({ 'x-b': '2' })
        await options.input.bytes()
        return text('done')
      })
      const client = await WireClient.connect(port)
      client.send(head('GET /'))
      expect(await client.head()).toMatchObject({
        status: 103,
        lines: [
          ['link', '</a>; rel=preload'],
          ['link', '</b>; rel=preload'],
          ['x-a', '1'],
        ],
      })
      expect(await client.head()).toMatchObject({ status: 103, lines: [['x-b', '2']] })
      expect(await client.response()).toMatchObject({ status: 200, body: 'done' })
      const informed = promised<unknown>()
      request({ port }, (res) => res.resume())
        .on('information', informed.resolve)
        .end()
      expect(await informed.promise).toMatchObject({ statusCode: 103 })
    })

    test('a hint holds no framing or connection fields (clauses 18 and 22)', async () => {
      for (const name of ['connection', 'content-length', 'transfer-encoding', 'upgrade', 'trailer']) {
        const { status } = await asks((_method, _path, _headers, options) => {
          options.hint({ [name]: '5' })
          return text('')
        })
        expect({ name, status }).toEqual({ name, status: 500 })
      }
    })

    test('a hint that no response may hold is a fault, and nothing of it is sent (clauses 7 and 18)', async () => {
      for (const fields of [{ 'x-a': 'a\r\nevil: 1' }, { 'x-a': '\u010aevil' }, { 'x\nevil': '1' }]) {
        const { status, body } = await asks((_method, _path, _headers, options) => {
          options.hint(fields as unknown as ResponseHeaders)
          return text('evil')
        })
        expect({ fields, status }).toEqual({ fields, status: 500 })
        expect(JSON.parse(body)).toMatchObject({ code: 'result_faulty' })
      }
    })

    test('hints are not for HTTP/1.0 clients, and come to nothing once the answer is there (clause 18)', async () => {
      const late = promised<unknown>()
      const { port } = await start(kind, (_method, _path, _headers, options) => {
        options.hint({ 'x-a': '1' })
        options.defer(() => {
          late.resolve(options.hint({ 'x-b': '2' }))
        })
        return text('a')
      })
      const client = await WireClient.connect(port)
      expect(await client.send('GET / HTTP/1.0\r\n\r\n').head()).toMatchObject({ status: 200 })
      expect(await late.promise).toBe(undefined)
      expect(await client.rest()).toBe('a')
    })
  })
}
