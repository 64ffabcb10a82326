import { expect, test } from 'vitest'
import { z } from 'zod'
import { service } from '../handler/service.ts'
import { bytes as wholeBytes } from '../schema/whole.ts'
import { bytes, items, parts, verbs } from './stream.ts'

const { acts, reads } = verbs({}) as unknown as {
  readonly [verb: string]: (path: string, spec: object, run?: unknown) => never
}
const run = (): void => {}

test('metadata that do not say what flows, or say too much, are refused at boot, with the fix', () => {
  for (const [spec, reason] of [
    [{}, /nothing of it streams.*hagaki/],
    [{ takes: bytes() }, /no bound.*limit: "5gb"/],
    [{ takes: {}, limit: 1 }, /nothing that flows.*stream\.bytes/],
    [{ takes: z.string(), limit: 1 }, /nothing that flows/],
    [{ takes: bytes(), limit: 'much' }, /no size/],
    [{ takes: bytes(), limit: 1, body: z.any() }, /body and takes/],
    [{ takes: bytes(), limit: 1, accepts: wholeBytes() }, /accepts is a whole body/],
    [{ gives: z.any() }, /nothing that flows.*stream\.items/],
    [{ gives: items(z.any()), returns: z.any() }, /returns data and gives a stream/],
    [{ gives: items(z.any()), version: () => 1 }, /version and location/],
    [{ gives: items(z.any()), location: '/a' }, /version and location/],
    [{ gives: items(z.any()), cut: 1 }, /no metadata called cut/],
  ] as const)
    expect(() => acts!('/', spec, run), JSON.stringify(spec)).toThrow(reason)
})

test('a verb without a body takes none', () => {
  expect(() => service({ it: reads!('/', { takes: bytes(), limit: 1 }, run) })).toThrow(/carries no body/)
})

test('a member called body has no place beside a body that flows', () => {
  const spec = { takes: bytes(), limit: 1, accepts: z.object({ body: z.string() }) }
  expect(() => service({ it: acts!('/', spec, run) })).toThrow(/member body/)
})

test('parts are counted and sized by what is a count and a size', () => {
  for (const options of [{ parts: 0 }, { parts: 1_001 }, { parts: 1.5 }, { part: 'x' }])
    expect(() => parts(options), JSON.stringify(options)).toThrow(/no (size|number of parts)/)
})

test('items are data, with limits and times that are some', () => {
  expect(() => items(wholeBytes())).toThrow(/stream\.bytes/)
  for (const options of [
    { limit: 'x' },
    { heartbeatMs: -1 },
    { heartbeatMs: 1.5 },
    { retryMs: Number.NaN },
    { heartbeatMs: 2 ** 31 },
  ])
    expect(() => items(z.any(), options), JSON.stringify(options)).toThrow(/no (size|time)/)
})
