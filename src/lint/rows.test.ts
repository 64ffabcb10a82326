/** Breaks each rule that has a check, and sees that `lint` names it and no other. */
import { expect, test } from 'vitest'
import { ANSWER_BREACHES } from '../../test/lint/breaches/answer.ts'
import { REQUEST_BREACHES } from '../../test/lint/breaches/request.ts'
import type { Breach } from '../../test/lint/calling.ts'
import { type FaultDetail, isFault } from '../fault.ts'
import { ROWS } from './rows.ts'

type Broken = FaultDetail['contract_broken']

const BREACHES: readonly Breach[] = [...REQUEST_BREACHES, ...ANSWER_BREACHES]

test('a broken rule is named, with its section and what was found', async () => {
  const wrong: string[] = []
  for (const [section, rule, breach] of BREACHES) {
    const found = await thrownBy(breach)
    const detail = isFault(found) && found.code === 'contract_broken' ? (found.detail as Broken) : null
    const named = detail?.section === section && detail.rule.startsWith(rule) && detail.found !== ''
    if (!named) wrong.push(`${section} ${rule}: ${String(breach).replace(/\s+/g, ' ')} gave ${String(found)}`)
  }
  expect(BREACHES.length).toBeGreaterThan(0)
  expect(wrong).toEqual([])
})

test('every rule that has a check is broken above, and every breach is of one rule', () => {
  const breaks = ([section, start]: Breach, row: (typeof ROWS)[number]): boolean =>
    row.section === section && row.rule.startsWith(start)
  const checked = ROWS.filter((row) => 'check' in row)
  expect(checked.length).toBeGreaterThan(0)
  expect(
    checked.filter((row) => !BREACHES.some((breach) => breaks(breach, row))).map(({ rule }) => rule),
  ).toEqual([])
  for (const breach of BREACHES) {
    expect(checked.filter((row) => breaks(breach, row)).length, `${breach[0]} ${breach[1]}`).toBe(1)
  }
})

async function thrownBy(breach: () => unknown): Promise<unknown> {
  try {
    await breach()
  } catch (error) {
    return error
  }
  return 'nothing'
}
