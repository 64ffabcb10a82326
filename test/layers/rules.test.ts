import { expect, test } from 'vitest'
import { breaches, type Table } from './rules.ts'

const TABLE: Table = {
  layers: [['contract.ts', 'fault.ts'], ['value/'], ['wire/', 'call/'], ['handler/', 'server/'], ['client/']],
  top: ['index.ts'],
  strangers: [['client/', 'wire/']],
  typesOnly: [['client/', 'handler/']],
  portable: ['contract.ts', 'fault.ts', 'value/', 'server/mount.ts'],
  nodeNames: ['process'],
}

function check(files: Record<string, string>): string[] {
  return breaches(TABLE, new Map(Object.entries(files)), new Set(['@standard-schema/spec', 'ws']))
}

test('a lower layer may be imported, a higher one not, types included', () => {
  expect(check({ 'wire/a.ts': `import '../value/b.ts'` })).toEqual([])
  expect(check({ 'value/b.ts': `\nimport type { A } from '../server/a.ts'` })).toEqual([
    'src/value/b.ts:2 imports server/ of layer 3, and value/ is on layer 1: only lower layers',
  ])
  expect(check({ 'contract.ts': `type A = import('./value/a.ts').A` })).toHaveLength(1)
})

test('folders on one layer do not import each other', () => {
  expect(check({ 'wire/a.ts': `import '../call/b.ts'` })).toHaveLength(1)
})

test('inside a folder, and among the files at the root of one layer, anything goes', () => {
  expect(check({ 'wire/http1/a.ts': `import '../frames/b.ts'` })).toEqual([])
  expect(check({ 'fault.ts': `import './contract.ts'` })).toEqual([])
})

test('the top imports anything and is imported by nothing', () => {
  expect(check({ 'index.ts': `export * from './client/a.ts'` })).toEqual([])
  expect(check({ 'client/a.ts': `import '../index.ts'` })).toHaveLength(1)
})

test('strangers stay strangers, though the layers would allow it', () => {
  expect(check({ 'client/a.ts': `import type { A } from '../wire/a.ts'` })).toEqual([
    'src/client/a.ts:1 imports wire/, and client/ never does',
  ])
})

test('where types only are taken, an import that runs is a breach', () => {
  expect(check({ 'client/a.ts': `import type { A } from '../handler/a.ts'` })).toEqual([])
  expect(check({ 'client/a.ts': `import { type A } from '../handler/a.ts'` })).toHaveLength(1)
  expect(check({ 'client/a.ts': `await import('../handler/a.ts')` })).toHaveLength(1)
})

test('the portable set has nothing of Node, nor what may have it', () => {
  expect(check({ 'server/a.ts': `import 'node:net'; process.exit()` })).toEqual([])
  expect(check({ 'value/a.ts': `import type { Socket } from 'node:net'` })).toHaveLength(1)
  expect(check({ 'value/a.ts': `process.exit()` })).toEqual([
    'src/value/a.ts:1 names process, and it is portable',
  ])
  expect(check({ 'server/mount.ts': `import './a.ts'` })).toEqual([
    'src/server/mount.ts:1 imports server/a.ts, which is not portable, and it is',
  ])
  expect(check({ 'server/mount.ts': `import type { A } from './a.ts'` })).toEqual([])
})

test('a package that users do not get is not imported', () => {
  expect(check({ 'wire/a.ts': `import '@standard-schema/spec/x'; import 'ws'; import 'node:fs'` })).toEqual(
    [],
  )
  expect(check({ 'wire/a.ts': `import type { Z } from 'zod'` })).toEqual([
    'src/wire/a.ts:1 imports zod, which package.json does not give to users',
  ])
  expect(check({ 'wire/a.ts': `import 'fs'` })).toHaveLength(1)
})

test('nothing outside src, and no test file, is imported', () => {
  expect(check({ 'wire/a.ts': `import '../../test/a.ts'` })).toEqual([
    'src/wire/a.ts:1 imports ../../test/a.ts, which is outside src',
  ])
  expect(check({ 'wire/a.ts': `import './a.test.ts'` })).toEqual([
    'src/wire/a.ts:1 imports the test file wire/a.test.ts',
  ])
})

test('a folder or file without a row is a breach', () => {
  expect(check({ 'utils/a.ts': '', 'odd.ts': '' })).toEqual([
    'src/utils/ is on no layer: give it a row in the table',
    'src/odd.ts is on no layer: give it a row in the table',
  ])
})
