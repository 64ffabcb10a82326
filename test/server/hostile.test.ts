/**
 * Hostile clients: whatever they send, and however they leave, the server answers the next one, no
 * call is left without its outcome, and nothing is thrown outside of a call.
 */

import fc from 'fast-check'
import { type App, json, stream, takeover, text } from 'hagaki'
import { describe, expect, test } from 'vitest'
import { SERVERS, start } from './kinds.ts'
import { WireClient } from './wire-client.ts'
import { head, inChunks, withLength } from './wire-request.ts'

const tick = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

/** One of everything that an app can do with a call. */
const versatile: App = async (_method, path, _headers, options) => {
  switch (path) {
    case '/good':
      return text('good')
    case '/read':
      return json((await options.input.bytes()).length)
    case '/pieces':
      return [200, null, {}, stream(options.input.stream())]
    case '/some':
      for await (const _ of options.input.stream()) break
      return text('some')
    case '/stream':
      return [200, null, {}, stream(['a', 'x'.repeat(200_000), 'b'])]
    case '/cut':
      return [200, null, { 'content-length': '5' }, stream(['abc'])]
    case '/take':
      return [
        101,
        null,
        {},
        takeover(async (duplex) => {
          for await (const bytes of duplex) duplex.write(bytes)
        }),
      ]
    case '/hint':
      options.hint({ link: '</a>' })
      await tick()
      return text('hinted')
    case '/wrong':
      return undefined as never
    default:
      throw new Error('thrown')
  }
}

const path = fc.constantFrom(
  '/good',
  '/read',
  '/pieces',
  '/some',
  '/stream',
  '/cut',
  '/take',
  '/hint',
  '/wrong',
  '/thrown',
  '*',
  'a:1',
)
const method = fc.constantFrom('GET', 'HEAD', 'POST', 'OPTIONS', 'CONNECT', 'PUT', 'get', 'PRI')
const octets = fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes).toString('latin1'))
const field = fc.constantFrom(
  'Connection: close',
  'Connection: upgrade',
  'Upgrade: echo',
  'Upgrade: h2c',
  'Expect: 100-continue',
  'Expect: x',
  'TE: trailers',
  'Transfer-Encoding: chunked',
  'Transfer-Encoding: gzip',
  'Content-Length: 3',
  'Content-Length: 70000',
  'Content-Length: 5000000',
  '__proto__: a',
  'Host: b',
  'X-A: \xff\t',
)
const body = octets.filter((text) => text.length > 0)
const request = fc.oneof(
  fc
    .tuple(method, path, fc.array(field, { maxLength: 4 }))
    .map(([verb, at, fields]) => head(`${verb} ${at}`, ...fields)),
  fc.tuple(path, body).map(([at, sent]) => withLength(`POST ${at}`, sent)),
  fc.tuple(path, fc.array(body, { maxLength: 3 })).map(([at, chunks]) => inChunks(`POST ${at}`, chunks)),
)

/** Requests, rubbish, and requests with a piece left out or put in. */
const sent = fc
  .array(
    fc.oneof(
      { weight: 3, arbitrary: request },
      { weight: 1, arbitrary: octets },
      {
        weight: 2,
        arbitrary: fc
          .tuple(request, fc.nat(300), fc.nat(10), octets)
          .map(([text, at, gone, put]) => text.slice(0, at) + put + text.slice(at + gone)),
      },
    ),
    { minLength: 1, maxLength: 4 },
  )
  .map((parts) => parts.join(''))

for (const kind of SERVERS) {
  describe(kind, () => {
    test('after any octets, in any pieces, and any way to leave, the next client is served', async () => {
      let [begun, over] = [0, 0]
      const { port, close } = await start(
        kind,
        (...args) => {
          begun++
          args[3].defer(() => {
            over++
          })
          return versatile(...args)
        },
        { limits: { drainTimeoutMs: 2_000 } },
      )
      const good = await WireClient.connect(port)
      await fc.assert(
        fc.asyncProperty(
          sent,
          fc.constantFrom(1, 7, 100_000),
          fc.constantFrom('end', 'close', 'reset', 'stay'),
          fc.boolean(),
          async (text, size, leave, waits) => {
            const client = await WireClient.connect(port)
            await client.sendSplit(text, size)
            if (waits) await tick()
            if (leave !== 'stay') client[leave]()
            expect((await good.ask(head('GET /good'))).body).toBe('good')
            client.reset()
          },
        ),
        { numRuns: 400 },
      )
      good.close()
      await close()
      expect(begun).toBeGreaterThan(100)
      expect(over).toBe(begun)
    })

    test('a hundred clients that send nothing, half a head or half a body cost others nothing', async () => {
      const { port } = await start(kind, versatile)
      const starts = [
        '',
        'GET /',
        head('POST /read', 'Content-Length: 5').slice(0, -2),
        `${head('POST /read', 'Content-Length: 5')}ab`,
      ]
      const slow = await Promise.all(
        Array.from({ length: 100 }, async (_, at) => (await WireClient.connect(port)).send(starts[at % 4]!)),
      )
      const good = await WireClient.connect(port)
      expect((await good.ask(head('GET /good'))).body).toBe('good')
      for (const client of slow) client.reset()
    })
  })
}
