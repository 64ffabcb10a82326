/**
 * Back-pressure from the app to its client: what nobody reads is not taken from the client. The other
 * direction stands in test/server/stream.test.ts.
 *
 * Over unix sockets, whose buffers do not grow with what is sent.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type App, stream, text } from 'hagaki'
import { describe, expect, onTestFinished, test } from 'vitest'
import { SERVERS, type ServerKind, start } from '../server/kinds.ts'
import { promised } from '../server/promised.ts'
import { WireClient } from '../server/wire-client.ts'
import { head } from '../server/wire-request.ts'

const TOTAL = 32 * 1024 * 1024
/** What two kernel buffers, Node's and ours may hold together, with much to spare. */
const HELD = 2 * 1024 * 1024

async function connected(kind: ServerKind, app: App): Promise<WireClient> {
  const folder = mkdtempSync(join(tmpdir(), 'hagaki-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const path = join(folder, 'server.sock')
  await start(kind, app, { unix: path })
  return WireClient.connect(path)
}

/** How many octets the kernel has taken of what a client sent, once it takes no more. */
async function taken({ socket }: WireClient): Promise<number> {
  const now = (): number => socket.bytesWritten - socket.writableLength
  // It has stopped once nothing went between two looks.
  for (let before = -1; before !== now(); ) {
    before = now()
    for (let turn = 0; turn < 200; turn++) await new Promise((resolve) => setImmediate(resolve))
  }
  return now()
}

/** Sends a body of `TOTAL` octets in small pieces, as long as there is room for them. */
async function upload(client: WireClient): Promise<void> {
  const piece = new Uint8Array(64 * 1024)
  client.send(head('POST /', `Content-Length: ${TOTAL}`))
  for (let sent = 0; sent < TOTAL; sent += piece.length) {
    if (!client.socket.write(piece)) await new Promise((resolve) => client.socket.once('drain', resolve))
  }
}

for (const kind of SERVERS) {
  describe(kind, () => {
    test('an app that reads one piece of an upload holds up the client; read on, it takes all (13)', async () => {
      const [begun, goOn] = [promised(), promised()]
      const client = await connected(kind, async (_method, _path, _headers, { input }) => {
        let count = 0
        for await (const piece of input.stream()) {
          if (count === 0) {
            begun.resolve()
            await goOn.promise
          }
          count += piece.byteLength
        }
        return text(String(count))
      })
      const sent = upload(client)
      await begun.promise
      const held = await taken(client)
      expect(held).toBeGreaterThan(0)
      expect(held).toBeLessThan(HELD)
      goOn.resolve()
      expect((await client.response()).body).toBe(String(TOTAL))
      await sent
    })

    test('an upload that nobody has asked for yet waits at the client (13)', async () => {
      const [begun, goOn] = [promised(), promised()]
      const client = await connected(kind, async (_method, _path, _headers, { input }) => {
        begun.resolve()
        await goOn.promise
        return text(String((await input.bytes(TOTAL)).byteLength))
      })
      const sent = upload(client)
      await begun.promise
      expect(await taken(client)).toBeLessThan(HELD)
      goOn.resolve()
      expect((await client.response()).body).toBe(String(TOTAL))
      await sent
    })

    test('both at once: an echo to a client that does not read holds up what it sends (13, 23)', async () => {
      const client = await connected(kind, (_method, _path, _headers, { input }) => [
        200,
        null,
        {},
        stream(input.stream()),
      ])
      client.socket.pause()
      const sent = upload(client)
      expect(await taken(client)).toBeLessThan(2 * HELD)
      client.socket.removeAllListeners('data')
      let received = 0
      client.socket.on('data', (octets: string) => {
        received += octets.length
      })
      client.socket.resume()
      while (received < TOTAL) await new Promise((resolve) => client.socket.once('data', resolve))
      await sent
    })
  })
}
