/** What happens after an answer, or instead of one: contract clauses 15 and 16. */
import { Fault, type Outcome, text } from 'hagaki'
import { describe, expect, test } from 'vitest'
import { Logbook, SERVERS, start } from './kinds.ts'
import { promised } from './promised.ts'
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
      for (const leave of ['close', 'reset', 'end'] as const) {
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

    test('it aborts those of its requests that still wait for their turn as well', async () => {
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
