import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { codeFrame } from './code-frame.ts'

function place(): string {
  const folder = mkdtempSync(join(realpathSync(tmpdir()), 'hagaki-frame-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  return folder
}

test('the lines around the place are shown, and the place marked below its line', () => {
  const file = join(place(), 'app.ts')
  writeFileSync(file, 'one\ntwo\n\tthree()\nfour\nfive\nsix\n')
  const frame = [
    `${file}:3:4`,
    '  1 | one',
    '  2 | two',
    '> 3 | \tthree()',
    '    | \t  ^',
    '  4 | four',
    '  5 | five',
  ].join('\n')
  for (const said of [
    `${file}:3:4: ERROR: x`,
    `Error: x\n    at f (${pathToFileURL(file).href}:3:4)`,
    `at ${file}:3:4`,
  ])
    expect(codeFrame(said), said).toBe(frame)
})

test('the first place that can be read counts, and none in node_modules', () => {
  const folder = place()
  mkdirSync(join(folder, 'node_modules'))
  for (const name of ['app.ts', 'node_modules/lib.js']) writeFileSync(join(folder, name), 'throw 1\n')
  const stack = `at a (node:fs:1:2)\nat b (${folder}/node_modules/lib.js:1:1)\nat c (${folder}/gone.ts:1:1)\nat d (${folder}/app.ts:1:1)`
  expect(codeFrame(stack)).toMatch(/app\.ts:1:1\n> 1 \| throw 1\n {4}\| \^/)
})

test('where there is no place, there is no frame', () => {
  const folder = place()
  writeFileSync(join(folder, 'wide.js'), `${'x'.repeat(10_000)}\n`)
  for (const said of [
    '',
    'no place',
    `${folder}/wide.js:1:5`,
    `${folder}/wide.js:9:1`,
    `${folder}:1:1`,
    'file://%:1:1',
    ':1:1',
  ])
    expect(codeFrame(said), said).toBeNull()
})

test('a place is looked for in the beginning of a text', () => {
  const file = join(place(), 'app.ts')
  writeFileSync(file, 'throw 1\n')
  expect(codeFrame(`${'x '.repeat(9_000)}${file}:1:1`)).not.toBeNull()
  expect(codeFrame(`${'x '.repeat(10_000)}${file}:1:1`)).toBeNull()
  expect(codeFrame(`/${'x'.repeat(1_100)}${file}:1:1`)).toBeNull()
})
