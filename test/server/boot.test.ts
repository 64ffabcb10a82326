/** Starting: contract clauses 19 and 36, and faults that say what to do. */
import { createServer } from 'node:net'
import { type App, Fault, text } from 'hagaki'
import { describe, expect, onTestFinished, test } from 'vitest'
import { LIFE, type Life, type Limits, type Server } from '../../src/contract.ts'
import { type ServeOptions, serve } from '../../src/server/serve.ts'
import { Logbook, SERVERS, start } from './kinds.ts'
import { promised } from './promised.ts'
import { WireClient } from './wire-client.ts'
import { head } from './wire-request.ts'

const living = (life: Partial<Life>): App =>
  Object.assign((() => text('a')) as App, {
    [LIFE]: { open: async () => {}, close: async () => {}, ...life },
  })

for (const kind of SERVERS) {
  describe(kind, () => {
    /** What `serve` refuses to start with. */
    const refusal = async (options: ServeOptions, app: App = () => text('')): Promise<Fault> => {
      const thrown: unknown = await serve(app, {
        port: 0,
        server: kind,
        log: new Logbook(),
        ...options,
      }).then(
        (running) => running.close().then(() => 'it started'),
        (error: unknown) => error,
      )
      expect(thrown).toBeInstanceOf(Fault)
      expect(thrown).toMatchObject({ code: 'setup_faulty' })
      return thrown as Fault
    }

    test('a port in use is named, with what to do', async () => {
      const { port } = await start(kind, () => text(''))
      const { message } = await refusal({ port })
      expect(message).toBe(
        `Cannot listen on 127.0.0.1:${port}: another program listens there. Stop it, or take another port: ${port + 1}, or 0 for any free one`,
      )
    })

    test('a port that is none is refused, with what one is', async () => {
      for (const port of [-1, 65_536, 1.5, Number.NaN]) {
        expect((await refusal({ port })).message).toContain('Ports are 0 to 65535')
      }
    })

    test('a host that is not here is refused, with what to use', async () => {
      for (const host of ['203.0.113.7', 'no-such-host.invalid', '']) {
        const { message } = await refusal({ host })
        expect(message).toContain(`Cannot listen on ${host}:0`)
        expect(message).toContain('127.0.0.1')
      }
    })

    test('a limit that is none is refused, with the list of those there are', async () => {
      for (const limits of [
        { body: -1 },
        { body: 1.5 },
        { body: Number.NaN },
        { body: '1mb' },
        { bodi: 1 },
      ]) {
        const { message } = await refusal({ limits: limits as Partial<Limits> })
        expect(message).toContain(`limits.${Object.keys(limits)[0]}`)
        expect(message).toContain('requestLine, head, fields, body')
      }
    })

    test('a time limit beyond what timers can wait is refused', async () => {
      for (const name of ['headTimeoutMs', 'bodyTimeoutMs', 'idleTimeoutMs', 'drainTimeoutMs']) {
        expect((await refusal({ limits: { [name]: 2 ** 31 } })).message).toContain(`limits.${name}`)
      }
    })

    test('a server that is none is refused, with those there are', async () => {
      expect((await refusal({ server: 'apache' as 'node-http' })).message).toContain("'node-http'")
    })

    test('where it listens is told: port, host and a url that works', async () => {
      for (const [host, url] of [
        ['127.0.0.1', 'http://127.0.0.1:'],
        ['0.0.0.0', 'http://127.0.0.1:'],
        ['::1', 'http://[::1]:'],
        ['::', 'http://[::1]:'],
        ['localhost', 'http://localhost:'],
      ] as const) {
        const seen: (string | null)[] = []
        const running = await start(
          kind,
          (_method, _path, _headers, options, server) => {
            seen.push(options.client)
            return text(`${server.name} ${server.port}`)
          },
          { host },
        )
        expect(running.url).toBe(`${url}${running.port}`)
        expect(await (await fetch(running.url)).text()).toBe(`${host} ${running.port}`)
        expect(['127.0.0.1', '::1']).toContain(seen[0])
      }
    })

    test('what the app needs is opened before the first request is answered (clause 36)', async () => {
      const [opening, opened] = [promised<Server>(), promised()]
      const calls: string[] = []
      const app: App = Object.assign(
        ((_method, path) => {
          calls.push(path)
          return text(path)
        }) as App,
        {
          [LIFE]: {
            open: async (server: Server) => {
              opening.resolve(server)
              await opened.promise
            },
            close: async () => {},
          },
        },
      )
      const starting = start(kind, app)
      const { port } = await opening.promise
      const client = await WireClient.connect(port)
      client.send(head('GET /early'))
      const taken = await WireClient.connect(port)
      taken.send(head('GET /upgrade', 'Connection: upgrade', 'Upgrade: a'))
      const gone = await WireClient.connect(port)
      gone.send(head('GET /gone'))
      gone.reset()
      const reset = await WireClient.connect(port)
      reset.send(head('GET /reset', 'Connection: upgrade', 'Upgrade: a'))
      for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve))
      reset.reset() // which must not end the process: Node no longer looks after that connection
      for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve))
      expect(calls).toEqual([])
      opened.resolve()
      const running = await starting
      expect((await client.response()).body).toBe('/early')
      expect((await taken.response()).body).toBe('/upgrade')
      // Who went in between may be called for or not: nobody is harmed.
      expect(calls.filter((path) => path !== '/gone' && path !== '/reset')).toEqual(['/early', '/upgrade'])
      taken.close()
      await running.close()
    })

    test('what fails to open is what serve rejects with, and the port is free again (clause 36)', async () => {
      const opening = promised<number>()
      const failed = promised()
      let closes = 0
      const broken = living({
        open: async ({ port }) => {
          opening.resolve(port)
          await failed.promise
          throw new Error('no database')
        },
        close: async () => void closes++,
      })
      const served = serve(broken, { port: 0, server: kind, log: new Logbook() }).catch(
        (error: Error) => error.message,
      )
      const port = await opening.promise
      const [waiting, offering] = [await WireClient.connect(port), await WireClient.connect(port)]
      waiting.send(head('GET /'))
      offering.send(head('GET /', 'Connection: upgrade', 'Upgrade: a'))
      for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve))
      failed.resolve()
      expect(await served).toBe('no database')
      expect(await waiting.rest()).toBe('')
      expect(await offering.rest()).toBe('')
      const other = createServer()
      onTestFinished(() => void other.close())
      await new Promise<void>((resolve, reject) =>
        other.once('error', reject).listen(port, '127.0.0.1', resolve),
      )
      expect(closes, 'what was not opened is not closed').toBe(0)
    })
  })
}
