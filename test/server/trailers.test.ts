/** Trailers of streamed answers: contract clause 18, RFC 9110 section 6.5. */
import { type App, stream } from 'hagaki'
import { describe, expect, test } from 'vitest'
import { SERVERS, start } from './kinds.ts'
import { WireClient } from './wire-client.ts'
import { head } from './wire-request.ts'

for (const kind of SERVERS) {
  describe(kind, () => {
    const trailing =
      (fields: () => Record<string, string | string[]>, headers = {}): App =>
      (_method, _path, _headers, options) => {
        options.trailer(fields)
        return [200, null, headers, stream(['abc'])]
      }

    test('are sent after the last chunk to a client that takes them', async () => {
      const { port } = await start(
        kind,
        trailing(() => ({ 'x-sum': '1', 'x-two': ['2', '3'] })),
      )
      const client = await WireClient.connect(port)
      for (const te of ['trailers', 'gzip, Trailers']) {
        const response = await client.ask(head('GET /', `TE: ${te}`, 'Connection: TE'))
        expect(response.body).toBe('abc')
        expect(response.trailers).toEqual([
          ['x-sum', '1'],
          ['x-two', '2'],
          ['x-two', '3'],
        ])
      }
    })

    test('may be named while the stream runs', async () => {
      const { port } = await start(kind, (_method, _path, _headers, options) => [
        200,
        null,
        {},
        stream(
          (function* () {
            yield 'abc'
            options.trailer(() => ({ 'x-sum': '1' }))
          })(),
        ),
      ])
      const client = await WireClient.connect(port)
      expect((await client.ask(head('GET /', 'TE: trailers'))).trailers).toEqual([['x-sum', '1']])
    })

    test('are neither made nor sent for others', async () => {
      let made = 0
      const fields = () => ({ 'x-sum': String(++made) })
      for (const [octets, headers] of [
        [head('GET /'), {}],
        [head('GET /', 'TE: trailersx'), {}],
        [head('GET /', 'TE: trailers'), { 'content-length': '3' }],
        ['GET / HTTP/1.0\r\nTE: trailers\r\n\r\n', {}],
        [head('HEAD /', 'TE: trailers'), {}],
      ] as const) {
        const { port } = await start(kind, trailing(fields, headers))
        const client = await WireClient.connect(port)
        expect(await client.ask(octets)).toMatchObject({ trailers: [], whole: true })
      }
      expect(made).toBe(0)
    })

    test('that may not be, or fail, cut the answer off', async () => {
      const faulty: (() => Record<string, string>)[] = [
        () => ({ 'content-length': '3' }),
        () => ({ 'transfer-encoding': 'chunked' }),
        () => ({ 'set-cookie': 'a=1' }),
        () => ({ 'x-a': 'a\r\nx-evil: 1' }),
        () => ({ 'x-a': '\u010a' }),
        () => {
          throw new Error('no trailer')
        },
      ]
      for (const fields of faulty) {
        const { port } = await start(kind, trailing(fields))
        const client = await WireClient.connect(port)
        expect(await client.ask(head('GET /', 'TE: trailers'))).toMatchObject({
          body: 'abc',
          whole: false,
          trailers: [],
        })
      }
    })
  })
}
