import { expect, test } from 'vitest'
import { choose } from './choice.ts'

const STEPS = ['needs', 'types', 'lint']
const chosen = (...args: string[]): unknown => choose(args, STEPS)

test('without arguments every step runs', () => {
  expect(chosen()).toEqual({ kind: 'run', names: STEPS })
})

test('--only takes names, in any order and more than once; they run in their own order', () => {
  expect(chosen('--only', 'lint,types')).toEqual({ kind: 'run', names: ['types', 'lint'] })
  expect(chosen('--only', 'lint', '--only=needs')).toEqual({ kind: 'run', names: ['needs', 'lint'] })
})

test('an unknown name is refused with the list', () => {
  const sentence = 'No step is called test, all. Steps: needs, types, lint'
  expect(chosen('--only', 'test,lint,all')).toEqual({ kind: 'wrong', sentence })
  expect(chosen('--only', ',')).toMatchObject({ kind: 'wrong' })
  expect(chosen('--onyl', 'lint')).toMatchObject({ kind: 'wrong' })
  expect(chosen('lint')).toMatchObject({ kind: 'wrong' })
})

test('--list and --help are known', () => {
  expect(chosen('--list')).toEqual({ kind: 'list' })
  expect(chosen('--help')).toEqual({ kind: 'help' })
})
