import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { HEADINGS, ROWS } from './rows.ts'
import { printSpec } from './spec.ts'

const ROOT = new URL('../../', import.meta.url)
const CLAUSES = 36

test('spec/SPEC.md is what the rows and the types print: run `npm run spec`', () => {
  const printed = printSpec(readFileSync(new URL('src/contract.ts', ROOT), 'utf8'))
  expect(printed).toBe(readFileSync(new URL('spec/SPEC.md', ROOT), 'utf8'))
})

test('every clause has a row, and no row another number', () => {
  const clauses = new Set(ROWS.map(({ section }) => section))
  const expected = Array.from({ length: CLAUSES }, (_, at) => String(at + 1))
  expect([...clauses].sort((a, b) => Number(a) - Number(b))).toEqual(expected)
})

test('a rule is one sentence without its full stop, and there once', () => {
  const rules = ROWS.map(({ rule }) => rule)
  expect(rules.filter((rule) => rule.trim() !== rule || rule === '' || rule.endsWith('.'))).toEqual([])
  expect(rules.filter((rule, at) => rules.indexOf(rule) !== at)).toEqual([])
})

test('headings are in the order of their clauses, and begin with the first', () => {
  const firsts = HEADINGS.map(([clause]) => clause)
  expect(firsts).toEqual([...firsts].sort((a, b) => a - b))
  expect(firsts[0]).toBe(1)
})

test('types are quoted whole, without imports and comments', () => {
  const contract =
    'import type { A } from "./a.ts"\n/**\n * Says.\n */\nexport interface B {\n  /** One. */\n  a: A\n}\n'
  expect(printSpec(contract)).toContain('```ts\nexport interface B {\n  a: A\n}\n```')
})
