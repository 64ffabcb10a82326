/** `trustProxy`, `requestId`, `cors` and `log` behind sockets. */
import { type App, json, type Log, raise, silentLog, stream, text, use } from 'hagaki'
import { cors, type LogEntry, log, requestId, trustProxy } from 'hagaki/middleware'
import { describe, expect, test } from 'vitest'
import { SERVERS, start } from '../server/kinds.ts'
import { promised } from '../server/promised.ts'
import { WireClient } from '../server/wire-client.ts'
import { head } from '../server/wire-request.ts'

/** Gives entries to whoever waits for the next. */
class Entries implements Log {
  readonly #come: LogEntry[] = []
  #waiting: ((entry: LogEntry) => void) | null = null
  debug(): void {}
  info(entry: object): void {
    const waiting = this.#waiting
    this.#waiting = null
    if (waiting === null) this.#come.push(entry as LogEntry)
    else waiting(entry as LogEntry)
  }
  warn(entry: object): void {
    this.info(entry)
  }
  error(entry: object): void {
    this.info(entry)
  }
  next(): Promise<LogEntry> {
    const come = this.#come.shift()
    return come === undefined
      ? new Promise((resolve) => {
          this.#waiting = resolve
        })
      : Promise.resolve(come)
  }
}

const seen: App = (_method, _path, headers, { client, protocol }) => json({ client, protocol, ...headers })
const trusting = trustProxy({ from: ['127.0.0.0/8'], fields: 'x-forwarded' })

for (const kind of SERVERS) {
  describe(kind, () => {
    test('field lines of one name are one list, and another spelling is none (RFC 9110 5.2)', async () => {
      const { port } = await start(kind, use(seen, trusting))
      const client = await WireClient.connect(port)
      const { body } = await client.ask(
        head(
          'GET /',
          'X-Forwarded-For: 192.0.2.9',
          'x-forwarded-for: 192.0.2.1',
          'X_Forwarded_For: 10.0.0.1',
          'X-Forwarded-Proto: https',
          'X-Forwarded-Host: shop.example',
          'Forwarded: for=10.0.0.1',
        ),
      )
      expect(JSON.parse(body)).toEqual({
        client: '192.0.2.1',
        protocol: 'https',
        host: 'shop.example',
        'x-forwarded-for': '192.0.2.1',
        'x-forwarded-proto': 'https',
        'x-forwarded-host': 'shop.example',
      })
    })

    test('a page of another origin may ask, and read even what went wrong', async () => {
      const app: App = () => raise(new Error('no'))
      const { port } = await start(kind, use(app, requestId(), cors({ origin: 'https://a.example' })))
      const client = await WireClient.connect(port)
      const asked = await client.ask(
        head('OPTIONS /notes', 'Origin: https://a.example', 'Access-Control-Request-Method: PUT'),
      )
      expect([asked.status, asked.field('access-control-allow-origin'), asked.body]).toEqual([
        204,
        'https://a.example',
        '',
      ])
      const failed = await client.ask(head('PUT /notes', 'Origin: https://a.example', 'Content-Length: 0'))
      expect([failed.status, failed.field('access-control-allow-origin'), failed.field('vary')]).toEqual([
        500,
        'https://a.example',
        'Origin',
      ])
      expect(failed.field('x-request-id')).toMatch(/^[0-9a-f]{32}$/)
    })

    test('an entry tells the client behind the proxy, the id, and the octets that were sent', async () => {
      const to = new Entries()
      const { port } = await start(
        kind,
        use(() => text('héllo'), trusting, log({ to }), requestId({ trust: true })),
      )
      const client = await WireClient.connect(port)
      await client.ask(head('GET /a?b=c', 'X-Forwarded-For: 192.0.2.1', 'X-Request-ID: id-1'))
      expect(await to.next()).toEqual({
        method: 'GET',
        path: '/a',
        status: 200,
        ms: expect.any(Number),
        bytes: 6,
        client: '192.0.2.1',
        requestId: 'id-1',
      })
    })

    test('a client that leaves midway is told as aborted, and as no failure (15)', async () => {
      const to = new Entries()
      const left = promised()
      const app: App = (_method, _path, _headers, { signal }) => {
        signal.addEventListener('abort', () => left.resolve())
        const chunks = async function* (): AsyncGenerator<string> {
          yield 'begun'
          await left.promise
        }
        return [200, null, {}, stream(chunks())]
      }
      const { port } = await start(kind, use(app, log({ to })), { log: silentLog })
      const client = await WireClient.connect(port)
      client.send(head('GET /'))
      await client.until('begun')
      client.reset()
      const entry = await to.next()
      expect([entry.aborted, entry.err, entry.bytes]).toEqual([true, undefined, undefined])
    })
  })
}
