import { expect, test } from 'vitest'
import { isExpected } from './expected.ts'

const text = (expected: string, output: string): boolean => isExpected('text', expected, output)
const json = (expected: string, output: string): boolean => isExpected('json', expected, output)

test('text is compared to the letter, blanks at the ends aside', () => {
  expect(text('a\nb', '\na  \r\nb\n\n')).toBe(true)
  expect(text('a', 'b')).toBe(false)
  expect(text('a', 'a\nb')).toBe(false)
  expect(text('a\nb', 'a')).toBe(false)
  expect(text('a.b (c)?', 'a.b (c)?')).toBe(true)
  expect(text('a.b', 'axb')).toBe(false)
})

test('a line of three dots stands for any lines, or none', () => {
  expect(text('a\n...\nd', 'a\nb\nc\nd')).toBe(true)
  expect(text('a\n...\nd', 'a\nd')).toBe(true)
  expect(text('...\nd', 'a\nb\nd')).toBe(true)
  expect(text('a\n...', 'a\nb\n\nc')).toBe(true)
  expect(text('a\n...\nd', 'a\nb')).toBe(false)
  expect(text('a\n...\nd', 'x\na\nd')).toBe(false)
})

test('three dots in a line stand for anything in that line', () => {
  expect(text('date: ...\nok', 'date: Tue, 03 Nov\nok')).toBe(true)
  expect(text('date: ...', 'date: Tue\nok')).toBe(false)
})

test('json is compared as data', () => {
  expect(json('{ "a": 1, "b": [2] }', '{"b":[2],"a":1}\n')).toBe(true)
  expect(json('{ "a": 1 }', '{"a":1,"b":2}')).toBe(false)
  expect(json('{ "a": 1 }', '{"a":"1"}')).toBe(false)
  expect(json('{ "a": 1 }', 'not json')).toBe(false)
})
