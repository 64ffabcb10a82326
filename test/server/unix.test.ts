/** Unix sockets instead of ports, and addresses of IPv6. */
import { existsSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Fault, json, type Outcome, text } from 'hagaki'
import { describe, expect, onTestFinished, test } from 'vitest'
import { type ServeOptions, serve } from '../../src/server/serve.ts'
import { Logbook, SERVERS, start } from './kinds.ts'
import { promised } from './promised.ts'
import { WireClient } from './wire-client.ts'
import { head } from './wire-request.ts'

const folder = (): string => {
  const made = mkdtempSync(join(tmpdir(), 'hagaki-'))
  onTestFinished(() => rmSync(made, { recursive: true, force: true }))
  return made
}

for (const kind of SERVERS) {
  describe(kind, () => {
    const refusal = async (options: ServeOptions): Promise<Fault> => {
      const thrown: unknown = await serve(() => text(''), {
        server: kind,
        log: new Logbook(),
        ...options,
      }).then(
        (running) => running.close(),
        (error: unknown) => error,
      )
      expect(thrown).toMatchObject({ code: 'setup_faulty' })
      return thrown as Fault
    }

    test('a server listens on a path, and says so', async () => {
      const unix = join(folder(), 'app.sock')
      const outcome = promised<Outcome>()
      const running = await start(
        kind,
        (_method, path, headers, options, server) => {
          options.defer(outcome.resolve)
          return json({
            path,
            host: headers['host'],
            client: options.client,
            name: server.name,
            port: server.port,
          })
        },
        { unix },
      )
      expect(running).toMatchObject({ port: 0, host: 'localhost', url: `unix:${unix}` })
      const client = await WireClient.connect(unix)
      const { body } = await client.ask(head('GET /a', 'Host:'))
      expect(JSON.parse(body)).toEqual({
        path: '/a',
        host: 'localhost',
        client: null,
        name: 'localhost',
        port: 0,
      })
      expect(await outcome.promise).toMatchObject({ aborted: false })
      await running.close()
      expect(existsSync(unix), 'nothing is left behind').toBe(false)
    })

    test('a socket that nobody listens on any more is replaced', async () => {
      const unix = join(folder(), 'app.sock')
      const left = createServer()
      await new Promise<void>((resolve) => left.listen(unix, resolve))
      // As a process that was killed leaves it: closing unlinks the path, so it is made again under it.
      renameSync(unix, `${unix}.kept`)
      await new Promise((resolve) => left.close(resolve))
      renameSync(`${unix}.kept`, unix)
      await start(kind, () => text('here'), { unix })
      expect((await (await WireClient.connect(unix)).ask(head('GET /'))).body).toBe('here')
    })

    test('a socket that somebody listens on is refused, and left alone', async () => {
      const unix = join(folder(), 'app.sock')
      await start(kind, () => text('first'), { unix })
      expect((await refusal({ unix })).message).toBe(
        `Cannot listen on ${unix}: another program listens there, or it is no socket. Stop it, or take another path`,
      )
      expect((await (await WireClient.connect(unix)).ask(head('GET /'))).body).toBe('first')
    })

    test('a file that is no socket is refused, and left alone', async () => {
      const unix = join(folder(), 'app.sock')
      writeFileSync(unix, 'precious')
      expect((await refusal({ unix })).message).toContain('it is no socket')
      expect(existsSync(unix)).toBe(true)
    })

    test('a path that is too long, or whose folder is missing, is refused with what to do', async () => {
      expect((await refusal({ unix: join(folder(), 'a'.repeat(200)) })).message).toContain(
        'at most 107 octets',
      )
      expect((await refusal({ unix: join(folder(), 'no', 'app.sock') })).message).toContain(
        'Make the folder first',
      )
    })

    test('a stop lets calls under way finish there too', async () => {
      const unix = join(folder(), 'app.sock')
      const [begun, go] = [promised(), promised()]
      const { close } = await start(
        kind,
        async () => {
          begun.resolve()
          await go.promise
          return text('answer')
        },
        { unix },
      )
      const client = await WireClient.connect(unix)
      const answer = client.ask(head('GET /'))
      await begun.promise
      const closed = close()
      go.resolve()
      expect((await answer).body).toBe('answer')
      await closed
    })

    test('a client of IPv6 is named by its address, one of IPv4 without the prefix (clause 11)', async () => {
      const { port, url } = await start(kind, (_method, _path, _headers, { client }) => json(client), {
        host: '::',
      })
      expect(await (await fetch(url)).json()).toBe('::1')
      expect(JSON.parse((await (await WireClient.connect(port)).ask(head('GET /'))).body)).toBe('127.0.0.1')
    })
  })
}
