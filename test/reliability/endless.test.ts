/** A slow reader of an endless stream does not fill memory: advisory 12 of the safety page's list. */
import { once } from 'node:events'
import { connect } from 'node:net'
import { describe, expect, onTestFinished, test } from 'vitest'
import { SERVERS } from '../server/kinds.ts'
import { Process } from './process.ts'

const READERS = 20
/** What the kernels of both sides hold of one connection at most, and the engine's one chunk, in bytes. */
const HELD = 16 * 1024 * 1024

for (const server of SERVERS) {
  describe(server, () => {
    test('what a client does not take is not made: the stream waits, and is ended by sendTimeoutMs', async () => {
      const served = await Process.start({ server, limits: { sendTimeoutMs: 500 } })
      onTestFinished(() => served.end())
      const before = await served.vitals()
      const sockets = Array.from({ length: READERS }, () => open(served.port))
      onTestFinished(() => sockets.forEach((socket) => void socket.destroy()))
      // The first octets are there, and none is taken from then on.
      await Promise.all(sockets.map((socket) => once(socket, 'readable')))
      const { streamed } = await served.until((outcomes) => outcomes.aborted === READERS)
      expect(streamed).toBeLessThan(READERS * HELD)
      const after = await served.vitals()
      // With 20 endless streams it holds less than one of them would have filled.
      expect(after.buffers - before.buffers).toBeLessThan(HELD)
    })

    test('a client that takes it slowly is served at its pace', async () => {
      const served = await Process.start({ server })
      onTestFinished(() => served.end())
      const socket = open(served.port)
      let taken = 0
      // Each piece is taken when the server has answered for the last one.
      for (let piece = 0; piece < 200; piece++) {
        const octets = (socket.read() ?? (await once(socket, 'readable'), socket.read())) as Buffer | null
        taken += octets?.length ?? 0
        const { streamed } = await served.outcomes()
        expect(streamed - taken).toBeLessThan(HELD)
      }
      expect(taken).toBeGreaterThan(1024 * 1024)
      socket.destroy()
      await served.until((outcomes) => outcomes.aborted === 1)
      expect((await served.stop()).status).toBe(0)
    })
  })
}

function open(port: number): ReturnType<typeof connect> {
  const socket = connect({ port, host: '127.0.0.1' })
  socket.on('error', () => {}) // reset by the server that gives up on it
  socket.write('GET /endless HTTP/1.1\r\nHost: a.example\r\n\r\n')
  return socket
}
