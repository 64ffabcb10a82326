/** Fairness: nobody who asks for much takes the turns of those who ask for little. */
import { type App, text } from 'hagaki'
import { describe, expect, test } from 'vitest'
import { SERVERS, type ServerKind, start } from '../server/kinds.ts'
import { promised } from '../server/promised.ts'
import { WireClient } from '../server/wire-client.ts'
import { head } from '../server/wire-request.ts'
import { started } from './program.ts'

const STREAM = new URL('endless-stream.ts', import.meta.url)
const READER = new URL('endless-reader.ts', import.meta.url)
const MANY = 10_000
/** How many chunks of a stream may be made in one turn of the event loop. */
const CHUNKS = 64

/** How many requests of a pipeline may go before one that came meanwhile on another connection. */
const AHEAD: { readonly [K in ServerKind]: number } = { http1: 100, 'node-http': MANY - 1 }

for (const kind of SERVERS) {
  describe(kind, () => {
    for (const [name, answer] of [
      ['synchronous', () => text('pipelined')],
      ['asynchronous', async () => text('pipelined')],
    ] as const) {
      test(`a pipeline of ${MANY} ${name} requests does not hold up one on another connection`, async () => {
        let pipelined = 0
        const before = promised<number>()
        const app: App = (...args) => {
          if (args[1] === '/other') before.resolve(pipelined)
          // Sent while the first is answered, so that it comes behind all that has been read.
          else if (++pipelined === 1) other.send(head('GET /other'))
          return answer()
        }
        const { port } = await start(kind, app)
        const other = await WireClient.connect(port)
        const many = await WireClient.connect(port)
        many.send(head('GET /many').repeat(MANY))
        await other.response()
        expect(await before.promise).toBeLessThanOrEqual(AHEAD[kind])
        for (let count = 0; count < MANY; count++) await many.until('pipelined')
        expect(pipelined).toBe(MANY)
      })
    }

    // One after the other, for each of them keeps a processor or two. They start slowly on a busy machine.
    for (const size of [1_000, 100_000])
      test(`a stream that never waits, read as fast as it comes in chunks of ${size} bytes, does not hold up others`, async () => {
        const port = await started(STREAM, kind, String(size))
        await started(READER, String(port))
        const client = await WireClient.connect(port)
        for (let times = 0; times < 5; times++) {
          const { body } = await client.ask(head('GET /'))
          expect(Number(body)).toBeGreaterThan(0)
          expect(Number(body)).toBeLessThanOrEqual(CHUNKS)
        }
      })
  })
}
