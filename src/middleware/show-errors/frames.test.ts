import { sep } from 'node:path'
import { pathToFileURL } from 'node:url'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { framesOf } from './frames.ts'

const ROOT = process.platform === 'win32' ? 'C:\\srv\\app' : '/srv/app'
const at = (...parts: string[]): string => [ROOT, ...parts].join(sep)
const PROJECT = { root: ROOT, hagaki: at('vendor', 'hagaki') }

function frames(lines: readonly string[], message = 'no'): unknown[] {
  const stack = [`Error: ${message}`, ...lines].join('\n')
  return framesOf(stack, message, PROJECT).map(({ call, place, line, column, owner }) => [
    call,
    place,
    line,
    column,
    owner,
  ])
}

test('a frame says what was called, where, and whose it is', () => {
  const cases: [string, unknown[]][] = [
    [`at Notes.add (${at('a.ts')}:3:7)`, ['Notes.add', 'a.ts', 3, 7, 'own']],
    [`at ${at('a b (c)', 'd.ts')}:3:7`, ['', `a b (c)${sep}d.ts`, 3, 7, 'own']],
    [`at f (${at('a b (c)', 'd.ts')}:3:7)`, ['f', `a b (c)${sep}d.ts`, 3, 7, 'own']],
    [`at async f (${pathToFileURL(at('é x.ts')).href}?v=1:3:7)`, ['async f', 'é x.ts', 3, 7, 'own']],
    [`at async ${pathToFileURL(at('a.ts')).href}:3:7`, ['', 'a.ts', 3, 7, 'own']],
    [`at new Note (${at('a.ts')}:3)`, ['new Note', 'a.ts', 3, null, 'own']],
    [`at Object.f [as g] (${at('a.ts')}:3:7)`, ['Object.f [as g]', 'a.ts', 3, 7, 'own']],
    [
      `at f (${at('node_modules', 'zod', 'x.js')}:1:2)`,
      ['f', ['node_modules', 'zod', 'x.js'].join(sep), 1, 2, 'zod'],
    ],
    [
      `at f (${at('node_modules', 'a', 'node_modules', '@b', 'c', 'x.js')}:1:2)`,
      ['f', expect.anything(), 1, 2, '@b/c'],
    ],
    [`at f (${at('vendor', 'hagaki', 'use.ts')}:1:2)`, ['f', expect.anything(), 1, 2, 'hagaki']],
    ['at node:internal/main:1:2', ['', 'node:internal/main', 1, 2, 'Node']],
    ['at Array.map (<anonymous>)', ['Array.map', '<anonymous>', null, null, 'Node']],
    ['at async Promise.all (index 0)', ['async Promise.all', 'index 0', null, null, 'Node']],
    [
      `at eval (eval at f (${at('a.ts')}:1:1), <anonymous>:1:2)`,
      ['eval', expect.stringMatching(/^eval at f/), 1, 2, 'Node'],
    ],
    ['at file://%zz/x:1:2', ['', 'file://%zz/x', 1, 2, 'Node']],
  ]
  for (const [line, frame] of cases) expect(frames([`    ${line}`]), line).toEqual([frame])
})

test('what is beside the project is not its own', () => {
  const beside = `${ROOT}s${sep}a.ts`
  expect(frames([`    at f (${beside}:1:2)`])).toEqual([['f', beside, 1, 2, 'elsewhere']])
})

test('lines of the message are no frames, whatever they look like', () => {
  const message = `no\n    at evil (${at('secret.ts')}:1:1)`
  expect(frames([`    at f (${at('a.ts')}:3:7)`], message)).toEqual([['f', 'a.ts', 3, 7, 'own']])
})

test('of a message that was changed since, only what stands at the end counts', () => {
  const stack = `Error: before\n    at evil (${at('secret.ts')}:1:1)\nbefore\n    at f (${at('a.ts')}:3:7)`
  const found = framesOf(stack, 'after', PROJECT)
  expect(found.map(({ call }) => call)).toEqual(['f'])
})

test('at most 50 frames, of a text of any size, are looked at', () => {
  const line = `    at f (${at('a.ts')}:3:7)`
  expect(frames(Array.from({ length: 51 }, () => line))).toHaveLength(50)
  expect(frames([`    at ${'x'.repeat(1_000_000)}:1:1`])).toEqual([])
  expect(frames([line], 'm'.repeat(5_000_000))).toHaveLength(1)
})

test('no stack is too odd', () => {
  fc.assert(
    fc.property(fc.string(), fc.array(fc.string()), (message, lines) => {
      const stack = `${message}\n${lines.map((line) => `    at ${line}`).join('\n')}`
      for (const { line, place } of framesOf(stack, message, PROJECT)) {
        expect(line === null || Number.isSafeInteger(line)).toBe(true)
        expect(place).not.toBe('')
      }
    }),
  )
})
