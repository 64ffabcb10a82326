/**
 * Prints `spec/SPEC.md` from the rows of `src/lint` and the types of `src/contract.ts`, and into
 * `spec/frames.md` the states of links and calls, and into `spec/check-worker.md` the rows of `src/check-worker`.
 *
 * @module
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { printRows } from '../src/check-worker/spec.ts'
import { printSpec } from '../src/lint/spec.ts'
import { withDiagrams } from '../src/wire/frames/diagram.ts'

const root = new URL('../', import.meta.url)
writeFileSync(
  new URL('spec/SPEC.md', root),
  printSpec(readFileSync(new URL('src/contract.ts', root), 'utf8')),
)
const frames = new URL('spec/frames.md', root)
writeFileSync(frames, withDiagrams(readFileSync(frames, 'utf8')))
const rows = new URL('spec/check-worker.md', root)
writeFileSync(rows, printRows(readFileSync(rows, 'utf8')))
