/**
 * The loop: an input of the corpus is changed and checked, and kept when it reached something new.
 *
 *   in     a target, what it covers, chance, and until when to go on
 *   out    how far it came, and the first input for which something does not hold
 *
 * @module
 */
import type { Coverage } from './coverage.ts'
import { minimise } from './minimise.ts'
import { mutations } from './mutate.ts'
import { octetsOf } from './octets.ts'
import type { Chance } from './random.ts'
import { Broken, type Target } from './target.ts'

export interface Progress {
  readonly iterations: number
  readonly corpus: number
  readonly reached: number
}

export interface Failure {
  /** As short as it was found. */
  readonly input: Uint8Array
  readonly error: Error
}

export interface LoopOptions {
  readonly target: Target
  readonly coverage: Coverage
  readonly chance: Chance
  /** Words besides those of the target. */
  readonly words: readonly string[]
  /** Asked before each input. */
  readonly goesOn: (progress: Progress) => boolean
  /** Told of each input before it is tried: what is not told afterwards hangs. */
  readonly trying?: (input: Uint8Array) => void
}

export async function loop(options: LoopOptions): Promise<Progress & { readonly failure: Failure | null }> {
  const { target, coverage, chance, words, goesOn, trying = () => {} } = options
  const mutate = mutations([...target.words, ...target.words, ...words])
  const corpus: Uint8Array[] = []
  const seeds = ['', ...target.seeds].map(octetsOf)
  let iterations = 0
  const progress = (): Progress => ({ iterations, corpus: corpus.length, reached: coverage.reached })

  // Recent inputs more often: they reached what the others did not.
  const pick = (): Uint8Array => {
    const { length } = corpus
    const at = chance.once(2) ? chance.below(length) : length - 1 - chance.below(Math.min(length, 32))
    return corpus[at]!
  }
  while (goesOn(progress())) {
    const input = iterations < seeds.length ? seeds[iterations]! : mutate(chance, pick(), pick())
    trying(input)
    const error = await failureOf(target, input)
    if (error !== null) {
      const rule = ruleOf(error)
      const shortest = await minimise(input, async (one) => {
        trying(one)
        const other = await failureOf(target, one)
        return other !== null && ruleOf(other) === rule
      })
      const failure = { input: shortest, error: (await failureOf(target, shortest)) ?? error }
      return { ...progress(), failure }
    }
    if (coverage.take() || iterations < seeds.length) corpus.push(input)
    iterations++
    // The end of the time is told by messages, which come between turns.
    if (iterations % 256 === 0) await new Promise((resolve) => setImmediate(resolve))
  }
  return { ...progress(), failure: null }
}

async function failureOf(target: Target, input: Uint8Array): Promise<Error | null> {
  const kept = new Uint8Array(input)
  try {
    const checked = target.check(input)
    if (checked !== undefined) await checked
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error))
  }
  return input.every((octet, at) => octet === kept[at]) ? null : new Broken('octets are not changed', '')
}

function ruleOf(error: Error): string {
  return error instanceof Broken ? error.rule : `${error.name} ${error.message.slice(0, 40)}`
}
