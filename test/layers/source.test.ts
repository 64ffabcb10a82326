import { expect, test } from 'vitest'
import { readSource } from './source.ts'

function specifiers(text: string): (string | null)[] {
  return readSource('sample.ts', text).imports.map((one) => one.specifier)
}

function names(text: string): string[] {
  return readSource('sample.ts', text).names.map((one) => one.name)
}

test('every form of import is seen', () => {
  for (const text of [
    `import './a.ts'`,
    `import a from "./a.ts"`,
    `import * as a from './a.ts'`,
    `import a, { b } from './a.ts'`,
    `import {\n  b,\n  // from './no.ts'\n  type C,\n} from './a.ts'`,
    `import type { A } from './a.ts'`,
    `import type from './a.ts'`,
    `import data from './a.ts' with { type: 'json' }`,
    `import a = require('./a.ts')`,
    `export * from './a.ts'`,
    `export * as a from './a.ts'`,
    `export { a } from './a.ts'`,
    `export type { A } from './a.ts'`,
    `const a = await import('./a.ts')`,
    'const a = await import(`./a.ts`)',
    `const a = import(/* why */ './a.ts')`,
    `const a = async () => { if (b) return (await import(\n  './a.ts'\n)).c }`,
    `type A = import('./a.ts').A`,
    `let a: typeof import('./a.ts')`,
    `const text = \`\${await import('./a.ts')}\``,
    `const a = require('./a.ts')`,
  ]) {
    expect(specifiers(text), text).toEqual(['./a.ts'])
  }
})

test('what only looks like an import is none', () => {
  for (const text of [
    `// import './a.ts'`,
    `/* import './a.ts' */`,
    `/** {@link import('./a.ts')} */ const a = 1`,
    `const a = "import './a.ts'"`,
    'const a = `import "./a.ts"`',
    `const a = /import '.\\/a.ts'/`,
    `const a = b / 2; const c = "from './a.ts'" /2`,
    `export { a }; const a = 1`,
    `export const from = './a.ts'`,
    `const here = import.meta.url`,
    `api.import('./a.ts')`,
  ]) {
    expect(specifiers(text), text).toEqual([])
  }
})

test('a computed import has no specifier', () => {
  expect(specifiers('import(name)')).toEqual([null])
  expect(specifiers('import(`./${name}.ts`)')).toEqual([null])
})

test('only an import that is erased whole is type only', () => {
  const typeOnly = (text: string): boolean[] =>
    readSource('sample.ts', text).imports.map((one) => one.typeOnly)
  expect(typeOnly(`import type { A } from './a.ts'`)).toEqual([true])
  expect(typeOnly(`export type { A } from './a.ts'`)).toEqual([true])
  expect(typeOnly(`export type * from './a.ts'`)).toEqual([true])
  expect(typeOnly(`type A = import('./a.ts').A`)).toEqual([true])
  expect(typeOnly(`import { type A } from './a.ts'`)).toEqual([false])
  expect(typeOnly(`import { type A, b } from './a.ts'`)).toEqual([false])
  expect(typeOnly(`import type from './a.ts'`)).toEqual([false])
})

test('a name used as a value or as a type is seen', () => {
  for (const text of [
    'process.exit()',
    'let a = process',
    'let a: process.Env',
    'let a: Map<string, process>',
    'typeof process === "object"',
    'const a = { process }',
    'const a = { [process]: 1 }',
    'a[process]',
    'globalThis.process',
    'globalThis["process"]',
    'const { process } = globalThis',
    'export { process }',
    'const f = (a = process) => a',
  ]) {
    expect(names(text), text).toContain('process')
  }
})

test('a member of that name is not the name', () => {
  for (const text of [
    'options.process',
    'options?.process()',
    'const a = { process: 1 }',
    'const a = { process() {} }',
    'interface A { process: string }',
    'class A { process = 1; #process = 2 }',
    'let a: Options.process',
    '// process',
    '"process"',
  ]) {
    expect(names(text), text).not.toContain('process')
  }
})

test('lines count from one', () => {
  const source = readSource('sample.ts', `\n\nimport './a.ts'\nprocess`)
  expect(source.imports[0]!.line).toBe(3)
  expect(source.names[0]).toEqual({ name: 'process', line: 4 })
})

test('a text that does not parse is refused', () => {
  expect(() => readSource('sample.ts', 'import {')).toThrow('Cannot parse sample.ts')
})
