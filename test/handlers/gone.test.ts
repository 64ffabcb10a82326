/** Callers that went away before a handler began: what nobody waits for is not done. */
import { type App, guard, type Outcome, service, verbs } from 'hagaki'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { serversWhere } from '../server/differences.ts'
import { SERVERS, start } from '../server/kinds.ts'
import { aborted, promised } from '../server/promised.ts'
import { WireClient } from '../server/wire-client.ts'
import { head, withLength } from '../server/wire-request.ts'

const BODY = JSON.stringify({ text: 'hi' })

for (const kind of SERVERS) {
  describe(kind, () => {
    for (const [leaving, leave] of [
      ['closes', (client: WireClient) => client.socket.destroy()],
      ['resets', (client: WireClient) => client.socket.resetAndDestroy()],
    ] as const) {
      for (const request of [
        head('GET /'),
        head('DELETE /'),
        withLength('POST /', BODY, 'Content-Type: application/json'),
      ]) {
        test(`a handler is not run for a caller that ${leaving} while a guard decides: ${request.slice(0, 6)}`, async () => {
          const [asked, signalled, mayDecide, outcome] = [
            promised(),
            promised<AbortSignal>(),
            promised(),
            promised<Outcome>(),
          ]
          let ran = 0
          const asking = guard('asking', async () => {
            asked.resolve()
            await mayDecide.promise
            return 'alice'
          })
          const { reads, creates, deletes } = verbs({ asking })
          const inner = service({
            read: reads('/', {}, () => void ran++),
            remove: deletes('/', {}, () => void ran++),
            add: creates('/', { accepts: z.object({ text: z.string() }) }, () => void ran++),
          })
          const app: App = (method, path, headers, options, server) => {
            options.defer(outcome.resolve)
            signalled.resolve(options.signal)
            return inner(method, path, headers, options, server)
          }
          const { port } = await start(kind, app)
          const client = await WireClient.connect(port)
          client.send(request)
          await asked.promise
          leave(client)
          await aborted(await signalled.promise)
          mayDecide.resolve()
          expect((await outcome.promise).status).not.toBe(204)
          expect(ran).toBe(0)
        })
      }
    }

    test('nor for one that goes away while what its body is checked by takes its time', async () => {
      const [asked, signalled, mayCheck, outcome] = [
        promised(),
        promised<AbortSignal>(),
        promised(),
        promised<Outcome>(),
      ]
      let ran = 0
      const slow = z.object({
        text: z.string().refine(async () => {
          asked.resolve()
          await mayCheck.promise
          return true
        }),
      })
      const inner = service({ add: verbs({}).creates('/', { accepts: slow }, () => void ran++) })
      const { port } = await start(kind, (method, path, headers, options, server) => {
        options.defer(outcome.resolve)
        signalled.resolve(options.signal)
        return inner(method, path, headers, options, server)
      })
      const client = await WireClient.connect(port)
      client.send(withLength('POST /', BODY, 'Content-Type: application/json'))
      await asked.promise
      client.socket.resetAndDestroy()
      await aborted(await signalled.promise)
      mayCheck.resolve()
      await outcome.promise
      expect(ran).toBe(0)
    })
  })
}

for (const kind of serversWhere('halfClosed', 'half_closed, and the answer is sent')) {
  test(`${kind}: who ends its side while a guard decides is told so, where it still reads`, async () => {
    const [asked, signalled, mayDecide] = [promised(), promised<AbortSignal>(), promised()]
    const asking = guard('asking', async () => {
      asked.resolve()
      await mayDecide.promise
    })
    const inner = service({ add: verbs({ asking }).creates('/', {}, () => {}) })
    const { port } = await start(kind, (method, path, headers, options, server) => {
      signalled.resolve(options.signal)
      return inner(method, path, headers, options, server)
    })
    const client = await WireClient.connect(port)
    client.send(head('POST /'))
    await asked.promise
    client.end()
    await aborted(await signalled.promise)
    mayDecide.resolve()
    const { status, body } = await client.response()
    expect([status, JSON.parse(body)]).toEqual([400, expect.objectContaining({ code: 'half_closed' })])
  })
}
