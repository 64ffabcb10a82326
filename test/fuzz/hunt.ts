/**
 * Fuzzes one target for a while, in a thread that is ended when it hangs.
 *
 * @module
 */
import { Worker } from 'node:worker_threads'
import type { Bundle } from './bundle.ts'
import type { Progress } from './loop.ts'
import { LONGEST } from './mutate.ts'
import type { Order, Report } from './worker.ts'

/** An input may take this long, on a machine that has other things to do as well. Milliseconds. */
const HANG_MS = 20_000
const MEMORY_MIB = 1_024
const LOOK_MS = 1_000

export interface Hunted extends Progress {
  readonly name: string
  /** What went wrong, with the input that did it. */
  readonly failure: { readonly input: Uint8Array; readonly error: string } | null
}

/** `tell` hears about once a second how far it came. */
export function hunt(
  bundle: Bundle,
  name: string,
  seed: number,
  seconds: number,
  tell: (progress: Progress) => void,
): Promise<Hunted> {
  const trying = new SharedArrayBuffer(4 + LONGEST)
  const beat = new SharedArrayBuffer(16)
  const order: Order = {
    name,
    places: bundle.places,
    words: bundle.words,
    seed,
    seconds,
    trying,
    beat,
  }
  const worker = new Worker(bundle.path, {
    workerData: order,
    resourceLimits: { maxOldGenerationSizeMb: MEMORY_MIB },
  })
  const counts = new Uint32Array(beat)
  const progress = (): Progress => ({ iterations: counts[0]!, corpus: counts[1]!, reached: counts[2]! })
  const broken = (error: string): Hunted => ({
    name,
    ...progress(),
    failure: { input: tried(trying), error },
  })
  let [last, still] = [0, 0]

  return new Promise((resolve) => {
    const watch = setInterval(() => {
      const now = Atomics.load(counts, 3)
      still = now === last && now > 0 ? still + LOOK_MS : 0
      last = now
      if (still >= HANG_MS) finish(broken(`one input took over ${HANG_MS} ms`))
      else tell(progress())
    }, LOOK_MS)
    const finish = (hunted: Hunted): void => {
      clearInterval(watch)
      resolve(hunted)
      void worker.terminate()
    }
    worker.once('message', (report: Report) => finish({ name, ...report }))
    worker.once('error', (error) => finish(broken(error.stack ?? error.message)))
    worker.once('exit', (code) => finish(broken(`the thread ended with ${code}`)))
  })
}

function tried(trying: SharedArrayBuffer): Uint8Array {
  const length = new Uint32Array(trying, 0, 1)[0]!
  return new Uint8Array(new Uint8Array(trying, 4, length))
}
