/** Calls by name over a link: `spec/frames.md`, "Calls by name"; contract clauses 15, 17, 35. */
import { failure, guard, raise, service, verbs } from 'hagaki'
import * as stream from 'hagaki/stream'
import { expect, onTestFinished, test } from 'vitest'
import { z } from 'zod'
import type { App } from '../../src/contract.ts'
import type { Carried } from '../../src/value/message.ts'
import { contractMark } from '../../src/wire/frames/mark.ts'
import { Seen } from './seen.ts'
import { user } from './user.ts'
import { turn, Wire } from './wire.ts'

const Gone = failure('note_gone', 'gone', z.object({ id: z.number() }))
const left = new Seen<string>()
const { reads, creates } = verbs({ who: guard('who', ({ get }) => get(user) ?? 'nobody') })
const Text = z.object({ text: z.string() })
const notes = service({
  add: creates('/notes', { accepts: Text, returns: Text }, ({ text }, { who }) => ({
    text: `${text} of ${who}`,
  })),
  read: reads(
    '/notes/{id}',
    { accepts: z.object({ id: z.number() }), returns: Text, errors: [Gone] },
    ({ id }) => raise(Gone({ id })),
  ),
  sign: creates('/sign', { returns: z.null() }, (_, { set, who }) => {
    set(user, `${who} the second`)
    return null
  }),
  quiet: creates('/quiet', {}, () => {}),
  breaks: creates('/breaks', {}, () => {
    throw new Error('a secret')
  }),
  count: stream.reads('/count', { gives: stream.items(z.number()) }, async function* () {
    try {
      for (let at = 0; ; at++) {
        await turn() // or 100,000 of them would be under way
        yield at
      }
    } finally {
      left.add('count')
    }
  }),
  three: stream.reads('/three', { gives: stream.items(z.object({ at: z.number() })) }, async function* () {
    for (const at of [1, 2, 3]) yield { at }
  }),
})

test('data go there and come back, small beside the head and large against credit (35)', async () => {
  for (const text of ['hé', 'x'.repeat(300_000)]) {
    expect(await invoke(notes, 'add', { text })).toEqual({ text: `${text} of nobody` })
  }
  expect(await invoke(notes, 'quiet')).toBe(undefined)
})

test('items come one by one, and are asked for as they are read', async () => {
  const seen: unknown[] = []
  for await (const item of (await invoke(notes, 'three')) as AsyncIterable<unknown>) seen.push(item)
  expect(seen).toEqual([{ at: 1 }, { at: 2 }, { at: 3 }])
})

test('items that nobody takes the rest of end over there', async () => {
  for await (const item of (await invoke(notes, 'count')) as AsyncIterable<unknown>) if (item === 2) break
  expect(await left.next()).toBe('count')
})

test('a refusal is told as the client of HTTP is told it, and nothing of an error that nobody declared', async () => {
  const table: [name: string, data: unknown, status: number, code: string, told: unknown][] = [
    ['read', { id: 7 }, 410, 'note_gone', { id: 7 }],
    ['add', { text: 1 }, 422, 'input_invalid', { issues: [expect.objectContaining({ pointer: '/text' })] }],
    ['nowhere', undefined, 404, 'handler_unknown', { name: 'nowhere' }],
    ['breaks', undefined, 500, 'app_failed', {}],
  ]
  for (const [name, data, status, code, told] of table) {
    await expect(invoke(notes, name, data), name).rejects.toMatchObject({
      code: 'call_answered',
      detail: { to: 'the worker', status, code, data: told },
    })
  }
})

test('data by name are held to the limit of their handler, plus what a head may hold beside a body', async () => {
  const far = service({
    small: creates('/small', { accepts: Text, limit: 100 }, () => {}),
    large: creates(
      '/large',
      { accepts: z.array(z.number()), returns: z.number(), limit: '4mb' },
      (all) => all.length,
    ),
    many: reads('/many', { returns: z.array(z.number()) }, () => Array.from({ length: 600_000 }, () => 7)),
  })
  await invoke(far, 'small', { text: 'x'.repeat(16_384) })
  await expect(invoke(far, 'small', { text: 'x'.repeat(16_500) })).rejects.toMatchObject({
    detail: { status: 413, code: 'body_too_large', data: { limit: 16_484 } },
  })
  expect(
    await invoke(
      far,
      'large',
      Array.from({ length: 600_000 }, () => 7_777),
    ),
  ).toBe(600_000)
  expect(await invoke(far, 'many')).toHaveLength(600_000)
})

test('an app without names has none (35)', async () => {
  await expect(invoke(() => [200, null, {}, null], 'add')).rejects.toMatchObject({
    detail: { status: 404, code: 'handler_unknown' },
  })
})

test('carried context goes there, and back what was set there (17)', async () => {
  const adopted: Carried[] = []
  const context = { user: 'anna' } as unknown as Carried
  expect(await invoke(notes, 'add', { text: 'hi' }, { context })).toEqual({ text: 'hi of anna' })
  await invoke(notes, 'sign', undefined, { context, adopt: (one) => adopted.push(one) })
  expect(adopted.map((one) => ({ ...one }))).toEqual([{ user: 'anna the second' }])
})

test('hello says the mark of what is offered, and nothing where there are no names', async () => {
  for (const [app, mark] of [
    [notes, contractMark(notes.contract)],
    [() => [200, null, {}, null] as const, null],
  ] as const) {
    const wire = new Wire(app)
    await wire.settle()
    expect(wire.caller.contract).toBe(mark)
  }
})

interface How {
  readonly context?: Carried
  readonly adopt?: (context: Carried) => void
}

/** Calls over a link that goes on delivering until the test is over. */
async function invoke(
  app: App,
  name: string,
  data?: unknown,
  { context = {}, ...near }: How = {},
): Promise<unknown> {
  const wire = new Wire(app)
  let isDone = false
  onTestFinished(() => {
    isDone = true
  })
  void (async () => {
    for (; !isDone; await turn()) await wire.settle()
  })()
  await wire.caller.ready
  const text = data === undefined ? null : JSON.stringify(data)
  const { signal } = new AbortController()
  return wire.caller.invoke({ name, timeoutMs: null, context }, text, { signal, ...near })
}
