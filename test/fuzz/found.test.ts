/** Inputs that fuzzing found, one row each: `npm run fuzz` prints them. What failed then holds now. */
import { expect, test } from 'vitest'
import { octetsOf } from './octets.ts'
import { TARGETS } from './targets.ts'

const FOUND: readonly (readonly [target: string, input: string])[] = [
  // The reason depended on the cuts: a bare LF before a CRLF in the request line.
  ['http1', 'a\n\r\n'],
  // A faulty line that crosses the limit was looked at in one piece, and not octet by octet.
  ['http1', `GET / HTTP/1.1\r\nHost: a\r\nx:${'y'.repeat(104)}\r\n a\r\n\r\n`],
  ['http1', `GET / HTTP/1.1\r\nHost: a\r\nx:${'y'.repeat(100)}\rz${'y'.repeat(20)}`],
  // The reason depended on the cuts: what is no size, and has another fault behind it.
  ['chunked', 'g\n'],
  ['chunked', '\rX'],
  ['chunked', `${'z'.repeat(300)}\r\n`],
]

const rows = FOUND.map(([name, input]) => [name, JSON.stringify(input.slice(0, 40)), input] as const)

test.each(rows)('%s: %s', async (name, _, input) => {
  const target = TARGETS.find((one) => one.name === name)
  expect(target, 'a target of that name').toBeDefined()
  await target!.check(octetsOf(input))
})
