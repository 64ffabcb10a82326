import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { excerpts } from './excerpt.ts'
import type { Frame } from './frames.ts'

const FOLDER = mkdtempSync(join(tmpdir(), 'hagaki-excerpt-'))
const ROOT = join(FOLDER, 'app')
mkdirSync(ROOT)
afterAll(() => rmSync(FOLDER, { recursive: true }))

function file(name: string, text: string): string {
  writeFileSync(join(ROOT, name), text)
  return join(ROOT, name)
}

function frame(path: string, line: number | null, column: number | null = 1): Frame {
  return { call: 'f', file: path, place: path, line, column, owner: 'own' }
}

function numbers(path: string, line: number | null, around = 1): number[] | null {
  return excerpts(ROOT)(frame(path, line), around)?.lines.map(({ number }) => number) ?? null
}

test('the lines around a frame are shown, as far as the file goes', () => {
  const path = file('a.ts', 'one\ntwo\r\nthree\nfour')
  expect(excerpts(ROOT)(frame(path, 2, 3), 1)).toEqual({
    lines: [
      { number: 1, text: 'one' },
      { number: 2, text: 'two' },
      { number: 3, text: 'three' },
    ],
    offset: 2,
  })
  expect(numbers(path, 1)).toEqual([1, 2])
  expect(numbers(path, 4)).toEqual([3, 4])
  for (const line of [0, 5, null]) expect(numbers(path, line), String(line)).toBeNull()
})

test('of a line as long as a bundle, the part of the frame is shown', () => {
  const path = file('bundle.js', `${'x'.repeat(5_000)}HERE${'y'.repeat(5_000)}`)
  const excerpt = excerpts(ROOT)(frame(path, 1, 5_001), 1)!
  expect(excerpt.lines[0]!.text).toHaveLength(300)
  expect(excerpt.lines[0]!.text.slice(excerpt.offset!, excerpt.offset! + 4)).toBe('HERE')
})

test('nothing but code of the project is read', () => {
  const outside = join(FOLDER, 'secret.ts')
  writeFileSync(outside, 'secret')
  symlinkSync(outside, join(ROOT, 'linked.ts'))
  mkdirSync(join(ROOT, 'folder.ts'))
  for (const path of [
    outside,
    join(ROOT, 'linked.ts'),
    join(ROOT, '..', 'secret.ts'),
    join(ROOT, 'folder.ts'),
    join(ROOT, 'absent.ts'),
    file('.env', 'KEY=1'),
    file('data.json', '{}'),
    `${ROOT}/a\0.ts`,
  ]) {
    expect(numbers(path, 1), path).toBeNull()
  }
})

test('a pipe with no writer is not waited for', () => {
  const pipe = join(ROOT, 'pipe.ts')
  execFileSync('bash', ['--norc', '-c', 'mkfifo "$0"', pipe], { stdio: 'ignore' })
  expect(numbers(pipe, 1)).toBeNull()
})

test('a file may have a mebibyte and no more, and a page opens 24', () => {
  const mebibyte = 1024 * 1024
  expect(numbers(file('most.ts', `a\n${' '.repeat(mebibyte - 2)}`), 1)).toEqual([1, 2])
  expect(numbers(file('more.ts', `a\n${' '.repeat(mebibyte - 1)}`), 1)).toBeNull()

  const read = excerpts(ROOT)
  const paths = Array.from({ length: 25 }, (_, at) => file(`many${at}.ts`, 'a'))
  expect(paths.map((path) => read(frame(path, 1), 1) !== null)).toEqual([...Array(24).fill(true), false])
  expect(read(frame(paths[0]!, 1), 1)).not.toBeNull()
})
