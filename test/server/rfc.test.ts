/** The table of requests that the RFCs speak about, each whole, octet by octet and by fives. */
import { type App, text } from 'hagaki'
import { describe, expect, test } from 'vitest'
import { DIFFERENCES } from './differences.ts'
import { SERVERS, start } from './kinds.ts'
import { RFC_CASES, type RfcCase } from './rfc-cases.ts'
import { WireClient } from './wire-client.ts'

const reads: App = async (_method, _path, _headers, { input }) => text(String((await input.bytes()).length))

for (const kind of SERVERS) {
  const expected = ({ status, differs }: RfcCase): readonly number[] => {
    if (differs !== undefined && kind === 'node-http') return [Number(DIFFERENCES[differs][kind])]
    return typeof status === 'number' ? [status] : status
  }
  const rules = new Set(RFC_CASES.map(({ rule }) => rule))

  describe(kind, () => {
    for (const rule of rules) {
      test(`RFC ${rule}`, async () => {
        const { port } = await start(kind, reads)
        for (const one of RFC_CASES.filter((row) => row.rule === rule)) {
          for (const size of [one.octets.length, 1, 5]) {
            const client = await WireClient.connect(port)
            await client.sendSplit(one.octets, size)
            const { status, field } = await client.response()
            const { octets } = one
            const fits = expected(one)
            expect({ octets, size, status }).toEqual({
              octets,
              size,
              status: fits.includes(status) ? status : fits,
            })
            // After what it refused, nobody knows where the next request begins.
            if (status !== 200)
              expect({ octets, closes: field('connection') }).toEqual({ octets, closes: 'close' })
            client.reset()
          }
        }
      })
    }
  })
}

test('the table has no row twice, and more than two hundred', () => {
  expect(RFC_CASES.length).toBeGreaterThan(200)
  expect(new Set(RFC_CASES.map(({ octets }) => octets)).size).toBe(RFC_CASES.length)
})
