/** The memory budget against what it promises, in any order of events. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Asker, Clock, KB, made, SMALL, type State, TOTAL, told, WAIT_MS } from '../../test/call/asker.ts'
import { Budget } from './budget.ts'

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
