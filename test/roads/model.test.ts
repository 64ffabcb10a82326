/**
 * Two sound ends against a model of what must hold, under commands in any order: calls by path and by
 * name, answers, cancels, timeouts, pings, go-aways, any cutting of the octets. `spec/frames.md`.
 */
import fc from 'fast-check'
import type { App, Result } from 'hagaki'
import { expect, test } from 'vitest'
import { WholeInput } from '../../src/call/input.ts'
import { STREAM } from '../../src/contract.ts'
import { Patience } from '../../src/transport/patience.ts'
import { isUnbegun } from '../../src/transport/under-way.ts'
import { request } from '../../src/value/message.ts'
import { isStream, stream, text } from '../../src/value/result.ts'
import { promised } from '../server/promised.ts'
import { type Side, turn, Wire } from './wire.ts'

type How = 'whole' | 'stream' | 'fails'

/** What may still become of a call. */
interface Expected {
  answered: How | null
  cancelled: boolean
}

interface Model {
  readonly calls: Expected[]
  isCut: boolean
  /** Sides that said go-away. */
  readonly away: Set<Side>
}

/** The real thing: ends, and what came of each call. */
class Real {
  readonly wire: Wire
  readonly ends: string[][] = []
  readonly ways: { readonly answer: ReturnType<typeof promised<How>>; readonly near: AbortController }[] = []
  readonly begun = new Set<number>()

  constructor() {
    const app: App = async (_method, path) => {
      const at = Number(path.slice(1))
      const how = await this.#asked(at)
      if (how === 'fails') throw new Error('no')
      const said = [`${at}`, ' is', ` ${at}`]
      return how === 'whole' ? text(said.join('')) : [200, null, {}, stream(said)]
    }
    const invoke = async (name: string): Promise<unknown> => {
      const at = Number(name)
      const how = await this.#asked(at)
      if (how === 'fails') throw new Error('no')
      return how === 'whole' ? { at } : items(at)
    }
    this.wire = new Wire(Object.assign(app, { contract: {}, invoke }))
  }

  begin(isNamed: boolean, size: number): void {
    const at = this.ends.length
    const near = new AbortController()
    const ends: string[] = []
    this.ends.push(ends)
    this.ways.push({ answer: promised<How>(), near })
    const input = new WholeInput(size === 0 ? null : Buffer.from(JSON.stringify('x'.repeat(size))), 1_000_000)
    const { body: _, ...head } = request('POST', `/${at}`)
    const { caller } = this.wire
    // A time that does not pass: the frame is what counts.
    const patience = at % 2 === 0 ? null : new Patience(1_000_000, () => {}, true)
    const answered = isNamed
      ? caller
          .invoke(
            { name: String(at), timeoutMs: null, context: {} },
            input,
            { signal: near.signal },
            patience,
          )
          .then(givenText)
      : caller.call(head, input, { signal: near.signal }, patience).then(resultText)
    answered.then(
      (said) => ends.push(said),
      (error: Error & { code?: string }) =>
        ends.push(isUnbegun(error) ? 'unbegun' : (error.code ?? error.message)),
    )
  }

  async #asked(at: number): Promise<How> {
    expect(this.begun.has(at), `call ${at} begins once`).toBe(false)
    this.begun.add(at)
    return this.ways[at]!.answer.promise
  }
}

async function* items(at: number): AsyncGenerator<number> {
  yield at
  yield at
}

async function resultText([status, , , body]: Result): Promise<string> {
  if (status !== 200) return `status ${status}`
  if (!isStream(body)) return Buffer.from(body as Uint8Array).toString()
  let said = ''
  for await (const piece of body[STREAM]) said += Buffer.from(piece as Uint8Array).toString()
  return said
}

async function givenText(given: unknown): Promise<string> {
  if (typeof given !== 'object' || given === null || !(Symbol.asyncIterator in given))
    return JSON.stringify(given)
  const all: unknown[] = []
  for await (const item of given as AsyncIterable<unknown>) all.push(item)
  return JSON.stringify(all)
}

type Command = fc.AsyncCommand<Model, Real>

class Begin implements Command {
  readonly isNamed: boolean
  readonly size: number
  constructor(isNamed: boolean, size: number) {
    this.isNamed = isNamed
    this.size = size
  }
  check = (): boolean => true
  async run(model: Model, real: Real): Promise<void> {
    model.calls.push({ answered: null, cancelled: false })
    real.begin(this.isNamed, this.size)
    await turn()
  }
  toString = (): string => `begin(${this.isNamed ? 'by name' : 'by path'}, ${this.size})`
}

class Answer implements Command {
  readonly which: number
  readonly how: How
  constructor(which: number, how: How) {
    this.which = which
    this.how = how
  }
  check = ({ calls }: Readonly<Model>): boolean => calls.length > 0
  async run({ calls }: Model, real: Real): Promise<void> {
    const at = this.which % calls.length
    calls[at]!.answered ??= this.how
    real.ways[at]!.answer.resolve(this.how)
    await turn()
  }
  toString = (): string => `answer(${this.which}, ${this.how})`
}

class Cancel implements Command {
  readonly which: number
  constructor(which: number) {
    this.which = which
  }
  check = ({ calls }: Readonly<Model>): boolean => calls.length > 0
  async run({ calls }: Model, real: Real): Promise<void> {
    const at = this.which % calls.length
    calls[at]!.cancelled = true
    real.ways[at]!.near.abort(new Error('given up'))
    await turn()
  }
  toString = (): string => `cancel(${this.which})`
}

class Deliver implements Command {
  readonly side: Side
  readonly octets: number
  constructor(side: Side, octets: number) {
    this.side = side
    this.octets = octets
  }
  check = (): boolean => true
  async run(_: Model, { wire }: Real): Promise<void> {
    wire.deliver(this.side, Math.min(this.octets, wire.under(this.side)))
    await turn()
  }
  toString = (): string => `deliver(${this.side}, ${this.octets})`
}

class Ping implements Command {
  check = (): boolean => true
  async run(_: Model, { wire }: Real): Promise<void> {
    wire.caller.ping()
  }
  toString = (): string => 'ping'
}

class Leave implements Command {
  readonly side: Side
  constructor(side: Side) {
    this.side = side
  }
  check = (): boolean => true
  async run({ away }: Model, { wire }: Real): Promise<void> {
    away.add(this.side)
    if (this.side === 'caller') void wire.caller.leave('enough')
    else wire.worker.leave('enough')
  }
  toString = (): string => `leave(${this.side})`
}

class Cut implements Command {
  check = (): boolean => true
  async run(model: Model, { wire }: Real): Promise<void> {
    model.isCut = true
    wire.cut()
    await turn()
  }
  toString = (): string => 'cut'
}

const side = fc.constantFrom<Side>('caller', 'worker')
const commands = fc.commands(
  [
    fc.tuple(fc.boolean(), fc.constantFrom(0, 5, 70_000)).map((given) => new Begin(...given)),
    fc.tuple(fc.boolean(), fc.constantFrom(0, 5, 70_000)).map((given) => new Begin(...given)),
    fc
      .tuple(fc.nat(9), fc.constantFrom<How>('whole', 'stream', 'fails'))
      .map((given) => new Answer(...given)),
    fc.nat(9).map((which) => new Cancel(which)),
    fc.tuple(side, fc.oneof(fc.nat(20), fc.nat(100_000))).map((given) => new Deliver(...given)),
    fc.tuple(side, fc.constant(1_000_000)).map((given) => new Deliver(...given)),
    fc.constant(new Ping()),
    side.map((one) => new Leave(one)),
    fc.constant(new Cut()),
  ],
  { maxCommands: 40, size: 'max' },
)

test('every call ends exactly once, with its own answer or a reason that fits, and nobody breaks the protocol', async () => {
  await fc.assert(
    fc.asyncProperty(commands, async (all) => {
      const real = new Real()
      const model: Model = { calls: [], isCut: false, away: new Set() }
      await fc.asyncModelRun(() => ({ model, real }), all)
      // What nobody has answered yet is, and what is on its way arrives.
      for (const { answer } of real.ways) answer.resolve('whole')
      await real.wire.settle()
      await real.wire.settle()
      check(model, real)
    }),
    { numRuns: 300 },
  )
})

function check({ calls, isCut, away }: Model, { wire, ends, begun }: Real): void {
  // A worker that left ends its link when nothing is under way, and a sound side never for a fault.
  expect(wire.endings.filter((ending) => ending.includes('Link closed'))).toEqual([])
  expect(wire.caller.load).toBe(0)
  for (const [at, { answered, cancelled }] of calls.entries()) {
    expect(ends[at], `call ${at}`).toHaveLength(1)
    const how = answered ?? 'whole'
    const fit =
      how === 'fails' ? ['status 500', 'call_answered'] : [`${at} is ${at}`, `{"at":${at}}`, `[${at},${at}]`]
    if (cancelled) fit.push('given up')
    if (isCut) fit.push('call_lost', 'unbegun')
    if (away.size > 0) fit.push('unbegun')
    expect(fit, `call ${at}`).toContain(ends[at]![0])
    if (ends[at]![0] === 'unbegun') expect(begun.has(at), `call ${at} is unbegun`).toBe(false)
  }
}
