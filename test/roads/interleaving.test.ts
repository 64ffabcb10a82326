/**
 * A caller and a worker under any interleaving of their frames: `spec/frames.md`, "Calls".
 *
 * Random calls, of which some are cancelled, left midway or fail, over a link that delivers in
 * random order between the two directions, and now and then dies.
 */
import fc from 'fast-check'
import type { App, Outcome, Result } from 'hagaki'
import { stream, text } from 'hagaki'
import { expect, test } from 'vitest'
import { SourceInput, WholeInput } from '../../src/call/input.ts'
import type { Input } from '../../src/contract.ts'
import { STREAM } from '../../src/contract.ts'
import { request } from '../../src/value/message.ts'
import { isStream } from '../../src/value/result.ts'
import { Joined, turn } from './joined.ts'

interface Plan {
  /** Sizes of the pieces of the request body; null for none. */
  readonly up: readonly number[] | null
  readonly upLength: 'known' | 'unknown'
  readonly reads: 'bytes' | 'stream' | 'some' | 'nothing'
  readonly down: 'null' | 'whole' | 'stream' | 'counted' | 'throws' | 'breaks' | 'late'
  readonly pieces: readonly number[]
  /** Octets after which the near side leaves the answer. */
  readonly leaves: number | null
  /** Deliveries after which the near side gives up. */
  readonly cancels: number | null
}

const sizes = fc.array(fc.oneof(fc.nat(20), fc.nat(70_000), fc.constantFrom(65_536, 262_144)), {
  maxLength: 6,
})
const plan: fc.Arbitrary<Plan> = fc.record({
  up: fc.option(sizes),
  upLength: fc.constantFrom('known', 'unknown'),
  reads: fc.constantFrom('bytes', 'stream', 'some', 'nothing'),
  down: fc.constantFrom('null', 'whole', 'stream', 'stream', 'counted', 'throws', 'breaks', 'late'),
  pieces: sizes,
  leaves: fc.option(fc.nat(3), { freq: 4 }),
  cancels: fc.option(fc.nat(40), { freq: 4 }),
})
const run = fc.record({
  plans: fc.array(plan, { minLength: 1, maxLength: 6 }),
  /** Which way the next frame goes, over and over. */
  schedule: fc.array(fc.boolean(), { minLength: 1, maxLength: 40 }),
  /** Deliveries after which the link dies. */
  dies: fc.option(fc.nat(80), { freq: 5 }),
})

test('every call ends exactly once, its bodies are equal, and credit is kept, in any interleaving', async () => {
  await fc.assert(
    fc.asyncProperty(run, async ({ plans, schedule, dies }) => {
      const trial = new Trial(plans)
      await trial.run(schedule, dies)
      trial.check(dies)
    }),
    { numRuns: 400 },
  )
})

class Trial {
  readonly #plans: readonly Plan[]
  readonly #joined: Joined
  /** By call: what came of it near, what was received far, and the outcomes told to `defer`. */
  readonly #near: string[][] = []
  readonly #far: (Buffer | null)[] = []
  readonly #outcomes: Outcome[][] = []
  readonly #began: boolean[] = []
  #ended = 0

  constructor(plans: readonly Plan[]) {
    this.#plans = plans
    this.#joined = new Joined(this.#app)
  }

  async run(schedule: readonly boolean[], dies: number | null): Promise<void> {
    const joined = this.#joined
    while (!joined.deliver('caller')) await turn() // its hello: before it, nobody calls
    await joined.caller.ready
    const givers = this.#plans.map((plan, at) => this.#call(plan, at))
    let steps = 0
    for (let quiet = 0; this.#ended < this.#plans.length || quiet < 4; ) {
      if (steps === dies) joined.cut()
      for (const [at, { cancels }] of this.#plans.entries()) if (cancels === steps) givers[at]!()
      const [first, second] = schedule[steps % schedule.length]!
        ? (['caller', 'worker'] as const)
        : (['worker', 'caller'] as const)
      const moved = joined.deliver(first) || joined.deliver(second)
      quiet = moved ? 0 : quiet + 1
      steps++
      await turn()
      if (quiet > 200) throw new Error(`it hangs: ${JSON.stringify(this.#near)}`)
    }
  }

  check(dies: number | null): void {
    expect(this.#joined.ledger.breaches).toEqual([])
    expect(this.#joined.caller.load).toBe(0)
    for (const [at, plan] of this.#plans.entries()) {
      const sound = dies === null && plan.cancels === null
      expect(this.#near[at], `call ${at} ends once`).toHaveLength(1)
      expect(this.#outcomes[at]!.length, `call ${at} is torn down once`).toBe(this.#began[at] ? 1 : 0)
      if (!sound) continue
      expect(this.#near[at]![0], `call ${at}`).toBe(expectedOf(plan))
      if (plan.up !== null && (plan.reads === 'bytes' || plan.reads === 'stream')) {
        expect(this.#far[at]!.equals(Buffer.concat(piecesOf(plan.up))), `the body of call ${at}`).toBe(true)
      }
    }
  }

  // The near side of one call. Gives what gives it up.
  #call(plan: Plan, at: number): () => void {
    const controller = new AbortController()
    const { body: _, ...head } = request('POST', `/${at}`)
    const ends: string[] = []
    this.#near.push(ends)
    this.#far.push(null)
    this.#outcomes.push([])
    this.#began.push(false)
    const end = (how: string): void => {
      this.#ended++
      ends.push(how)
    }
    this.#joined.caller
      .call(head, inputOf(plan), { signal: controller.signal })
      .then((result) => taken(result, plan))
      .then(end, (error: Error & { code?: string }) => end(error.code ?? error.message))
    return () => controller.abort(new Error('given up'))
  }

  readonly #app: App = async (_method, path, _headers, options) => {
    const at = Number(path.slice(1))
    const plan = this.#plans[at]!
    this.#began[at] = true
    options.defer((outcome) => void this.#outcomes[at]!.push(outcome))
    const { input } = options
    if (plan.reads === 'bytes') this.#far[at] = Buffer.from(await input.bytes(Number.POSITIVE_INFINITY))
    else if (plan.reads === 'stream') this.#far[at] = Buffer.concat(await all(input.stream()))
    else if (plan.reads === 'some') for await (const _ of input.stream()) break
    const pieces = piecesOf(plan.pieces)
    const { length } = Buffer.concat(pieces)
    switch (plan.down) {
      case 'null':
        return [200, null, {}, null]
      case 'whole':
        return [200, null, {}, Buffer.concat(pieces)]
      case 'throws':
        throw new Error('no')
      case 'breaks':
        return [200, null, {}, stream(broken(pieces))]
      case 'late':
        await turn()
        return text('late')
      case 'counted':
        return [200, null, { 'content-length': String(length) }, stream(pieces)]
      case 'stream':
        return [200, null, {}, stream(pieces)]
    }
  }
}

function expectedOf({ down, pieces, leaves }: Plan): string {
  if (down === 'throws') return '500'
  if (down === 'late') return '200 6c617465'
  const whole = Buffer.concat(piecesOf(pieces))
  if (down === 'null') return '200 null'
  // A body that came with its head, or none: nothing to leave.
  if (down === 'whole' && whole.length <= 65_536) return `200 ${digest(whole)}`
  if (down === 'breaks' && (leaves === null || leaves > whole.length)) return 'app_failed'
  return leaves === null ? `200 ${digest(whole)}` : '200 left'
}

async function taken([status, , , body]: Result, { leaves }: Plan): Promise<string> {
  if (status === 500) return '500'
  if (body === null) return '200 null'
  if (!isStream(body)) return `${status} ${digest(Buffer.from(body as Uint8Array))}`
  const chunks = (body[STREAM] as AsyncIterable<Uint8Array>)[Symbol.asyncIterator]()
  const pieces: Uint8Array[] = []
  let received = 0
  for (;;) {
    // Pieces are cut and joined on their way, so it is octets that are counted.
    if (leaves !== null && received >= leaves) {
      await chunks.return?.()
      return `${status} left`
    }
    const next = await chunks.next()
    if (next.done === true) break
    received += next.value.byteLength
    pieces.push(next.value)
  }
  return leaves === null ? `${status} ${digest(Buffer.concat(pieces))}` : `${status} left`
}

function inputOf({ up, upLength }: Plan): Input {
  if (up === null) return new WholeInput(null, 0)
  const pieces = piecesOf(up).filter((piece) => piece.length > 0)
  const length = upLength === 'known' ? Buffer.concat(pieces).length : null
  return new SourceInput({ length, read: async () => pieces.shift() ?? null, trailers: () => null }, 0)
}

async function all(pieces: AsyncIterable<Uint8Array>): Promise<Uint8Array[]> {
  const found: Uint8Array[] = []
  for await (const piece of pieces) found.push(piece)
  return found
}

async function* broken(pieces: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* pieces
  throw new Error('broke')
}

function piecesOf(plan: readonly number[]): Buffer[] {
  return plan.map((size, at) => Buffer.alloc(size, at + 1))
}

function digest(octets: Buffer): string {
  return octets.length <= 8
    ? octets.toString('hex')
    : `${octets.length} ${octets.reduce((sum, octet) => (sum * 31 + octet) >>> 0, 7)}`
}
