/** Bodies that flow in, over a real connection: no faster than they are taken, and gone with their client. */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Outcome, service } from 'hagaki'
import { spool } from 'hagaki/spool'
import * as stream from 'hagaki/stream'
import { describe, expect, onTestFinished, test } from 'vitest'
import { z } from 'zod'
import { Logbook, SERVERS, start } from '../server/kinds.ts'
import { aborted, promised } from '../server/promised.ts'
import { WireClient } from '../server/wire-client.ts'
import { head, inChunks, withLength } from '../server/wire-request.ts'

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

const LINES = 'content-type: application/jsonl'
const FORM = 'content-type: multipart/form-data; boundary=b'
const FILE = '--b\r\ncontent-disposition: form-data; name=f; filename=x\r\n\r\n'

/** One chunk of a chunked body. */
const chunk = (octets: string): string => `${octets.length.toString(16)}\r\n${octets}\r\n`

/** A directory of the test, and the files that are spooled below it. */
function directory(): { readonly dir: string; readonly files: () => string[] } {
  const dir = mkdtempSync(join(tmpdir(), 'hagaki-test-'))
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }))
  return { dir, files: () => readdirSync(dir).flatMap((name) => readdirSync(join(dir, name))) }
}

for (const kind of SERVERS) {
  describe(kind, () => {
    test('an item is taken when it has come, before the next one is sent', async () => {
      const took = [promised<number>(), promised<number>()]
      const app = service({
        it: stream.acts(
          '/',
          { takes: stream.items(z.number()), limit: '1kb', returns: z.number() },
          async ({ body }) => {
            let at = 0
            for await (const n of body) took[at++]!.resolve(n)
            return at
          },
        ),
      })
      const wire = await WireClient.connect((await start(kind, app)).port)
      wire.send(head('POST /', 'transfer-encoding: chunked', LINES) + chunk('1\n2'))
      expect(await took[0]!.promise).toBe(1)
      wire.send(chunk('3\n'))
      expect(await took[1]!.promise).toBe(23)
      expect((await wire.send('0\r\n\r\n').response()).body).toBe('2')
    })

    test('a function that does not take holds its client back, and takes the rest later (back-pressure)', async () => {
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
      const wire = await WireClient.connect((await start(kind, app)).port)
      const total = 64 * 1024 * 1024
      const piece = Buffer.alloc(64 * 1024)
      wire.send(head('POST /', `content-length: ${total}`))
      let sent = 0
      const sending = (async () => {
        for (; sent < total; sent += piece.byteLength)
          if (!wire.socket.write(piece)) await new Promise((resolve) => wire.socket.once('drain', resolve))
      })()
      await begun.promise
      // It has stopped once nothing was sent between two looks.
      for (let before = -1; before !== sent; ) {
        before = sent
        for (let at = 0; at < 200; at++) await turn()
      }
      expect(sent).toBeLessThan(total / 2)
      gate.resolve()
      await sending
      expect((await wire.response()).body).toBe(String(total))
    })

    test('an item that does not fit is answered while its client still sends', async () => {
      const app = service({
        it: stream.acts('/', { takes: stream.items(z.number()), limit: '1kb' }, async ({ body }) => {
          for await (const _ of body);
        }),
      })
      const wire = await WireClient.connect((await start(kind, app)).port)
      wire.send(head('POST /', 'transfer-encoding: chunked', LINES) + chunk('1\n"x"\n3'))
      const { status, body } = await wire.response()
      expect([status, JSON.parse(body)]).toMatchObject([422, { data: { issues: [{ pointer: '/body/1' }] } }])
    })

    test('a total without a length is refused where it is passed, and one with a length at once', async () => {
      let ran = 0
      const app = service({
        it: stream.acts('/', { takes: stream.bytes(), limit: 10, returns: z.number() }, async ({ body }) => {
          ran++
          let octets = 0
          for await (const piece of body) octets += piece.byteLength
          return octets
        }),
      })
      const { port } = await start(kind, app)
      const ask = async (octets: string): Promise<number> =>
        (await (await WireClient.connect(port)).ask(octets)).status
      expect(await ask(inChunks('POST /', ['12345', '67890']))).toBe(200)
      expect(await ask(inChunks('POST /', ['12345', '678901']))).toBe(413)
      expect(ran).toBe(2)
      expect(await ask(withLength('POST /', '12345678901'))).toBe(413)
      expect(ran).toBe(2)
    })

    test('a function may answer without its body; the connection goes on or is closed, and nothing hangs', async () => {
      const app = service({
        none: stream.acts(
          '/none',
          { takes: stream.bytes(), limit: '1gb', returns: z.string() },
          () => 'none',
        ),
        some: stream.acts(
          '/some',
          { takes: stream.bytes(), limit: '1gb', returns: z.string() },
          async ({ body }) => {
            for await (const _ of body) break
            return 'some'
          },
        ),
      })
      const { port } = await start(kind, app)
      for (const path of ['none', 'some']) {
        for (const size of [10, 3_000_000]) {
          const wire = await WireClient.connect(port)
          wire.send(withLength(`POST /${path}`, 'x'.repeat(size)))
          expect((await wire.response()).body, `${path} ${size}`).toBe(`"${path}"`)
          if (size === 10) expect((await wire.ask(withLength('POST /none', ''))).body).toBe('"none"')
          wire.close()
        }
      }
    })

    test('what comes goes out again while it comes', async () => {
      const app = service({
        it: stream.acts(
          '/',
          { takes: stream.items(z.number()), gives: stream.items(z.number()), limit: '1kb' },
          async function* ({ body }) {
            for await (const n of body) yield n * 2
          },
        ),
      })
      const wire = await WireClient.connect((await start(kind, app)).port)
      wire.send(
        head('POST /', 'transfer-encoding: chunked', LINES, 'accept: application/jsonl') + chunk('1\n'),
      )
      expect(await wire.until('2\n')).toMatch(/^HTTP\/1\.1 200/)
      wire.send(chunk('2\n'))
      expect(await wire.until('4\n')).toContain('4')
      wire.send('0\r\n\r\n')
      expect(await wire.until('0\r\n\r\n')).not.toContain('!')
    })

    test('a body that turns out unfit once the answer has begun is the failure that ends it', async () => {
      const app = service({
        it: stream.acts(
          '/',
          { takes: stream.items(z.number()), gives: stream.items(z.number()), limit: '1kb' },
          ({ body }) => body,
        ),
      })
      const wire = await WireClient.connect((await start(kind, app)).port)
      wire.send(head('POST /', 'transfer-encoding: chunked', LINES) + chunk('1\n"x"\n'))
      await wire.until('data: 1\n\n')
      expect(await wire.until('\n\n')).toMatch(/event: failure\ndata: {"status":422,.*"pointer":"\/body\/1"/)
    })

    test('a client that goes away ends what is taken, and leaves no file', async () => {
      for (const leave of ['close', 'reset'] as const) {
        for (const [path, fields, body] of [
          ['bytes', 'content-type: image/png', 'x'.repeat(200_000)],
          ['parts', FORM, FILE + 'x'.repeat(200_000)],
          ['lines', LINES, '1\n'.repeat(50_000)],
        ] as const) {
          const [taking, ended, outcome] = [promised(), promised<unknown[]>(), promised<Outcome>()]
          const { dir, files } = directory()
          const watch = async (signal: AbortSignal, take: () => Promise<unknown>): Promise<void> => {
            const error = await take().catch((thrown: unknown) => thrown)
            ended.resolve([error, await aborted(signal)])
          }
          const tell = async function* <T>(pieces: AsyncIterable<T>): AsyncGenerator<T> {
            for await (const piece of pieces) {
              yield piece
              if (path === 'lines' || files().length > 0) taking.resolve()
            }
          }
          const app = service({
            bytes: stream.acts(
              '/bytes',
              { takes: stream.bytes(), limit: '1gb' },
              ({ body }, { signal, defer }) => {
                defer(outcome.resolve)
                return watch(signal, () => spool(tell(body), { defer, dir, limit: '1gb' }))
              },
            ),
            parts: stream.acts(
              '/parts',
              { takes: stream.parts(), limit: '1gb' },
              ({ body }, { signal, defer }) => {
                defer(outcome.resolve)
                return watch(signal, async () => {
                  for await (const part of body) await spool(tell(part.stream), { defer, dir, limit: '1gb' })
                })
              },
            ),
            lines: stream.acts(
              '/lines',
              { takes: stream.items(z.number()), limit: '1gb' },
              ({ body }, { signal, defer }) => {
                defer(outcome.resolve)
                return watch(signal, async () => {
                  for await (const _ of tell(body));
                })
              },
            ),
          })
          const wire = await WireClient.connect((await start(kind, app)).port)
          wire.send(head(`POST /${path}`, 'content-length: 900000', fields) + body)
          await taking.promise
          wire[leave]()
          expect(await ended.promise, path).toMatchObject([
            { code: 'request_aborted' },
            { code: 'request_aborted' },
          ])
          await outcome.promise
          expect(files(), path).toEqual([])
        }
      }
    })

    test('a client that stops taking an answer leaves no file either', async () => {
      const outcome = promised<Outcome>()
      const { dir, files } = directory()
      const app = service({
        it: stream.acts(
          '/',
          { takes: stream.bytes(), gives: stream.bytes(), limit: '1gb' },
          async ({ body }, { defer }) => {
            defer(outcome.resolve)
            return (await spool(body, { defer, dir, limit: '1gb' })).stream()
          },
        ),
      })
      const wire = await WireClient.connect((await start(kind, app)).port)
      const size = 30 * 1024 * 1024
      wire.send(head('POST /', `content-length: ${size}`)).send(Buffer.alloc(size))
      await wire.until('\r\n\r\n')
      wire.socket.pause()
      expect(files()).toHaveLength(1)
      wire.reset()
      expect(await outcome.promise).toMatchObject({ status: 200, aborted: true })
      expect(files()).toEqual([])
    })

    test('bytes that fail midway are cut off, and logged; a client that reads slowly holds them back', async () => {
      const log = new Logbook()
      let given = 0
      const app = service({
        boom: stream.reads('/boom', { gives: stream.bytes() }, async function* () {
          yield Buffer.from('abc')
          throw new Error('midway')
        }),
        much: stream.reads('/much', { gives: stream.bytes() }, async function* () {
          const piece = Buffer.alloc(64 * 1024)
          for (; given < 2_000; given++) yield piece
        }),
      })
      const { port } = await start(kind, app, { log })
      const wire = await WireClient.connect(port)
      expect(await wire.ask(head('GET /boom'))).toMatchObject({ status: 200, body: 'abc', whole: false })
      expect(log.errors).toMatchObject([{ err: { message: 'midway' } }])
      const slow = await WireClient.connect(port)
      slow.socket.pause()
      slow.send(head('GET /much'))
      for (let before = -1; before !== given; ) {
        before = given
        for (let at = 0; at < 200; at++) await turn()
      }
      expect(given).toBeGreaterThan(0)
      expect(given).toBeLessThan(1_000)
      slow.reset()
    })

    test('a quiet stream shows that it is there', async () => {
      const app = service({
        it: stream.reads(
          '/',
          { gives: stream.items(z.number(), { heartbeatMs: 20 }) },
          async function* (_, { signal }) {
            yield 1
            await aborted(signal)
          },
        ),
      })
      const { port } = await start(kind, app)
      for (const [accept, beat] of [
        ['text/event-stream', '3\r\n:\n\n\r\n'],
        ['application/jsonl', '1\r\n\n\r\n'],
      ] as const) {
        const wire = await WireClient.connect(port)
        wire.send(head('GET /', `accept: ${accept}`))
        for (let at = 0; at < 3; at++) await wire.until(beat)
        wire.close()
      }
    })

    test('a client that ended its side reads why its lines end', async () => {
      const app = service({
        it: stream.reads('/', { gives: stream.items(z.number()) }, async function* (_, { signal }) {
          yield 1
          throw await aborted(signal)
        }),
      })
      const wire = await WireClient.connect((await start(kind, app)).port)
      wire.send(head('GET /', 'accept: application/jsonl'))
      await wire.until('1\n')
      wire.end()
      const rest = await wire.rest()
      // There the answer is cut, which shows as well.
      if (kind === 'node-http') expect(rest).not.toMatch(/0\r\n\r\n$/)
      else
        expect(rest).toMatch(/!\{"status":400,"title":"Bad Request","code":"half_closed".*\n\r\n0\r\n\r\n$/)
    })
  })
}
