import { expect, test } from 'vitest'
import { countUnittest } from './python.ts'
import { countMinitest } from './ruby.ts'
import { table } from './screen.ts'
import { countReport, type Report } from './unit.ts'

function report(...files: readonly (readonly [status: string, ...tests: string[]])[]): Report {
  return {
    testResults: files.map(([status, ...tests]) => ({
      status,
      assertionResults: tests.map((one) => ({ status: one })),
    })),
  }
}

test('vitest: single tests are counted, and those that did not run are named', () => {
  expect(countReport(report(['passed', 'passed', 'passed']), true)).toEqual({
    passed: 2,
    failed: 0,
    note: '1 files',
  })
  expect(countReport(report(['failed', 'passed', 'failed']), false)).toMatchObject({ passed: 1, failed: 1 })
  const skipped = report(['passed', 'passed', 'skipped', 'todo'])
  expect(countReport(skipped, true)).toEqual({ passed: 1, failed: 0, note: '1 files, 2 not run' })
})

test('vitest: a file that did not load is one failed', () => {
  expect(countReport(report(['failed'], ['passed', 'passed']), false)).toMatchObject({ passed: 1, failed: 1 })
})

test('vitest: a run that broke is one failed, whatever its tests say', () => {
  expect(countReport(report(['passed', 'passed']), false)).toMatchObject({ passed: 1, failed: 1 })
  expect(countReport(null, false)).toMatchObject({ passed: 0, failed: 1 })
  expect(countReport(null, true)).toMatchObject({ passed: 0, failed: 1 })
})

test('unittest: single tests are counted', () => {
  const count = (closing: string, ok = closing.startsWith('OK')): unknown =>
    countUnittest(`...\n-----\nRan 9 tests in 0.1s\n\n${closing}\n`, ok)
  expect(count('OK')).toEqual({ passed: 9, failed: 0, note: '' })
  expect(count('OK (skipped=2, expected failures=1)')).toEqual({ passed: 7, failed: 0, note: '2 not run' })
  expect(count('FAILED (failures=1, errors=2)')).toMatchObject({ passed: 6, failed: 3 })
  expect(count('FAILED (unexpected successes=1)')).toMatchObject({ passed: 8, failed: 1 })
  expect(count('OK', false)).toMatchObject({ passed: 9, failed: 1 })
})

test('unittest: that no test ran is a failure', () => {
  expect(countUnittest('Ran 0 tests in 0.0s\n\nOK\n', true)).toMatchObject({ passed: 0, failed: 1 })
  expect(countUnittest('No module named unittest', false)).toMatchObject({ passed: 0, failed: 1 })
})

test('minitest: single tests are counted, and none at all is a failure', () => {
  const count = (closing: string, ok: boolean): unknown =>
    countMinitest(`# Running:\n\n...\n\n${closing}\n`, ok)
  expect(count('9 runs, 30 assertions, 0 failures, 0 errors, 0 skips', true)).toEqual({
    passed: 9,
    failed: 0,
    note: '',
  })
  expect(count('9 runs, 30 assertions, 1 failures, 2 errors, 1 skips', false)).toEqual({
    passed: 5,
    failed: 3,
    note: '1 not run',
  })
  expect(count('9 runs, 30 assertions, 0 failures, 0 errors, 0 skips', false)).toMatchObject({ failed: 1 })
  expect(count('0 runs, 0 assertions, 0 failures, 0 errors, 0 skips', true)).toMatchObject({ failed: 1 })
  expect(count('cannot load such file -- minitest', false)).toMatchObject({ passed: 0, failed: 1 })
})

test('the table ends with the totals, alone on their line', () => {
  const rows = [
    { name: 'types', outcome: { passed: 1, failed: 0, note: '' }, seconds: 1.25 },
    { name: 'unit', outcome: { passed: 40, failed: 2, note: '3 files' }, seconds: 10 },
  ]
  expect(table(rows, false)).toBe(
    [
      '',
      'types  ok         1.3 s',
      'unit   FAILED    10.0 s  40 passed, 2 failed; 3 files',
      '',
      '41 passed, 2 failed',
    ].join('\n'),
  )
})
