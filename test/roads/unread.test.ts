/** A far side that grants credit and does not read: what it is sent waits in the app, and not in memory. Clauses 23 and 33. */
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type App, mount, silentLog, stream } from 'hagaki'
import { serve } from 'hagaki/server'
import { overWebSocket } from 'hagaki/websocket'
import { work } from 'hagaki/work'
import { expect, onTestFinished, test } from 'vitest'
import { WebSocket } from 'ws'
import type { RequestHead } from '../../src/value/head.ts'
import { encodeFrame, encodeMessageFrame } from '../../src/wire/frames/codec.ts'
import { CREDIT, type Frame, frame, HELLO, REQUEST } from '../../src/wire/frames/frame.ts'
import { encodeCredit, encodeHello, encodeMessage } from '../../src/wire/frames/payload.ts'

const CHUNK = 65_536
/** More than the kernel keeps of a connection, and far less than what is granted. */
const MUCH = 64 * 1024 * 1024
const GRANTED = 2 ** 31 - 1

const HEAD: RequestHead = {
  ...{ method: 'GET', path: '/', query: null, mount: '', http: null, client: null, protocol: 'http' },
  ...{ upgrade: null, timeoutMs: null, headers: {}, context: {} },
}

/** What a caller sends to be given all there is, whether it reads it or not. */
const ASKED: readonly Frame[] = [
  frame(HELLO, 0, encodeHello({ v: 1, role: 'caller', name: '', inline: 0 })),
  frame(REQUEST, 1, encodeMessage(HEAD, null)),
  frame(CREDIT, 1, encodeCredit(GRANTED)),
]

/** An app without an end, and how many octets were asked of it. */
function endless(): { app: App; made: () => number } {
  let made = 0
  const chunks = async function* (): AsyncGenerator<Uint8Array> {
    for (;;) {
      await turn()
      made += CHUNK
      yield new Uint8Array(CHUNK)
    }
  }
  return { app: () => [200, 'application/octet-stream', {}, stream(chunks())], made: () => made }
}

/** Far sides that do not read: each gives what it reads by. */
const FAR: Readonly<Record<string, (app: App) => Promise<Socket>>> = {
  'a WebSocket': async (app) => {
    const running = await serve(mount({ '/ws': overWebSocket(app) }), { port: 0, log: silentLog })
    onTestFinished(() => running.close({ now: true }))
    const far = new WebSocket(`${running.url.replace('http', 'ws')}/ws`, 'hagaki.frames.1')
    onTestFinished(() => far.terminate())
    await once(far, 'open')
    for (const one of ASKED) far.send(encodeMessageFrame(one))
    return (far as unknown as { _socket: Socket })._socket
  },
  'a unix socket': async (app) => {
    const folder = mkdtempSync(join(tmpdir(), 'hagaki-unread-'))
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
    const path = join(folder, 'w.sock')
    const working = await work(app, { listen: `unix:${path}`, log: silentLog })
    onTestFinished(() => working.close({ now: true }))
    const far = connect(path)
    onTestFinished(() => void far.destroy())
    for (const one of ASKED) far.write(encodeFrame(one))
    return far
  },
}

for (const [name, connected] of Object.entries(FAR)) {
  test(`${name} that does not read what it granted holds up the app, which goes on when it reads`, async () => {
    const { app, made } = endless()
    const far = await connected(app)
    far.pause()
    while (made() === 0) await turn()
    // Nothing is asked of the app for many turns: what it gave waits.
    for (let still = 0, before = 0; still < 2_000 && before < MUCH; before = made()) {
      await turn()
      still = made() === before ? still + 1 : 0
    }
    expect(made()).toBeLessThan(MUCH)
    const held = made()
    far.on('data', () => {})
    far.resume()
    while (made() < held + MUCH / 4) await turn()
  })
}

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
