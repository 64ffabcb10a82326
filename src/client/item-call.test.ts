import { expect, test } from 'vitest'
import { z } from 'zod'
import type { Near, Transport } from '../call/transport.ts'
import { encodeEvent } from '../codec/sse.ts'
import type { Body, Chunk, Result } from '../contract.ts'
import { Fault } from '../fault.ts'
import { failure } from '../handler/failure.ts'
import { service } from '../handler/service.ts'
import { items, reads as streams } from '../stream/stream.ts'
import type { RequestHead } from '../value/head.ts'
import { stream } from '../value/result.ts'
import { client } from './functions.ts'

const Gone = failure('note_gone', 'missing', z.object({ id: z.number() }))

const notes = service({
  feed: streams('/feed', { gives: items(z.number()) }, async function* () {}),
})

type Answer = Result | Promise<Result> | ((head: RequestHead, near: Near) => Result | Promise<Result>)

/** A client whose calls are all answered with that. */
function answering(answer: Answer): ReturnType<typeof client<typeof notes>> {
  const transport: Transport = {
    name: 'far',
    call: async (head, _, near) => (typeof answer === 'function' ? answer(head, near) : answer),
  }
  return client<typeof notes>(notes.contract, transport)
}

/** What a promise rejected with. */
async function rejection(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => {
      throw new Error('It was not refused')
    },
    (error: unknown) => error,
  )
}

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const got: T[] = []
  for await (const item of items) got.push(item)
  return got
}

/** A streamed body that says what became of it. */
function body(chunks: AsyncIterable<Chunk>): { body: Body; ended: () => boolean } {
  let ended = false
  const watched = async function* (): AsyncGenerator<Chunk> {
    try {
      yield* chunks
    } finally {
      ended = true
    }
  }
  return { body: stream(watched()), ended: () => ended }
}

test('items come one by one, and events of other names are passed over', async () => {
  const chunks = async function* (): AsyncGenerator<Chunk> {
    yield ': hello\n\n'
    yield `${encodeEvent('1')}${encodeEvent('x', 'later version')}`
    yield encodeEvent('null')
  }
  for (const type of ['text/event-stream', 'Text/Event-Stream;charset=utf-8']) {
    expect(await all(answering([200, type, {}, stream(chunks())]).feed())).toEqual([1, null])
  }
})

test('a failure event ends the stream with the failure that it is', async () => {
  for (const [data, expected] of [
    [
      JSON.stringify({ status: 404, code: 'note_gone', data: { id: 1 } }),
      { code: 'call_answered', detail: { status: 404, code: 'note_gone', data: { id: 1 } } },
    ],
    ['{}', { code: 'call_answered', detail: { status: 500, code: null } }],
    ['null', { code: 'call_answered', detail: { status: 500, code: null } }],
    ['nonsense', { code: 'call_faulty' }],
  ] as const) {
    const got: number[] = []
    const { body: failing, ended } = body(
      (async function* () {
        yield encodeEvent('1')
        yield encodeEvent(data, 'failure')
        yield encodeEvent('2')
      })(),
    )
    const error = await rejection(
      (async () => {
        for await (const item of answering([200, 'text/event-stream', {}, failing]).feed()) got.push(item)
      })(),
    )
    expect(error, data).toMatchObject(expected)
    expect([got, ended()]).toEqual([[1], true])
  }
})

test('a failure that came is told, also when the connection is lost right behind it', async () => {
  const lost = async function* (): AsyncGenerator<Chunk> {
    yield encodeEvent(JSON.stringify({ status: 404, code: 'note_gone', data: { id: 1 } }), 'failure')
    throw new Error('reset')
  }
  const error = await rejection(all(answering([200, 'text/event-stream', {}, stream(lost())]).feed()))
  expect(Gone.is(error)).toBe(true)
})

test('what is no stream of JSON items is not what the contract says', async () => {
  for (const [answer, reason] of [
    [[200, 'application/json', {}, '1'], /application\/json is no stream of items/],
    [[200, 'text/event-streams', {}, 'data: 1\n\n'], /no stream of items/],
    [[204, null, {}, null], /an answer without type/],
    [[200, 'text/event-stream', {}, 'data: nonsense\n\n'], /not JSON/],
    [[200, 'text/event-stream', {}, `data: ${'1'.repeat(2 ** 20 + 4_096)}\n\n`], /too large/],
  ] as const) {
    const error = (await rejection(all(answering(answer).feed()))) as Fault
    expect(error.code, String(reason)).toBe('call_faulty')
    expect(error.message).toMatch(reason)
  }
})

test('a stream that breaks off is a call that was lost', async () => {
  const broken = async function* (): AsyncGenerator<Chunk> {
    yield encodeEvent('1')
    throw new Error('reset')
  }
  const got: number[] = []
  const error = await rejection(
    (async () => {
      for await (const item of answering([200, 'text/event-stream', {}, stream(broken())]).feed())
        got.push(item)
    })(),
  )
  expect([got, (error as Fault).code]).toEqual([[1], 'call_lost'])
})

test('whoever leaves a stream ends it, and the call', async () => {
  let signal: AbortSignal | undefined
  const { body: endless, ended } = body(
    (async function* () {
      for (;;) yield encodeEvent('1')
    })(),
  )
  const api = answering((_, near) => {
    signal = near.signal
    return [200, 'text/event-stream', {}, endless]
  })
  for await (const item of api.feed()) {
    expect(item).toBe(1)
    break
  }
  expect([ended(), signal!.aborted]).toEqual([true, true])
})
