/** The memory budget over a socket: `budget` of `serve`, and `budgetTimeoutMs`. */
import { type App, json, text } from 'hagaki'
import { describe, expect, onTestFinished, test } from 'vitest'
import { Logbook, SERVERS, start } from './kinds.ts'
import { promised } from './promised.ts'
import { WireClient, type WireResponse } from './wire-client.ts'
import { head, inChunks, withLength } from './wire-request.ts'

const KB = 1024
/** Of 6 MiB: bodies may take 3, small ones 768 KiB of their own, what has arrived of those who wait as much. */
const BUDGET = '6mb'
const LARGEST = 3 * KB * KB
const LIMITS = { body: 16 * KB * KB, budgetTimeoutMs: 20_000 }

const count: App = async (_method, _path, _headers, { input }) => text(String((await input.bytes()).length))

/** An app that keeps what it has read until it is told to go on. */
function keeping(): { app: App; read: Promise<void>; go(): void } {
  const [read, go] = [promised(), promised()]
  const app: App = async (method, path, headers, options, server) => {
    const result = await count(method, path, headers, options, server)
    if (path === '/keep') {
      read.resolve()
      await go.promise
    }
    return result
  }
  onTestFinished(() => go.resolve())
  return { app, read: read.promise, go: () => go.resolve() }
}

const upload = (size: number, path = '/'): string => withLength(`POST ${path}`, 'x'.repeat(size))

/** Resolves when the server has read all that has come: one more request is answered behind it. */
async function settled(port: number): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await (await WireClient.connect(port)).ask(head('GET /'))
}

const busy = { code: 'server_busy', status: 503 }

for (const kind of SERVERS) {
  describe(kind, () => {
    const ask = async (port: number, octets: string): Promise<WireResponse> =>
      (await WireClient.connect(port)).ask(octets)

    test('a body waits for the room that another one has, and gets it', async () => {
      const { app, read, go } = keeping()
      const { port } = await start(kind, app, { budget: BUDGET, limits: LIMITS })
      const first = ask(port, upload(LARGEST, '/keep'))
      await read
      const second = ask(port, upload(LARGEST))
      await settled(port)
      go()
      expect((await Promise.all([first, second])).map(({ status, body }) => [status, body])).toEqual([
        [200, String(LARGEST)],
        [200, String(LARGEST)],
      ])
    })

    test('bodies that wait are served in the order in which they came', async () => {
      const { app, read, go } = keeping()
      const order: string[] = []
      const noting: App = async (...args) => {
        const result = await app(...args)
        order.push(args[1])
        return result
      }
      const { port } = await start(kind, noting, { budget: BUDGET, limits: LIMITS })
      const all = [ask(port, upload(LARGEST, '/keep'))]
      await read
      for (const path of ['/1', '/2', '/3']) {
        all.push(ask(port, upload(LARGEST, path)))
        await settled(port)
      }
      order.length = 0 // of those that had no body
      go()
      expect((await Promise.all(all)).map(({ status }) => status)).toEqual([200, 200, 200, 200])
      expect(order).toEqual(['/keep', '/1', '/2', '/3'])
    })

    test('who waits too long is 503, told when to come again, and the connection closes', async () => {
      const { app, read, go } = keeping()
      const log = new Logbook()
      const { port } = await start(kind, app, {
        budget: BUDGET,
        log,
        limits: { ...LIMITS, budgetTimeoutMs: 300 },
      })
      const first = ask(port, upload(LARGEST, '/keep'))
      await read
      for (const octets of [upload(LARGEST), inChunks('POST /', ['x'.repeat(LARGEST)])]) {
        const client = await WireClient.connect(port)
        const answer = await client.ask(octets)
        expect(JSON.parse(answer.body)).toMatchObject(busy)
        expect([answer.status, answer.field('retry-after'), answer.field('connection')]).toEqual([
          503,
          '1',
          'close',
        ])
        expect(await client.end().ending()).toBe('end')
      }
      expect(log.errors).toEqual([]) // of the app: it comes by the thousand
      go()
      expect((await first).status).toBe(200)
    })

    test('hundreds that are turned away at once are all told so, and others are answered meanwhile', async () => {
      const { app, read, go } = keeping()
      const { port } = await start(kind, app, { budget: BUDGET, limits: { ...LIMITS, budgetTimeoutMs: 0 } })
      const first = ask(port, upload(LARGEST, '/keep'))
      await read
      const other = await WireClient.connect(port)
      const away = Array.from({ length: 300 }, () => ask(port, upload(KB * KB)))
      let over = false
      const all = Promise.all(away).finally(() => {
        over = true
      })
      for (let asked = 0; !over || asked < 10; asked++)
        expect((await other.ask(head('GET /'))).body).toBe('0')
      for (const answer of await all) {
        expect(JSON.parse(answer.body)).toMatchObject(busy)
        expect([answer.status, answer.field('connection')]).toEqual([503, 'close'])
      }
      go()
      expect((await first).status).toBe(200)
    })

    test('one that is turned away when nearly all of it has come leaves the connection to the next request', async () => {
      const { app, read, go } = keeping()
      const limits = { ...LIMITS, budgetTimeoutMs: 0, unread: 128 * KB }
      const { port } = await start(kind, app, { budget: BUDGET, limits })
      const first = ask(port, upload(LARGEST, '/keep'))
      await read
      const client = await WireClient.connect(port)
      const chunked = `${head('POST /', 'Transfer-Encoding: chunked')}19000\r\n${'x'.repeat(100 * KB)}\r\n`
      for (const octets of [upload(100 * KB), upload(70 * KB), chunked]) {
        const answer = await client.ask(octets)
        expect([answer.status, JSON.parse(answer.body).code]).toEqual([503, 'server_busy'])
        if (octets === chunked)
          expect(answer.field('connection')).toBe('close') // nobody knows how much comes
        else expect((await client.ask(head('GET /'))).body).toBe('0')
      }
      go()
      expect((await first).status).toBe(200)
    })

    test('a log that throws takes nobody along who is turned away', async () => {
      for (const budgetTimeoutMs of [0, 100]) {
        const { app, read, go } = keeping()
        const log = new Logbook()
        log.warn = () => {
          throw new Error('the disk is full')
        }
        const { port } = await start(kind, app, {
          budget: BUDGET,
          log,
          limits: { ...LIMITS, budgetTimeoutMs },
        })
        const first = ask(port, upload(LARGEST, '/keep'))
        await read
        for (let at = 0; at < 2; at++)
          expect(JSON.parse((await ask(port, upload(LARGEST))).body)).toMatchObject(busy)
        go()
        expect((await first).status).toBe(200)
      }
    })

    test('small bodies pass large ones that wait', async () => {
      const { app, read, go } = keeping()
      const { port } = await start(kind, app, { budget: BUDGET, limits: LIMITS })
      const first = ask(port, upload(LARGEST, '/keep'))
      await read
      const waits = ask(port, upload(LARGEST))
      await settled(port)
      // 16 KiB and what came with its head is read at once; the others are charged.
      for (const size of [1, 10 * KB, 60 * KB]) {
        const client = await WireClient.connect(port)
        client.send(head('POST /', `Content-Length: ${size}`))
        await settled(port)
        expect((await client.ask('x'.repeat(size))).body).toBe(String(size))
      }
      go()
      expect((await Promise.all([first, waits])).map(({ status }) => status)).toEqual([200, 200])
    })

    test('what has arrived of those who wait has a bound, and beyond it they are 503 at once', async () => {
      const { app, read, go } = keeping()
      const { port } = await start(kind, app, { budget: BUDGET, limits: LIMITS })
      const all = [ask(port, upload(LARGEST, '/keep'))]
      await read
      for (let at = 0; at < 30; at++) all.push(ask(port, upload(KB * KB)))
      const turnedAway = (await Promise.race(all)).status
      expect(turnedAway).toBe(503)
      go()
      const statuses = (await Promise.all(all)).map(({ status }) => status)
      expect(new Set(statuses)).toEqual(new Set([200, 503]))
      expect(statuses[0]).toBe(200)
      // 768 KiB, of at most two reads each.
      expect(statuses.filter((status) => status === 200).length).toBeGreaterThan(4)
    })

    test('100 (Continue) is asked for when there is room, and not before (RFC 9110 10.1.1)', async () => {
      const { app, read, go } = keeping()
      const { port } = await start(kind, app, { budget: BUDGET, limits: LIMITS })
      const first = ask(port, upload(LARGEST, '/keep'))
      await read
      const client = await WireClient.connect(port)
      client.send(head('POST /', `Content-Length: ${LARGEST}`, 'Expect: 100-continue'))
      await settled(port)
      let came = false
      client.socket.once('data', () => {
        came = true
      })
      await settled(port)
      expect(came).toBe(false)
      go()
      expect((await client.head()).status).toBe(100)
      expect((await client.ask('x'.repeat(LARGEST))).body).toBe(String(LARGEST))
      expect((await first).status).toBe(200)
    })

    test('one that goes while its body waits is noticed at once', async () => {
      const { app, read, go } = keeping()
      let aborted = promised<unknown>()
      const { port } = await start(
        kind,
        (...args) => {
          const { signal } = args[3]
          if (args[1] === '/goes') signal.addEventListener('abort', () => aborted.resolve(signal.reason))
          return app(...args)
        },
        { budget: BUDGET, limits: LIMITS },
      )
      const first = ask(port, upload(LARGEST, '/keep'))
      await read
      const asking = (...fields: readonly string[]): string =>
        head('POST /goes', `Content-Length: ${LARGEST}`, ...fields)
      for (const octets of [asking('Expect: 100-continue'), asking(), `${asking()}${'x'.repeat(10_000)}`]) {
        aborted = promised<unknown>()
        const client = await WireClient.connect(port)
        client.send(octets)
        await settled(port)
        client.close()
        expect(await aborted.promise).toMatchObject({ code: 'request_aborted' })
      }
      go()
      expect((await first).status).toBe(200)
    })

    test('one that no wait makes room for is 413, by its length and midway', async () => {
      const { port } = await start(kind, count, { budget: BUDGET, limits: LIMITS })
      expect((await ask(port, upload(LARGEST))).status).toBe(200)
      for (const octets of [upload(LARGEST + 1), inChunks('POST /', ['x'.repeat(LARGEST), 'x'])]) {
        const { status, body } = await ask(port, octets)
        expect(status).toBe(413)
        expect(JSON.parse(body)).toMatchObject({ code: 'body_too_large', data: { limit: LARGEST } })
      }
      expect((await ask(port, upload(LARGEST))).status).toBe(200) // and nothing was kept of it
    })

    test('a stream is not charged, nor is what nobody reads', async () => {
      const flow: App = async (method, path, headers, options, server) => {
        if (path === '/left') return text('left')
        if (path !== '/flow') return count(method, path, headers, options, server)
        let octets = 0
        for await (const piece of options.input.stream()) octets += piece.byteLength
        return text(String(octets))
      }
      const { port } = await start(kind, flow, { budget: '1mb', limits: { ...LIMITS, budgetTimeoutMs: 0 } })
      expect((await ask(port, upload(LARGEST, '/flow'))).body).toBe(String(LARGEST))
      expect((await ask(port, upload(LARGEST, '/left'))).body).toBe('left')
    })

    test('what an app keeps of bodies stays what it was, however they came', async () => {
      const kept: Uint8Array[] = []
      const keep: App = async (_method, path, _headers, { input }) => {
        if (path === '/flow') for await (const piece of input.stream()) kept.push(piece)
        else if (path !== '/') kept.push(await input.bytes())
        return text('kept')
      }
      const { port } = await start(kind, keep, { budget: BUDGET, limits: LIMITS })
      let sent = 0
      for (const size of [3, 5_000, 20_000, 70_000, 300_000]) {
        const body = 'abcdefgh'.repeat(size / 8 + 1).slice(0, size)
        const one = [
          withLength('POST /whole', body),
          withLength('POST /flow', body),
          inChunks('POST /chunks', [body]),
        ]
        const client = await WireClient.connect(port)
        // All of them at once, and behind them one that is refused with a body that is thrown away.
        client.send(one.join('') + withLength('POST /', 'x'.repeat(200_000)))
        for (let answers = 0; answers < 4; answers++) expect((await client.response()).body).toBe('kept')
        expect(await client.end().ending()).toBe('end')
        sent += 3 * size
      }
      const all = Buffer.concat(kept)
      expect(all.byteLength).toBe(sent)
      for (const piece of kept) expect(/^[a-h]+$/.test(Buffer.from(piece).toString('latin1'))).toBe(true)
    })

    for (const budget of [false, Number.POSITIVE_INFINITY] as const) {
      test(`with ${budget} there is none`, async () => {
        const { app, read, go } = keeping()
        const { port } = await start(kind, app, { budget, limits: { ...LIMITS, budgetTimeoutMs: 0 } })
        const first = ask(port, upload(LARGEST, '/keep'))
        await read
        expect((await ask(port, upload(LARGEST))).body).toBe(String(LARGEST))
        go()
        expect((await first).status).toBe(200)
      })
    }

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
          limits: { ...LIMITS, bodyTimeoutMs: 200, bodyRate: 1_000_000_000 },
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
          { budget: BUDGET, limits: { ...LIMITS, bodyTimeoutMs: 200 } },
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

test('a budget that is no size, or none at all, does not start', async () => {
  for (const budget of ['256', '256 MB', 'all', 0, -1, Number.NaN, 1.5]) {
    await expect(start('http1', count, { budget }), String(budget)).rejects.toMatchObject({
      code: 'setup_faulty',
    })
  }
})
