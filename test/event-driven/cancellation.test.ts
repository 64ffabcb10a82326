/** Cancellation: a client that has gone reaches as far as the app has handed its signal on. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type App, type Outcome, stream, text } from 'hagaki'
import { describe, expect, onTestFinished, test } from 'vitest'
import { SERVERS, start } from '../server/kinds.ts'
import { promised } from '../server/promised.ts'
import { WireClient } from '../server/wire-client.ts'
import { head } from '../server/wire-request.ts'

/** Somebody whom the app asks, who begins an answer where it is asked to, and never ends one. */
async function upstream(): Promise<{
  readonly url: string
  readonly asked: Promise<void>
  readonly left: Promise<void>
}> {
  const [asked, left] = [promised(), promised()]
  const server = createServer((req, res) => {
    res.on('close', () => left.resolve())
    if (req.url === '/begins') res.write('begun')
    asked.resolve()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.close()
    server.closeAllConnections()
  })
  const { port } = server.address() as AddressInfo
  return { url: `http://127.0.0.1:${port}`, asked: asked.promise, left: left.promise }
}

for (const kind of SERVERS) {
  describe(kind, () => {
    test('a client that goes ends the fetch that was made for it (16)', async () => {
      const far = await upstream()
      const [outcome, failed] = [promised<Outcome>(), promised<unknown>()]
      const { port } = await start(kind, async (_method, _path, _headers, options) => {
        const { signal } = options
        options.defer(outcome.resolve)
        const answer = await fetch(far.url, { signal }).catch((error: unknown) => {
          failed.resolve(error)
          throw error
        })
        return text(await answer.text())
      })
      const client = await WireClient.connect(port)
      client.send(head('GET /'))
      await far.asked
      client.reset()
      await far.left
      expect(await failed.promise).toMatchObject({ code: 'request_aborted' })
      expect(await outcome.promise).toMatchObject({ status: null, aborted: true })
    })

    test('one that goes while an answer is passed on ends it there, too (16, 23)', async () => {
      const far = await upstream()
      const outcome = promised<Outcome>()
      const app: App = async (_method, _path, _headers, options) => {
        const { signal } = options
        options.defer(outcome.resolve)
        const { body } = await fetch(`${far.url}/begins`, { signal })
        return [200, null, {}, stream(body!)]
      }
      const { port } = await start(kind, app)
      const client = await WireClient.connect(port)
      client.send(head('GET /'))
      await client.until('begun')
      client.reset()
      await far.left
      expect(await outcome.promise).toMatchObject({ status: 200, aborted: true })
    })

    test('one that is answered ends nothing: the signal stays as it was (16)', async () => {
      const outcome = promised<Outcome>()
      const signals: AbortSignal[] = []
      const { port } = await start(kind, (_method, _path, _headers, options) => {
        const { signal } = options
        options.defer(outcome.resolve)
        signals.push(signal)
        return text('answered')
      })
      const client = await WireClient.connect(port)
      await client.ask(head('GET /'))
      expect(await outcome.promise).toMatchObject({ status: 200, aborted: false })
      client.reset()
      // Whoever asks next is served behind whatever the reset did.
      const next = await WireClient.connect(port)
      await next.ask(head('GET /'))
      expect(signals[0]!.aborted).toBe(false)
    })
  })
}
