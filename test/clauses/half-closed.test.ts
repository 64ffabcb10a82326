/** Clause 16: a client that has said all it had to say, and still reads. */
import { type Fault, type Outcome, text } from 'hagaki'
import { describe, expect, test } from 'vitest'
import { serversWhere } from '../server/differences.ts'
import { start } from '../server/kinds.ts'
import { aborted, promised } from '../server/promised.ts'
import { WireClient } from '../server/wire-client.ts'
import { head } from '../server/wire-request.ts'

for (const kind of serversWhere('halfClosed', 'half_closed, and the answer is sent')) {
  describe(kind, () => {
    test('a client that ends its side in mid-request aborts the signal, and what was produced is still written (16)', async () => {
      const [called, reason, outcome] = [promised(), promised<Fault>(), promised<Outcome>()]
      const { port } = await start(kind, async (_method, _path, _headers, options) => {
        options.defer(outcome.resolve)
        called.resolve()
        reason.resolve((await aborted(options.signal)) as Fault)
        return text('produced')
      })
      const client = (await WireClient.connect(port)).send(head('GET /'))
      await called.promise
      expect(await client.end().response()).toMatchObject({ status: 200, body: 'produced', whole: true })
      expect(await reason.promise).toMatchObject({ code: 'half_closed' })
      expect(await outcome.promise).toEqual({ status: 200, error: null, aborted: false })
    })
  })
}
