/**
 * SIGTERM under load. Design 8: no request that was accepted is dropped.
 *
 * HAGAKI_STOPS   how often each server is stopped; 3 by default
 */
import { describe, expect, onTestFinished, test } from 'vitest'
import { Command, Place } from '../cli/command.ts'
import { SERVERS } from '../server/kinds.ts'
import { Load, type Tally } from './load.ts'
import { Process, type Stopped } from './process.ts'

const STOPS = Number(process.env['HAGAKI_STOPS'] || 3)

for (const kind of SERVERS) {
  describe(kind, () => {
    test('SIGTERM under load: what was sent before gets its whole answer, no answer is cut, and the process ends by itself', {
      timeout: 60_000 * STOPS,
    }, async ({ annotate }) => {
      const all = { answered: 0, crossed: 0, unanswered: 0, unaccepted: 0 }
      for (let stop = 0; stop < STOPS; stop++) {
        const { tally, stopped } = await stopUnderLoad(kind, 100 + ((stop * 97) % 400))
        expect(tally.wrong).toEqual([])
        // The kernel lets clients in as long as it listens; those that it resets never reached the process.
        const dropped = tally.unanswered.filter((port) => stopped.accepted.has(port))
        expect(dropped).toEqual([])
        expect(stopped).toMatchObject({ status: 0, signal: null })
        all.answered += tally.answered
        all.crossed += tally.crossed
        all.unanswered += dropped.length
        all.unaccepted += tally.unanswered.length - dropped.length
      }
      await annotate(`${STOPS} stops: ${JSON.stringify(all)}`)
    })
  })
}

// What `QUESTIONS` ask. Each worker tells whom it had accepted.
const WORKER = `
import { subscribe } from 'node:diagnostics_channel'
import { writeSync } from 'node:fs'
import { setImmediate as turn } from 'node:timers/promises'
import { app, stream, text } from 'hagaki'
const accepted = []
subscribe('net.server.socket', ({ socket }) => accepted.push(socket.remotePort))
process.on('exit', () => writeSync(1, accepted.map((port) => 'accepted ' + port + '\\n').join('')))
export default app(async (method, path, headers, { input }) => {
  if (path === '/at-once') return text('at once')
  if (path === '/streamed') return [200, 'text/plain', {}, stream(Array.from({ length: 16 }, () => 'x'.repeat(4096)))]
  if (path === '/read') return text(String((await input.bytes()).byteLength))
  if (path === '/flow') {
    let octets = 0
    for await (const piece of input.stream()) octets += piece.byteLength
    return text(String(octets))
  }
  for (let at = 0; at < 5; at++) await turn()
  return text('later')
})
`

for (const kind of SERVERS) {
  test(`${kind}: nor do two workers lose what they accepted, or cut an answer, at SIGTERM under load`, async ({
    annotate,
  }) => {
    const place = new Place(onTestFinished, { 'app.js': WORKER })
    const { command, url } = await Command.serve(place, 'app.js', ['-w', '2', '-s', kind, '-E', 'production'])
    const load = new Load(Number(new URL(url).port), { kept: 12, fresh: 6 })
    await load.answered(300)
    load.stopping()
    command.signal('SIGTERM')
    const [tally, { status, stdout }] = await Promise.all([load.finished(), command.ended()])
    expect([status, tally.wrong]).toEqual([0, []])
    expect(tally.unanswered.filter((port) => stdout.includes(`accepted ${port}\n`))).toEqual([])
    await annotate(JSON.stringify(tally))
  })
}

/** Stops a server once `answers` requests were answered. */
async function stopUnderLoad(
  server: (typeof SERVERS)[number],
  answers: number,
): Promise<{ readonly tally: Tally; readonly stopped: Stopped }> {
  const served = await Process.start({ server })
  onTestFinished(() => served.end())
  const load = new Load(served.port, { kept: 12, fresh: 6 })
  await load.answered(answers)
  load.stopping()
  const stopped = await served.stop()
  return { tally: await load.finished(), stopped }
}
