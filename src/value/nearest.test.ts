import { expect, test } from 'vitest'
import { nearest } from './nearest.ts'

const KNOWN = ['port', 'host', 'watch', 'environment']

test('a word with a letter too many, too few, wrong or swapped is near', () => {
  for (const typed of ['prot', 'por', 'ports', 'pport', 'pord'])
    expect(nearest(typed, KNOWN), typed).toBe('port')
  expect(nearest('enviroment', KNOWN)).toBe('environment')
  expect(nearest('evironmnet', KNOWN)).toBe('environment')
})

test('a word of which more than a third differs is near to none', () => {
  for (const typed of ['x', 'quiet', 'wxyzh', '', 'posthaste'])
    expect(nearest(typed, KNOWN), typed).toBeNull()
  expect(nearest('port', [])).toBeNull()
})
