/** Clients in other languages, of handlers whose bodies flow. */
import { failure, service } from 'hagaki'
import * as stream from 'hagaki/stream'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { linesOf } from './foreign-client.ts'
import { Seen } from './seen.ts'

const Tired = failure('tired', 'unavailable', z.object({ after: z.number() }))
const left = new Seen<string>()
const { acts, reads } = stream.verbs({})
const N = z.number()
const flowing = service({
  count: reads(
    '/count',
    { accepts: z.object({ from: N }), gives: stream.items(N) },
    async function* ({ from }) {
      try {
        for (let at = from; ; at++) yield at
      } finally {
        left.add('count')
      }
    },
  ),
  tired: reads('/tired', { gives: stream.items(N), errors: [Tired] }, async function* () {
    yield 1
    throw Tired({ after: 1 })
  }),
  double: acts(
    '/double',
    { takes: stream.items(N), gives: stream.items(N), limit: '1gb' },
    async function* ({ body }) {
      for await (const one of body) yield one * 2
    },
  ),
  size: acts('/size', { takes: stream.bytes(), returns: N, limit: '1gb' }, async ({ body }) => {
    let size = 0
    for await (const piece of body) size += piece.byteLength
    return size
  }),
  upper: acts(
    '/upper',
    { takes: stream.bytes(), gives: stream.bytes(), limit: '1gb' },
    async function* ({ body }) {
      for await (const piece of body) yield Buffer.from(Buffer.from(piece).toString('latin1').toUpperCase())
    },
  ),
})

test.each([
  ['Python', 2],
  ['Ruby', 200], // which lets both flow at once
] as const)('a client in %s takes what flows, lets it flow in, and leaves', async (language, pieces) => {
  const lines = await linesOf(language, 'stream_calls', flowing)
  expect(await left.next()).toBe('count')
  expect(lines).toEqual([
    [5, 6, 7],
    [[1], 'tired', 'unavailable', { after: 1 }],
    [2, 4, 6],
    ['Answered', 422, 'input_invalid'],
    [2, 4, 8, 16, 32, 64],
    3_000_000,
    'ABCD',
    pieces * 65_536,
    [0, 2, 4, 6],
  ])
})
