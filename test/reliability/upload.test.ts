/**
 * A large upload through parts and a spooled file takes the memory of a small one. `HAGAKI_UPLOAD=5gb` says how
 * large: by default 256 MiB.
 */
import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { parseSize } from '../../src/value/size.ts'
import { SERVERS } from '../server/kinds.ts'
import type { Vitals } from './message.ts'
import { Process } from './process.ts'

const SIZE = parseSize(process.env['HAGAKI_UPLOAD'] ?? '256mb')
const PIECE = randomBytes(256 * 1024)
const HEAD = '--b\r\ncontent-disposition: form-data; name=f; filename=f\r\n\r\n'
const TAIL = '\r\n--b--\r\n'
/** What the process may grow by, in bytes: 64 KiB here and there, and what the collector leaves lying. */
const GROWTH = 96 * 1024 * 1024
const LOOKS = 16

for (const server of SERVERS) {
  test(`${server}: an upload of ${SIZE / 1024 ** 2} MiB is spooled at constant memory`, {
    timeout: 1_800_000,
  }, async () => {
    const served = await Process.start({ server })
    onTestFinished(() => served.end())
    await upload(served, 32 * 1024 * 1024) // what is made once
    const before = await served.vitals()
    const { sha256, most } = await upload(served, SIZE)
    const after = await settled(served)

    expect(sha256.theirs).toEqual([{ name: 'f', size: SIZE, sha256: sha256.ours }])
    expect(most - before.resident, 'growth while it came').toBeLessThan(GROWTH)
    if (process.env['HAGAKI_UPLOAD'] !== undefined)
      console.log(`${server}: resident before ${before.resident}, most ${most}, after ${after.resident}`)
  })
}

/** Vitals once nothing is spooled: an answer comes before what its call deferred has run. */
async function settled(served: Process): Promise<Vitals> {
  for (;;) {
    const vitals = await served.vitals()
    if (vitals.spooled === 0) return vitals
  }
}

async function upload(
  served: Process,
  size: number,
): Promise<{ readonly sha256: { readonly ours: string; readonly theirs: unknown }; readonly most: number }> {
  const socket = connect({ port: served.port, host: '127.0.0.1' })
  const answer = bodyOf(socket)
  const length = HEAD.length + size + TAIL.length
  socket.write(
    `POST /streams/parts HTTP/1.1\r\nHost: a.example\r\nContent-Length: ${length}\r\n` +
      `Content-Type: multipart/form-data; boundary=b\r\nConnection: close\r\n\r\n${HEAD}`,
  )
  const hash = createHash('sha256')
  let most = 0
  for (let sent = 0, look = 0; sent < size; sent += PIECE.byteLength) {
    const piece = PIECE.subarray(0, Math.min(PIECE.byteLength, size - sent))
    hash.update(piece)
    if (!socket.write(piece)) await once(socket, 'drain')
    if (sent < (look * size) / LOOKS) continue
    look++
    most = Math.max(most, (await served.vitals()).resident)
  }
  socket.write(TAIL)
  return { sha256: { ours: hash.digest('hex'), theirs: await answer }, most }
}

async function bodyOf(socket: Socket): Promise<unknown> {
  let text = ''
  for await (const piece of socket.setEncoding('utf8')) text += piece as string
  return JSON.parse(text.slice(text.indexOf('\r\n\r\n')))
}
