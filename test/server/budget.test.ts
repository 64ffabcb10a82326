/** The memory budget over a socket: who waits for room, and what is charged. `budget` of `serve`. */
import { type App, text } from 'hagaki'
import { describe, expect, test } from 'vitest'
import { SERVERS, start } from './kinds.ts'
import { promised } from './promised.ts'
import { ask, BUDGET, count, KB, keeping, LARGEST, LIMITS, settled, upload } from './uploads.ts'
import { WireClient } from './wire-client.ts'
import { head, inChunks, withLength } from './wire-request.ts'

for (const kind of SERVERS) {
  describe(kind, () => {
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
  })
}

test('a budget that is no size, or none at all, does not start', async () => {
  for (const budget of ['256', '256 MB', 'all', 0, -1, Number.NaN, 1.5]) {
    await expect(start('http1', count, { budget }), String(budget)).rejects.toMatchObject({
      code: 'setup_faulty',
    })
  }
})
