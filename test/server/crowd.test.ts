/** Many clients that go, stall or do not read: nothing of them is left behind. */
import { type App, type Outcome, stream, text } from 'hagaki'
import { describe, expect, test } from 'vitest'
import { DIFFERENCES } from './differences.ts'
import { SERVERS, start } from './kinds.ts'
import { promised } from './promised.ts'
import { WireClient } from './wire-client.ts'
import { head } from './wire-request.ts'

const tick = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

/** What the process holds open: sockets and timers. */
const held = (): number =>
  process.getActiveResourcesInfo().filter((name) => /TCP|Timeout|Write|Shutdown/.test(name)).length

/** In batches, for the backlog of a listener is bounded. */
const connectAll = async (port: number, count: number, octets = ''): Promise<WireClient[]> => {
  const clients: WireClient[] = []
  while (clients.length < count) {
    const batch = Math.min(100, count - clients.length)
    const one = async (): Promise<WireClient> => (await WireClient.connect(port)).send(octets)
    clients.push(...(await Promise.all(Array.from({ length: batch }, one))))
  }
  return clients
}

for (const kind of SERVERS) {
  describe(kind, () => {
    test('a thousand uploads that are aborted midway leave no socket, no timer and no call', async () => {
      let [begun, over] = [0, 0]
      let all = promised()
      const app: App = async (_method, path, _headers, options) => {
        if (path === '/good') return text('good')
        begun++
        options.defer(() => {
          if (++over % 100 === 0) all.resolve()
        })
        return text(String((await options.input.bytes()).length))
      }
      const { port } = await start(kind, app)
      const good = await WireClient.connect(port)
      await good.ask(head('GET /good'))
      const before = held()
      for (let round = 0; round < 10; round++) {
        all = promised()
        const clients = await connectAll(port, 100)
        for (const [at, client] of clients.entries()) {
          const framing = at % 2 === 0 ? 'Content-Length: 100000' : 'Transfer-Encoding: chunked'
          client.send(`${head('POST /upload', framing)}ff\r\n${'x'.repeat(200)}`)
        }
        while (begun < (round + 1) * 100) await tick()
        for (const client of clients) client.reset()
        await all.promise
      }
      expect({ begun, over }).toEqual({ begun: 1_000, over: 1_000 })
      expect((await good.ask(head('GET /good'))).body).toBe('good')
      for (let turn = 0; held() > before && turn < 1_000; turn++) await tick()
      expect(held()).toBeLessThanOrEqual(before)
    })

    test('two thousand slow clients are gone soon after their time, and good ones are answered meanwhile', async () => {
      const { port } = await start(kind, (_method, path) => text(path), { limits: { headTimeoutMs: 2_000 } })
      const good = await WireClient.connect(port)
      await good.ask(head('GET /good'))
      const slow = await connectAll(port, 2_000, 'GET / HTTP/1.1\r\nX-')
      let [open, answered] = [slow.length, 0]
      const gone = Promise.all(
        slow.map(async (client) => {
          const { status } = await client.response()
          await client.end().ending()
          open--
          return status
        }),
      )
      while (open > 0) {
        expect((await good.ask(head('GET /good'))).body).toBe('/good')
        answered++
        await tick()
      }
      expect(new Set(await gone)).toEqual(new Set([408]))
      expect(answered).toBeGreaterThan(10)
    })

    test('a client that does not read an endless stream makes nothing pile up (CVE-2026-25224)', async () => {
      const chunk = new Uint8Array(64 * 1024)
      let made = 0
      const outcome = promised<Outcome>()
      const { port } = await start(kind, (_method, _path, _headers, options) => {
        options.defer(outcome.resolve)
        return [
          200,
          null,
          {},
          stream(
            (function* () {
              for (;;) {
                made++
                yield chunk
              }
            })(),
          ),
        ]
      })
      const client = await WireClient.connect(port)
      client.socket.pause()
      client.send(head('GET /'))
      for (let before = -1; before !== made; ) {
        before = made
        for (let turn = 0; turn < 300; turn++) await tick()
      }
      // What kernels buffer on loopback, and one chunk more.
      expect(made).toBeGreaterThan(0)
      expect(made * chunk.length).toBeLessThan(32 * 1024 * 1024)
      client.reset()
      expect(await outcome.promise).toMatchObject({ aborted: true })
    })

    test('answers made ahead are few when they are large, and none is lost', async () => {
      if (DIFFERENCES.pipelining[kind] === 'at once') return
      const body = 'x'.repeat(8_000_000)
      let calls = 0
      const { port } = await start(kind, () => {
        calls++
        return text(body)
      })
      const client = await WireClient.connect(port)
      client.socket.pause()
      client.send(head('GET /').repeat(10))
      while (calls === 0) await tick()
      for (let turn = 0; turn < 300; turn++) await tick()
      expect(calls).toBe(1)
      client.socket.setEncoding('latin1').removeAllListeners('data')
      let received = 0
      const all = promised()
      client.socket.on('data', (octets: string) => {
        received += octets.length
        if (received > 10 * body.length) all.resolve()
      })
      client.socket.resume()
      await all.promise
      client.reset()
    })

    test('a client that sends ahead and does not read is not read either', async () => {
      let calls = 0
      const { port } = await start(kind, () => {
        calls++
        return text('x'.repeat(10_000))
      })
      const client = await WireClient.connect(port)
      client.socket.pause()
      const requests = head('GET /').repeat(500)
      for (let sent = 0; sent < 100; sent++) client.send(requests)
      for (let before = -1; before !== calls; ) {
        before = calls
        for (let turn = 0; turn < 300; turn++) await tick()
      }
      expect(calls).toBeGreaterThan(0)
      expect(calls).toBeLessThan(10_000)
      client.reset()
    })
  })
}
