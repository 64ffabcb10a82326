/** What happens after an answer, or instead of one: contract clauses 15 and 16. */
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { once } from 'node:events'
import type { Socket } from 'node:net'
import { Fault, type Outcome, raise, text } from 'hagaki'
import { describe, expect, onTestFinished, test } from 'vitest'
import { DIFFERENCES } from './differences.ts'
import { Logbook, SERVERS, start } from './kinds.ts'
import { aborted, promised } from './promised.ts'
import { WireClient } from './wire-client.ts'
import { head } from './wire-request.ts'

for (const kind of SERVERS) {
  describe(kind, () => {
    test('deferred tasks run last in first out, awaited, once, with the outcome (clause 15)', async () => {
      const ran: unknown[] = []
      const done = promised()
      const { port } = await start(kind, (_method, _path, _headers, options) => {
        options.defer((outcome) => {
          ran.push('first', outcome)
          done.resolve()
        })
        options.defer(async () => {
          ran.push('second begins')
          await new Promise((resolve) => setImmediate(resolve))
          ran.push('second ends')
        })
        options.defer(() => {
          ran.push('third')
        })
        return text('a', 201)
      })
      const client = await WireClient.connect(port)
      expect((await client.ask(head('GET /'))).status).toBe(201)
      await done.promise
      expect(ran).toEqual([
        'third',
        'second begins',
        'second ends',
        'first',
        { status: 201, error: null, aborted: false },
      ])
      await client.ask(head('GET /')) // and no task of the first runs again
      expect(ran.filter((one) => one === 'third')).toHaveLength(2)
    })

    test('they hold neither the answer nor the next request (clause 15)', async () => {
      const forever = promised()
      const { port, close } = await start(kind, (_method, path, _headers, options) => {
        options.defer(() => forever.promise)
        return text(path)
      })
      const client = await WireClient.connect(port)
      for (const path of ['/a', '/b']) expect((await client.ask(head(`GET ${path}`))).body).toBe(path)
      forever.resolve()
      await close()
    })

    test('one that fails is logged, and stops no other (clause 15)', async () => {
      const log = new Logbook()
      const done = promised()
      const { port } = await start(
        kind,
        (_method, _path, _headers, options) => {
          options.defer(() => done.resolve())
          options.defer(() => Promise.reject(new Error('two')))
          options.defer(() => {
            throw new Error('one')
          })
          return text('')
        },
        { log },
      )
      const client = await WireClient.connect(port)
      await client.ask(head('GET /'))
      await done.promise
      expect(log.errors.map(({ err }) => (err as Error).message)).toEqual(['one', 'two'])
    })

    test('one that is registered after the outcome runs at once (clause 15)', async () => {
      const late = promised<Outcome>()
      const { port } = await start(kind, (_method, _path, _headers, options) => {
        options.defer(() => void setImmediate(() => options.defer(late.resolve)))
        return text('')
      })
      const client = await WireClient.connect(port)
      await client.ask(head('GET /'))
      expect(await late.promise).toEqual({ status: 200, error: null, aborted: false })
    })

    test('the outcome of a fault has its status, and the fault (clause 15)', async () => {
      const outcome = promised<Outcome>()
      const { port } = await start(kind, (_method, path, _headers, options) => {
        options.defer(outcome.resolve)
        throw new Fault('route_missing', { path })
      })
      const client = await WireClient.connect(port)
      await client.ask(head('GET /'))
      expect(await outcome.promise).toMatchObject({
        status: 404,
        error: { code: 'route_missing' },
        aborted: false,
      })
    })

    test('the signal is not aborted once the answer is out (clause 16)', async () => {
      const outcome = promised()
      let kept: AbortSignal | undefined
      const { port } = await start(kind, (_method, _path, _headers, options) => {
        kept = options.signal
        options.defer(() => outcome.resolve())
        return text('')
      })
      const client = await WireClient.connect(port)
      await client.ask(head('GET /'))
      await outcome.promise
      client.reset()
      const other = await WireClient.connect(port)
      await other.ask(head('GET /'))
      expect(kept?.aborted).toBe(false)
    })

    test('a client that goes before the answer aborts it: signal and outcome, with no status (clauses 15 and 16)', async () => {
      // A connection that was closed looks half closed until something is written.
      const ways = DIFFERENCES.halfClosed[kind].startsWith('half_closed')
        ? (['reset'] as const)
        : (['close', 'reset', 'end'] as const)
      for (const leave of ways) {
        const [begun, outcome] = [promised<AbortSignal>(), promised<Outcome>()]
        let outcomes = 0
        const { port } = await start(kind, async (_method, _path, _headers, options) => {
          options.defer((result) => {
            outcomes++
            outcome.resolve(result)
          })
          begun.resolve(options.signal)
          await outcome.promise
          return text('to nobody')
        })
        const client = await WireClient.connect(port)
        client.send(head('GET /'))
        const signal = await begun.promise
        client[leave]()
        expect(await outcome.promise, leave).toMatchObject({
          status: null,
          aborted: true,
          error: { code: 'request_aborted' },
        })
        expect(signal.aborted).toBe(true)
        await new Promise((resolve) => setImmediate(resolve))
        expect(outcomes).toBe(1)
      }
    })

    test('an answer made after the connection broke, and before anybody was told, is aborted (clause 15)', async () => {
      const outcome = promised<Outcome>()
      const sockets: Socket[] = []
      const accepted = (message: unknown): void => void sockets.push((message as { socket: Socket }).socket)
      subscribe('net.server.socket', accepted)
      onTestFinished(() => void unsubscribe('net.server.socket', accepted))
      const begun = promised()
      const { port } = await start(kind, async (_method, _path, _headers, options) => {
        options.defer(outcome.resolve)
        const broken = once(sockets[0]!, 'error').catch(() => {})
        begun.resolve()
        await broken
        return text('to nobody')
      })
      const client = await WireClient.connect(port)
      client.send(head('GET /'))
      await begun.promise
      client.reset()
      expect(await outcome.promise).toMatchObject({ aborted: true, error: { code: 'request_aborted' } })
    })

    test('an answer that comes too late and throws when it is looked at harms nobody', async () => {
      const begun = promised()
      const { port } = await start(kind, async (_method, path, _headers, { signal }) => {
        if (path === '/good') return text('good')
        begun.resolve()
        await aborted(signal)
        for (let turn = 0; turn < 30; turn++) await new Promise((resolve) => setImmediate(resolve))
        return Object.defineProperty([200, null, {}], 3, {
          get: () => raise(new Error('looked at')),
        }) as never
      })
      const client = await WireClient.connect(port)
      client.send(head('GET /'))
      await begun.promise
      client.reset()
      for (let turn = 0; turn < 60; turn++) await new Promise((resolve) => setImmediate(resolve))
      expect((await (await WireClient.connect(port)).ask(head('GET /good'))).body).toBe('good')
    })

    /** The first request is under way when its client is reset; those behind it are not called for. */
    const neverBegun = async (): Promise<void> => {
      const [begun, outcome] = [promised(), promised<Outcome>()]
      const paths: string[] = []
      const { port, close } = await start(kind, (_method, path, _headers, options) => {
        paths.push(path)
        options.defer(outcome.resolve)
        begun.resolve()
        return new Promise(() => {})
      })
      const client = await WireClient.connect(port)
      client.send(head('GET /0') + head('GET /1') + head('GET /2'))
      await begun.promise
      client.reset()
      expect(await outcome.promise).toMatchObject({ status: null, aborted: true })
      await close()
      expect(paths).toEqual(['/0'])
    }

    test('those of its requests that wait for their turn are aborted as well, or never begun', async () => {
      if (DIFFERENCES.pipelining[kind] !== 'at once') return await neverBegun()
      const outcomes: Outcome[] = []
      const [begun, both] = [promised(), promised()]
      const { port } = await start(kind, async (_method, path, _headers, options) => {
        options.defer((outcome) => {
          outcomes.push(outcome)
          if (outcomes.length === 3) both.resolve()
        })
        if (path === '/2') begun.resolve()
        if (path !== '/1') await both.promise
        return text('a')
      })
      const client = await WireClient.connect(port)
      client.send(head('GET /0') + head('GET /1') + head('GET /2'))
      await begun.promise
      client.reset()
      await both.promise
      for (const outcome of outcomes) expect(outcome).toMatchObject({ status: null, aborted: true })
    })

    test('a large answer that is the last of its connection is whole for its outcome too (clause 15)', async () => {
      for (const octets of [head('GET /', 'Connection: close'), 'GET / HTTP/1.0\r\n\r\n']) {
        const outcome = promised<Outcome>()
        const { port } = await start(kind, (_method, _path, _headers, options) => {
          options.defer(outcome.resolve)
          return text('x'.repeat(8_000_000))
        })
        const client = await WireClient.connect(port)
        expect((await client.ask(octets)).whole).toBe(true)
        // The client has not closed its side.
        expect(await outcome.promise).toEqual({ status: 200, error: null, aborted: false })
      }
    })

    test('a client that is reset while a large answer is sent makes it aborted (clauses 15 and 16)', async () => {
      const outcome = promised<Outcome>()
      const { port } = await start(kind, (_method, _path, _headers, options) => {
        options.defer(outcome.resolve)
        return text('x'.repeat(20_000_000))
      })
      const client = await WireClient.connect(port)
      client.socket.pause()
      client.send(head('GET /'))
      for (let turn = 0; turn < 100; turn++) await new Promise((resolve) => setImmediate(resolve))
      client.reset()
      expect(await outcome.promise).toMatchObject({ status: 200, aborted: true })
    })

    test('small answers to a client that reads late are all sent, each with its outcome', async () => {
      let outcomes = 0
      const { port } = await start(kind, (_method, path, _headers, options) => {
        options.defer(() => {
          outcomes++
        })
        return text(path + 'x'.repeat(500))
      })
      const client = await WireClient.connect(port)
      client.socket.pause()
      const count = 20_000
      for (let at = 0; at < count; at += 100) client.send(head('GET /').repeat(100))
      for (let turn = 0; turn < 100; turn++) await new Promise((resolve) => setImmediate(resolve))
      client.socket.setEncoding('latin1').removeAllListeners('data')
      let received = 0
      const all = promised()
      client.socket.on('data', (octets: string) => {
        received += octets.split('HTTP/1.1 200').length - 1
        if (received >= count - 50) all.resolve() // a status line may be cut in two
      })
      client.socket.resume()
      await all.promise
      expect(outcomes).toBeGreaterThan(count - 100)
    })

    test('many clients that go midway leave nothing under way', async () => {
      let under = 0
      const { port, close } = await start(kind, async (_method, _path, _headers, options) => {
        under++
        options.defer(() => {
          under--
        })
        await options.input.bytes()
        return text('a')
      })
      for (let at = 0; at < 100; at++) {
        const client = await WireClient.connect(port)
        client.send(`${head('POST /', 'Content-Length: 100')}abc`)
        if (at % 2 === 0) client.reset()
        else client.close()
      }
      await close()
      expect(under).toBe(0)
    })
  })
}
