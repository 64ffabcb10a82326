/** Reason phrases: RFC 9112 section 4. */
import { Fault, text } from 'hagaki'
import { describe, expect, test } from 'vitest'
import { type ServeOptions, serve } from '../../src/server/serve.ts'
import { DIFFERENCES } from './differences.ts'
import { SERVERS, start } from './kinds.ts'
import { WireClient } from './wire-client.ts'
import { head } from './wire-request.ts'

for (const kind of SERVERS) {
  describe(kind, () => {
    test('a phrase that the server was told takes the place of the registered one', async () => {
      const reasons = { 200: 'Fine', 404: '', 500: 'caf\xe9 \t!', 299: 'Our Own' }
      const { port } = await start(kind, (_method, path) => text('', Number(path.slice(1))), { reasons })
      const client = await WireClient.connect(port)
      for (const [status, reason] of [
        [200, 'Fine'],
        [404, ''],
        [299, 'Our Own'],
        [201, 'Created'],
        [298, 'Unknown'],
      ] as const) {
        const response = await client.ask(head(`GET /${status}`))
        expect({ status: response.status, reason: response.reason.trim() }).toEqual({ status, reason })
      }
      expect(await client.send(head('GET /500')).until('\r\n')).toBe('HTTP/1.1 500 caf\xe9 \t!\r\n')
    })

    test('it holds for refusals and, where the engine can, for interim answers', async () => {
      const reasons = { 103: 'Hints', 400: 'No' }
      const hints = DIFFERENCES.interimReasons[kind] === 'is sent' ? 'Hints' : 'Early Hints'
      const { port } = await start(
        kind,
        async (_method, _path, _headers, options) => {
          options.hint({ link: '</a>' })
          await options.input.bytes()
          return text('')
        },
        { reasons },
      )
      const client = await WireClient.connect(port)
      client.send(head('POST /', 'Content-Length: 1', 'Expect: 100-continue'))
      expect(await client.head()).toMatchObject({ status: 103, reason: hints })
      expect(await client.head()).toMatchObject({ status: 100, reason: 'Continue' })
      expect(await client.send('a').response()).toMatchObject({ status: 200, reason: 'OK' })
      expect(await client.ask(head('GET *'))).toMatchObject({ status: 400, reason: 'No' })
    })

    test('what no status line may hold is refused before anything listens', async () => {
      for (const reasons of [
        { 99: 'a' },
        { 600: 'a' },
        { OK: 'a' },
        { 200: 'a\r\nevil: 1' },
        { 200: 'a\nb' },
        { 200: '\0' },
        { 200: '\u20ac' },
        { 200: 1 },
        { 200: null },
      ]) {
        const thrown: unknown = await serve(() => text(''), {
          port: 0,
          server: kind,
          reasons: reasons as unknown as NonNullable<ServeOptions['reasons']>,
        }).then(
          (running) => running.close(),
          (error: unknown) => error,
        )
        expect(thrown, JSON.stringify(reasons)).toBeInstanceOf(Fault)
        expect(thrown).toMatchObject({
          code: 'setup_faulty',
          detail: { what: `reasons[${Object.keys(reasons)[0]}]` },
        })
      }
    })
  })
}
