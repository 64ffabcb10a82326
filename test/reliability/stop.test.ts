/**
 * SIGTERM under load. Design 8: no request that was accepted is dropped.
 *
 * HAGAKI_STOPS   how often each server is stopped; 3 by default
 */
import { describe, expect, onTestFinished, test } from 'vitest'
import { SERVERS } from '../server/kinds.ts'
import { Load, type Tally } from './load.ts'
import { Process, type Stopped } from './process.ts'

const STOPS = Number(process.env['HAGAKI_STOPS'] || 3)

for (const kind of SERVERS) {
  describe(kind, () => {
    test('SIGTERM under load: what was sent before gets its whole answer, no answer is cut, and the process ends by itself', {
      timeout: 20_000 * STOPS,
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
