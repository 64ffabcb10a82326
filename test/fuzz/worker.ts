/**
 * A thread that fuzzes one target. `hunt.ts` starts it, and watches it from outside: what hangs or
 * takes all memory cannot tell so by itself.
 *
 * @module
 */
import { parentPort, workerData } from 'node:worker_threads'
import { coverage, HITS } from './coverage.ts'
import { loop, type Progress } from './loop.ts'
import { chance } from './random.ts'
import { TARGETS } from './targets.ts'

export interface Order {
  readonly name: string
  readonly places: number
  readonly words: readonly string[]
  readonly seed: number
  readonly seconds: number
  /** The input that is tried: its length in 4 octets, then itself. */
  readonly trying: SharedArrayBuffer
  /** How many inputs were tried. */
  readonly beat: SharedArrayBuffer
}

export interface Report extends Progress {
  readonly failure: { readonly input: Uint8Array; readonly error: string } | null
}

const order = workerData as Order
const hits = (globalThis as unknown as Record<string, Uint16Array>)[HITS]!.subarray(0, order.places)

const length = new Uint32Array(order.trying, 0, 1)
const tried = new Uint8Array(order.trying, 4)
const beat = new Uint32Array(order.beat)
const end = performance.now() + order.seconds * 1_000

const { failure, ...progress } = await loop({
  target: TARGETS.find(({ name }) => name === order.name)!,
  coverage: coverage(hits),
  chance: chance(order.seed),
  words: order.words,
  goesOn: ({ iterations, corpus, reached }) => {
    beat.set([iterations, corpus, reached])
    return performance.now() < end
  },
  trying: (input) => {
    length[0] = input.length
    tried.set(input)
    Atomics.add(beat, 3, 1)
  },
})
const report: Report = {
  ...progress,
  failure: failure && { input: failure.input, error: failure.error.stack ?? failure.error.message },
}
parentPort!.postMessage(report)
