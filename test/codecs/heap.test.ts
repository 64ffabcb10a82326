/** What a body of 1 MiB can take of memory, measured. */
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { DEFAULT_BOUNDS } from '../../src/codec/format.ts'
import { WORST_JSON } from './worst-json.ts'

test('JSON of 1 MiB takes at most the bound of heap, or is refused', { timeout: 60_000 }, async () => {
  const program = fileURLToPath(new URL('heap-of.ts', import.meta.url))
  const node = ['--expose-gc', '--conditions=hagaki-source', '--import', 'tsx', program]
  const { stdout } = await promisify(execFile)(process.execPath, node)
  const found = JSON.parse(stdout) as Record<string, number | string>
  expect(Object.keys(found)).toEqual(Object.keys(WORST_JSON))
  for (const [what, heap] of Object.entries(found)) {
    if (typeof heap === 'number') expect(heap, what).toBeLessThan(DEFAULT_BOUNDS.heap)
    else expect(heap, what).toBe('body_too_complex')
  }
  // The measure measures: what is only nested lists is no small thing.
  expect(
    Object.values(found).filter((heap) => typeof heap === 'number' && heap > 8 * 1024 * 1024).length,
  ).toBeGreaterThan(2)
})
