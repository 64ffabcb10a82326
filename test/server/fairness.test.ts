/** What one connection asks for must not keep others waiting; pipelines are in `differences.ts`. */
import { stream, text } from 'hagaki'
import { describe, expect, test } from 'vitest'
import { SERVERS, start } from './kinds.ts'
import { WireClient } from './wire-client.ts'
import { head } from './wire-request.ts'

for (const kind of SERVERS) {
  describe(kind, () => {
    test('a stream without end that is always ready lets others have their turn', async () => {
      const chunk = 'x'.repeat(64 * 1024)
      const { port } = await start(kind, (_method, path) => {
        if (path === '/small') return text('small')
        return [
          200,
          null,
          {},
          stream(
            (function* () {
              for (;;) yield chunk
            })(),
          ),
        ]
      })
      const huge = await WireClient.connect(port)
      let received = 0
      huge.socket.removeAllListeners('data')
      huge.socket.on('data', (octets: string) => {
        received += octets.length
      })
      huge.send(head('GET /huge'))
      const small = await WireClient.connect(port)
      for (let at = 0; at < 50; at++) expect((await small.ask(head('GET /small'))).body).toBe('small')
      expect(received).toBeGreaterThan(0)
      huge.reset()
    })
  })
}
