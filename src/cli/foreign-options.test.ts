import { expect, test } from 'vitest'
import { parseForeign } from './foreign-options.ts'
import { UsageError } from './usage-error.ts'

test('what is typed is handed on, and what is not is not there', () => {
  expect(parseForeign('app.ts', {})).toEqual({})
  expect(
    parseForeign('app.py:make', {
      processes: '2',
      threads: '8',
      timeout: '30s',
      memory: '256mb',
      'max-requests': '1000',
      'no-reload': true,
      venv: '.venv',
    }),
  ).toEqual({
    processes: 2,
    threads: 8,
    timeout: '30s',
    memory: '256mb',
    maxRequests: 1_000,
    reload: false,
    venv: '.venv',
  })
  expect(parseForeign('config.ru', { 'early-hints': true })).toEqual({ earlyHints: true })
})

test('what makes no sense is wrong usage', () => {
  const table: [module: string, given: Parameters<typeof parseForeign>[1], why: string][] = [
    ['app.ts', { processes: '2' }, '--processes goes with apps in other languages only, such as app.py'],
    ['app.py', { processes: 'many' }, '--processes "many" is no whole number'],
    ['app.py', { processes: '65' }, 'app.py: processes: 65 is out of range. Use 1 to 64'],
    ['app.py', { memory: 'lots' }, 'it is no size'],
    ['app.py', { timeout: 'soon' }, 'Write milliseconds as a number, or "200ms", "5s", "2m"'],
    ['app.py', { venv: '' }, '--venv is empty'],
    ['app.py', { 'early-hints': true }, '--early-hints goes with Ruby only, and app.py is Python'],
    ['notes.rb', { 'early-hints': true }, '--early-hints goes with Rack apps only, such as config.ru'],
    ['app.py', { reload: true, 'no-reload': true }, 'it is one or the other'],
  ]
  for (const [module, given, why] of table) {
    let thrown: unknown
    try {
      parseForeign(module, given)
    } catch (error) {
      thrown = error
    }
    expect(thrown, why).toBeInstanceOf(UsageError)
    expect((thrown as Error).message).toContain(why)
  }
})
