/** What lint cannot see is held by a test, which says so itself. */
import { existsSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import type { HeldRow } from './row.ts'
import { ROWS } from './rows.ts'

const ROOT = new URL('../../', import.meta.url)
const HELD = ROWS.filter((row): row is HeldRow => 'held' in row)

test('a rule that lint cannot see is held by a test that cites its clause', () => {
  expect(HELD.length).toBeGreaterThan(0)
  expect(HELD.flatMap((row) => flawOf(row, textOf(row.held)) ?? [])).toEqual([])
})

test('one test holds one rule', () => {
  const tests = HELD.map(({ held, by }) => `${held}: ${by}`)
  expect(tests.filter((one, at) => tests.indexOf(one) !== at)).toEqual([])
})

test('a file that is not there, holds no tests or others, or cites another clause, does not do', () => {
  const row: HeldRow = { section: '13', rule: 'A rule', held: 'src/a.test.ts', by: 'it is so' }
  const sound = ["test('it is so (13)', () => {})", 'test("it is so: each (clauses 2, 13 and 14)")']
  const faulty = ["test('it is so (3)')", "test('it is so (113)')", "test('it is so (RFC 9112 13)')"]
  for (const text of sound) expect(flawOf(row, text), text).toBeNull()
  for (const text of faulty) expect(flawOf(row, text), text).toMatch(/cites clause 13/)
  for (const text of ["test.skip('it is so (13)')", "// test('it is so (13)')", "test('so it is (13)')"]) {
    expect(flawOf(row, text), text).toMatch(/no test/)
  }
  expect(flawOf(row, null)).toMatch(/no such file/)
  expect(flawOf({ ...row, held: 'src/a.ts' }, sound[0]!)).toMatch(/no test file/)
})

function flawOf({ section, held, by }: HeldRow, text: string | null): string | null {
  if (!held.endsWith('.test.ts')) return `${held} is no test file`
  if (text === null) return `${held}: no such file`
  const titles = titlesOf(text).filter((title) => title.startsWith(by))
  if (titles.length === 0) return `${held}: no test begins with "${by}"`
  return titles.some((title) => cites(title, section))
    ? null
    : `${held}: "${by}" cites clause ${section} nowhere`
}

function textOf(file: string): string | null {
  const url = new URL(file, ROOT)
  return existsSync(url) ? readFileSync(url, 'utf8') : null
}

/** Of tests that run; a title is the first argument, in quotes of any kind. */
function titlesOf(text: string): string[] {
  const found = text.matchAll(/^[ \t]*test\(\s*(['"`])((?:\\.|(?!\1)[^\\\n])*)\1/gm)
  return [...found].map(([, , title = '']) => title.replace(/\\(.)/g, '$1'))
}

/** Clauses stand in brackets: "(13)", "(2, 13, RFC 9110 7.1)", "(clauses 2 and 13)". */
function cites(title: string, section: string): boolean {
  return [...title.matchAll(/\(([^()]*)\)/g)].some(([, inside = '']) =>
    inside
      .replace(/^clauses? /, '')
      .split(/, | and /)
      .includes(section),
  )
}
