/**
 * `npm run soak`: a server under good traffic and a share of hostile traffic for as long as wanted, and
 * how its memory develops.
 *
 *   npm run soak -- --minutes 60 --server http1
 *
 * Exit code: 0 when every good request was answered and nothing was left at the end, 1 otherwise. The
 * slope of the memory is printed, not judged: in minutes it says little, in hours it should be under 1 MiB
 * for each.
 *
 * @module
 */
import { parseArgs } from 'node:util'
import type { ServerKind } from '../../src/server/serve.ts'
import { Caller } from './caller.ts'
import { attack } from './hostile.ts'
import { QUESTIONS } from './load.ts'
import type { Vitals } from './message.ts'
import { Process } from './process.ts'

/** Of all requests. */
const HOSTILE_SHARE = 0.05
const CLIENTS = 16
/** Hostile connections at once. */
const ATTACKS_MOST = 500
/** Between two looks at the memory, in seconds. */
const LOOK_S = 5
/** Until then caches fill and code is compiled: a tenth of the time, and a minute at most. */
const WARM_SHARE = 0.1
const WARM_MOST_S = 60
const MIB = 1024 * 1024

const { values } = parseArgs({
  options: { minutes: { type: 'string', default: '5' }, server: { type: 'string', default: 'http1' } },
})
const minutes = Number(values.minutes)
if (!(minutes > 0)) throw new Error(`--minutes ${values.minutes}: say how many, such as --minutes 5`)

const served = await Process.start({
  server: values.server as ServerKind,
  // Short, so that slow clients come and go.
  limits: { headTimeoutMs: 2_000, bodyTimeoutMs: 2_000, idleTimeoutMs: 5_000, sendTimeoutMs: 2_000 },
})
process.once('exit', () => served.end())
process.once('SIGINT', () => process.exit(130))

const tally = { good: 0, hostile: 0, again: 0 }
const wrong: string[] = []
const attacks = new Set<Promise<void>>()
let [turn, over] = [0, false]
const base = await served.vitals()
const samples: { readonly hours: number; readonly vitals: Vitals }[] = []
const began = performance.now()
const seconds = (): number => (performance.now() - began) / 1_000
const warmS = Math.min(WARM_MOST_S, minutes * 60 * WARM_SHARE)

const clients = Array.from({ length: CLIENTS }, converse)
console.log('   time       good  hostile   heap MiB  buffers MiB  resident MiB  descriptors')
while (seconds() < minutes * 60) {
  await new Promise((resolve) => setTimeout(resolve, LOOK_S * 1_000))
  const vitals = await served.vitals()
  if (seconds() >= warmS) samples.push({ hours: seconds() / 3_600, vitals })
  if (Math.floor(seconds() / LOOK_S) % 6 === 0) say(vitals)
}
over = true
await Promise.all([...clients, ...attacks])
// The slow ones end by their timeouts; each answer comes behind what arrived before it.
let last = await served.vitals()
while (last.descriptors > base.descriptors && seconds() < minutes * 60 + 30) last = await served.vitals()
say(last)

const { status } = await served.stop()
if (status !== 0) wrong.push(`the server ended with ${status}`)
if (last.descriptors > base.descriptors) {
  wrong.push(`${last.descriptors - base.descriptors} descriptors were left open`)
}
console.log(
  `${tally.good} answered, ${tally.hostile} hostile, ${tally.again} asked again; ${wrong.length} wrong`,
)
for (const line of wrong.slice(0, 20)) console.log(`  ${line}`)
for (const kind of ['heap', 'buffers', 'resident'] as const) console.log(slopeOf(kind))
process.exitCode = wrong.length === 0 ? 0 : 1

/** One client after the other: asks some questions on one connection, or does harm when it is time. */
async function converse(): Promise<void> {
  while (!over) {
    turn++
    if (tally.hostile < HOSTILE_SHARE * (tally.good + tally.hostile)) {
      tally.hostile++
      // It takes its time, which is not that of the others.
      const one = attack(served.port, tally.hostile).finally(() => attacks.delete(one))
      attacks.add(one)
      if (attacks.size > ATTACKS_MOST) await Promise.race(attacks)
    } else await askSome(1 + (turn % 20))
  }
}

async function askSome(count: number): Promise<void> {
  const caller = await Caller.connect(served.port)
  if (caller === null) return void wrong.push('a good client was refused')
  for (let at = 0; at < count && !caller.over; at++) {
    const { request, body } = QUESTIONS[(turn + at) % QUESTIONS.length]!
    const got = await caller.ask(request)
    if (got.got === 'nothing' && caller.answered > 0) tally.again++
    else if (got.got !== 'answer' || got.status !== 200 || got.body !== body) {
      wrong.push(
        `${request.slice(0, 20)}: ${got.got === 'answer' ? got.status : `${got.got}, ${got.ending}`}`,
      )
    } else tally.good++
  }
  caller.close()
}

function say({ heap, buffers, resident, descriptors }: Vitals): void {
  const mib = (bytes: number): string => (bytes / MIB).toFixed(2)
  const cells = [
    `${seconds().toFixed(0)} s`.padStart(7),
    String(tally.good).padStart(10),
    String(tally.hostile).padStart(8),
    mib(heap).padStart(10),
    mib(buffers).padStart(12),
    mib(resident).padStart(13),
    String(descriptors).padStart(12),
  ]
  console.log(cells.join(' '))
}

/** The line through the samples that fits best, with the error of its slope. */
function slopeOf(kind: 'heap' | 'buffers' | 'resident'): string {
  const points = samples.map(({ hours, vitals }) => [hours, vitals[kind] / MIB] as const)
  const count = points.length
  if (count < 3) return `${kind}: too short to tell`
  const mean = (at: 0 | 1): number => points.reduce((sum, point) => sum + point[at], 0) / count
  const [x, y] = [mean(0), mean(1)]
  const spread = points.reduce((sum, point) => sum + (point[0] - x) ** 2, 0)
  const slope = points.reduce((sum, point) => sum + (point[0] - x) * (point[1] - y), 0) / spread
  const rest = points.reduce((sum, point) => sum + (point[1] - y - slope * (point[0] - x)) ** 2, 0)
  const error = Math.sqrt(rest / (count - 2) / spread)
  return `${kind}: ${slope.toFixed(2)} MiB per hour, give or take ${(2 * error).toFixed(2)} (${count} samples)`
}
