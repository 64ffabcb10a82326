/** Event streams and the drain: contract clause 16. */
import { type App, type Outcome, stream } from 'hagaki'
import { describe, expect, test } from 'vitest'
import { SERVERS, start } from './kinds.ts'
import { aborted, promised } from './promised.ts'
import { WireClient } from './wire-client.ts'
import { head } from './wire-request.ts'

for (const kind of SERVERS) {
  describe(kind, () => {
    test('a drain tells an event stream, which ends as it likes and is whole (clause 16)', async () => {
      const outcome = promised<Outcome>()
      const app: App = (_method, _path, _headers, options) => {
        options.defer((told) => outcome.resolve(told))
        async function* events(): AsyncGenerator<string> {
          yield 'data: first\n\n'
          await aborted(options.signal)
          yield 'data: last\n\n'
        }
        return [200, 'text/event-stream', {}, stream(events())]
      }
      const running = await start(kind, app)
      const client = await WireClient.connect(running.port)
      client.send(head('GET /'))
      await client.until('data: first\n\n')
      await running.close()
      expect(await client.rest()).toMatch(/data: last\n\n\r\n0\r\n\r\n$/)
      expect(await outcome.promise).toMatchObject({ status: 200, error: null, aborted: false })
    })
  })
}
