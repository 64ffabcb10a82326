/** The typed client of streaming handlers, over a real connection. */
import { type App, failure, type Outcome, service } from 'hagaki'
import { client, http } from 'hagaki/client'
import * as stream from 'hagaki/stream'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { serve } from '../../src/server/serve.ts'
import { Logbook, SERVERS, start } from '../server/kinds.ts'
import { aborted, promised } from '../server/promised.ts'

const Full = failure('full', 'limited', z.object({ after: z.number() }))
const MIB = 1024 * 1024

/** So many pieces of 64 KiB, counted as they are asked for, and told when they are left. */
class Pieces implements AsyncIterable<Uint8Array> {
  asked = 0
  readonly left = promised()
  readonly #count: number

  constructor(count: number) {
    this.#count = count
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    try {
      for (; this.asked < this.#count; this.asked++) yield new Uint8Array(64 * 1024).fill(this.asked)
    } finally {
      this.left.resolve()
    }
  }
}

async function size(pieces: AsyncIterable<Uint8Array>): Promise<number> {
  let octets = 0
  for await (const piece of pieces) octets += piece.byteLength
  return octets
}

for (const kind of SERVERS) {
  describe(kind, () => {
    const serving = async <A extends App>(app: A): Promise<string> => (await start(kind, app)).url

    test('what comes as it may be sent is taken as it comes', async () => {
      const app = service({
        bytes: stream.acts(
          '/bytes',
          { takes: stream.bytes(), limit: '1gb', returns: z.number() },
          ({ body }) => size(body),
        ),
        items: stream.acts(
          '/items',
          { takes: stream.items(z.number()), limit: '1gb', returns: z.number() },
          async ({ body }) => {
            let sum = 0
            for await (const n of body) sum += n
            return sum
          },
        ),
        parts: stream.acts(
          '/parts',
          { takes: stream.parts(), limit: '1gb', returns: z.any() },
          async ({ body }) => {
            const got: unknown[] = []
            for await (const part of body) got.push([part.name, part.filename, await size(part.stream)])
            return got
          },
        ),
      })
      const api = client<typeof app>(app.contract, http(await serving(app)))
      for (const body of [
        new Pieces(16),
        new Uint8Array(MIB),
        new Blob([new Uint8Array(MIB)]),
        new Blob([new Uint8Array(MIB)]).stream(),
      ])
        expect(await api.bytes({ body })).toBe(MIB)
      const many = async function* (): AsyncGenerator<number> {
        for (let n = 1; n <= 10_000; n++) yield n
      }
      expect(await api.items({ body: many() })).toBe(50_005_000)
      expect(await api.items({ body: [1, 2, 3] })).toBe(6)
      const form = new FormData()
      form.append('a', '1')
      form.append('f', new File([new Uint8Array(MIB)], 'x.bin'))
      for (const body of [
        form,
        [
          { name: 'a', body: '1' },
          { name: 'f', filename: 'x.bin', body: new Pieces(16) },
        ],
      ])
        expect(await api.parts({ body })).toEqual([
          ['a', null, 1],
          ['f', 'x.bin', MIB],
        ])
    })

    test('bytes are given as they come, and break off where they do', async () => {
      const app = service({
        much: stream.reads('/much', { gives: stream.bytes() }, () => new Pieces(64)),
        boom: stream.reads('/boom', { gives: stream.bytes() }, async function* () {
          yield new Uint8Array(10)
          throw new Error('midway')
        }),
        full: stream.reads('/full', { gives: stream.bytes(), errors: [Full] }, async () => {
          throw Full({ after: 1 })
        }),
      })
      const api = client<typeof app>(app.contract, http(await serving(app)))
      expect(await size(api.much())).toBe(4 * MIB)
      await expect(size(api.boom())).rejects.toMatchObject({ code: 'call_lost' })
      await expect(size(api.full())).rejects.toSatisfy(Full.is)
    })

    test('a slow function holds back what is sent', async () => {
      const [begun, gate] = [promised(), promised()]
      const app = service({
        it: stream.acts(
          '/',
          { takes: stream.bytes(), limit: '1gb', returns: z.number() },
          async ({ body }) => {
            let octets = 0
            for await (const piece of body) {
              octets += piece.byteLength
              begun.resolve()
              await gate.promise
            }
            return octets
          },
        ),
      })
      const api = client<typeof app>(app.contract, http(await serving(app)))
      const body = new Pieces(1_024)
      const calling = api.it({ body })
      await begun.promise
      for (let before = -1; before !== body.asked; ) {
        before = body.asked
        for (let at = 0; at < 200; at++) await new Promise((resolve) => setImmediate(resolve))
      }
      expect(body.asked).toBeLessThan(512)
      gate.resolve()
      expect(await calling).toBe(64 * MIB)
    })

    test('a refusal is told while a body is still sent, and the body is left', async () => {
      const app = service({
        full: stream.acts(
          '/full',
          { takes: stream.bytes(), limit: '1gb', errors: [Full] },
          async ({ body }) => {
            for await (const _ of body) throw Full({ after: 1 })
          },
        ),
        unfit: stream.acts('/unfit', { takes: stream.items(z.number()), limit: '1gb' }, async ({ body }) => {
          for await (const _ of body);
        }),
      })
      const api = client<typeof app>(app.contract, http(await serving(app)))
      const body = new Pieces(100_000)
      await expect(api.full({ body })).rejects.toSatisfy(Full.is)
      await body.left.promise
      const endless = async function* (): AsyncGenerator<number> {
        yield 1
        yield 'x' as never
        for (let n = 0; ; n++) yield n
      }
      await expect(api.unfit({ body: endless() })).rejects.toMatchObject({ detail: { status: 422 } })
    })

    test('a source that throws ends the call, and is what its caller hears', async () => {
      const outcome = promised<Outcome>()
      const app = service({
        it: stream.acts('/', { takes: stream.bytes(), limit: '1gb' }, async ({ body }, { defer }) => {
          defer(outcome.resolve)
          await size(body)
        }),
      })
      const api = client<typeof app>(app.contract, http(await serving(app)))
      const broken = new Error('the disk is gone')
      const body = async function* (): AsyncGenerator<Uint8Array> {
        yield new Uint8Array(64 * 1024)
        throw broken
      }
      await expect(api.it({ body: body() })).rejects.toBe(broken)
      await outcome.promise
    })

    test('a caller who cancels ends what it sends, here and there', async () => {
      const [begun, ended] = [promised(), promised<unknown>()]
      const app = service({
        it: stream.acts('/', { takes: stream.bytes(), limit: '1gb' }, async ({ body }, { signal }) => {
          const taking = (async () => {
            for await (const _ of body) begun.resolve()
          })()
          ended.resolve(await taking.catch((error: unknown) => error))
          await aborted(signal)
        }),
      })
      const api = client<typeof app>(app.contract, http(await serving(app)))
      const controller = new AbortController()
      const body = new Pieces(1_000_000)
      const calling = api.it({ body }, { signal: controller.signal })
      await begun.promise
      const reason = new Error('enough')
      controller.abort(reason)
      await expect(calling).rejects.toBe(reason)
      await body.left.promise
      expect(await ended.promise).toMatchObject({ code: 'request_aborted' })
    })

    test('what is sent and what is given flow at once', async () => {
      const app = service({
        it: stream.acts(
          '/',
          { takes: stream.items(z.number()), gives: stream.items(z.number()), limit: '1gb' },
          async function* ({ body }) {
            for await (const n of body) yield n * 2
          },
        ),
      })
      const api = client<typeof app>(app.contract, http(await serving(app)))
      const gates = [promised(), promised(), promised()]
      const numbers = async function* (): AsyncGenerator<number> {
        for (const [n, gate] of gates.entries()) {
          yield n
          await gate.promise // opened by the answer
        }
      }
      const got: number[] = []
      for await (const n of api.it({ body: numbers() })) {
        got.push(n)
        gates[n / 2]!.resolve()
      }
      expect(got).toEqual([0, 2, 4])
    })

    test('a stream goes on behind the last item when its server is back', async () => {
      const seen: (string | null)[] = []
      let open = promised()
      const app = service({
        it: stream.reads(
          '/',
          { gives: stream.items(z.number(), { id: String, retryMs: 10 }) },
          async function* (_, { resume, signal }) {
            seen.push(resume)
            const from = Number(resume ?? 0) + 1
            for (let n = from; n < from + 2; n++) yield n
            open.resolve()
            if (seen.length < 3) throw await aborted(signal)
          },
        ),
      })
      let running = await serve(app, { port: 0, server: kind, log: new Logbook() })
      const { port } = running
      const api = client<typeof app>(app.contract, http(running.url))
      const got: number[] = []
      const reading = (async () => {
        for await (const n of api.it()) got.push(n)
      })()
      for (const now of [false, true]) {
        await open.promise
        open = promised()
        // In order, with a failure as the last event; or at once, in the middle of it.
        await running.close({ now })
        running = await serve(app, { port, server: kind, log: new Logbook() })
      }
      await reading
      await running.close({ now: true })
      expect([got, seen]).toEqual([
        [1, 2, 3, 4, 5, 6],
        [null, '2', '4'],
      ])
    })
  })
}
