/** `health` through the stop of a server: clause 36, `limits.drainPauseMs`. */
import { type App, text, use } from 'hagaki'
import { health } from 'hagaki/middleware'
import { describe, expect, test } from 'vitest'
import { SERVERS, start } from '../server/kinds.ts'
import { promised } from '../server/promised.ts'
import { WireClient, type WireResponse } from '../server/wire-client.ts'
import { head } from '../server/wire-request.ts'

for (const kind of SERVERS) {
  describe(kind, () => {
    test('while a server stops it is alive and not ready, and calls are answered', async () => {
      const [begun, go] = [promised(), promised()]
      const app: App = async (_method, path) => {
        if (path === '/slow') {
          begun.resolve()
          await go.promise
        }
        return text('done')
      }
      const running = await start(kind, use(app, health()), { limits: { drainPauseMs: 60_000 } })
      const [slow, asking] = [await WireClient.connect(running.port), await WireClient.connect(running.port)]
      const ask = (path: string, method = 'GET'): Promise<WireResponse> =>
        asking.ask(head(`${method} ${path}`))
      expect([(await ask('/livez')).status, (await ask('/readyz')).status]).toEqual([200, 200])
      const asked = await ask('/readyz', 'HEAD')
      expect([asked.status, asked.field('content-type'), asked.field('cache-control'), asked.body]).toEqual([
        200,
        'application/health+json',
        'no-store',
        '',
      ])
      const answer = slow.ask(head('GET /slow'))
      await begun.promise
      const closed = running.close()
      const later = await WireClient.connect(running.port)
      const ready = await later.ask(head('GET /readyz'))
      expect([ready.status, JSON.parse(ready.body)]).toEqual([503, { status: 'fail', reason: 'stopping' }])
      expect((await (await WireClient.connect(running.port)).ask(head('GET /livez'))).status).toBe(200)
      go.resolve()
      expect((await answer).body).toBe('done')
      await running.close({ now: true })
      await closed
    })
  })
}
