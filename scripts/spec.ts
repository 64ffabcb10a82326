/**
 * Prints `spec/SPEC.md` from the rows of `src/lint` and the types of `src/contract.ts`.
 *
 * @module
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { printSpec } from '../src/lint/spec.ts'

const root = new URL('../', import.meta.url)
writeFileSync(
  new URL('spec/SPEC.md', root),
  printSpec(readFileSync(new URL('src/contract.ts', root), 'utf8')),
)
