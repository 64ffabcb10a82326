/** Time limits of connections: `headTimeoutMs` and `idleTimeoutMs` of the contract's limits. */
import { takeover, text } from 'hagaki'
import { describe, expect, test } from 'vitest'
import { SERVERS, start } from './kinds.ts'
import { WireClient } from './wire-client.ts'
import { head } from './wire-request.ts'

for (const kind of SERVERS) {
  describe(kind, () => {
    test('a head that does not arrive in time is 408, and the connection ends (RFC 9110 15.5.9)', async () => {
      const { port } = await start(kind, () => text(''), { limits: { headTimeoutMs: 100 } })
      for (const octets of ['G', 'GET / HTTP/1.1\r\nHost: a\r\n']) {
        const client = await WireClient.connect(port)
        const { status, body, field } = await client.send(octets).response()
        expect(status).toBe(408)
        expect(JSON.parse(body)).toMatchObject({ code: 'head_timeout', data: { limitMs: 100 } })
        expect(field('connection')).toBe('close')
        expect(await client.end().ending()).toBe('end')
      }
    })

    test('dripping octets does not extend it', async () => {
      const { port } = await start(kind, () => text(''), { limits: { headTimeoutMs: 100 } })
      const client = await WireClient.connect(port)
      client.send('GET / HTTP/1.1\r\nX-A: ')
      const dripping = setInterval(() => client.send('a'), 10)
      expect((await client.response().finally(() => clearInterval(dripping))).status).toBe(408)
    })

    test('it holds for the second request of a connection, counted from its first octet', async () => {
      const { port } = await start(kind, () => text('a'), {
        limits: { headTimeoutMs: 100, idleTimeoutMs: 60_000 },
      })
      const client = await WireClient.connect(port)
      await client.ask(head('GET /'))
      // Longer idle than a head may take.
      await new Promise((resolve) => setTimeout(resolve, 300))
      expect((await client.ask(head('GET /'))).status).toBe(200)
      expect((await client.send('GET /').response()).status).toBe(408)
    })

    test('an idle connection is closed without a word after its time (RFC 9112 9.5)', async () => {
      const { port } = await start(kind, () => text('a'), { limits: { idleTimeoutMs: 50 } })
      const client = await WireClient.connect(port)
      await client.ask(head('GET /'))
      expect(await client.rest()).toBe('')
    })

    test('neither limit is one for the app, nor for a connection that was taken over', async () => {
      const { port } = await start(
        kind,
        async (_method, path) => {
          if (path === '/take')
            return [101, null, {}, takeover((duplex) => void setTimeout(() => duplex.write('late'), 1_500))]
          await new Promise((resolve) => setTimeout(resolve, 1_500))
          return text('late')
        },
        { limits: { headTimeoutMs: 100, idleTimeoutMs: 100 } },
      )
      const [slow, taken] = [await WireClient.connect(port), await WireClient.connect(port)]
      const late = slow.ask(head('GET /'))
      await taken.ask(head('GET /take', 'Connection: upgrade', 'Upgrade: a'))
      expect(await taken.octets(4)).toBe('late')
      expect((await late).body).toBe('late')
    })
  })
}
