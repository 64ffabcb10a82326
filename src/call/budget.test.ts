/** The memory budget: who gets room, who waits, who is turned away. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Fault } from '../fault.ts'
import { Budget } from './budget.ts'
import { Charge } from './charge.ts'

const KB = 1024
/** Of 1,200 KiB: bodies may take 600, small ones 150 of their own, what has arrived of those who wait 150. */
const TOTAL = 1_200 * KB
const SMALL = 64 * KB
const WAIT_MS = 5_000

/** Time that passes when it is told to. */
class Clock {
  ms = 0
  #due: { readonly at: number; readonly run: () => void }[] = []

  readonly now = (): number => this.ms
  readonly after = (ms: number, run: () => void): void => void this.#due.push({ at: this.ms + ms, run })

  pass(ms: number): void {
    this.ms += ms
    const due = this.#due.filter(({ at }) => at <= this.ms)
    this.#due = this.#due.filter(({ at }) => at > this.ms)
    for (const { run } of due) run()
  }
}

/** What became of one that asked for room. */
type State = 'waits' | 'holds' | Fault['code']

class Asker {
  readonly charge: Charge
  readonly bytes: number
  readonly asked: number
  state: State = 'waits'

  constructor(budget: Budget, bytes: number, held = 0, asked = 0) {
    this.charge = new Charge(budget)
    this.bytes = bytes
    this.asked = asked
    this.take(bytes, held)
  }

  take(bytes: number, held = 0): void {
    try {
      const room = this.charge.take(bytes, { hold: () => held })
      this.state = room === null ? 'holds' : 'waits'
      room?.then(
        () => this.take(bytes),
        (error: Fault) => {
          this.state = error.code
        },
      )
    } catch (error) {
      this.state = (error as Fault).code
    }
  }
}

interface Made {
  readonly budget: Budget
  readonly clock: Clock
  refused(): number
  collected(): number
}

/** `collectMs`: how long a collection takes. */
function made(total = TOTAL, waitMs = WAIT_MS, collectMs = 0): Made {
  const clock = new Clock()
  let [refused, collected] = [0, 0]
  const { now, after } = clock
  const budget = new Budget({
    total,
    waitMs,
    now,
    after,
    turn: setImmediate,
    refused: () => void refused++,
    collect: () => {
      collected++
      clock.ms += collectMs
    },
  })
  return { budget, clock, refused: () => refused, collected: () => collected }
}

/** Lets promises that are settled tell so. */
const told = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

test('a body gets room at once while there is some, and gives it back', () => {
  const { budget } = made()
  const charge = new Charge(budget)
  expect([charge.take(600 * KB, {}), charge.bytes, budget.used]).toEqual([null, 600 * KB, 600 * KB])
  expect([charge.take(600 * KB, {}), budget.used]).toEqual([null, 600 * KB]) // and not twice
  charge.release()
  charge.release()
  expect([charge.bytes, budget.used]).toEqual([0, 0])
})

test('bodies wait in order, and none passes another of its kind', async () => {
  const { budget } = made()
  const [first, second, third] = [400 * KB, 500 * KB, 100 * KB].map((bytes) => new Asker(budget, bytes))
  // There is room for the third beside the first.
  expect([first!.state, second!.state, third!.state]).toEqual(['holds', 'waits', 'waits'])
  first!.charge.release()
  await told()
  expect([second!.state, third!.state, budget.used]).toEqual(['holds', 'holds', 600 * KB])
})

test('small bodies pass large ones that wait, within their share', async () => {
  const { budget } = made()
  const large = [600 * KB, 600 * KB].map((bytes) => new Asker(budget, bytes))
  const small = [SMALL, SMALL, 22 * KB, 1].map((bytes) => new Asker(budget, bytes))
  expect(large.map(({ state }) => state)).toEqual(['holds', 'waits'])
  expect(small.map(({ state }) => state)).toEqual(['holds', 'holds', 'holds', 'waits'])
  small[1]!.charge.release()
  await told()
  expect(small[3]!.state).toBe('holds')
})

test('small bodies may have all of it while no large one waits, and then no more than their share', async () => {
  const { budget } = made(8 * SMALL)
  const share = SMALL
  const many = Array.from({ length: 5 }, () => new Asker(budget, SMALL))
  expect([many.every(({ state }) => state === 'holds'), budget.used]).toEqual([true, 5 * share])
  const large = new Asker(budget, budget.largest)
  const late = new Asker(budget, SMALL)
  for (const { charge } of many.slice(0, 3)) charge.release()
  await told()
  expect([large.state, late.state]).toEqual(['waits', 'waits']) // two small ones are left, and one share
  many[3]!.charge.release()
  await told()
  expect([large.state, late.state]).toEqual(['holds', 'waits'])
  many[4]!.charge.release()
  await told()
  expect([late.state, budget.used]).toEqual(['holds', budget.largest + share])
})

test('who waits too long is turned away, at the time and not before it', async () => {
  const { budget, clock, refused } = made()
  const holder = new Asker(budget, 600 * KB)
  const first = new Asker(budget, 600 * KB)
  clock.pass(1_000)
  const second = new Asker(budget, 100 * KB)
  clock.pass(WAIT_MS - 1_001)
  await told()
  expect([first.state, refused()]).toEqual(['waits', 0])
  clock.pass(1)
  await told()
  expect([first.state, second.state, refused()]).toEqual(['server_busy', 'waits', 1])
  clock.pass(999)
  await told()
  expect(second.state).toBe('waits')
  clock.pass(1)
  await told()
  expect([second.state, budget.waiting, budget.held]).toEqual(['server_busy', 0, 0])
  holder.charge.release()
  expect(budget.used).toBe(0)
})

test('one that leaves the queue makes way for those behind it', async () => {
  const { budget } = made()
  const holder = new Asker(budget, 400 * KB)
  const [large, less, small] = [500 * KB, 100 * KB, SMALL].map((bytes) => new Asker(budget, bytes))
  expect([large!.state, less!.state, small!.state]).toEqual(['waits', 'waits', 'holds'])
  large!.charge.release()
  await told()
  expect([large!.state, less!.state]).toEqual(['request_aborted', 'holds'])
  for (const { charge } of [holder, large!, less!, small!]) charge.release()
  expect([budget.used, budget.held, budget.waiting]).toEqual([0, 0, 0])
})

test('what has arrived of those who wait has a bound, and beyond it they are turned away', async () => {
  const { budget } = made()
  const askers = [new Asker(budget, 600 * KB)]
  for (const held of [90 * KB, 60 * KB, 1]) askers.push(new Asker(budget, 100 * KB, held))
  await told()
  expect(askers.map(({ state }) => state)).toEqual(['holds', 'waits', 'waits', 'server_busy'])
  expect(budget.held).toBe(150 * KB)
})

test('who waits counts for something, whatever has arrived', async () => {
  const { budget } = made()
  const askers = Array.from({ length: 39 }, () => new Asker(budget, 600 * KB))
  await told()
  expect(askers.filter(({ state }) => state === 'waits')).toHaveLength(37)
  expect(askers.at(-1)!.state).toBe('server_busy')
})

test('with no time to wait nobody does', async () => {
  const { budget } = made(TOTAL, 0)
  const askers = [0, 1].map(() => new Asker(budget, 600 * KB))
  await told()
  expect(askers.map(({ state }) => state)).toEqual(['holds', 'server_busy'])
})

test('those who are turned away have nothing kept of them, and hear so a few at a time', async () => {
  const { budget, refused } = made(TOTAL, 0)
  const holder = new Asker(budget, 600 * KB)
  const dropped: string[] = []
  const drop = ({ code }: Fault): void => void dropped.push(code)
  const away = Array.from({ length: 100 }, () => new Charge(budget).take(600 * KB, { drop }))
  expect([dropped.length, new Set(dropped)]).toEqual([100, new Set(['server_busy'])])
  const heard = Promise.allSettled(away)
  await told()
  expect(refused()).toBeGreaterThan(0)
  expect(refused()).toBeLessThan(50)
  const outcomes = await heard
  expect(outcomes.every(({ status }) => status === 'rejected')).toBe(true)
  expect([refused(), holder.state]).toEqual([100, 'holds'])
})

test('a collection lets half as long pass until the next one, and what lies about has room of those who wait', async () => {
  const { budget, clock, collected } = made(128 * KB * KB, WAIT_MS, 10)
  const half = budget.largest / 2
  const [first, second, third, fourth] = Array.from({ length: 5 }, () => new Asker(budget, half))
  first!.charge.release()
  await told()
  expect([collected(), third!.state, fourth!.state]).toEqual([1, 'holds', 'waits'])
  second!.charge.release()
  for (const ms of [0, 4]) {
    clock.pass(ms)
    await told()
    expect([collected(), fourth!.state]).toEqual([1, 'waits'])
  }
  clock.pass(1)
  await told()
  expect([collected(), fourth!.state]).toEqual([2, 'holds'])
})

test('where nobody holds any, what lies about is collected whenever and however little it is', async () => {
  const { budget, collected } = made(128 * KB * KB, WAIT_MS, 10)
  const askers = [budget.largest, KB * KB, budget.largest].map((bytes) => new Asker(budget, bytes))
  for (const [at, one] of askers.entries()) {
    expect([collected(), one.state]).toEqual([at, 'holds'])
    one.charge.release()
    await told()
  }
})

test('little that lies about is in the way of nobody for long, however long others hold what they have', async () => {
  const { budget, clock, collected } = made(128 * KB * KB)
  const [holder, over, waits] = [1, KB * KB, budget.largest].map((bytes) => new Asker(budget, bytes))
  over!.charge.release()
  clock.pass(249)
  await told()
  expect([collected(), waits!.state]).toEqual([0, 'waits'])
  clock.pass(1)
  await told()
  expect([collected(), waits!.state, holder!.state]).toEqual([1, 'holds', 'holds'])
})

test('what is collected for one that comes makes room for those who wait', async () => {
  const { budget, collected } = made(128 * KB * KB)
  const [, over, waits] = [1, KB * KB, budget.largest].map((bytes) => new Asker(budget, bytes))
  over!.charge.release()
  for (let at = 0; at < 960; at++) budget.refusal() // 16 KiB each: 15 MiB
  const comes = new Asker(budget, KB * KB)
  await told()
  expect([collected(), waits!.state, comes.state]).toEqual([1, 'holds', 'waits'])
})

test('those who have waited for too long hear so a few at a time, and nothing is kept of them', async () => {
  const { budget, clock, refused } = made(8 * KB * KB)
  const holder = new Asker(budget, budget.largest)
  let dropped = 0
  const drop = (): void => void dropped++
  const late = Array.from({ length: 100 }, () => new Charge(budget).take(KB * KB, { drop }))
  const heard = Promise.allSettled(late)
  expect(dropped).toBe(0)
  clock.pass(WAIT_MS)
  expect([dropped, budget.waiting, budget.held]).toEqual([100, 0, 0])
  await told()
  expect(refused()).toBeGreaterThan(0)
  expect(refused()).toBeLessThan(50)
  const outcomes = await heard
  expect(outcomes.every(({ status }) => status === 'rejected')).toBe(true)
  expect([refused(), holder.state]).toEqual([100, 'holds'])
})

test('who holds something and needs more has it, whatever lies about', async () => {
  const total = 128 * KB * KB
  const { budget } = made(total, WAIT_MS, 10)
  const half = budget.largest / 2
  const [holder, growing, waits] = [half, half, half].map((bytes) => new Asker(budget, bytes))
  holder!.charge.release()
  await told()
  growing!.charge.shrink(1)
  await told()
  growing!.take(half)
  expect([growing!.state, growing!.charge.bytes, waits!.state]).toEqual(['holds', half, 'holds'])
})

test('who holds something and needs more gets it at once or not at all', () => {
  const { budget } = made()
  const one = new Asker(budget, 300 * KB)
  one.take(500 * KB)
  expect([one.state, one.charge.bytes, budget.used]).toEqual(['holds', 500 * KB, 500 * KB])
  const two = new Asker(budget, 100 * KB)
  const queued = new Asker(budget, 300 * KB)
  two.take(101 * KB)
  expect([two.state, two.charge.bytes, queued.state]).toEqual(['server_busy', 100 * KB, 'waits'])
  one.charge.shrink(400 * KB)
  two.take(150 * KB) // it passes who waits: what it holds is for nothing before it has the rest
  expect([two.state, queued.state, budget.used]).toEqual(['holds', 'waits', 550 * KB])
})

test('a small body that grows is a large one', () => {
  const { budget } = made()
  const one = new Asker(budget, 10)
  one.take(200 * KB)
  expect([one.state, budget.used]).toEqual(['holds', 200 * KB])
  const others = [400 * KB, 1, SMALL].map((bytes) => new Asker(budget, bytes).state)
  expect(others).toEqual(['holds', 'holds', 'holds']) // all of the small ones' share is there
  one.charge.release()
  expect(budget.used).toBe(400 * KB + 1 + SMALL)
})

test('once a call has its outcome it waits for nothing, and once it is over it is given nothing', () => {
  const { budget } = made()
  const holder = new Asker(budget, 600 * KB)
  const charge = new Charge(budget)
  charge.ending()
  expect(() => charge.take(600 * KB, {})).toThrow(expect.objectContaining({ code: 'server_busy' }))
  holder.charge.release()
  expect(charge.take(600 * KB, {})).toBeNull()
  charge.release()
  expect(() => charge.take(1, {})).toThrow(expect.objectContaining({ code: 'request_aborted' }))
  expect(budget.used).toBe(0)
})

test('a refusal says when to come again, in whole seconds', () => {
  for (const [waitMs, retryAfterS] of [
    [0, 1],
    [1_000, 1],
    [1_001, 2],
    [5_000, 5],
  ] as const) {
    expect(made(TOTAL, waitMs).budget.refusal().detail).toEqual({ retryAfterS })
  }
})

test('a budget of a few bytes is one', () => {
  for (let total = 1; total < 40; total++) {
    const { budget } = made(total)
    expect(new Asker(budget, budget.largest).state).toBe('holds')
  }
})

test('what is over is collected where bodies find no room, and only when it is an eighth of it', () => {
  const total = 128 * KB * KB
  const { budget, collected } = made(total)
  const use = (bytes: number): void => new Asker(budget, bytes).charge.release()
  for (let at = 0; at < 10; at++) use(budget.largest)
  expect(collected()).toBe(0) // there was room for all of them
  const holder = new Asker(budget, budget.largest)
  const first = new Asker(budget, budget.largest)
  expect(collected()).toBe(1)
  use(total / 8 - 1) // refused room by nobody: it waits, and what it had is nothing
  expect(collected()).toBe(1)
  holder.charge.shrink(budget.largest - total / 8 + 1)
  expect(collected()).toBe(1)
  holder.charge.release()
  expect(collected()).toBe(2)
  first.charge.release()
  expect(budget.used).toBe(0)
})

test('a small budget collects no more often than for 8 MiB', () => {
  const { budget, collected } = made()
  for (let bytes = 0; bytes < 8 * KB * KB; bytes += 512 * KB) {
    expect(collected()).toBe(0)
    const holder = new Asker(budget, 512 * KB)
    const waiting = new Asker(budget, 512 * KB)
    waiting.charge.release()
    holder.charge.release()
  }
  const holder = new Asker(budget, 512 * KB)
  expect([new Asker(budget, 512 * KB).state, holder.state, collected()]).toEqual(['waits', 'holds', 1])
})

// The budget against what it promises, in any order of events.

interface Model {
  readonly askers: Asker[]
  readonly total: number
}
interface Real {
  readonly budget: Budget
  readonly clock: Clock
}
type Command = fc.AsyncCommand<Model, Real>

const promises = async ({ askers, total }: Model, { budget, clock }: Real): Promise<void> => {
  await told()
  const holding = askers.reduce((sum, { charge }) => sum + charge.bytes, 0)
  const waiting = askers.filter(({ state }) => state === 'waits')
  expect(budget.used, 'no charge is lost or counted twice').toBe(holding)
  expect(budget.used + budget.held, 'never over the total').toBeLessThanOrEqual(total)
  expect(budget.waiting, 'nobody who waits is forgotten').toBe(waiting.length)
  for (const one of waiting) expect(clock.ms - one.asked, 'nobody waits too long').toBeLessThan(WAIT_MS)
  if (holding === 0) expect(waiting, 'who waits, waits for somebody').toEqual([])
}

/** True when there is room for one that waits, as promised. */
const fits = ({ askers }: Model, { bytes, charge: { lane } }: Asker): boolean => {
  const [small, large] = ['small', 'large'].map((kind) =>
    askers.reduce((sum, { charge }) => sum + (charge.lane === kind ? charge.bytes : 0), bytes),
  )
  if (small! + large! - bytes > 750 * KB) return false
  if (lane === 'large') return large! <= 600 * KB
  const largeWaits = askers.some(({ charge, state }) => charge.lane === 'large' && state === 'waits')
  return !largeWaits || small! <= 150 * KB
}

const among = (askers: readonly Asker[], at: number, state: State): Asker | undefined => {
  const some = askers.filter((one) => one.state === state)
  return some[at % Math.max(1, some.length)]
}

const command = (name: string, act: (model: Model, real: Real) => void): Command => ({
  check: () => true,
  run: async (model, real) => {
    const before = model.askers.filter(({ state }) => state === 'waits')
    act(model, real)
    await promises(model, real)
    // Of those who waited, each kind was let in from the front.
    for (const isSmall of [true, false]) {
      const kind = before.filter(({ charge }) => (charge.lane === 'small') === isSmall)
      const still = kind.findIndex(({ state }) => state === 'waits')
      const passed = still < 0 ? [] : kind.slice(still).filter(({ state }) => state === 'holds')
      expect(passed, 'nobody passes another of its kind').toEqual([])
    }
  },
  toString: () => name,
})

const sizes = fc.oneof(fc.integer({ min: 0, max: SMALL }), fc.integer({ min: 0, max: 600 * KB }))
const commands = [
  fc.record({ bytes: sizes, held: fc.integer({ min: 0, max: 128 * KB }) }).map(({ bytes, held }) =>
    command(`ask ${bytes}, ${held} held`, (model, { budget, clock }) => {
      model.askers.push(new Asker(budget, bytes, held, clock.ms))
    }),
  ),
  fc
    .nat(100)
    .map((at) => command(`release ${at}`, ({ askers }) => among(askers, at, 'holds')?.charge.release())),
  fc
    .nat(100)
    .map((at) => command(`abort ${at}`, ({ askers }) => among(askers, at, 'waits')?.charge.release())),
  fc.nat(100).map((at) => command(`end ${at}`, ({ askers }) => among(askers, at, 'holds')?.charge.ending())),
  fc.tuple(fc.nat(100), sizes).map(([at, bytes]) =>
    command(`grow ${at} to ${bytes}`, ({ askers }) => {
      const one = among(askers, at, 'holds')
      if (one !== undefined && one.charge.bytes > 0) one.take(bytes)
    }),
  ),
  fc
    .tuple(fc.nat(100), sizes)
    .map(([at, bytes]) =>
      command(`shrink ${at} to ${bytes}`, ({ askers }) => among(askers, at, 'holds')?.charge.shrink(bytes)),
    ),
  fc
    .integer({ min: 1, max: WAIT_MS })
    .map((ms) => command(`wait ${ms}`, (_model, { clock }) => clock.pass(ms))),
]

test('whatever happens in whatever order, it keeps its promises', async () => {
  await fc.assert(
    fc.asyncProperty(fc.commands(commands, { maxCommands: 40 }), async (run) => {
      const { budget, clock } = made()
      // Nearly as much lies about as may.
      for (let at = 0; at < 67; at++) new Asker(budget, 120 * KB).charge.release()
      const model: Model = { askers: [], total: TOTAL }
      await fc.asyncModelRun(() => ({ model, real: { budget, clock } }), run)
      for (let at = 0; at < 3; at++) {
        clock.pass(250)
        await told()
      }
      for (const lane of ['small', 'large'] as const) {
        const waiting = model.askers.find(({ charge, state }) => charge.lane === lane && state === 'waits')
        expect(waiting !== undefined && fits(model, waiting), 'nobody waits while there is room').toBe(false)
      }
      // Everyone who holds something goes on to its end, and so does everyone who waits for it.
      const holder = (): Asker | undefined => model.askers.find(({ charge }) => charge.bytes > 0)
      for (let one = holder(); one !== undefined; one = holder()) {
        one.charge.release()
        await told()
      }
      expect(model.askers.filter(({ state }) => state === 'waits')).toEqual([])
      expect([budget.used, budget.held, budget.waiting]).toEqual([0, 0, 0])
    }),
    { numRuns: 300 },
  )
})
