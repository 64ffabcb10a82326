/**
 * The row that counts memory: what a process grows by for each connection that idles, after
 * collecting garbage. Each sample is a process of its own, with its code warmed before.
 *
 * @module
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { adopt } from './children.ts'
import { type Contestant, figureOf, finish } from './contestant.ts'
import { enter, loadFor, programs, type Surroundings } from './measure.ts'
import type { Figure } from './report.ts'
import type { ServerProcess } from './server-process.ts'
import type { ServerProgram, Work } from './works.ts'

/** Until a connection counts as idle, in milliseconds: an engine may drop what it kept for the next. */
const IDLE_MS = 2_000
/** So many are opened at once, to several servers if need be: those that opened first are not to be closed for idling. */
const TOGETHER = 8_000

/** Measures KiB of resident memory per connection. */
export async function measureMemory(
  work: Work,
  names: readonly string[],
  around: Surroundings,
): Promise<Figure[]> {
  const { pace, folder, progress } = around
  const all = new Map<string, Contestant>()
  const sample = async (program: ServerProgram): Promise<void> => {
    const one = await enter(program, work, folder)
    const known = all.get(program.name) ?? one
    all.set(program.name, known)
    try {
      if (one.absent === null) known.samples.push(await perConnection(one.server!, pace.connections))
    } catch (error) {
      known.absent = (error as Error).message
      known.failed = true
    } finally {
      await finish([one])
    }
  }
  const taking = programs(names)
  const atOnce = Math.max(1, Math.floor(TOGETHER / pace.connections))
  for (let round = 0; round < pace.memoryRounds; round++) {
    for (let at = 0; at < taking.length; at += atOnce) {
      const some = taking.slice(at, at + atOnce)
      const titles = some.map(({ title }) => title).join(', ')
      progress(`${work.name}: ${titles}, round ${round + 1} of ${pace.memoryRounds}`)
      await Promise.all(some.map(sample))
    }
  }
  return taking.map(({ name }) => figureOf(all.get(name)!))
}

async function perConnection(server: ServerProcess, connections: number): Promise<number> {
  await loadFor(server, 'hello.lua', 1_000)
  await wait(500)
  const before = await server.memory()
  const holder = await hold(server.port, connections)
  try {
    await wait(IDLE_MS)
    const after = await server.memory()
    return (after.rss - before.rss) / connections / 1_024
  } finally {
    await holder.end()
  }
}

interface Holder {
  end(): Promise<void>
}

/** Opens connections from a process of their own. Rejects with Error when one is refused. */
async function hold(port: number, connections: number): Promise<Holder> {
  const file = fileURLToPath(new URL('servers/hold.mjs', import.meta.url))
  const child = spawn(process.execPath, [file, String(port), String(connections)], { stdio: 'pipe' })
  const end = adopt(child)
  const closed = once(child, 'close')
  let wrong = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    wrong += text
  })
  const held = await Promise.race([once(child.stdout, 'data').then(() => true), closed.then(() => false)])
  if (held) return { end }
  throw new Error(wrong.trim() || 'the connections could not be opened')
}
