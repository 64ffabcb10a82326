/** Clients that are too slow, and those that are only slow: `bodyRate` and `sendTimeoutMs`. */
import { type App, type Outcome, stream, text } from 'hagaki'
import { describe, expect, onTestFinished, test } from 'vitest'
import { SERVERS, start } from './kinds.ts'
import { promised } from './promised.ts'
import { WireClient } from './wire-client.ts'
import { head } from './wire-request.ts'

const count: App = async (_method, _path, _headers, { input }) => text(String((await input.bytes()).length))

/** Runs `act` every `ms` milliseconds until the test is over. */
const every = (ms: number, act: () => void): void => {
  const timer = setInterval(act, ms)
  onTestFinished(() => clearInterval(timer))
}

/** Lets nothing else run for so many milliseconds. */
const block = (ms: number): void => {
  for (const began = performance.now(); performance.now() - began < ms; );
}

for (const kind of SERVERS) {
  describe(kind, () => {
    test('a body that never pauses and is too slow all the same is 408 (RFC 9110 15.5.9)', async () => {
      const { port } = await start(kind, count, { limits: { bodyTimeoutMs: 1_000, bodyRate: 1_000 } })
      for (const [octets, piece] of [
        [head('POST /', 'Content-Length: 1000000'), 'x'],
        [head('POST /', 'Transfer-Encoding: chunked'), '1\r\nx\r\n'],
      ] as const) {
        const client = await WireClient.connect(port)
        client.send(octets)
        every(10, () => client.send(piece)) // 100 bytes per second
        const { status, body, field } = await client.response()
        expect(status).toBe(408)
        expect(JSON.parse(body)).toMatchObject({ code: 'body_too_slow', data: { limit: 1_000 } })
        expect(field('connection')).toBe('close')
        client.close()
      }
    })

    test('a body that keeps to the rate is taken, however long it takes', async () => {
      const { port } = await start(kind, count, { limits: { bodyTimeoutMs: 300, bodyRate: 100 } })
      const client = await WireClient.connect(port)
      client.send(head('POST /', 'Content-Length: 100000'))
      let sent = 0
      every(10, () => {
        if (sent < 100_000) client.send('x'.repeat(1_000))
        sent += 1_000
      })
      expect((await client.response()).body).toBe('100000')
    })

    test('time in which nobody waits for the body counts against nobody', async () => {
      const go = promised()
      const { port } = await start(
        kind,
        async (...args) => {
          await go.promise
          return count(...args)
        },
        { limits: { bodyTimeoutMs: 50, bodyRate: 1_000_000 } },
      )
      const client = await WireClient.connect(port)
      client.send(`${head('POST /', 'Content-Length: 2')}x`)
      await new Promise((resolve) => setTimeout(resolve, 200))
      client.send('x')
      go.resolve()
      expect((await client.response()).body).toBe('2')
    })

    test('octets that came while the loop was blocked are not late', async () => {
      const asked = promised()
      const { port } = await start(
        kind,
        (...args) => {
          asked.resolve()
          return count(...args)
        },
        { limits: { bodyTimeoutMs: 100 } },
      )
      const client = await WireClient.connect(port)
      client.send(head('POST /', 'Content-Length: 2'))
      await asked.promise
      await new Promise((resolve) => setImmediate(resolve))
      client.send('xx')
      block(300)
      expect((await client.response()).body).toBe('2')
    })

    test('a client that is refused and goes on sending for long still sees why (RFC 9112 9.6)', async () => {
      const { port } = await start(kind, count, { limits: { body: 1_000 } })
      const client = await WireClient.connect(port)
      client.socket.pause() // it does not look before everything is sent
      client.send(head('POST /', 'Content-Length: 2000000'))
      for (let sent = 0; sent < 20; sent++) {
        await client.sendSplit('x'.repeat(100_000), 100_000)
        await new Promise((resolve) => setTimeout(resolve, 100))
      }
      client.socket.resume()
      expect((await client.response()).status).toBe(413)
    })

    describe('sendTimeoutMs', () => {
      const large = 'x'.repeat(8_000_000)
      const answers: Record<string, App> = {
        whole: () => text(large),
        streamed: () => [
          200,
          null,
          {},
          stream(
            (function* () {
              for (let at = 0; at < 100; at++) yield large.slice(0, 80_000)
            })(),
          ),
        ],
      }
      for (const [name, app] of Object.entries(answers)) {
        test(`a client that stops reading a ${name} answer is cut, and the call is aborted`, async () => {
          const outcome = promised<Outcome>()
          const { port } = await start(
            kind,
            (...args) => {
              args[3].defer(outcome.resolve)
              return app(...args)
            },
            { limits: { sendTimeoutMs: 200 } },
          )
          const client = await WireClient.connect(port)
          client.socket.pause()
          client.send(head('GET /'))
          expect(await outcome.promise).toMatchObject({
            status: 200,
            aborted: true,
            error: { code: 'send_timeout' },
          })
          client.socket.resume()
          expect((await client.response()).whole).toBe(false)
        })

        test(`a client that reads a ${name} answer slowly and steadily is not`, async () => {
          const outcome = promised<Outcome>()
          const { port } = await start(
            kind,
            (...args) => {
              args[3].defer(outcome.resolve)
              return app(...args)
            },
            { limits: { sendTimeoutMs: 1_000 } },
          )
          const client = await WireClient.connect(port)
          client.send(head('GET /'))
          let pieces = 0
          client.socket.on('data', () => {
            // 2.5 seconds of pauses in all, each far shorter than the limit.
            if (++pieces % 5 !== 0 || pieces > 125) return
            client.socket.pause()
            setTimeout(() => client.socket.resume(), 100)
          })
          expect(await client.response()).toMatchObject({ status: 200, whole: true })
          expect(await outcome.promise).toMatchObject({ error: null, aborted: false })
        })
      }

      test('nor is one that lets a stream rest between its chunks', async () => {
        const { port } = await start(
          kind,
          () => [
            200,
            null,
            {},
            stream(
              (async function* () {
                yield 'a'
                await new Promise((resolve) => setTimeout(resolve, 300))
                yield 'b'
              })(),
            ),
          ],
          { limits: { sendTimeoutMs: 100 } },
        )
        expect((await (await WireClient.connect(port)).ask(head('GET /'))).body).toBe('ab')
      })
    })
  })
}
