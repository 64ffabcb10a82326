/** What a body can take of memory, measured. */
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { MEASURED } from './measured.ts'

test('what is taken of a body takes at most the bound of heap', async () => {
  const program = fileURLToPath(new URL('heap-of.ts', import.meta.url))
  const node = ['--expose-gc', '--conditions=hagaki-source', '--import', 'tsx', program]
  const { stdout } = await promisify(execFile)(process.execPath, node)
  const found = Object.entries(JSON.parse(stdout) as Record<string, { bytes: number; heap: number }>)
  for (const format of ['json', 'cbor', 'msgpack'])
    expect(found.filter(([what]) => what.startsWith(`${format}:`)).length, format).toBeGreaterThan(10)
  for (const [what, { heap }] of found) expect(heap, what).toBeLessThan(MEASURED.bounds.heap)
  // The measure measures: lists in lists are no small thing.
  expect(Math.max(...found.map(([, { heap }]) => heap))).toBeGreaterThan(MEASURED.bounds.heap / 2)
})
