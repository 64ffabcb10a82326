/** The example of a deployment behind a real nginx, with the configuration that is in examples/deploying. */
import { once } from 'node:events'
import { request } from 'node:http'
import { type AddressInfo, connect, createServer } from 'node:net'
import { fileURLToPath } from 'node:url'
import { type App, json, stream, text } from 'hagaki'
import { describe, expect, onTestFinished, test } from 'vitest'
import desk from '../../examples/deploying/app.ts'
import { Command, Place } from '../cli/command.ts'
import { SERVERS, start } from '../server/kinds.ts'
import { promised } from '../server/promised.ts'
import { WireClient } from '../server/wire-client.ts'
import { head } from '../server/wire-request.ts'
import { Nginx } from './nginx.ts'

const APP = fileURLToPath(new URL('../../examples/deploying/app.ts', import.meta.url))

for (const kind of SERVERS) {
  describe(kind, () => {
    /** nginx in front of an app. */
    const behind = async (app: App): Promise<Nginx> => {
      const { port } = await start(kind, app)
      return Nginx.start(`127.0.0.1:${port}`)
    }

    test('the client, the protocol and the host are those that nginx saw, whatever the client says', async () => {
      const { port } = await behind(desk)
      const client = await WireClient.connect(port)
      const asked = head(
        'GET /who',
        'Host: shop.example',
        'X-Forwarded-For: 10.9.9.9, 127.0.0.1',
        'X-Forwarded-Proto: https',
        'X-Forwarded-Host: evil.example',
        'Forwarded: for=10.9.9.9;host=evil.example;proto=https',
        'X-Request-ID: mine',
      )
      const { status, body } = await client.ask(asked)
      expect(status).toBe(200)
      expect(JSON.parse(body)).toEqual({
        client: '127.0.0.1',
        protocol: 'http',
        host: 'shop.example',
        requestId: expect.stringMatching(/^[0-9a-f]{32}$/),
      })
    })

    test('paths and queries arrive as they were sent, and answers as they were given', async () => {
      const { port } = await behind((method, path, headers, { query }) =>
        json({ method, path, query, te: headers['te'] }),
      )
      const client = await WireClient.connect(port)
      const { body } = await client.ask(head('PUT /a%2Fb/%C3%A9//c%20d?x=%2F&&y', 'Content-Length: 0'))
      expect(JSON.parse(body)).toEqual({ method: 'PUT', path: '/a%2Fb/%C3%A9//c%20d', query: 'x=%2F&&y' })
      // The same connection to nginx, and from there to the app.
      for (let times = 0; times < 20; times++) expect((await client.ask(head('GET /'))).status).toBe(200)
    })

    test('connections to the app are kept, and used for request after request', async () => {
      const ports = new Set<unknown>()
      const { port } = await start(kind, () => text('answered'))
      const front = await Nginx.start(`127.0.0.1:${await counting(port, ports)}`)
      const client = await WireClient.connect(front.port)
      for (let times = 0; times < 50; times++) await client.ask(head('GET /'))
      expect(ports.size).toBeLessThanOrEqual(2) // nginx has two workers
    })

    test('a stream reaches the client chunk by chunk, before it has ended', async () => {
      const goOn = promised()
      const { port } = await behind(() => [
        200,
        'text/event-stream',
        {},
        stream(
          (async function* () {
            yield 'data: one\n\n'
            await goOn.promise
            yield 'data: two\n\n'
          })(),
        ),
      ])
      const client = await WireClient.connect(port)
      client.send(head('GET /'))
      await client.until('data: one\n\n')
      goOn.resolve()
      await client.until('data: two\n\n')
    })

    test('an upload reaches the app piece by piece, before it has ended', async () => {
      const begun = promised<string>()
      const { port } = await behind(async (_method, _path, _headers, { input }) => {
        let count = 0
        for await (const piece of input.stream()) {
          if (count === 0) begun.resolve(Buffer.from(piece).toString('latin1').slice(0, 5))
          count += piece.byteLength
        }
        return json(count)
      })
      const client = await WireClient.connect(port)
      client.send(`${head('POST /', 'Content-Length: 2000005')}first`)
      expect(await begun.promise).toBe('first')
      client.send('x'.repeat(2_000_000))
      expect((await client.response()).body).toBe('2000005')
    })

    test('an upload over the limit of the app is its 413, however large', async () => {
      const { port } = await behind(desk)
      const client = await WireClient.connect(port)
      client.send(`${head('POST /count', 'Content-Length: 50000000')}${'x'.repeat(100_000)}`)
      const { status, body } = await client.response()
      expect([status, JSON.parse(body)]).toEqual([413, expect.objectContaining({ code: 'body_too_large' })])
    })

    test('an upgrade goes through to a takeover, and octets go both ways', async () => {
      const { port } = await behind(desk)
      const client = await WireClient.connect(port)
      const { status } = await client.ask(head('GET /echo', 'Connection: Upgrade', 'Upgrade: echo'))
      expect(status).toBe(101)
      for (const word of ['hello', 'again']) {
        client.send(word)
        expect(await client.octets(5)).toBe(word)
      }
    })

    test('a client that leaves nginx is known to have left the app', async () => {
      const [asked, left] = [promised(), promised<unknown>()]
      const { port } = await behind(async (_method, _path, _headers, { signal }) => {
        asked.resolve()
        await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }))
        left.resolve(signal.reason)
        return text('too late')
      })
      const client = await WireClient.connect(port)
      client.send(head('GET /'))
      await asked.promise
      client.close()
      expect(await left.promise).toMatchObject({ code: expect.stringMatching(/request_aborted|half_closed/) })
    })
  })
}

test('over a unix socket nginx is trusted by that', async ({ onTestFinished: finished }) => {
  const place = new Place(finished)
  const socket = `${place.folder}/app.sock`
  const command = Command.start(place, [APP, '--unix', socket, '-E', 'production'])
  await command.says(/on unix:/)
  const { port } = await Nginx.start(`unix:${socket}`)
  const client = await WireClient.connect(port)
  const { body } = await client.ask(head('GET /who', 'X-Forwarded-For: 10.9.9.9'))
  expect(JSON.parse(body)).toMatchObject({ client: '127.0.0.1', protocol: 'http' })
})

test('under load neither a reload of nginx nor new workers lose a request', async ({
  onTestFinished: finished,
}) => {
  const place = new Place(finished)
  const { command, url } = await Command.serve(place, APP, ['-w', '2', '-E', 'production'])
  const front = await Nginx.start(new URL(url).host)
  const load = new Load(front.port)
  await load.reaches(100)
  await front.reload()
  await load.reaches(100)
  command.tell('SIGHUP')
  await command.says(/all workers are new\n/)
  await load.reaches(100)
  const { lost, by } = await load.ended()
  expect(lost).toEqual([])
  expect(by.size).toBeGreaterThanOrEqual(3) // workers before and after
  command.signal('SIGTERM')
  expect((await command.ended()).status).toBe(0)
})

test('what meets the end of a kept connection is sent again by GET, and 502 by POST', async () => {
  const seen: string[] = []
  const server = createServer((socket) => {
    let count = 0
    socket.on('data', (octets) => {
      seen.push(octets.toString('latin1').slice(0, 4))
      // Each connection answers once, and closes when it is used again.
      if (count++ === 0) socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok')
      else socket.destroy()
    })
    socket.on('error', () => {})
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  const front = await Nginx.start(`127.0.0.1:${(server.address() as AddressInfo).port}`)
  const client = await WireClient.connect(front.port) // of one worker of nginx, and its connections
  expect((await client.ask(head('GET /1'))).status).toBe(200)
  expect((await client.ask(head('GET /2'))).status).toBe(200)
  expect((await client.ask(head('POST /3', 'Content-Length: 0'))).status).toBe(502)
  expect(seen).toEqual(['GET ', 'GET ', 'GET ', 'POST'])
})

test('with a path behind proxy_pass nginx decodes what the app would refuse: so there is none', async () => {
  const { port } = await start('http1', (_method, path) => text(path))
  const paths = await Promise.all(
    [{}, { 'proxy_pass http://shop;': 'proxy_pass http://shop/;' }].map(async (others) => {
      const client = await WireClient.connect((await Nginx.start(`127.0.0.1:${port}`, others)).port)
      return (await client.ask(head('GET /public%2Fadmin'))).body
    }),
  )
  expect(paths).toEqual(['/public%2Fadmin', '/public/admin'])
})

test('where nginx buffers, a stream with x-accel-buffering: no is passed on as it comes', async () => {
  const goOn = promised()
  const chunks = async function* (): AsyncGenerator<string> {
    yield 'one'
    await goOn.promise
    yield 'two'
  }
  const { port } = await start('http1', () => [200, null, { 'x-accel-buffering': 'no' }, stream(chunks())])
  const others = { 'proxy_buffering off;': 'proxy_buffering on;' }
  const client = await WireClient.connect((await Nginx.start(`127.0.0.1:${port}`, others)).port)
  client.send(head('GET /'))
  await client.until('one')
  goOn.resolve()
  await client.until('two')
})

/** Clients that ask, each on a new connection, until they are told to end. */
class Load {
  readonly lost: string[] = []
  /** Who has answered. */
  readonly by = new Set<string>()
  #answers = 0
  #over = false
  #wake: (() => void) | null = null
  readonly #clients: readonly Promise<void>[]

  constructor(port: number) {
    this.#clients = Array.from({ length: 8 }, async () => {
      while (!this.#over) await this.#ask(port)
    })
  }

  /** Waits for so many answers more. */
  async reaches(count: number): Promise<void> {
    const goal = this.#answers + count
    while (this.#answers < goal) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
  }

  async ended(): Promise<this> {
    this.#over = true
    await Promise.all(this.#clients)
    return this
  }

  #ask(port: number): Promise<void> {
    return new Promise((resolve) => {
      const done = (problem: string | null): void => {
        if (problem !== null) this.lost.push(problem)
        this.#answers++
        this.#wake?.()
        resolve()
      }
      const asking = request({ port, host: '127.0.0.1', path: '/load', agent: false }, (response) => {
        let body = ''
        response.setEncoding('utf8').on('data', (more: string) => {
          body += more
        })
        response.on('end', () => {
          const [, pid] = /^GET \/load by (\d+)\n$/.exec(body) ?? []
          if (pid !== undefined) this.by.add(pid)
          done(response.statusCode === 200 && pid !== undefined ? null : `${response.statusCode} ${body}`)
        })
        response.on('aborted', () => done('cut'))
      })
      asking.on('error', (error) => done(error.message))
      asking.end()
    })
  }
}

/** A pipe to `port` that notes each connection which comes through it. Gives its own port. */
async function counting(port: number, connections: Set<unknown>): Promise<number> {
  const server = createServer((socket) => {
    connections.add(socket)
    const far = connect(port, '127.0.0.1')
    for (const end of [socket, far]) end.on('error', () => {})
    socket.pipe(far).pipe(socket)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  return (server.address() as AddressInfo).port
}
