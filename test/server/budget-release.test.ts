/** However a call ends, a memory budget has back what the call had. */
import { json, text } from 'hagaki'
import { describe, expect, onTestFinished, test } from 'vitest'
import { SERVERS, start } from './kinds.ts'
import { promised } from './promised.ts'
import { ask, BUDGET, count, keeping, LARGEST, LIMITS, settled, upload } from './uploads.ts'
import { WireClient } from './wire-client.ts'
import { head, inChunks } from './wire-request.ts'

for (const kind of SERVERS) {
  describe(kind, () => {
    describe('what a call had is there again', () => {
      /** Another body gets all the room there is: it waits no longer than for the end of the one before. */
      const isBack = async (port: number): Promise<void> => {
        const { status, body } = await ask(port, upload(LARGEST, '/after'))
        expect([status, body]).toEqual([200, String(LARGEST)])
      }
      const begin = async (port: number, path = '/'): Promise<WireClient> => {
        const client = await WireClient.connect(port)
        client.send(head(`POST ${path}`, `Content-Length: ${LARGEST}`, 'Expect: 100-continue'))
        expect((await client.head()).status).toBe(100) // it has been charged
        return client.send('x'.repeat(100_000))
      }

      test('after a body that stops, and after one that is too slow', async () => {
        const { port } = await start(kind, count, {
          budget: BUDGET,
          limits: { ...LIMITS, bodyTimeoutMs: 1_000, bodyRate: 1_000_000_000 },
        })
        const stopped = await begin(port)
        expect(JSON.parse((await stopped.response()).body)).toMatchObject({ status: 408 })
        await isBack(port)
        const slow = await begin(port)
        const timer = setInterval(() => slow.send('x'), 20)
        onTestFinished(() => clearInterval(timer))
        expect(JSON.parse((await slow.response()).body)).toMatchObject({ code: 'body_too_slow' })
        await isBack(port)
      })

      test('at the moment at which it stops, whatever the app does then', async () => {
        const { port } = await start(
          kind,
          async (method, path, headers, options, server) => {
            if (path === '/after') return count(method, path, headers, options, server)
            await options.input.bytes().catch(() => {})
            return new Promise(() => {}) // it never answers
          },
          { budget: BUDGET, limits: { ...LIMITS, bodyTimeoutMs: 1_000 } },
        )
        await begin(port)
        await isBack(port)
      })

      test('after a client that closes, resets, or ends its side within a body', async () => {
        const { port } = await start(kind, count, { budget: BUDGET, limits: LIMITS })
        for (const leave of ['close', 'reset', 'end'] as const) {
          const client = await begin(port)
          client[leave]()
          await isBack(port)
        }
      })

      test('after a client that goes while it waits', async () => {
        const { app, read, go } = keeping()
        const { port } = await start(kind, app, { budget: BUDGET, limits: LIMITS })
        const first = ask(port, upload(LARGEST, '/keep'))
        await read
        for (const leave of ['close', 'reset', 'end'] as const) {
          const client = await WireClient.connect(port)
          client.send(head('POST /', `Content-Length: ${LARGEST}`))
          await settled(port)
          client[leave]()
        }
        await settled(port)
        go()
        await isBack(port)
        expect((await first).status).toBe(200)
      })

      test('after an app that throws, answers without waiting for it, or refuses it midway', async () => {
        const { port } = await start(
          kind,
          async (method, path, headers, options, server) => {
            if (path === '/throws') throw new Error(String((await options.input.bytes()).length))
            if (path === '/early') {
              void options.input.bytes().catch(() => {})
              return text('early')
            }
            if (path === '/small') return json((await options.input.bytes(10)).length)
            return count(method, path, headers, options, server)
          },
          { budget: BUDGET, limits: LIMITS },
        )
        expect((await ask(port, upload(LARGEST, '/throws'))).status).toBe(500)
        await isBack(port)
        expect((await ask(port, upload(LARGEST, '/early'))).body).toBe('early')
        await isBack(port)
        expect((await ask(port, inChunks('POST /small', ['x'.repeat(8), 'x'.repeat(8)]))).status).toBe(413)
        await isBack(port)
      })

      test('after a body that is no chunked coding', async () => {
        const { port } = await start(kind, count, { budget: BUDGET, limits: LIMITS })
        for (let turn = 0; turn < 2; turn++) {
          const broken = `${head('POST /', 'Transfer-Encoding: chunked')}5\r\nabcdeXX`
          expect((await ask(port, broken)).status).toBe(400)
        }
        await isBack(port)
      })

      test('once what was deferred has run, and not before', async () => {
        const [deferred, go] = [promised(), promised()]
        const { port } = await start(
          kind,
          (method, path, headers, options, server) => {
            if (path === '/defers') {
              options.defer(() => {
                deferred.resolve()
                return go.promise
              })
            }
            return count(method, path, headers, options, server)
          },
          { budget: BUDGET, limits: LIMITS },
        )
        expect((await ask(port, upload(LARGEST, '/defers'))).status).toBe(200)
        await deferred.promise
        let isOver = false
        const next = isBack(port).then(() => {
          isOver = true
        })
        await settled(port)
        expect(isOver).toBe(false)
        go.resolve()
        await next
      })

      test('when the server stops: who waits is answered within the drain', async () => {
        const { app, read, go } = keeping()
        const running = await start(kind, app, { budget: BUDGET, limits: LIMITS })
        const first = ask(running.port, upload(LARGEST, '/keep'))
        await read
        const second = ask(running.port, upload(LARGEST))
        await settled(running.port)
        const closed = running.close()
        go()
        expect((await Promise.all([first, second])).map(({ status }) => status)).toEqual([200, 200])
        await closed
      })

      test('when the server is cut: nobody waits on', async () => {
        const { app, read, go } = keeping()
        const running = await start(kind, app, { budget: BUDGET, limits: LIMITS })
        const clients = [await WireClient.connect(running.port), await WireClient.connect(running.port)]
        clients[0]!.send(upload(LARGEST, '/keep'))
        await read
        clients[1]!.send(upload(LARGEST))
        await settled(running.port)
        const closed = running.close({ now: true })
        go()
        await closed
        for (const client of clients) await client.ending()
      })
    })
  })
}
