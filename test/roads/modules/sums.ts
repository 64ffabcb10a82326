import { threadId } from 'node:worker_threads'
import { failure, raise, service, verbs } from 'hagaki'
import * as stream from 'hagaki/stream'
import { z } from 'zod'

export const DividedByZero = failure('divided_by_zero', 'invalid', z.object({ dividend: z.number() }))

const { acts, reads } = verbs({})
const Two = z.object({ a: z.number(), b: z.number() })

let tallied = 0

/** Computes for so many milliseconds, and gives them. */
function spun(ms: number): number {
  const since = performance.now()
  while (performance.now() - since < ms);
  return ms
}

/** What is asked by name of threads and processes. */
const sums = service({
  add: acts('/add', { accepts: Two, returns: z.number() }, ({ a, b }) => a + b),
  divide: acts('/divide', { accepts: Two, returns: z.number(), errors: [DividedByZero] }, ({ a, b }) =>
    b === 0 ? raise(DividedByZero({ dividend: a })) : a / b,
  ),
  where: reads('/where', { returns: z.string() }, () => `${process.pid}/${threadId}`),
  hang: reads('/hang', { returns: z.string() }, () => new Promise<string>(() => {})),
  count: stream.reads('/count', { gives: stream.items(z.number()) }, async function* () {
    for (let at = 0; ; at++) yield at
  }),
  spin: acts('/spin', { returns: z.number() }, () => spun(20)),
  blink: acts('/blink', { returns: z.number() }, () => spun(2)),
  stall: acts('/stall', {}, () => {
    spun(20)
    return new Promise<never>(() => {})
  }),
  tally: acts('/tally', { returns: z.number() }, () => ++tallied),
  loop: acts('/loop', {}, () => {
    for (;;);
  }),
  exit: acts('/exit', {}, () => process.exit(3)),
})

export default sums
