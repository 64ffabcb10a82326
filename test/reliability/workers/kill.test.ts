/**
 * kill -9 of workers under load (SAFETY): only their calls in flight are lost, and each of those is answered;
 * no answer goes to another call, no call begins twice, nothing hangs, and another worker takes over.
 *
 * HAGAKI_KILLS   how many workers are killed on each road; 3 by default
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type App, remote, silentLog } from 'hagaki'
import { isolate } from 'hagaki/isolate'
import { serve } from 'hagaki/server'
import { socket } from 'hagaki/socket'
import { expect, onTestFinished, test, vi } from 'vitest'
import { Asking } from './asking.ts'
import { WorkerProgram } from './worker-program.ts'

const KILLS = Number(process.env['HAGAKI_KILLS'] || 3)
const ASKERS = 16
const TALLY = new URL('tally.ts', import.meta.url)

interface Road {
  readonly app: App
  /** Called once a worker was killed: what nobody else starts again. */
  readonly replace: (pid: number) => Promise<void>
}

const ROADS: readonly [name: string, open: (folder: string) => Promise<Road>][] = [
  ['processes', async () => ({ app: isolate(TALLY, { processes: 2 }), replace: async () => {} })],
  [
    'programs on unix sockets',
    async (folder) => {
      const programs = await Promise.all(
        ['a', 'b'].map((name) => WorkerProgram.start(TALLY, `unix:${join(folder, name)}`)),
      )
      onTestFinished(() => Promise.all(programs.map((one) => one.end())).then(() => {}))
      return {
        app: remote(socket(programs.map(({ address }) => address))),
        replace: (pid) => programs.find((one) => one.pid === pid)!.restart(),
      }
    },
  ],
]

test.each(ROADS)(
  '%s killed under load lose their own calls alone, each answered; nothing is mixed up, begun twice or left hanging',
  { timeout: 60_000 + 20_000 * KILLS },
  async (_, open) => {
    const folder = mkdtempSync(join(tmpdir(), 'hagaki-kill-'))
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
    const tally = join(folder, 'tally')
    vi.stubEnv('TALLY', tally)
    onTestFinished(() => void vi.unstubAllEnvs())

    const { app, replace } = await open(folder)
    const running = await serve(app, { port: 0, log: silentLog })
    onTestFinished(() => running.close({ now: true }))
    const asking = Asking.start(running.url, ASKERS)
    for (let killed = 0; killed < KILLS; killed++) {
      const before = await asking.workers(2)
      const [pid] = before
      process.kill(pid!, 'SIGKILL')
      await replace(pid!)
      // Both places are taken again, one of them by another.
      await asking.workers(2, (now) => !now.has(pid!))
    }
    const { answered, lost, wrong } = await asking.end()

    expect(wrong).toEqual([])
    expect(answered.length).toBeGreaterThan(100)
    expect(lost.length).toBeLessThanOrEqual(KILLS * ASKERS)
    const begun = readFileSync(tally, 'utf8').trimEnd().split('\n')
    expect(begun).toHaveLength(new Set(begun).size) // none twice
    expect(answered.filter((token) => !begun.includes(token))).toEqual([])
  },
)
