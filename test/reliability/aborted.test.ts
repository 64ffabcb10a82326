/** Uploads that break off midway leave nothing behind: goal of the safety page, advisory 8 of its list. */
import { randomBytes } from 'node:crypto'
import { connect } from 'node:net'
import { gzipSync } from 'node:zlib'
import { expect, onTestFinished, test } from 'vitest'
import { SERVERS } from '../server/kinds.ts'
import type { Outcomes, Vitals } from './message.ts'
import { Process } from './process.ts'

const UPLOADS = 1_000
/** At once, so that their order is not the order of their ends. */
const TOGETHER = 50
/** What may stay of 1,000 uploads, in bytes: a tenth of a per cent of what they sent would be 50 KB. */
const LEFT = 1024 * 1024

/** What is uploaded where: the start of a body, before half of its bytes. */
const APPS: readonly Upload[] = [
  { path: '/read', start: '' },
  { path: '/flow', start: '' },
]
const STREAMS: readonly Upload[] = [
  { path: '/streams/bytes', start: '', type: 'image/png' },
  {
    path: '/streams/parts',
    start: '--b\r\ncontent-disposition: form-data; name=f; filename=f\r\n\r\n',
    type: 'multipart/form-data; boundary=b',
  },
  { path: '/streams/lines', start: '1\n2\n"', type: 'application/jsonl' },
  { path: '/streams/echo', start: '1\n2\n"', type: 'application/jsonl' },
  // Half of it undone.
  { path: '/streams/bytes', start: '', coded: gzipSync(randomBytes(100_000)).subarray(0, 50_000) },
]

interface Upload {
  readonly path: string
  readonly start: string
  readonly type?: string
  /** In gzip, instead of a start. */
  readonly coded?: Uint8Array
}

for (const [server, uploads] of SERVERS.flatMap((one) => [[one, APPS] as const, [one, STREAMS] as const])) {
  const what = uploads === APPS ? 'uploads' : 'uploads to streaming handlers'
  test(`${server}: ${UPLOADS} ${what} broken off midway leave descriptors, files, timers and memory as before`, async () => {
    const served = await Process.start({ server })
    onTestFinished(() => served.end())
    // What is made once, for the first of its kind, and what the compiler learns.
    await breakOff(served, 300, uploads)
    const before = await settled(served)
    await breakOff(served, UPLOADS, uploads)
    const after = await settled(served, before)

    expect(after.descriptors).toBe(before.descriptors)
    expect(after.resources).toEqual(before.resources)
    expect(after.heap - before.heap).toBeLessThan(LEFT)
    expect(after.buffers - before.buffers).toBeLessThan(LEFT)
    expect((await served.stop()).status).toBe(0)
  })
}

/** Breaks off uploads, by FIN and by RST, each with half of its body sent and its call reading. */
async function breakOff(served: Process, count: number, uploads: readonly Upload[]): Promise<void> {
  const before = calls(await served.outcomes())
  let next = 0
  const one = async (): Promise<void> => {
    for (let at = next++; at < count; at = next++) {
      await breakOffOne(served.port, uploads[(at >> 1) % uploads.length]!, at % 2 === 0)
    }
  }
  await Promise.all(Array.from({ length: TOGETHER }, one))
  await served.until((outcomes) => calls(outcomes) === before + count)
}

// One that ended its side may still have read the answer, 400, that it was sent.
function calls({ whole, aborted }: Outcomes): number {
  return whole + aborted
}

function breakOffOne(port: number, { path, start, type, coded }: Upload, reset: boolean): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1' })
    const fields = ['Host: a.example', 'Content-Length: 100000', 'Expect: 100-continue']
    if (type !== undefined) fields.push(`Content-Type: ${type}`)
    if (coded !== undefined) fields.push('Content-Encoding: gzip')
    const head = `POST ${path} HTTP/1.1\r\n${fields.join('\r\n')}\r\n\r\n`
    socket.once('error', reject)
    socket.once('close', () => resolve())
    socket.write(head)
    // 100 (Continue) says that the call has begun to read (RFC 9110 10.1.1).
    socket.once('data', () => {
      socket.write(coded ?? start + 'x'.repeat(50_000), () => {
        if (reset) socket.resetAndDestroy()
        else socket.destroy()
      })
    })
  })
}

/** Vitals once the sockets of this test are closed: an outcome comes before the end of its connection. */
async function settled(served: Process, wanted?: Vitals): Promise<Vitals> {
  let last = await served.vitals()
  for (;;) {
    const vitals = await served.vitals()
    const same = vitals.descriptors === (wanted ?? last).descriptors
    if (
      same &&
      vitals.spooled === 0 &&
      JSON.stringify(vitals.resources) === JSON.stringify((wanted ?? last).resources)
    )
      return vitals
    last = vitals
  }
}
