/**
 * One end that sends whatever it likes: the other never throws, never grows without bound, and leaves
 * no call without an answer. `spec/frames.md`, "Errors".
 */
import fc from 'fast-check'
import { type App, silentLog, text } from 'hagaki'
import { expect, test } from 'vitest'
import { WholeInput } from '../../src/call/input.ts'
import { serverFacts } from '../../src/call/server-facts.ts'
import { STREAM } from '../../src/contract.ts'
import { Caller } from '../../src/transport/caller.ts'
import type { Link, LinkOwner } from '../../src/transport/link.ts'
import { FrameWorker } from '../../src/transport/worker.ts'
import { request } from '../../src/value/message.ts'
import { isStream, stream } from '../../src/value/result.ts'
import { encodeGoAway, encodeNumber } from '../../src/wire/frames/control.ts'
import * as frames from '../../src/wire/frames/frame.ts'
import { type Frame, type FrameType, frame } from '../../src/wire/frames/frame.ts'
import { encodeCall, encodeResult } from '../../src/wire/frames/named.ts'
import {
  encodeCancel,
  encodeCredit,
  encodeHello,
  encodeHint,
  encodeMessage,
  encodeTrailers,
} from '../../src/wire/frames/payload.ts'
import { turn } from './wire.ts'

const id = fc.oneof(
  { weight: 8, arbitrary: fc.integer({ min: 0, max: 8 }) },
  { weight: 1, arbitrary: fc.nat() },
)
const body = fc.oneof(
  fc.constant(null),
  fc.uint8Array({ maxLength: 20 }),
  fc.record({ length: fc.oneof(fc.constant(null), fc.nat(40)) }),
)
const { body: _, ...requestHead } = request('POST', '/')

/** Frames that are mostly sound by themselves, and nothing more. */
const anyFrame: fc.Arbitrary<Frame> = fc.oneof(
  { weight: 4, arbitrary: fc.tuple(id, body).map(([call, sent]) => responseTo(call, sent)) },
  {
    weight: 4,
    arbitrary: fc
      .tuple(id, body)
      .map(([call, sent]) => frame(frames.REQUEST, call, encodeMessage(requestHead, sent))),
  },
  {
    weight: 2,
    arbitrary: fc
      .tuple(id, body, fc.constantFrom('whole', 'items', 'nobody'))
      .map(([call, sent, name]) =>
        frame(frames.CALL, call, encodeCall({ name, timeoutMs: null, context: {} }, sent)),
      ),
  },
  {
    weight: 2,
    arbitrary: fc
      .tuple(id, body, fc.constantFrom('data' as const, 'items' as const))
      .map(([call, sent, gives]) => frame(frames.RESULT, call, encodeResult({ gives, context: {} }, sent))),
  },
  { weight: 4, arbitrary: fc.tuple(id, fc.uint8Array({ minLength: 1, maxLength: 30 })).map(of(frames.DATA)) },
  { weight: 3, arbitrary: id.map((call) => frame(frames.END, call, encodeTrailers(null))) },
  { weight: 3, arbitrary: fc.tuple(id, fc.nat().map(encodeCredit)).map(of(frames.CREDIT)) },
  { weight: 2, arbitrary: id.map((call) => frame(frames.CANCEL, call, encodeCancel('no'))) },
  { weight: 1, arbitrary: fc.tuple(id, fc.nat(50).map(encodeNumber)).map(of(frames.TIMEOUT)) },
  { weight: 1, arbitrary: fc.nat().map((number) => frame(frames.PING, 0, encodeNumber(number))) },
  { weight: 1, arbitrary: fc.constant(frame(frames.PONG, 0, encodeNumber(0))) },
  {
    weight: 1,
    arbitrary: id.map((call) => frame(frames.HINT, call, encodeHint({ link: '</a>' })!)),
  },
  {
    weight: 1,
    arbitrary: fc.nat(3).map((last) => frame(frames.GO_AWAY, 0, encodeGoAway({ last, reason: '' }))),
  },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.integer({ min: 1, max: 15 }), id, fc.uint8Array({ maxLength: 30 }))
      .map(([type, call, payload]) => frame(type as FrameType, call, payload)),
  },
)
const anyFrames = fc.array(anyFrame, { maxLength: 60, size: 'max' })

test('whatever a worker sends, a caller answers each of its calls once, and with what was sent for it', async () => {
  await fc.assert(
    fc.asyncProperty(anyFrames, fc.nat(6), async (sent, calls) => {
      const link = new Ended()
      const caller = new Caller('the worker', () => {})
      link.owner = caller
      caller.attach(link)
      caller.frame(frame(frames.HELLO, 0, encodeHello({ v: 1, role: 'worker', name: '', inline: 9 })))
      const ends: string[][] = []
      for (let at = 0; at < calls; at++) {
        ends.push(called(caller, at + 1))
        await turn() // so that they are numbered as they are made
      }
      for (const one of sent) if (!link.isOver) caller.frame(one)
      await turn()
      caller.end('enough')
      await turn()
      expect(caller.load).toBe(0)
      for (const [at, end] of ends.entries()) {
        expect(end, `call ${at + 1}`).toHaveLength(1)
        if (/^\d+$/.test(end[0]!)) expect(end[0], 'a frame answered another call').toBe(String(at + 1))
      }
    }),
    { numRuns: 1_500 },
  )
})

test('whatever a caller sends, a worker runs a bounded number of calls, and settles each once', async () => {
  await fc.assert(
    fc.asyncProperty(anyFrames, async (sent) => {
      const link = new Ended()
      const far = new Far()
      const worker = new FrameWorker(far.app, serverFacts(), silentLog, 'the worker', () => {
        far.isTorn = true
      })
      link.owner = worker
      worker.attach(link)
      worker.frame(frame(frames.HELLO, 0, encodeHello({ v: 1, role: 'caller', name: '', inline: 9 })))
      for (const one of sent) {
        if (!link.isOver) worker.frame(one)
        expect(worker.load).toBeLessThanOrEqual(frames.MAX_CALLS)
      }
      await turn()
      link.end('enough')
      far.open()
      for (let at = 0; at < 5; at++) await turn()
      expect([far.begun, far.isTorn, worker.load]).toEqual([far.settled, true, 0])
    }),
    { numRuns: 1_500 },
  )
})

test('a flood closes the link: pings, calls that are cancelled at once, grants of credit, timeouts', async () => {
  const once = frame(frames.REQUEST, 1, encodeMessage(requestHead, null))
  const floods: [what: string, flood: (at: number) => readonly Frame[]][] = [
    ['pings', () => [frame(frames.PING, 0, encodeNumber(1))]],
    [
      'cancels',
      (at) => [
        frame(frames.REQUEST, at + 2, encodeMessage(requestHead, null)),
        frame(frames.CANCEL, at + 2, encodeCancel('')),
      ],
    ],
    ['grants of credit', () => [frame(frames.CREDIT, 1, encodeCredit(1))]],
    ['timeouts', () => [frame(frames.TIMEOUT, 1, encodeNumber(2 ** 32 - 1))]],
    ['calls that are refused', (at) => [frame(frames.REQUEST, at + 2, encodeMessage(requestHead, null))]],
  ]
  for (const [what, flood] of floods) {
    const link = new Ended()
    const held: App = () => new Promise<never>(() => {})
    const app: App = what === 'cancels' ? () => text('quick') : held
    const worker = new FrameWorker(app, serverFacts(), silentLog, 'the worker', () => {})
    link.owner = worker
    worker.attach(link)
    worker.frame(frame(frames.HELLO, 0, encodeHello({ v: 1, role: 'caller', name: '', inline: 9 })))
    worker.frame(once)
    let at = 0
    for (; at < 60_000 && !link.isOver; at++) {
      for (const one of flood(at)) if (!link.isOver) worker.frame(one)
      if (what === 'cancels' && at % 500 === 0) await turn()
    }
    expect(link.reason, what).toMatch(/^Link closed: too many /)
    expect(at, what).toBeGreaterThan(16_000)
  }
})

test('calls that are cancelled and do not end are bounded: an app that looks at no signal', async () => {
  const link = new Ended()
  const stuck: App = () => new Promise<never>(() => {})
  const worker = new FrameWorker(stuck, serverFacts(), silentLog, 'the worker', () => {})
  link.owner = worker
  worker.attach(link)
  worker.frame(frame(frames.HELLO, 0, encodeHello({ v: 1, role: 'caller', name: '', inline: 9 })))
  for (let call = 1; call <= 8_193; call++) {
    expect(link.isOver).toBe(false)
    worker.frame(frame(frames.REQUEST, call, encodeMessage(requestHead, null)))
    worker.frame(frame(frames.CANCEL, call, encodeCancel('')))
  }
  expect(link.reason).toBe('Link closed: 8192 calls were cancelled and do not end')
})

/** A link that leads nowhere. */
class Ended implements Link {
  owner: LinkOwner | null = null
  isOver = false
  reason = ''

  send(): void {}

  end(reason: string): void {
    if (this.isOver) return
    this.isOver = true
    this.reason = reason
    this.owner?.ended(reason)
  }
}

/** An app that answers in every way, and counts. */
class Far {
  begun = 0
  settled = 0
  isTorn = false
  readonly #gate: Promise<void>
  open!: () => void
  readonly app: App

  constructor() {
    this.#gate = new Promise((resolve) => {
      this.open = resolve
    })
    const app: App = async (_method, _path, _headers, options) => {
      const at = this.begun++
      options.defer(() => void this.settled++)
      if (at % 3 === 0) return text(String((await options.input.bytes()).length))
      if (at % 3 === 1) await this.#gate
      return [200, null, {}, stream(['some', 'more'])]
    }
    const invoke = async (name: string, data: unknown): Promise<unknown> => {
      if (name === 'nobody') throw new Error('no')
      return name === 'whole' ? data : items()
    }
    this.app = Object.assign(app, { contract: {}, invoke })
  }
}

async function* items(): AsyncGenerator<number> {
  yield 1
  yield 2
}

/** Makes a call; gives where its end is noted: a number is the call that the answer was sent for. */
function called(caller: Caller, at: number): string[] {
  const ends: string[] = []
  const near = { signal: new AbortController().signal }
  const input = new WholeInput(at % 2 === 0 ? null : Buffer.alloc(at * 5), 100)
  caller
    .call(requestHead, input, near)
    .then(async ([status, , headers, sent]) => {
      if (isStream(sent)) {
        try {
          for await (const _piece of sent[STREAM]);
        } catch {} // broken off, as it was to be
      }
      return String(headers['x-call'] ?? `status ${status}`)
    })
    .then(
      (said) => ends.push(said),
      (error: Error) => ends.push(error.message),
    )
  return ends
}

function responseTo(call: number, sent: Parameters<typeof encodeMessage>[1]): Frame {
  const head = {
    status: 200,
    contentType: null,
    headers: { 'x-call': String(call) },
    trailers: null,
    context: {},
  }
  return frame(frames.RESPONSE, call, encodeMessage(head, sent))
}

function of(type: FrameType): (given: readonly [call: number, payload: Uint8Array]) => Frame {
  return ([call, payload]) => frame(type, call, payload)
}
