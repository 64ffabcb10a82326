/** Stopping: contract clauses 15, 16 and 36, `limits.drainTimeoutMs`. */

import { type App, DEFAULT_LIMITS, type Outcome, stream, takeover, text } from 'hagaki'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { LIFE, type Life } from '../../src/contract.ts'
import { DIFFERENCES } from './differences.ts'
import { Logbook, SERVERS, start } from './kinds.ts'
import { aborted, promised } from './promised.ts'
import { refused, WireClient } from './wire-client.ts'
import { head, withLength } from './wire-request.ts'

for (const kind of SERVERS) {
  describe(kind, () => {
    test('requests under way get their whole answers, and the connections then close', async () => {
      const go = promised()
      let under = 0
      const all = promised()
      const { port, close } = await start(kind, async (_method, path) => {
        if (++under === 20) all.resolve()
        await go.promise
        return path.startsWith('/stream') ? [200, null, {}, stream(['x'.repeat(100_000), path])] : text(path)
      })
      const answers: Promise<{ body: string; field(name: string): string | null }>[] = []
      for (let at = 0; at < 20; at++) {
        const client = await WireClient.connect(port)
        answers.push(client.ask(head(`GET ${at % 2 === 0 ? '/' : '/stream'}${at}`)))
      }
      await all.promise
      const closed = close()
      expect(await refused(port)).toBe('ECONNREFUSED')
      go.resolve()
      for (const [at, answer] of answers.entries()) {
        const { body, field } = await answer
        expect(body).toBe(at % 2 === 0 ? `/${at}` : `${'x'.repeat(100_000)}/stream${at}`)
        expect(field('connection')).toBe('close')
      }
      await closed
    })

    test('all requests of a pipeline that were read are answered', async () => {
      const go = promised()
      const begun = promised()
      const awaited = DIFFERENCES.pipelining[kind] === 'at once' ? '/2' : '/0'
      const { port, close } = await start(kind, async (_method, path) => {
        if (path === awaited) begun.resolve()
        await go.promise
        return text(path)
      })
      const client = await WireClient.connect(port)
      client.send(head('GET /0') + head('GET /1') + head('GET /2'))
      await begun.promise
      const closed = close()
      go.resolve()
      for (const path of ['/0', '/1', '/2']) expect((await client.response()).body).toBe(path)
      await closed
    })

    test('idle connections are closed at once, and without a word', async () => {
      const { port, close } = await start(kind, () => text('a'))
      const used = await WireClient.connect(port)
      await used.ask(head('GET /'))
      const unused = await WireClient.connect(port)
      await close()
      expect(await used.rest()).toBe('')
      expect(await unused.rest()).toBe('')
    })

    test('nor do half a head, half a body or an unread answer hold the stop once no call is under way', async () => {
      const { port, close } = await start(kind, () => text('a'))
      const [half, body] = [await WireClient.connect(port), await WireClient.connect(port)]
      half.send('GET / HTTP/1.1\r\nHo')
      await body.ask(`${head('POST /', 'Content-Length: 10')}abc`)
      await close()
      await Promise.all([half.ending(), body.ending()])
    })

    test('what is still under way after drainTimeoutMs is cut, with the reason draining (clause 16)', async () => {
      const [begun, outcome] = [promised(), promised<Outcome>()]
      const reasons: unknown[] = []
      const { port, close } = await start(
        kind,
        (_method, path, _headers, options) => {
          void aborted(options.signal).then((reason) => reasons.push(reason))
          if (path === '/never') return new Promise(() => {})
          options.defer(outcome.resolve)
          const ticking = async function* () {
            begun.resolve()
            for (;;) {
              yield 'tick'
              await new Promise((resolve) => setImmediate(resolve))
            }
          }
          return [200, null, {}, stream(ticking())]
        },
        { limits: { drainTimeoutMs: 50 } },
      )
      const [streaming, never] = [await WireClient.connect(port), await WireClient.connect(port)]
      never.send(head('GET /never'))
      const answer = streaming.ask(head('GET /'))
      await begun.promise
      await close()
      expect((await answer).whole).toBe(false)
      expect(await never.rest()).toBe('')
      expect(await outcome.promise).toMatchObject({ status: 200, aborted: true, error: { code: 'draining' } })
      expect(reasons).toMatchObject([{ code: 'draining' }, { code: 'draining' }])
    })

    test('it is cut at drainTimeoutMs, and not a millisecond before', async () => {
      const begun = promised<AbortSignal>()
      const { port, close } = await start(kind, (_method, _path, _headers, { signal }) => {
        begun.resolve(signal)
        return new Promise(() => {})
      })
      const client = await WireClient.connect(port)
      client.send(head('GET /'))
      const signal = await begun.promise
      vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
      onTestFinished(() => void vi.useRealTimers())
      const closed = close()
      expect(await refused(port)).toBe('ECONNREFUSED')
      vi.advanceTimersByTime(DEFAULT_LIMITS.drainTimeoutMs - 1)
      expect(signal.aborted).toBe(false)
      vi.advanceTimersByTime(1)
      expect(signal.reason).toMatchObject({ code: 'draining' })
      await closed
    })

    test('a large answer is sent to its end, though its client takes it slowly', async () => {
      const begun = promised()
      const { port, close } = await start(kind, () => {
        begun.resolve()
        return text('x'.repeat(20_000_000))
      })
      const client = await WireClient.connect(port)
      client.socket.pause()
      client.send(head('GET /'))
      await begun.promise
      await new Promise((resolve) => setImmediate(resolve))
      const closed = close()
      await refused(port)
      client.socket.resume()
      expect(await client.response()).toMatchObject({ status: 200, whole: true })
      client.end()
      await closed
    })

    test('an answer that its client does not take is cut like others, with its outcome (clause 15)', async () => {
      const [begun, outcome] = [promised(), promised<Outcome>()]
      const { port, close } = await start(
        kind,
        (_method, _path, _headers, options) => {
          options.defer(outcome.resolve)
          begun.resolve()
          return text('x'.repeat(20_000_000))
        },
        { limits: { drainTimeoutMs: 50 } },
      )
      const client = await WireClient.connect(port)
      client.socket.pause()
      client.send(head('GET /'))
      await begun.promise
      await close()
      expect(await outcome.promise).toMatchObject({ status: 200, aborted: true, error: { code: 'draining' } })
      client.close()
    })

    test('close({ now: true }) cuts at once, and also what an earlier close() still waits for', async () => {
      for (const before of [false, true]) {
        const begun = promised()
        const { port, close } = await start(kind, () => {
          begun.resolve()
          return new Promise(() => {})
        })
        const client = await WireClient.connect(port)
        client.send(head('GET /'))
        await begun.promise
        const first = before ? close() : null
        await close({ now: true })
        await first
        expect(await client.rest()).toBe('')
      }
    })

    test('deferred tasks are awaited, and only then what the app had opened is closed (clauses 15 and 36)', async () => {
      const order: string[] = []
      const go = promised()
      const life: Life = {
        open: async () => void order.push('open'),
        close: async () => void order.push('close'),
      }
      const app: App = Object.assign(
        ((_method, _path, _headers, options) => {
          options.defer(async () => {
            await go.promise
            order.push('deferred')
          })
          return text('a')
        }) as App,
        { [LIFE]: life },
      )
      const { port, close } = await start(kind, app)
      await (await WireClient.connect(port)).ask(head('GET /'))
      const closed = close()
      go.resolve()
      await closed
      expect(order).toEqual(['open', 'deferred', 'close'])
    })

    test('a deferred task that never ends does not keep a server that is told to stop at once (clause 15)', async () => {
      const log = new Logbook()
      const app: App = (_method, path, _headers, options) => {
        options.defer(() => new Promise<void>(() => {}))
        return text(path)
      }
      const running = await start(kind, app, { log })
      const client = await WireClient.connect(running.port)
      await client.ask(head('GET /'))
      await running.close({ now: true })
      expect(log.errors.map(({ message }) => message)).toEqual(['Deferred tasks did not end in time'])
    })

    test('deferred tasks of clients that have gone are awaited as well (clause 15)', async () => {
      const order: string[] = []
      const [begun, deferred, go] = [promised(), promised(), promised()]
      const { port, close } = await start(kind, (_method, path, _headers, options) => {
        if (path === '/before') return text('')
        options.defer(async () => {
          deferred.resolve()
          await go.promise
          order.push('deferred')
        })
        begun.resolve()
        return new Promise(() => {})
      })
      const client = await WireClient.connect(port)
      await client.ask(head('GET /before'))
      client.send(head('GET /'))
      await begun.promise
      client.reset()
      await deferred.promise
      const closed = close().then(() => order.push('closed'))
      for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve))
      go.resolve()
      await closed
      expect(order).toEqual(['deferred', 'closed'])
    })

    test('a takeover is told by its signal, and has the time to end in order (clause 16)', async () => {
      const reasons: unknown[] = []
      const { port, close } = await start(kind, (_method, _path, _headers, { signal }) => [
        101,
        null,
        {},
        takeover(async (duplex) => {
          duplex.write('hello ')
          reasons.push(await aborted(signal))
          duplex.write('bye')
          duplex.end()
        }),
      ])
      const client = await WireClient.connect(port)
      await client.ask(head('GET /', 'Connection: upgrade', 'Upgrade: a'))
      await client.octets(6)
      const closed = close()
      expect(await client.octets(3)).toBe('bye')
      client.end()
      await closed
      expect(reasons).toMatchObject([{ code: 'draining' }])
    })

    test('a takeover that does not end is cut after drainTimeoutMs', async () => {
      const { port, close } = await start(kind, () => [101, null, {}, takeover(() => {})], {
        limits: { drainTimeoutMs: 50 },
      })
      const client = await WireClient.connect(port)
      await client.ask(head('GET /', 'Connection: upgrade', 'Upgrade: a'))
      await close()
      await client.ending()
    })

    test('an upload under way is read to its end', async () => {
      const begun = promised()
      const { port, close } = await start(kind, async (_method, _path, _headers, { input }) => {
        begun.resolve()
        return text(String((await input.bytes()).length))
      })
      const client = await WireClient.connect(port)
      const octets = withLength('POST /', 'x'.repeat(1_000))
      client.send(octets.slice(0, -500))
      await begun.promise
      const closed = close()
      client.send(octets.slice(-500))
      expect((await client.response()).body).toBe('1000')
      await closed
    })

    test('the app is told first, and for drainPauseMs new requests are still answered (clause 36)', async () => {
      const order: string[] = []
      const told = promised()
      const life: Life = {
        open: async () => {},
        drain: () => {
          order.push('drain')
          told.resolve()
        },
        close: async () => void order.push('close'),
      }
      const app: App = Object.assign(
        ((_method, path) => {
          order.push(path)
          return text(path)
        }) as App,
        { [LIFE]: life },
      )
      const { port, close } = await start(kind, app, { limits: { drainPauseMs: 1_000 } })
      const before = await WireClient.connect(port)
      await before.ask(head('GET /before'))
      const closed = close()
      await told.promise
      // A balancer that has not heard of it yet.
      const late = await WireClient.connect(port)
      for (const client of [before, late]) {
        const { body, field } = await client.ask(head('GET /late'))
        expect(body).toBe('/late')
        expect(field('connection')).not.toBe('close')
      }
      expect(await refused(port)).toBe('ECONNREFUSED')
      await closed
      expect(order).toEqual(['/before', 'drain', '/late', '/late', 'close'])
    })

    test('a stop that is told to be one at once does not pause', async () => {
      for (const before of [false, true]) {
        const { close } = await start(kind, () => text(''), { limits: { drainPauseMs: 2 ** 31 - 1 } })
        const first = before ? close() : null
        await close({ now: true })
        await first
      }
    })

    test('a client that has just come, or sent half a head, may still finish its request', async () => {
      const { port, close } = await start(kind, (_method, path) => text(path))
      const [fresh, half] = [await WireClient.connect(port), await WireClient.connect(port)]
      half.send('GET /half HTT')
      await (await WireClient.connect(port)).ask(head('GET /'))
      const closed = close()
      expect(await refused(port)).toBe('ECONNREFUSED')
      expect(await fresh.ask(head('GET /fresh'))).toMatchObject({ body: '/fresh' })
      half.send('P/1.1\r\nHost: a\r\n\r\n')
      const response = await half.response()
      expect(response.body).toBe('/half')
      expect(response.field('connection')).toBe('close')
      await closed
    })

    test('and has a second for it, whenever the clock of the server turned last', async () => {
      vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
      onTestFinished(() => void vi.useRealTimers())
      const { port, close } = await start(kind, (_method, path) => text(path))
      const first = await WireClient.connect(port)
      await first.ask(head('GET /'))
      const fresh = await WireClient.connect(port)
      vi.advanceTimersByTime(499)
      const closed = close()
      expect(await refused(port)).toBe('ECONNREFUSED')
      await first.ending()
      vi.advanceTimersByTime(999)
      expect(await fresh.ask(head('GET /fresh'))).toMatchObject({ body: '/fresh' })
      for (const client of [first, fresh]) client.end() // the clock that would stands still
      await closed
    })

    test('closing twice is closing once', async () => {
      let closes = 0
      const app: App = Object.assign((() => text('')) as App, {
        [LIFE]: { open: async () => {}, close: async () => void closes++ },
      })
      const { close } = await start(kind, app)
      await Promise.all([close(), close()])
      await close()
      expect(closes).toBe(1)
    })
  })
}
